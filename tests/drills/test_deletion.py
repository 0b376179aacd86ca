"""A thousand interleavings of every history, on the stages' own code and a real index: each has one end, and old texts are nowhere."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from elasticsearch import Elasticsearch
from elasticsearch.helpers import scan
from upath import UPath

from dengar.index import known_versions, newest_versions, refresh, write_records
from dengar.log.memory import MemoryLog
from dengar.topics import MENTION_TOPICS
from tests.histories import FORMS, end_of, expected, last_in_topic, old_words, play
from tests.stages_run import Stages

pytestmark = [pytest.mark.stack, pytest.mark.long, pytest.mark.timeout(3_000)]

COPIES = {form.name: 1_000 for form in FORMS}
REMAINS = {
    "id",
    "platform",
    "kind",
    "post_id",
    "conversation_id",
    "version",
    "deleted",
    "deletion_reason",
    "observed_at",
}


def documents(index: Elasticsearch) -> list[tuple[str, dict[str, Any]]]:
    """(index, document) of everything: what is empty too."""
    index.indices.refresh()
    return [(hit["_index"], hit["_source"]) for hit in scan(index, index="mentions,messages,tombstones", size=2_000)]


def test_a_thousand_interleavings_of_each_history_end_in_one_state(
    elasticsearch: Elasticsearch, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    began = time.monotonic()
    stages = Stages(
        MemoryLog(),
        UPath(tmp_path / "stage"),
        known=lambda ids: known_versions(elasticsearch, ids),
        versions=lambda ids: newest_versions(elasticsearch, ids),
        write=lambda items: write_records(elasticsearch, items),
        refresh=lambda: refresh(elasticsearch),
        profile="strict",  # what is judged is no part of this, and costs most
    )
    played = play(stages, copies=COPIES, seed=11, rounds=8)
    ended = time.monotonic()
    held = documents(elasticsearch)
    shown = {body["id"]: body for where, body in held if not where.startswith("tombstones") and not body["deleted"]}
    stones = {body["id"]: body for where, body in held if where.startswith("tombstones")}
    wanted = {identity: expected(form) for identity, (form, _) in played.ids.items()}
    ends = {}
    for identity, (form, copy) in played.ids.items():
        # A document that is deleted, or never was, is told by its tombstone.
        ends[identity] = end_of(form, copy, shown[identity] if identity in shown else stones[identity])
    assert ends == wanted
    last = last_in_topic(stages)
    assert {identity: end_of(form, copy, last[identity]) for identity, (form, copy) in played.ids.items()} == wanted
    # That and when, never what: what is left of a deleted document is ids, its version and the reason.
    emptied = [body for where, body in held if not where.startswith("tombstones") and body["deleted"]]
    assert emptied
    assert {name for body in emptied for name in body} <= REMAINS
    assert all(stone["reason"] and stone["observed_at"] and stone["expires_at"] for stone in stones.values())
    for topic in MENTION_TOPICS:
        stages.log.compact(topic)
    kept = (
        orjson.dumps([body for _, body in held]).decode() + orjson.dumps(list(last_in_topic(stages).values())).decode()
    )
    words = set(kept.replace('"', " ").split())
    assert words.isdisjoint(old_words(played)), "an old text is still in the index or in the compacted topic"
    assert list(Path(tmp_path / "stage" / "runs").rglob("*.parquet")) == []
    journal = b"".join(path.read_bytes() for path in Path(tmp_path / "stage" / "journal").rglob("*.parquet"))
    assert b"bansos di desa" not in journal
    assert stages.outcomes["quarantined"] == 0
    orders = Counter(name for name, _ in played.orders)
    outcomes = {name: count for name, count in stages.outcomes.items() if count}
    tell(
        f"{COPIES} interleavings: {sum(outcomes.values())} outcomes of raw records, replays and repeats "
        f"included ({outcomes}, of them {dict(stages.reasons)}) in {ended - began:.0f} s, checked in {time.monotonic() - ended:.0f} s; "
        f"distinct orders by history {dict(orders)}; each ends in one state"
    )
