"""Mapping: one raw record (a platform's item in its envelope) → draft mention, metrics, account, deletion or notice."""

from __future__ import annotations

import logging

from dengar.events import Event
from dengar.mapping.drafts import Mapped
from dengar.mapping.envelope import Envelope
from dengar.mapping.kinds import KINDS, Kind
from dengar.mapping.payload import read_json, read_xml
from dengar.mapping.reasons import REASONS, MappingError

__all__ = ["KINDS", "REASONS", "Kind", "Mapped", "MappingError", "map_event"]

log_ = logging.getLogger(__name__)


def map_event(event: Event, position: str) -> Mapped:
    """What the raw record at `position` (`topic/partition/offset`) is. Raises MappingError and nothing else."""
    kind = KINDS.get(event.type)
    if kind is None:
        raise MappingError("unknown_kind", "the event's type is not a kind that dengar maps")
    try:
        return _mapped(kind, event, position)
    except MappingError:
        raise
    except Exception as error:
        # One record that trips a defect of ours must not stop its batch: it is quarantined under a reason of its own.
        log_.exception("mapping the record at %s failed", position)
        raise MappingError("mapping_defect", f"mapping raised {type(error).__name__}") from error


def _mapped(kind: Kind, event: Event, position: str) -> Mapped:
    envelope = Envelope.of(event, position, kind.platform, kind.name)
    if kind.xml_mapper is not None:
        return kind.xml_mapper(read_xml(event.data), envelope)
    assert kind.mapper is not None  # a row has one of the two
    return kind.mapper(read_json(event.data), envelope)
