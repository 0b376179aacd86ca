"""Cells of engaged reach: who acted on a partner's posts, of a campaign or of all, on a platform in a period.

A cell is a document of index `sketches-v1`, keyed by its period, so that erasure and clocks know what to take away. Days are read from
mentions; longer periods are merged of days, in any order.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from dengar.attribution.audience import Audience
from dengar.attribution.spans import Days
from dengar.records import milliseconds, timestamp


@dataclass(frozen=True, slots=True)
class Comments:
    """Below one post, as of the last look: comments that the platform counts (None: it does not tell), and those whose author is seen."""

    told: int | None
    seen: int


@dataclass(frozen=True)
class Cell:
    """`acts` are comments, replies and chat messages by accounts in `audience`; `spam` those left out; `posts`: id → its comments.

    `expires_at`: when the first of the records that it was made of must be gone: its hashes go with them.
    """

    platform: str
    campaign: str | None
    partner: str
    days: Days
    computed_at: datetime
    expires_at: datetime
    audience: Audience
    acts: int = 0
    spam: int = 0
    posts: Mapping[str, Comments] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Stable: a rerun overwrites."""
        return cell_id(self.platform, self.campaign, self.partner, self.days)

    @property
    def told(self) -> int | None:
        """Comments that the platform counts below the posts whose counts it tells; None where it tells none."""
        counts = [one.told for one in self.posts.values() if one.told is not None]
        return sum(counts) if counts else None

    @property
    def seen(self) -> int:
        """Those of them whose author is seen."""
        return sum(min(one.seen, one.told) for one in self.posts.values() if one.told is not None)

    def as_dict(self) -> dict[str, Any]:
        """The document."""
        return {
            "id": self.id,
            "version": milliseconds(self.computed_at),
            "platform": self.platform,
            "campaign": self.campaign,
            "partner": self.partner,
            "first_day": self.days.first.isoformat(),
            "last_day": self.days.last.isoformat(),
            "computed_at": timestamp(self.computed_at),
            "expires_at": timestamp(self.expires_at),
            "acts": self.acts,
            "spam": self.spam,
            "sketch": base64.b64encode(self.audience.bytes()).decode(),
            "posts": [{"id": key, "told": one.told, "seen": one.seen} for key, one in sorted(self.posts.items())],
        }

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> Cell:
        """The cell of a document. Raises KeyError and ValueError for what is none."""
        return cls(
            body["platform"],
            body["campaign"],
            body["partner"],
            Days(date.fromisoformat(body["first_day"]), date.fromisoformat(body["last_day"])),
            datetime.fromisoformat(body["computed_at"]),
            datetime.fromisoformat(body["expires_at"]),
            Audience.read(base64.b64decode(body["sketch"])),
            body["acts"],
            body["spam"],
            {one["id"]: Comments(one["told"], one["seen"]) for one in body["posts"]},
        )


def cell_id(platform: str, campaign: str | None, partner: str, days: Days) -> str:
    """`instagram/<campaign or ->/<partner>/2026-11-24/2026-11-24`."""
    return f"{platform}/{campaign or '-'}/{partner}/{days.first.isoformat()}/{days.last.isoformat()}"


def merged(cells: Sequence[Cell], days: Days, computed_at: datetime) -> Cell:
    """One cell of cells that tell of one platform, campaign and partner. Of a post's comments, the newest look counts."""
    first = cells[0]
    posts: dict[str, Comments] = {}
    for one in sorted(cells, key=lambda cell: (cell.computed_at, cell.days)):
        posts.update(one.posts)
    return Cell(
        first.platform,
        first.campaign,
        first.partner,
        days,
        computed_at,
        min(one.expires_at for one in cells),
        Audience.union(one.audience for one in cells),
        sum(one.acts for one in cells),
        sum(one.spam for one in cells),
        posts,
    )


def by_partner(cells: Iterable[Cell]) -> dict[tuple[str, str | None, str], list[Cell]]:
    """(platform, campaign, partner) → its cells."""
    found: dict[tuple[str, str | None, str], list[Cell]] = {}
    for cell in cells:
        found.setdefault((cell.platform, cell.campaign, cell.partner), []).append(cell)
    return found
