"""Hostile records through parse, map, enrich and validate: none crashes a batch, none is lost, each ends where it must.

`bench.hostile` draws them; `python -m bench.validation` prints how long rejecting takes.
"""

from __future__ import annotations

import base64
from collections import Counter

import orjson
import pytest
from upath import UPath

from bench.hostile import FAMILIES, MENTION, hostile_records
from dengar.enrich import Context
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.records import Outcome
from dengar.registers import Registers
from dengar.stages.enrich import enrich
from dengar.stages.journal import read_journal
from dengar.stages.publish import publish
from dengar.stages.stagefile import read_stage, write_stage
from dengar.stages.validate import validate
from dengar.topics import RAW_TOPICS

CONTEXT = Context(Registers(), b"a key of at least sixteen bytes", "sandbox")
BATCH = 1_000


def appended(log: MemoryLog, records: list) -> dict:
    """position → hostile record, appended to raw.youtube."""
    for record in records:
        log.append("raw.youtube", record.key, record.value, record.headers)
    log.flush()
    (span,) = [OffsetRange(*partition, 0, end) for partition, end in log.ends(RAW_TOPICS).items() if end]
    return {raw.position: record for raw, record in zip(log.read(span), records, strict=True)}


def run(log: MemoryLog, folder: UPath) -> None:
    """The stages as the tasks call them, stage files between them."""
    spans = [OffsetRange(*partition, 0, end) for partition, end in log.ends(RAW_TOPICS).items() if end]
    write_stage(enrich(log, spans, CONTEXT, lambda ids: {}, index_group="i"), folder / "enriched")
    rows = read_stage(folder / "enriched")
    validate(rows, limit=1.0)
    write_stage(rows, folder / "validated")
    publish(log, read_stage(folder / "validated"), spans, group="g", journal=folder / "journal", run="r")


def topic(log: MemoryLog, name: str) -> list:
    return [raw for partition, end in log.ends([name]).items() for raw in log.read(OffsetRange(*partition, 0, end))]


def judge(records: list, folder: UPath) -> Counter:
    """Assert that each record is published or in the quarantine, once, for a reason it may have; family → count."""
    log = MemoryLog()
    sent = appended(log, records)
    run(log, folder)
    held = {body["id"]: body for body in (orjson.loads(raw.value) for raw in topic(log, "quarantine"))}
    published = Counter(orjson.loads(raw.value)["provenance"]["raw"] for raw in topic(log, "mentions"))
    entries = {f"{e.topic}/{e.partition}/{e.offset}": e for e in read_journal(folder / "journal")}
    assert entries.keys() == sent.keys(), "a record has no outcome"
    assert not held.keys() & published.keys()
    assert held.keys() | published.keys() == sent.keys(), "a record is lost"
    assert set(published.values()) == {1}
    for position, record in sent.items():
        ended = held[position]["reason"] if position in held else MENTION
        assert ended in record.expected, f"{record.family} ended as {ended}, not {sorted(record.expected)}"
        assert (entries[position].outcome is Outcome.QUARANTINED) == (position in held)
        if position in held:
            kept = held[position]["value"]
            assert (None if kept is None else base64.b64decode(kept)) == (record.value and record.value[:1_000_000])
    for raw in topic(log, "mentions"):
        orjson.loads(raw.value)["text"].encode()  # strict UTF-8: no surrogate is left
        assert b"\\u0000" not in raw.value
    return Counter(record.family for record in records)


def test_hostile_records_end_in_the_topic_or_in_the_quarantine(tmp_path):
    families = judge(hostile_records(400, seed=3), UPath(tmp_path))
    assert len(families) == len(FAMILIES)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_ten_thousand_hostile_records(tmp_path):
    records, families = hostile_records(10_000, seed=20), Counter[str]()
    for start in range(0, len(records), BATCH):
        families += judge(records[start : start + BATCH], UPath(tmp_path) / str(start))
    assert families.total() == 10_000
    assert min(families.values()) > 100
