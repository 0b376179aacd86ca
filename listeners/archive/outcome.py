"""What an item would become, without any service: mapped, and masked before it is shown."""

from __future__ import annotations

import secrets
from typing import Any

from dengar.enrich import Context, enrich_account, enrich_mentions
from dengar.events import Event
from dengar.mapping import MappingError, map_event
from dengar.records import Outcome
from dengar.registers import Registers
from dengar.settings import Settings


def enrichment(settings: Settings, registers: Registers) -> Context:
    """The context of a dry run. Without DENGAR_PSEUDONYM_KEY the pseudonyms are of this run only."""
    key = settings.pseudonym_key.encode() or secrets.token_bytes(32)
    return Context(registers=registers, pseudonym_key=key, policy_profile=settings.policy_profile)


def outcome_of(event: Event, position: str, context: Context) -> dict[str, Any]:
    """`{"outcome", "reason", "detail", "record"}` of a raw record; a record is shown enriched, never as a draft."""
    try:
        mapped = map_event(event, position)
    except MappingError as error:
        return {"outcome": Outcome.QUARANTINED.value, "reason": error.reason, "detail": error.detail, "record": None}
    record = mapped.record
    if record is not None and mapped.outcome == Outcome.MENTION:
        record = enrich_mentions([record], context)[0]
    elif record is not None and mapped.outcome == Outcome.ACCOUNT:
        record = enrich_account(record, context)
    return {"outcome": mapped.outcome.value, "reason": None, "detail": None, "record": record}
