"""Recorded payloads of both platforms through the archive's splitting and the mapping: an outcome or a named reason for each item."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from dengar.enrich import Context, enrich_account, enrich_mentions
from dengar.mapping import REASONS, MappingError, map_event
from dengar.records import Outcome
from dengar.registers import Registers
from dengar.schemas import validator
from listeners.archive import read_file

OBSERVED = datetime(2026, 11, 20, 3, 0, 0, tzinfo=UTC)
CONTEXT = Context(Registers(), b"k" * 32, "sandbox")


def test_every_recorded_payload_ends_in_an_outcome_or_a_reason(shared: Path) -> None:
    files = sorted(path for path in (shared / "data" / "fixtures").rglob("*") if path.suffix in (".json", ".xml"))
    assert files
    seen: set[Outcome] = set()
    for path in files:
        items = list(read_file(path))
        assert items, f"{path.name} yields neither an item nor a reason"
        for item in items:
            if hasattr(item, "reason"):
                assert item.reason, path.name
                continue
            try:
                mapped = map_event(item.event(OBSERVED), "raw.youtube/0/1")
            except MappingError as error:
                assert error.reason in REASONS.keys() - {"mapping_defect", "unknown_kind"}, f"{path.name}: {error}"  # noqa: PT017
                continue
            seen.add(mapped.outcome)
            records = list(mapped.fan_out)
            if mapped.record is not None:
                records.append((mapped.outcome.value, mapped.record))
            for kind, draft in records:
                record = draft
                if kind == "mention":
                    record = enrich_mentions([draft], CONTEXT)[0]
                elif kind == "account":
                    record = enrich_account(draft, CONTEXT)
                faults = [fault.message for fault in validator(kind).iter_errors(record)]
                assert not faults, f"{path.name}: {faults}"
    assert seen >= {Outcome.MENTION, Outcome.METRICS, Outcome.ACCOUNT, Outcome.DELETION, Outcome.NOTICE}
