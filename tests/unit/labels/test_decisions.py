"""Decisions: taken, corrected, taken back, merged in any order."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dengar.labels import FIELDS, LabelError
from dengar.labels.apply import apply_labels
from dengar.labels.decisions import choices, decide, merge, raised, withdraw
from dengar.records import MAX_LABEL_REVISION
from dengar.schemas import load, validator
from tests.unit.labels.samples import START, label, machine, mention


def standing(one):
    return {field: entry["label"] for field, entry in one["labels"].items()}


def test_the_closed_lists_are_those_of_the_mention():
    properties = load("mention")["properties"]
    for field in FIELDS:
        closed = properties[field]["properties"].get("label", {}).get("enum", ())
        assert choices()[field] == tuple(closed), field


def test_a_decision_remembers_what_the_machine_said():
    one = label(intent="question", language="jv")
    assert validator("label").is_valid(one)
    assert one["revision"] == 1
    assert one["labels"]["intent"]["against"] == {"label": "complaint", "score": 0.6, "model_version": "m1"}
    assert one["labels"]["language"]["against"] == {"label": "id", "score": 0.9, "model_version": "cld3/1"}


def test_a_correction_is_compared_with_the_machine_and_not_with_the_first_decision():
    first = label(intent="question")
    shown = apply_labels(mention(), first)
    second = label(first, about=shown, by="budi", second=5, intent="request", sentiment="neutral")
    assert second["revision"] == 2
    assert standing(second) == {"intent": "request", "sentiment": "neutral"}
    assert second["labels"]["intent"]["against"]["label"] == "complaint"
    assert second["labels"]["sentiment"]["against"]["label"] == "negative"
    assert (second["labels"]["intent"]["by"], second["labelled_by"]) == ("budi", "budi")


def test_what_the_machine_did_not_judge_is_compared_with_nothing():
    one = label(about=mention(**machine(intent="praise")), category="pkh", purpose="education")
    assert one["labels"]["category"]["against"] is None
    assert one["labels"]["purpose"]["against"] is None


def test_a_decision_taken_back_is_gone_and_can_be_taken_again():
    first = label(intent="question", sentiment="neutral")
    shown = apply_labels(mention(), first)
    second = withdraw(first, shown, ["intent"], by="budi", now=START)
    assert validator("label").is_valid(second)
    assert (standing(second), set(second["withdrawn"]), second["revision"]) == ({"sentiment": "neutral"}, {"intent"}, 2)
    third = label(second, about=mention(), intent="report")
    assert (standing(third)["intent"], third["withdrawn"], third["revision"]) == ("report", {}, 3)
    with pytest.raises(LabelError, match="has no hand label for urgency: it has intent, sentiment"):
        withdraw(third, mention(), ["urgency"], by="budi", now=START)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("mood", "sad", "choose from intent, category"),
        ("intent", "angry", "choose from complaint, question"),
        ("language", "Indonesian", "ISO 639 code"),
        ("language", "", "ISO 639 code"),
    ],
)
def test_an_unknown_field_or_label_is_refused_with_the_choices(field, value, says):
    with pytest.raises(LabelError, match=says):
        decide(None, mention(), {field: value}, by="sari", now=START)


def test_more_corrections_than_a_version_can_count_are_refused():
    full = label(intent="question") | {"revision": MAX_LABEL_REVISION}
    with pytest.raises(LabelError, match="2047 times"):
        label(full, intent="report")


def test_a_decision_in_sight_of_another_is_later_whatever_the_clock_says():
    first = label(second=60, intent="question")
    second = label(first, second=0, intent="report")
    assert standing(merge(second, first)) == standing(merge(first, second)) == {"intent": "report"}


def test_two_analysts_at_the_same_moment_keep_both_decisions():
    one, other = label(by="sari", intent="question"), label(by="budi", sentiment="neutral")
    both = merge(one, other)
    assert standing(both) == {"intent": "question", "sentiment": "neutral"}
    assert both["revision"] == 2, "its version must be news to who saw either"
    assert merge(both, one) == merge(one, both) == both
    assert validator("label").is_valid(both)


def test_what_a_newer_record_holds_already_changes_nothing():
    first = label(intent="question")
    second = label(first, second=1, intent="report")
    assert merge(first, second) == merge(second, first) == merge(second, second) == second
    assert merge(None, first) == first


def test_a_revision_is_raised_only_where_it_is_not_news():
    one = label(intent="question")
    assert raised(one, 0) == one
    assert raised(one, 1)["revision"] == 2
    assert raised(one, MAX_LABEL_REVISION)["revision"] == MAX_LABEL_REVISION


STEPS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["sari", "budi"]),
        st.sampled_from(["intent=question", "intent=report", "sentiment=neutral", "-intent", "-sentiment"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


@given(STEPS)
def test_in_whatever_order_records_arrive_the_same_decisions_stand(steps):
    """Records of analysts who saw the one before (or not), merged in every order, once or twice."""
    records, seen = [], None
    for second, by, act, aware in steps:
        now = START + timedelta(seconds=second)
        held = seen if aware else None
        field, _, value = act.removeprefix("-").partition("=")
        if not act.startswith("-"):
            held = decide(held, mention(), {field: value}, by=by, now=now)
        elif held is not None and field in held["labels"]:
            held = withdraw(held, mention(), [field], by=by, now=now)
        else:
            continue
        records.append(held)
        seen = held
    if not records:
        return
    outcomes = set()
    for order in permutations(records):
        held = None
        for record in (*order, *order[:2]):
            held = merge(held, record)
        assert held["revision"] >= max(record["revision"] for record in records)
        assert validator("label").is_valid(held)
        outcomes.add((repr(sorted(held["labels"].items())), repr(sorted(held["withdrawn"].items()))))
    assert len(outcomes) == 1
