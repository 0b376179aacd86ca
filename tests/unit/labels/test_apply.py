"""Labels over a mention: what wins, what follows from it, what stays."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dengar.enrich import Context
from dengar.labels import FIELDS
from dengar.labels.apply import apply_labels, carried, carries
from dengar.labels.decisions import choices, withdraw
from dengar.labels.rejudge import rejudge
from dengar.records import unpack_version
from dengar.registers import load_registers
from dengar.schemas import validator
from dengar.validate import validate_records
from tests.unit.labels.samples import START, again, label, machine, mention

CHOICES = {field: choices()[field] or ("jv", "min") for field in FIELDS}
LABELS = st.fixed_dictionaries({}, optional={field: st.sampled_from(CHOICES[field]) for field in FIELDS})


def test_the_samples_are_mentions():
    assert list(validator("mention").iter_errors(mention())) == []


def test_people_win_and_nothing_is_probable_any_more():
    whole = apply_labels(mention(), label(sentiment="positive", urgency="none", toxicity="abuse", language="jv"))
    assert whole["sentiment"] == {
        "label": "positive", "score": None, "uncertain": False, "origin": "hand", "probabilities": None,
    }  # fmt: skip
    assert whole["urgency"] == {"label": "none", "reasons": [], "origin": "hand"}
    assert whole["toxicity"] == {"label": "abuse", "score": None, "origin": "hand"}
    assert whole["language"] == {"code": "jv", "confidence": None, "mixed": None}
    assert whole["intent"] == mention()["intent"], "nobody said anything about it"
    assert whole["model_version"] == "m1"


def test_the_version_carries_the_revision_and_provenance_says_hand():
    before = mention(revision=3)
    whole = apply_labels(before, label(intent="report") | {"revision": 7})
    assert unpack_version(whole["version"]) == (unpack_version(before["version"])[0], 3, 7)
    assert (whole["label_revision"], whole["enrichment_revision"]) == (7, 3)
    assert whole["provenance"]["formulas"] == {"language": "cld3/1", "intent": "hand/7"}
    assert before == mention(revision=3), "the mention handed in is left as it is"


def test_who_asks_for_nothing_has_no_category_and_no_complaint_unless_people_gave_one():
    whole = apply_labels(mention(), label(intent="praise"))
    assert (whole["actionable"], whole["category"], whole["complaint"]) == (False, None, None)
    kept = apply_labels(mention(), label(intent="praise", category="elderly"))
    assert kept["category"]["label"] == "elderly"
    still = apply_labels(mention(), label(intent="question"))
    assert (still["actionable"], still["category"]) == (True, mention()["category"])


def test_actionable_follows_a_hand_label_on_intent_or_spam():
    assert apply_labels(mention(**machine(intent="other")), label(intent="request"))["actionable"] is True
    assert apply_labels(mention(), label(spam="gambling"))["actionable"] is False
    assert apply_labels(mention(**machine(spam=None)), label(intent="request"))["actionable"] is True
    official = mention(author={"key": "yt:channel:a", "role": "official", "handle": "a", "name": "A"})
    assert apply_labels(official, label(intent="request"))["actionable"] is False
    unjudged = mention(intent=None, actionable=None)
    assert apply_labels(unjudged, label(spam="none"))["actionable"] is None


def test_where_policy_switched_the_machine_off_people_still_judge():
    bare = mention()
    for field in (
        "sentiment",
        "intent",
        "category",
        "urgency",
        "toxicity",
        "spam",
        "purpose",
        "actionable",
        "complaint",
    ):
        del bare[field]
    whole = apply_labels(bare, label(about=bare, intent="complaint"))
    assert (whole["intent"]["label"], whole["actionable"]) == ("complaint", True)
    assert list(validator("mention").iter_errors(whole)) == []


@given(LABELS)
def test_every_outcome_is_a_valid_mention_that_carries_the_labels(labels):
    one = label(**labels)
    whole = apply_labels(mention(), one)
    assert list(validator("mention").iter_errors(whole)) == []
    assert carried(whole) == labels
    assert carries(whole, one)
    assert not labels or not carries(mention(), one)


def test_labelled_mentions_pass_the_validation_of_the_pipeline():
    labelled = [apply_labels(mention(second), label(intent="praise", language="su")) for second in range(3)]
    assert validate_records("mention", labelled, now=START).failed == {}


@given(st.lists(st.tuples(LABELS, st.booleans()), min_size=1, max_size=5))
def test_in_whatever_order_corrections_and_re_enrichments_come_the_end_is_the_same(steps):
    """What a mention looks like after a life of corrections is what a fresh enrichment with the last label gives."""
    held, shown, revision = None, mention(), 1
    for second, (labels, re_enriched) in enumerate(steps):
        held = label(held, second=second, about=shown, **labels)
        if re_enriched:
            revision += 1
            shown = apply_labels(mention(revision=revision), held)
        else:
            (base,) = again([shown])
            shown = apply_labels(base, held)
    assert shown == apply_labels(mention(revision=revision), held)


def test_a_label_taken_back_leaves_what_the_machine_says():
    first = label(intent="praise", sentiment="positive")
    shown = apply_labels(mention(), first)
    second = withdraw(first, shown, ["intent"], by="sari", now=START)
    back = apply_labels(again([shown])[0], second)
    assert back["intent"] == mention()["intent"]
    assert back["category"] == mention()["category"]
    assert back["sentiment"]["origin"] == "hand"


CONTEXT = Context(load_registers(), b"a key of at least sixteen bytes", "sandbox")


@pytest.fixture(scope="module")
def enriched():
    """Mentions as the real enrichment makes them: personal data masked, accounts pseudonymous, one author of the registers."""
    from dengar.enrich import enrich_mentions

    official = CONTEXT.registers.own("youtube")[0]
    drafts = [
        mention(text=text, title=title, kind=kind, author={"id": author, "handle": None, "name": "Seseorang"})
        for text, title, kind, author in [
            ("min bansos ibu sy blm cair 3 bln, wa 0812-0000-1111 @tetangga_saya", None, "comment", "UCseseorang"),
            ("Pak, PKH nya kapan cair? NIK 3201010101010001", None, "comment", None),
            ("Matur nuwun sanget bantuane sampun kulo tampi", None, "reply", "UCorang"),
            ("Jadwal penyaluran tahap 4", "Info PKH November", "post", official.id),
        ]
    ]
    for draft in drafts:
        for name in machine():
            del draft[name]
        draft["provenance"] = {"raw": "raw.youtube/0/1", "formulas": {}}
    return enrich_mentions(drafts, CONTEXT)


def test_the_machine_says_of_a_masked_mention_what_it_said_of_the_text(enriched):
    one = label(intent="praise", language="min")
    labelled = [apply_labels(mention, one) for mention in enriched]
    before = copy.deepcopy(labelled)
    judged = rejudge(labelled, CONTEXT)
    for fresh, restored in zip(enriched, judged, strict=True):
        assert restored == fresh | {"label_revision": 1, "version": restored["version"]}
    assert labelled == before


def test_a_mention_without_labels_is_not_judged_again(enriched, monkeypatch):
    monkeypatch.setattr("dengar.enrich.enrich_mentions", None)
    assert rejudge(enriched, CONTEXT) == list(enriched)
