"""Try a quarantined record with the code of today: would it pass, and if not, where in it does it fail? Nothing is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from dengar.enrich import Context
from dengar.log import OffsetRange, Record
from dengar.log.memory import MemoryLog
from dengar.quarantine.desk import Held
from dengar.quarantine.entry import Entry
from dengar.records import Outcome
from dengar.registers import load_registers
from dengar.settings import Settings
from dengar.stages.enrich import SHORTEST_KEY, enrich
from dengar.stages.stagefile import Row
from dengar.stages.validate import validate
from dengar.topics import RAW_TOPICS

MOST_POINTERS = 3

_NAMED = re.compile(r"^(?:Field )?([A-Za-z][A-Za-z0-9_.\-]*) (?:is|lies|breaks)")
_PLACE = re.compile(r"at (byte|character) (\d+)")


@dataclass(frozen=True, slots=True)
class Trial:
    """`passes` None: it cannot be tried. `pointers` are JSON pointers into `inside` (`item`, `record` or `envelope`)."""

    passes: bool | None
    outcome: str
    stage: str | None = None
    reason: str | None = None
    detail: str | None = None
    inside: str | None = None
    pointers: tuple[str, ...] = ()
    place: str | None = None


def trial_context(settings: Settings) -> Context:
    """Registers and profile of the deployment. Nothing that a trial makes is kept, so any pseudonym key will do. Raises RegistersError."""
    registers = load_registers(Path(settings.registers) if settings.registers else None)
    return Context(registers, settings.pseudonym_key.encode() or bytes(SHORTEST_KEY), settings.policy_profile)


def attempt(entry: Entry, held: Held, context: Context) -> Trial:
    """What parse, map, enrich and validate make of the record today. Records of enriched topics failed at the index: not tried."""
    if entry.topic not in RAW_TOPICS:
        return Trial(None, "not tried: it was refused by the index, not by a stage before it")
    log = MemoryLog()
    log.append(entry.topic, (held.key or b"").decode(errors="replace"), held.value, held.headers)
    log.flush()
    spans = [OffsetRange(p.topic, p.number, 0, end) for p, end in log.ends([entry.topic]).items() if end]
    rows = enrich(log, spans, context, lambda ids: {}, index_group="trial")
    enriched = rows[0].record
    validate(rows, limit=1.0)
    (row,) = rows
    if row.outcome is not Outcome.QUARANTINED:
        return Trial(True, row.outcome.value)
    return _failed(row, row.raw, enriched)


def _failed(row: Row, raw: Record, enriched: dict[str, Any] | None) -> Trial:
    stage, reason, detail = row.stage or "map", row.reason or "unknown", row.detail or ""
    place = _PLACE.search(detail)
    told = Trial(
        False, "quarantined", stage, reason, detail, place=f"{place[1]} {place[2]} of the value" if place else None
    )
    if reason.startswith("schema.") and enriched is not None:
        return _at(told, "record", schema_pointers(row.record_type or _type(enriched), enriched))
    if stage == "parse" or reason == "bad_envelope":
        return _at(told, "envelope", ())
    named = _NAMED.match(detail)
    if stage == "map" and named:
        return _at(told, "item", pointers(_json(raw.value), named[1].split(".")))
    return told


def pointers(value: Any, names: Sequence[str]) -> tuple[str, ...]:
    """JSON pointers of the fields called `names[0]`/`names[1]`… anywhere in a JSON value, the shallowest first; () where it is missing."""
    found = [path for path in _paths(value) if path[-len(names) :] == tuple(names)]
    return tuple(pointer(path) for path in sorted(found, key=lambda path: (len(path), path))[:MOST_POINTERS])


def schema_pointers(record_type: str, record: dict[str, Any]) -> tuple[str, ...]:
    """JSON pointers of what breaks the record's schema."""
    from dengar.validate.contract import schema_validator

    paths = []
    for error in schema_validator(record_type).iter_errors(record):
        paths.append(pointer([str(step) for step in error.instance_path]))
        if len(paths) == MOST_POINTERS:
            break
    return tuple(paths)


def pointer(path: Sequence[str]) -> str:
    """RFC 6901; "" is the whole value."""
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in path)


def _at(trial: Trial, inside: str, where: Sequence[str]) -> Trial:
    return Trial(
        trial.passes, trial.outcome, trial.stage, trial.reason, trial.detail, inside, tuple(where), trial.place
    )


def _type(record: dict[str, Any]) -> str:
    if "object_type" in record:
        return "metrics"
    return "mention" if "kind" in record else "deletion" if record.get("deleted") else "account"


def _json(value: bytes | None) -> Any:
    try:
        return orjson.loads(value or b"null")
    except orjson.JSONDecodeError:
        return None


def _paths(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in inner:
        yield (*path, str(step))
        yield from _paths(child, (*path, str(step)))
