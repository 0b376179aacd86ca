"""What counts as a duplicate: against the index, against what is on its way there, and inside a claim."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
import pytest

from dengar.enrich import Context
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.records import Outcome, moment, pack_version
from dengar.registers import Registers
from dengar.stages.duplicates import State, drop_duplicates
from dengar.stages.enrich import enrich
from dengar.stages.publish import append_record
from dengar.stages.stagefile import Row
from tests.unit.stages.test_handover import raw

CONTEXT = Context(Registers(), b"a key of at least sixteen bytes", "sandbox")
ID = "yt:comment:c"


@dataclass
class Known:
    version: int
    content_version: str | None
    deleted: bool
    edits: dict | None = None


def at(second: int) -> int:
    return pack_version(moment(1_700_000_000_000 + 1000 * second))


def mention(second: int, content: str, **fan_out: dict) -> Row:
    record = {"id": ID, "post_id": "yt:video:v", "version": at(second), "content_version": content}
    row = Row(raw(second), ID, Outcome.MENTION, record_type="mention", record=record)
    row.fan_out = list(fan_out.items())
    return row


def deletion(second: int) -> Row:
    record = {"id": ID, "post_id": "yt:video:v", "version": at(second)}
    return Row(raw(second), ID, Outcome.DELETION, record_type="deletion", record=record)


def outcomes(rows: list[Row], state: State | None = None) -> list[str]:
    drop_duplicates(rows, {ID: state} if state else {})
    return [row.reason or row.outcome.value for row in rows]


def test_the_same_content_again_is_a_duplicate():
    assert outcomes([mention(1, "a"), mention(2, "a"), mention(3, "b")]) == ["mention", "unchanged", "mention"]
    assert outcomes([mention(2, "a")], State(at(1), "a", False)) == ["unchanged"]


def test_the_same_observation_again_is_our_own_work_repeated():
    assert outcomes([mention(1, "a")], State(at(1), "a", False)) == ["mention"]


def test_an_older_observation_is_superseded():
    assert outcomes([mention(1, "a"), deletion(2)], State(at(5), "b", False)) == ["superseded", "superseded"]


def test_a_deletion_is_always_published_and_what_comes_back_is_a_mention():
    assert outcomes([deletion(2), deletion(3), mention(4, "a")], State(at(1), "a", False)) == [
        "deletion", "deletion", "mention",
    ]  # fmt: skip
    assert outcomes([deletion(2)], State(at(1), None, True)) == ["deletion"]


def test_counters_that_ride_on_an_unchanged_post_are_kept():
    row = mention(2, "a", metrics={"id": "m", "object_id": ID, "version": at(2)})
    assert outcomes([row], State(at(1), "a", False)) == ["unchanged"]
    assert (row.outcome, row.record_type, row.record["id"], row.fan_out) == (Outcome.METRICS, "metrics", "m", [])


def comment_log(*texts: str) -> MemoryLog:
    """raw.youtube with one comment edited to each text in turn."""
    from bench.load import comments, raw_event

    log = MemoryLog()
    video, item = next(comments(1))
    for number, text in enumerate(texts):
        item["snippet"].update(textOriginal=text, updatedAt=f"2026-11-20T10:00:0{number}Z")  # type: ignore[attr-defined]
        event = raw_event(video, item)
        log.append("raw.youtube", f"yt:video:{video}", event.data, event.headers())
    log.flush()
    return log


def span(log: MemoryLog) -> list[OffsetRange]:
    return [OffsetRange(p.topic, p.number, 0, end) for p, end in log.ends(["raw.youtube"]).items() if end]


def test_what_is_published_but_not_indexed_is_known():
    log = comment_log("pertama")
    known = {}
    rows = enrich(log, span(log), CONTEXT, lambda ids: known, index_group="i")
    record = rows[0].record
    assert record["text"] == "pertama"
    # The index holds what was said before; a newer text, then the first one again, are still on their way to it.
    append_record(log, "mention", record | {"version": record["version"] - (5 << 21), "content_version": "newer"})
    log.flush()
    held = Known(record["version"] - (9 << 21), record["content_version"], False)
    rows = enrich(log, span(log), CONTEXT, lambda ids: {record["id"]: held}, index_group="i")
    assert rows[0].outcome is Outcome.MENTION, "the newer text must not stand"
    log.commit("i", log.ends(["mentions"]))
    rows = enrich(log, span(log), CONTEXT, lambda ids: {record["id"]: held}, index_group="i")
    assert rows[0].outcome is Outcome.DUPLICATE


def test_what_is_no_event_in_the_tail_stops_nothing():
    log = comment_log("pertama")
    log.append("mentions", "yt:comment:x", b"{}", [])
    log.append("mentions", "yt:comment:x", None, [])
    log.flush()
    rows = enrich(log, span(log), CONTEXT, lambda ids: {}, index_group="i")
    assert rows[0].outcome is Outcome.MENTION


def test_a_poisonous_text_does_not_hold_up_its_batch(monkeypatch):
    from dengar.stages import enrich as stage

    real = stage.enrichment.enrich_mentions

    def poisoned(drafts, context):
        if any("racun" in draft["text"] for draft in drafts):
            raise RuntimeError("boom")
        return real(drafts, context)

    monkeypatch.setattr(stage.enrichment, "enrich_mentions", poisoned)
    log = comment_log("baik", "racun", "baik lagi")
    rows = enrich(log, span(log), CONTEXT, lambda ids: {}, index_group="i")
    assert [row.reason for row in rows] == [None, "enrich_failed", None]
    assert rows[2].record["text"] == "baik lagi"


@pytest.mark.parametrize("value", [b"", b"{", b"[]", orjson.dumps({"id": 1}), b"\xff"])
def test_what_cannot_be_read_is_quarantined_with_its_reason(value):
    from bench.load import comments, raw_event

    log = MemoryLog()
    event = raw_event(*next(comments(1)))
    log.append("raw.youtube", "k", value, event.headers())
    log.append("raw.youtube", "k", value, [("ce_id", b"\xff")])
    log.flush()
    rows = enrich(log, span(log), CONTEXT, lambda ids: {}, index_group="i")
    assert [row.outcome for row in rows] == [Outcome.QUARANTINED] * 2
    assert all(row.reason and row.detail for row in rows)


def test_counters_of_an_unregistered_account_carry_its_pseudonym():
    from listeners.item import RawItem

    channel = {
        "kind": "youtube#channel",
        "id": "UCprivate",
        "snippet": {"title": "Seseorang", "publishedAt": "2020-01-01T00:00:00Z"},
        "statistics": {"viewCount": "10"},
    }
    item = RawItem("youtube", "channel", "yt:channel:UCprivate", channel, "youtube/channels.list", "youtube.channels")
    log = MemoryLog()
    event = item.event(moment(1_700_000_000_000))
    log.append(item.topic, item.key, event.data, event.headers())
    log.flush()
    row = enrich(log, span(log), CONTEXT, lambda ids: {}, index_group="i")[0]
    (_, counters), *_ = row.fan_out
    assert row.record["id"].startswith("yt~")
    assert counters["object_id"] == row.record["id"]
    assert "UCprivate" not in orjson.dumps([row.record, counters]).decode()


def test_an_older_observation_loses_also_where_the_newer_one_was_a_duplicate():
    rows = [mention(1, "a"), mention(3, "a"), mention(2, "b"), deletion(2)]
    assert outcomes(rows) == ["mention", "unchanged", "superseded", "superseded"]


def test_what_is_unchanged_is_published_again_when_its_clock_wants_it():
    day = 86_400
    assert outcomes([mention(19 * day, "a")], State(at(0), "a", False)) == ["unchanged"]
    assert outcomes([mention(20 * day, "a"), mention(21 * day, "a")], State(at(0), "a", False)) == [
        "mention", "unchanged",
    ]  # fmt: skip


def test_edits_are_counted_and_begin_anew_after_a_deletion():
    rows = [mention(1, "a"), mention(2, "b"), mention(3, "c"), deletion(4), mention(5, "d"), mention(6, "e")]
    drop_duplicates(rows, {})
    told = [row.record.get("edits") for row in rows if row.record_type == "mention"]
    assert told == [
        None,
        {"count": 1, "versions": ["a"]},
        {"count": 2, "versions": ["a", "b"]},
        None,
        {"count": 1, "versions": ["d"]},
    ]
    again = [mention(3, "c"), mention(7, "z")]
    drop_duplicates(again, {ID: State(at(3), "c", False, {"count": 70, "versions": [str(n) for n in range(50)]})})
    assert again[0].record["edits"]["count"] == 70, "our own work repeated is no edit"
    assert (again[1].record["edits"]["count"], len(again[1].record["edits"]["versions"])) == (71, 50)
    assert again[1].record["edits"]["versions"][-1] == "c"
