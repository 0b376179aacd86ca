"""What a write came to."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that Elasticsearch will never take as it is. `reason` is a quarantine code; `detail` quotes nothing of the record."""

    id: str
    reason: str
    detail: str


@dataclass(slots=True)
class WriteReport:
    """Every item written is counted once: indexed (it changed the index), stale (the index holds this or a newer version) or rejected."""

    indexed: int = 0
    stale: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    requests: int = 0
