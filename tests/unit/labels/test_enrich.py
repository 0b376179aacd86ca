"""What enrichment does with labels, and with an enrichment revision that a replay names."""

from __future__ import annotations

import pytest

from dengar.enrich import Context
from dengar.labels.apply import carries
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.records import ENRICHMENT_REVISION, unpack_version
from dengar.registers import Registers
from dengar.schemas import validator
from dengar.stages.enrich import RevisionError, enrich
from tests.unit.labels.samples import label

CONTEXT = Context(Registers(), b"a key of at least sixteen bytes", "sandbox")


@pytest.fixture
def log():
    """raw.youtube with three comments."""
    from bench.load import comments, raw_event

    log, source = MemoryLog(), comments(1)
    for _ in range(3):
        video, item = next(source)
        event = raw_event(video, item)
        log.append("raw.youtube", f"yt:video:{video}", event.data, event.headers())
    log.flush()
    return log


def enriched(log, **options):
    spans = [OffsetRange(*partition, 0, end) for partition, end in log.ends(["raw.youtube"]).items()]
    return [row.record for row in enrich(log, spans, CONTEXT, lambda ids: {}, index_group="i", **options)]


def test_labels_are_laid_over_their_mentions_and_no_others(log):
    records = enriched(log)
    one = label(about=records[1], intent="praise")
    asked = []

    def labels(ids):
        asked.append(ids)
        return {one["id"]: one}

    labelled = enriched(log, labels=labels)
    assert len(asked) == 1, "one look-up a batch"
    assert set(asked[0]) == {record["id"] for record in records}
    assert carries(labelled[1], one)
    assert [labelled[0], labelled[2]] == [records[0], records[2]]
    assert all(validator("mention").is_valid(record) for record in labelled)


def test_a_batch_without_mentions_looks_nothing_up():
    def labels(ids):
        raise AssertionError("nobody's labels were asked for")

    assert enrich(MemoryLog(), [], CONTEXT, lambda ids: {}, index_group="i", labels=labels) == []


def test_a_revision_that_is_named_is_in_version_and_record(log):
    before, after = enriched(log), enriched(log, revision=ENRICHMENT_REVISION + 4)
    for old, new in zip(before, after, strict=True):
        assert unpack_version(new["version"]) == (unpack_version(old["version"])[0], ENRICHMENT_REVISION + 4, 0)
        assert new["enrichment_revision"] == ENRICHMENT_REVISION + 4
        assert new["version"] > old["version"]


@pytest.mark.parametrize("revision", [ENRICHMENT_REVISION - 1, 1024, "2", 2.0, True])
def test_a_revision_that_would_lose_or_is_none_is_refused(log, revision):
    with pytest.raises(RevisionError, match="must be a whole number"):
        enriched(log, revision=revision)
