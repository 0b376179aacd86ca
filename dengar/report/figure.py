"""A figure: one number that can be explained, or the reason why there is none. Absent is null, never 0."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Number = int | float
Kind = Literal["off_by_policy", "not_observed", "too_few", "not_there", "not_obtainable", "retired"]
OFF: Kind = "off_by_policy"


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a figure has no value. `says` is the clause or fact it rests on, `enable` how it is switched on (None: it cannot be)."""

    kind: Kind
    says: str
    enable: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` in `unit` (count, share, seconds, points, severity) of `n` records by `authors` distinct authors (None: not told).

    `platform` is None where both are told in one figure, which policy must allow. `before` is the week before, `weeks` the line of
    thirteen, oldest first; a week that was not observed is None. `detail` is plain JSON, without texts and names of private people.
    """

    id: str
    formula: str
    platform: str | None = None
    key: str | None = None
    value: Number | None = None
    unit: str = "count"
    n: int | None = None
    authors: int | None = None
    before: Number | None = None
    weeks: Sequence[Number | None] = ()
    missing: Missing | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> tuple[str, str | None, str | None]:
        """What tells it from the other figures of a report."""
        return self.id, self.platform, self.key

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return asdict(self)

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Figure:
        """The figure of its JSON form."""
        missing = row["missing"]
        return cls(**{**row, "missing": None if missing is None else Missing(**missing)})


class Figures:
    """The figures of a report, by name, in order."""

    def __init__(self, rows: Sequence[Figure] = ()) -> None:
        self._rows = {row.name: row for row in rows}

    def __iter__(self) -> Iterator[Figure]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, id: str, platform: str | None = None, key: str | None = None) -> Figure | None:
        """One figure, None where the report has none of that name."""
        return self._rows.get((id, platform, key))

    def value(self, id: str, platform: str | None = None, key: str | None = None) -> Number | None:
        """Its value."""
        found = self.get(id, platform, key)
        return None if found is None else found.value

    def all(self, id: str) -> list[Figure]:
        """Those of one id, in order."""
        return [row for row in self if row.id == id]
