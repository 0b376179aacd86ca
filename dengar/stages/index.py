"""Index: enriched records of a claim → Elasticsearch, then commit. What the index refuses goes to the quarantine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from dengar.events import EventError, read_event
from dengar.log import Log, OffsetRange, Record, is_tombstone
from dengar.policy import Policy
from dengar.policy.barred import without_barred
from dengar.stages.breaker import stop
from dengar.stages.publish import furthest, quarantine

if TYPE_CHECKING:
    from dengar.index import WriteReport

WriteRecords = Callable[[Iterable[tuple[str, dict[str, Any]]]], "WriteReport"]


def index(
    log: Log,
    ranges: Sequence[OffsetRange],
    write: WriteRecords,
    refresh: Callable[[], object],
    *,
    group: str,
    commit: bool = True,
    limit: float | None = None,
    run: str | None = None,
    policy: Policy | None = None,
    watch: Callable[[Sequence[str]], dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Write all records of the ranges, quarantine the refused ones, refresh, commit; returns the counts of a run's note.

    What is committed is searchable, because `refresh` comes first: enrichment takes the committed part as known from the index.
    Judgements that `policy` bars are not written, whoever made them (None: the caller has asked). `watch` is called with the ids of the
    mentions once they are searchable (saved searches); what it appends is flushed before the commit, what it returns joins the counts.

    Raises what `write` raises when the index cannot be reached, BatchStoppedError where it refuses too large a share of them (`limit`
    overrides it), and LogError: nothing is committed then.
    """
    items: list[tuple[str, dict[str, Any]]] = []
    sources: dict[str, Record] = {}
    unreadable: list[tuple[Record, str]] = []
    count = 0
    for span in ranges:
        for raw in log.read(span):
            count += 1
            if is_tombstone(raw):
                continue  # a hard tombstone: who wrote it has cleared the index
            try:
                event = read_event(raw.headers, raw.value)
                record = orjson.loads(event.data)
                kind = event.type.removeprefix("dengar.")
                if kind == "mention" and policy is not None:
                    record = without_barred(record, policy)
                items.append((kind, record))
                sources[record["id"]] = raw
            except (EventError, orjson.JSONDecodeError, KeyError, TypeError) as error:
                unreadable.append((raw, f"not an enriched record: {error}"))
    report = write(items)
    refused = Counter(rejected.reason for rejected in report.rejected)
    stop("index", refused + Counter({"not_an_event": len(unreadable)}), count, limit)
    for raw, detail in unreadable:
        quarantine(log, raw, "index", "not_an_event", detail, run=run)
    for rejected in report.rejected:
        quarantine(log, sources[rejected.id], "index", rejected.reason, rejected.detail, run=run)
    log.flush()
    refresh()
    seen = watch([record["id"] for kind, record in items if kind == "mention"]) if watch else {}
    log.flush()
    if commit:
        log.commit(group, furthest(ranges))
    return {
        "in": count,
        "indexed": report.indexed,
        "stale": report.stale,
        "quarantined": len(report.rejected) + len(unreadable),
        "offsets": [f"{span.topic}/{span.partition}:{span.start}-{span.end}" for span in ranges],
        **seen,
    }
