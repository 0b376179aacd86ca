"""Enrich: raw records of a claim → rows with their outcome and enriched record.

parse (CloudEvents) → map (platform item → draft) → drop what is known already → enrich the mentions in one batch.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dengar import enrich as enrichment
from dengar.events import EventError, read_event
from dengar.log import Log, OffsetRange, Record
from dengar.mapping import MappingError, map_event
from dengar.records import Outcome
from dengar.registers import load_registers
from dengar.settings import Settings, SettingsError
from dengar.stages.stagefile import Row

if TYPE_CHECKING:
    from dengar.index import Known

log_ = logging.getLogger(__name__)


SHORTEST_KEY = 16

KnownVersions = Callable[[Sequence[str]], Mapping[str, "Known"]]
"""Looks ids up in the index: id → what it holds; absent where it holds nothing."""


def open_context(settings: Settings) -> enrichment.Context:
    """Registers, pseudonym key and policy profile of a deployment. Raises SettingsError, RegistersError."""
    settings.require("pseudonym_key")
    if len(settings.pseudonym_key) < SHORTEST_KEY:
        raise SettingsError(f"DENGAR_PSEUDONYM_KEY must have at least {SHORTEST_KEY} characters.")
    registers = load_registers(Path(settings.registers) if settings.registers else None)
    return enrichment.Context(registers, settings.pseudonym_key.encode(), settings.policy_profile)


def enrich(log: Log, ranges: Sequence[OffsetRange], context: enrichment.Context, known: KnownVersions) -> list[Row]:
    """Rows of all ranges, in offset order within a partition. `known` looks ids up in the index (one request a thousand)."""
    rows = [_mapped(record) for span in ranges for record in log.read(span)]
    _drop_duplicates(rows, known)
    _enrich_mentions([row for row in rows if row.record_type == "mention"], context)
    for row in rows:
        if row.record_type == "account" and row.record is not None:
            _guarded(row, lambda draft: enrichment.enrich_account(draft, context))
    return rows


def _mapped(raw: Record) -> Row:
    row = Row(raw)
    try:
        event = read_event(raw.headers, raw.value)
    except EventError as error:
        row.quarantine("parse", "not_an_event", str(error))
        return row
    row.subject = event.subject
    try:
        mapped = map_event(event, raw.position)
    except MappingError as error:
        row.quarantine("map", error.reason, error.detail)
        return row
    row.outcome, row.record, row.fan_out = mapped.outcome, mapped.record, list(mapped.fan_out)
    row.record_type = None if mapped.record is None else mapped.outcome.value
    return row


def _drop_duplicates(rows: Sequence[Row], known: KnownVersions) -> None:
    """Mark as duplicate what adds nothing to what the index or an earlier row of this claim holds.

    The very same observation (equal version) is not a duplicate but our own work repeated, and is published again unchanged.
    Counters that ride along with an unchanged post still count: its outcome is `metrics` then.
    """
    keyed = [row for row in rows if row.record_type in ("mention", "deletion") and row.record is not None]
    held = dict(known(sorted({row.record["id"] for row in keyed if row.record})))
    seen = {key: (item.version, item.content_version, item.deleted) for key, item in held.items()}
    for row in keyed:
        record = row.record
        assert record is not None  # narrowed above
        version, content = record["version"], record.get("content_version")
        deleted = row.record_type == "deletion"
        before = seen.get(record["id"])
        if before is None or before[0] >> 21 == version >> 21:
            seen[record["id"]] = (version, content, deleted)
        elif before[0] >> 21 > version >> 21:
            _duplicate(row, "superseded", "a newer observation of the same item is known")
        elif before[1:] == (content, deleted) or (deleted and before[2]):
            _duplicate(row, "unchanged", "the same content is known from an earlier observation")
        else:
            seen[record["id"]] = (version, content, deleted)


def _duplicate(row: Row, reason: str, detail: str) -> None:
    row.reason, row.detail, row.record, row.record_type = reason, detail, None, None
    row.outcome = Outcome.DUPLICATE
    if row.fan_out:
        (row.record_type, row.record), *row.fan_out = row.fan_out
        row.outcome = Outcome(row.record_type)


def _enrich_mentions(rows: Sequence[Row], context: enrichment.Context) -> None:
    drafts = [row.record for row in rows if row.record is not None]
    try:
        enriched = enrichment.enrich_mentions(drafts, context)
    except Exception:
        # One poisonous text must not hold up its batch: find it by enriching one at a time.
        log_.exception("enriching %s mentions at once failed; trying one at a time", len(drafts))
        for row in rows:
            _guarded(row, lambda draft: enrichment.enrich_mentions([draft], context)[0])
        return
    for row, record in zip(rows, enriched, strict=True):
        row.record = record


def _guarded(row: Row, step: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    assert row.record is not None  # callers pass rows that carry a record
    try:
        row.record = step(row.record)
    except Exception as error:
        log_.exception("enriching the record at %s failed", row.raw.position)
        row.quarantine(
            "enrich", "enrich_failed", f"enrichment raised {type(error).__name__}; its text is in the task's log"
        )
