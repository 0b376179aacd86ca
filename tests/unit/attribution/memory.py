"""`Source` over lists of records, and a place for cells: what the index is to attribution, without one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dengar.attribution.cells import Cell
from dengar.attribution.figure import Figure
from dengar.attribution.period import Attribution
from dengar.attribution.source import COMMENTS, Counters, Mention
from dengar.attribution.spans import Days
from dengar.attribution.window import label, published


@dataclass
class Memory:
    """`metrics` are records of schemas/metrics; `read` counts the mentions that were handed out."""

    mentions_: list[dict[str, Any]] = field(default_factory=list)
    metrics: list[dict[str, Any]] = field(default_factory=list)
    read: int = 0

    def mentions(
        self, start: datetime, end: datetime, kinds: Sequence[str] | None = None, *, platform: str | None = None
    ) -> Iterator[Mention]:
        for one in sorted(self._living(), key=lambda mention: (mention["published_at"], mention["id"])):
            fits = (kinds is None or one["kind"] in kinds) and platform in (None, one["platform"])
            if start <= published(one) < end and fits:
                self.read += 1
                yield one

    def posts(self, ids: Iterable[str]) -> Mapping[str, Mention]:
        asked = set(ids)
        return {one["id"]: one for one in self._living() if one["id"] in asked and one["kind"] == "post"}

    def seen(self, posts: Iterable[str]) -> Mapping[str, int]:
        asked = set(posts)
        known = (one for one in self._living() if one["kind"] in COMMENTS and one["author"]["key"] is not None)
        return Counter(one["post_id"] for one in known if one["post_id"] in asked)

    def counters(self, objects: Iterable[str]) -> Mapping[str, Counters]:
        asked = set(objects)
        found: dict[str, dict[str, int | None]] = {}
        for one in sorted(self.metrics, key=lambda row: row["observed_at"], reverse=True):
            if one["object_id"] in asked and one["period"] == "lifetime":
                values = found.setdefault(one["object_id"], {})
                for name, value in one["values"].items():
                    values.setdefault(name, value)
        return found

    def followers(self, accounts: Mapping[str, datetime]) -> Mapping[str, tuple[int | None, datetime]]:
        found = {}
        for account, at in accounts.items():
            rows = [
                (datetime.fromisoformat(one["observed_at"]), value)
                for one in self.metrics
                if one["object_id"] == account
                for name, value in one["values"].items()
                if name in ("followers", "subscribers")
            ]
            before = max((row for row in rows if row[0] <= at), default=None, key=lambda row: row[0])
            told = before or min(rows, default=None, key=lambda row: row[0])
            if told is not None:
                found[account] = (told[1], told[0])
        return found

    def volume(
        self, platform: str, start: datetime, end: datetime, step: timedelta, having: Mapping[str, str] | None = None
    ) -> Sequence[int]:
        counts = [0] * -(-(end - start) // step)
        for one in self._living():
            fits = one["platform"] == platform and one["author"]["role"] in ("public", "unknown")
            judged = all(label(one, name) == value for name, value in (having or {}).items())
            if fits and judged and start <= published(one) < end:
                counts[(published(one) - start) // step] += 1
        return counts

    def _living(self) -> Iterator[dict[str, Any]]:
        return (one for one in self.mentions_ if not one.get("deleted"))


@dataclass
class Shelf:
    """Cells by id, as documents: what is written is what can be read."""

    held: dict[str, dict[str, Any]] = field(default_factory=dict)

    def put(self, cells: Iterable[Cell]) -> None:
        self.held.update((one.id, one.as_dict()) for one in cells)

    def get(self, ids: Sequence[str]) -> list[Cell]:
        return [Cell.from_dict(self.held[one]) for one in ids if one in self.held]


def told(work: Attribution, days: Days, shelf: Shelf, *, full: bool = False) -> dict[str, Figure]:
    """A run's figures by key; its cells go on the shelf."""
    found: dict[str, Figure] = {}
    for step in work.run(days, full=full):
        shelf.put(step.cells)
        found.update((one.key, one) for one in step.figures)
    return found


def pick(figures: Mapping[str, Figure], **fields: Any) -> list[Figure]:
    """Figures whose fields are these."""
    return [one for one in figures.values() if all(getattr(one, name) == value for name, value in fields.items())]
