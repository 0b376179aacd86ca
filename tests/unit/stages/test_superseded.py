"""A replay never publishes what is older than what is known, and a compacted topic never goes backwards, whatever comes in between."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from upath import UPath

from dengar.enrich import Context
from dengar.events import read_event
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.records import ENRICHMENT_REVISION, Outcome, moment, pack_version, unpack_version
from dengar.registers import Registers
from dengar.stages.duplicates import State, drop_duplicates
from dengar.stages.enrich import enrich
from dengar.stages.labels import Replayed, publish_settled
from dengar.stages.publish import append_record
from dengar.stages.stagefile import Row
from dengar.stages.superseded import OvertakenError, drop_superseded, keep_newest_last, standing_versions
from dengar.topics import INDEX_GROUP
from tests.unit.stages.test_duplicates import comment_log, mention, outcomes, span
from tests.unit.stages.test_handover import raw

CONTEXT = Context(Registers(), b"a key of at least sixteen bytes", "sandbox")
ID, POST = "yt:comment:c", "yt:video:v"


def version(second: int, revision: int = ENRICHMENT_REVISION, label: int = 0) -> int:
    return pack_version(moment(1_700_000_000_000 + 1000 * second), revision, label)


def record(number: int, identity: str = ID) -> dict[str, Any]:
    return {"id": identity, "post_id": POST, "version": number}


def row(kind: str, body: dict[str, Any], *fan_out: tuple[str, dict[str, Any]]) -> Row:
    return Row(raw(0), body["id"], Outcome(kind), record_type=kind, record=body, fan_out=list(fan_out))


def in_topic(log: MemoryLog, name: str = "mentions") -> list[tuple[int, str | None]]:
    """(version, replay) of what lies in a topic, in order; all of one partition."""
    found = []
    for partition, end in log.ends([name]).items():
        for one in log.read(OffsetRange(*partition, 0, end)):
            event = read_event(one.headers, one.value)
            found.append((orjson.loads(event.data)["version"], event.extensions.get("replay")))
    return found


def published(log: MemoryLog, rows: list[Row], folder: UPath, held: dict[str, int] | None = None) -> dict[str, Any]:
    return publish_settled(
        log,
        rows,
        [],
        labels=lambda ids: {},
        rejudge=list,
        group="g",
        journal=folder / "journal",
        run="r",
        commit=False,
        replay=Replayed("again", lambda ids: held or {}),
    )


def test_a_lower_revision_of_the_same_observation_is_superseded():
    newer = State(version(1, ENRICHMENT_REVISION + 1), "a", False)
    assert outcomes([mention(1, "a")], newer) == ["superseded"]
    assert outcomes([mention(2, "b")], newer) == ["mention"], (
        "a later observation wins, whatever judged the earlier one"
    )


def test_what_is_unchanged_is_judged_again_only_where_a_lower_revision_judged_it():
    before = {"yt:comment:c": State(version(1, ENRICHMENT_REVISION - 1), "a", False)}
    for renew, state, expected in (
        (True, before, Outcome.MENTION),
        (False, before, Outcome.DUPLICATE),
        (True, {"yt:comment:c": State(version(1), "a", False)}, Outcome.DUPLICATE),
    ):
        rows = [mention(2, "a")]
        drop_duplicates(rows, state, renew=renew)
        assert rows[0].outcome is expected


def test_older_records_are_dropped_and_what_rides_along_stays():
    metrics = ("metrics", {"id": "m", "object_id": POST, "version": 1})
    account = ("account", {"id": "yt:channel:x", "version": version(1)})
    rows = [
        row("mention", record(version(1))),
        row("mention", record(version(2)), metrics),
        row("mention", record(version(3, label=1))),
        row("mention", record(version(9)), account),
        row("deletion", record(version(4), "yt:comment:other")),
    ]
    dropped = drop_superseded(
        rows, {ID: version(3, label=1), "yt:channel:x": version(2), "yt:comment:other": version(5)}
    )
    assert dropped == 4
    assert [(one.outcome, one.reason) for one in rows] == [
        (Outcome.DUPLICATE, "superseded"),
        (Outcome.METRICS, "superseded"),
        (Outcome.MENTION, None),
        (Outcome.MENTION, None),
        (Outcome.DUPLICATE, "superseded"),
    ]
    assert [one.fan_out for one in rows] == [[]] * 5


def test_what_stands_is_in_the_index_or_on_its_way_there(tmp_path):
    log = MemoryLog()
    append_record(log, "mention", record(version(5)))
    append_record(log, "mention", record(version(3)))
    append_record(log, "account", {"id": "yt:channel:x", "version": 7})
    log.flush()
    assert standing_versions(log, lambda ids: {ID: version(4)}, [ID, "yt:channel:x"]) == {
        ID: version(5),
        "yt:channel:x": 7,
    }
    log.commit(INDEX_GROUP, log.ends(["mentions", "accounts"]))
    assert standing_versions(log, lambda ids: {ID: version(4)}, [ID]) == {ID: version(4)}


def test_a_replay_marks_what_it_publishes_and_leaves_out_what_is_older(tmp_path):
    log = MemoryLog()
    held = {ID: version(4)}
    summary = published(log, [row("mention", record(version(3)))], UPath(tmp_path), held)
    assert (summary["superseded"], summary["outcomes"]["duplicate"], in_topic(log)) == (1, 1, [])
    summary = published(log, [row("mention", record(version(4)))], UPath(tmp_path), held)
    assert (summary["superseded"], in_topic(log)) == (0, [(version(4), "again")])


def test_what_came_between_the_look_and_the_replay_is_published_last(tmp_path):
    log = MemoryLog()

    def looked(ids: Any) -> dict[str, int]:
        append_record(log, "mention", record(version(8)))
        append_record(log, "account", {"id": "yt:channel:x", "version": 9})
        log.flush()
        return {}

    rows = [row("mention", record(version(3)), ("account", {"id": "yt:channel:x", "version": 2}))]
    summary = publish_settled(
        log, rows, [], labels=lambda ids: {}, rejudge=list, group="g", journal=UPath(tmp_path), run="r", commit=False,
        replay=Replayed("again", looked),
    )  # fmt: skip
    assert summary["kept_last"] == 2
    assert in_topic(log) == [(version(8), None), (version(3), "again"), (version(8), None)]
    assert [number for number, _ in in_topic(log, "accounts")] == [9, 2, 9]
    log.compact("mentions")
    assert in_topic(log) == [(version(8), None)]


def test_a_topic_that_does_not_settle_is_told():
    class Restless(MemoryLog):
        def flush(self) -> None:
            super().flush()
            append_record(self, "mention", record(version(1)))
            super().flush()

    log = Restless()
    starts = log.ends(["mentions", "accounts"])
    append_record(log, "mention", record(version(2)))
    log.flush()
    with pytest.raises(OvertakenError):
        keep_newest_last(log, starts, [ID])


def test_any_order_of_replays_and_revisions_ends_with_the_newest(tmp_path):
    """Old and new ranges of one comment that was edited twice, under three revisions, in many orders."""
    import random

    log = comment_log("satu", "dua", "tiga")
    whole = span(log)[0]
    parts = [OffsetRange(whole.topic, whole.partition, n, n + 1) for n in range(3)]
    index: dict[str, int] = {}

    def indexed() -> None:
        """What index_mentions does: the highest version stays."""
        for partition, end in log.ends(["mentions"]).items():
            for one in log.read(OffsetRange(*partition, 0, end)):
                body = orjson.loads(one.value or b"{}")
                index[body["id"]] = max(body["version"], index.get(body["id"], 0))
        log.commit(INDEX_GROUP, log.ends(["mentions"]))

    class Held:
        def __init__(self, number: int) -> None:
            self.version, self.content_version, self.deleted, self.edits = number, None, False, None

    chance, top = random.Random(4), ENRICHMENT_REVISION
    for step in range(60):
        part, revision = chance.choice([*parts, whole]), ENRICHMENT_REVISION + chance.randrange(3)
        rows = enrich(
            log, [part], CONTEXT, lambda ids: {i: Held(index[i]) for i in ids if i in index},  # type: ignore[misc]
            index_group=INDEX_GROUP, revision=revision, renew=True,
        )  # fmt: skip
        published(log, rows, UPath(tmp_path), index)
        if chance.random() < 0.5:
            indexed()
        versions = [number for number, _ in in_topic(log)]
        assert versions[-1] == max(versions), f"step {step}: the topic went backwards"
        top = max(top, revision if part.end == 3 else 0)
    assert unpack_version(versions[-1])[1] == top
