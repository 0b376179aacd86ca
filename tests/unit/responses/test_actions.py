"""Actions of the desk: what each needs, that records join in any order, and that schemas/desk-action takes them."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from dengar.responses.actions import MAX_ACTIONS, REASONS, ActionError, act, fits, merge_actions
from dengar.responses.desk_commands import Reason
from dengar.schemas import load, validator

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
WHERE = {"id": "ig:comment:1", "platform": "instagram", "post_id": "ig:media:1"}


def test_each_action_is_a_valid_record_and_later_than_the_one_before() -> None:
    record = act(None, WHERE, "assign", by="sari", now=NOW, covers=["ig:comment:1"], to="humas")
    record = act(record, WHERE, "note", by="budi", now=NOW - timedelta(hours=1), covers=[], note="sudah")
    record = act(record, WHERE, "dismiss", by="sari", now=NOW, covers=[], reason="spam", bulk="sari-1")
    validator("desk-action").validate(record)
    assert [one["at"] for one in record["actions"]] == [
        "2026-11-24T03:00:00.000Z",
        "2026-11-24T03:00:00.001Z",
        "2026-11-24T03:00:00.002Z",
    ]
    assert (record["acted_by"], record["acted_at"]) == ("sari", "2026-11-24T03:00:00.002Z")


def test_records_join_in_any_order() -> None:
    one = act(None, WHERE, "assign", by="sari", now=NOW, covers=[], to="humas")
    records = [
        one,
        act(one, WHERE, "close", by="budi", now=NOW, covers=[]),
        act(None, WHERE, "reopen", by="ani", now=NOW, covers=[]),
    ]
    joined = []
    for order in permutations(records):
        whole = None
        for record in order:
            whole = merge_actions(whole, record)
        joined.append(whole)
    assert all(whole == joined[0] for whole in joined)
    assert len(joined[0]["actions"]) == 3


@pytest.mark.parametrize(
    ("kind", "told", "says"),
    [
        ("assign", {}, "say its to"),
        ("note", {}, "say its note"),
        ("hand_over", {}, "say its reference"),
        ("dismiss", {}, "say its reason"),
        ("dismiss", {"reason": "bored"}, "no reason to dismiss"),
        ("delete", {}, "There is no action"),
    ],
)
def test_what_is_missing_is_told(kind: str, told: dict, says: str) -> None:
    with pytest.raises(ActionError, match=says):
        act(None, WHERE, kind, by="sari", now=NOW, covers=[], **told)


def test_there_is_an_end_to_actions() -> None:
    record = act(None, WHERE, "note", by="sari", now=NOW, covers=[], note="x")
    record["actions"] *= MAX_ACTIONS
    with pytest.raises(ActionError, match="more cannot be kept"):
        act(record, WHERE, "note", by="sari", now=NOW, covers=[], note="x")


def test_some_actions_fit_some_states_only() -> None:
    waits = {"id": "x", "state": "new", "rounds": [{"ended_by": None}]}
    with pytest.raises(ActionError, match="never answered"):
        fits(waits, "close")
    with pytest.raises(ActionError, match="can be opened again"):
        fits(waits, "reopen")
    fits(waits, "answered_live")
    with pytest.raises(ActionError, match="nobody waits"):
        fits({"id": "x", "state": "resolved", "rounds": []}, "answered_live")


def test_the_command_line_has_the_reasons_of_the_schema() -> None:
    schema = load("desk-action")["properties"]["actions"]["items"]["properties"]["reason"]["enum"]
    assert [one.value for one in Reason] == list(REASONS) == [one for one in schema if one]
