"""Enrich: raw records of a claim → rows with their outcome and enriched record.

parse (CloudEvents) → map (platform item → draft) → drop what is known already → enrich the mentions in one batch.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dengar import enrich as enrichment
from dengar.erasure.requests import Erased
from dengar.events import EventError, read_event
from dengar.labels.apply import apply_labels
from dengar.log import Log, OffsetRange, Record
from dengar.mapping import MappingError, map_event
from dengar.policy import Policy, load_policy
from dengar.policy.barred import without_barred
from dengar.records import ENRICHMENT_REVISION, MAX_ENRICHMENT_REVISION, pack_version, unpack_version
from dengar.registers import load_registers
from dengar.retention.clocks import stamp
from dengar.settings import Settings, SettingsError
from dengar.stages.duplicates import State, drop_duplicates, in_flight
from dengar.stages.stagefile import Row
from dengar.trace import read as read_trace

if TYPE_CHECKING:
    from dengar.index import Known
    from dengar.labels.held import LabelsOf

log_ = logging.getLogger(__name__)


SHORTEST_KEY = 16

KnownVersions = Callable[[Sequence[str]], Mapping[str, "Known"]]
"""Looks ids up in the index: id → what it holds; absent where it holds nothing."""


class RevisionError(ValueError):
    """`conf["enrichment_revision"]` is malformed or would lose to what is published; the message says what to give."""


def open_context(settings: Settings) -> enrichment.Context:
    """Registers, pseudonym key and policy profile of a deployment. Raises SettingsError, RegistersError."""
    settings.require("pseudonym_key")
    if len(settings.pseudonym_key) < SHORTEST_KEY:
        raise SettingsError(f"DENGAR_PSEUDONYM_KEY must have at least {SHORTEST_KEY} characters.")
    registers = load_registers(Path(settings.registers) if settings.registers else None)
    return enrichment.Context(registers, settings.pseudonym_key.encode(), settings.policy_profile)


def enrich(
    log: Log,
    ranges: Sequence[OffsetRange],
    context: enrichment.Context,
    known: KnownVersions,
    *,
    index_group: str,
    labels: LabelsOf | None = None,
    revision: int | None = None,
    renew: bool = False,
) -> list[Row]:
    """Rows of all ranges, in offset order within a partition.

    What is known of an id is what the index holds (`known`, one request a thousand ids) and, newer than that, what `index_group`
    has yet to index: without it, a text that changed and changed back within seconds would end as what it was in between. The tail
    is read first: what is indexed meanwhile is then seen twice, and not never.

    What an erased person said before they asked is not taken up again, however often it is collected (see dengar.erasure.requests).

    `labels` looks up hand labels, which are laid over the machine's judgements. `revision` stamps the mentions with another enrichment
    revision than the code's, so that a re-enrichment wins where only data that enrichment reads has changed. Raises RevisionError.
    `renew` (a replay): what is unchanged since a lower enrichment revision judged it is no duplicate, it is judged again.
    """
    rows = [_mapped(record) for span in ranges for record in log.read(span)]
    _protect(rows, Erased.of(log, context.keys), context)
    ids = {row.record["id"] for row in rows if row.record is not None and row.record_type in ("mention", "deletion")}
    flying = in_flight(log, index_group, ids) if ids else {}
    held = {
        key: State(item.version, item.content_version, item.deleted, item.edits)
        for key, item in known(sorted(ids)).items()
    }
    for key, state in flying.items():
        held[key] = max(state, held.get(key, state), key=lambda one: one.version)
    if revision is not None:
        _stamp([row for row in rows if row.record_type == "mention"], revision)
    drop_duplicates(rows, held, renew=renew)
    mentions = [row for row in rows if row.record_type == "mention"]
    _enrich_mentions(mentions, context)
    if labels is not None:
        _label(mentions, labels, load_policy(context.policy_profile))
    for row in rows:
        if row.record_type == "account" and row.record is not None:
            _guarded(row, lambda draft: enrichment.enrich_account(draft, context))
            _follow_pseudonym(row)
    policy = load_policy(context.policy_profile)
    for row in rows:
        own = [(row.record_type, row.record)] if row.record_type is not None and row.record is not None else []
        stamp([*own, *row.fan_out], policy)
    return rows


def _mapped(raw: Record) -> Row:
    row = Row(raw)
    try:
        event = read_event(raw.headers, raw.value)
    except EventError as error:
        row.quarantine("parse", "not_an_event", str(error))
        return row
    row.subject = event.subject
    trace = read_trace(event.extensions)
    row.trace_id = trace.id if trace else None
    try:
        mapped = map_event(event, raw.position)
    except MappingError as error:
        row.quarantine("map", error.reason, error.detail)
        return row
    row.outcome, row.record, row.fan_out = mapped.outcome, mapped.record, list(mapped.fan_out)
    row.record_type = None if mapped.record is None else mapped.outcome.value
    for record in (row.record, *(record for _, record in row.fan_out)):
        if record is not None:
            record["trace_id"] = row.trace_id
    return row


def _protect(rows: Sequence[Row], erased: Erased, context: enrichment.Context) -> None:
    """Hide the persons in thread ids, and leave out what belongs to the erased, with all that rides along with it."""
    for row in rows:
        if row.record is None:
            continue
        if row.record_type in ("mention", "account") and erased.by(row.record):
            row.fan_out = []
            row.duplicate("erased", "its author has been erased; what was said before is not taken up again")
        elif row.record_type in ("mention", "deletion"):
            enrichment.hide_thread(row.record, context)


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


def _stamp(rows: Sequence[Row], revision: int) -> None:
    if type(revision) is not int or not ENRICHMENT_REVISION <= revision <= MAX_ENRICHMENT_REVISION:
        raise RevisionError(
            f"enrichment_revision must be a whole number from {ENRICHMENT_REVISION} to {MAX_ENRICHMENT_REVISION}: "
            "a lower one than the code's would lose to what is published."
        )
    for row in rows:
        if row.record is not None:
            observed_at, _, label_revision = unpack_version(row.record["version"])
            version = pack_version(observed_at, revision, label_revision)
            row.record |= {"enrichment_revision": revision, "version": version}


def _label(rows: Sequence[Row], labels: LabelsOf, policy: Policy) -> None:
    enriched = [(row, row.record) for row in rows if row.record_type == "mention" and row.record is not None]
    held = labels(sorted({record["id"] for _, record in enriched})) if enriched else {}
    for row, record in enriched:
        if record["id"] in held:
            # A decision that was taken under another profile is kept, but not laid over what may not be judged under this one.
            row.record = without_barred(apply_labels(record, held[record["id"]]), policy)


def _follow_pseudonym(row: Row) -> None:
    """Counters of an account carry the account's own id, which is a pseudonym for one that is not in the registers."""
    for _, counters in row.fan_out:
        if row.record is not None and counters["object_type"] == "account":
            counters["id"] = row.record["id"] + counters["id"].removeprefix(counters["object_id"])
            counters["object_id"] = row.record["id"]


def _guarded(row: Row, step: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    assert row.record is not None  # callers pass rows that carry a record
    try:
        row.record = step(row.record)
    except Exception as error:
        log_.exception("enriching the record at %s failed", row.raw.position)
        row.quarantine(
            "enrich", "enrich_failed", f"enrichment raised {type(error).__name__}; its text is in the task's log"
        )
