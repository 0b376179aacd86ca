"""Every panel's request put to the index, and its spec drawn: what a dashboard would show, without a Kibana."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from dengar.policy import Policy
from dengar.web.archive import Archive
from dengar.web.figures import draw
from dengar.web.panels import Panel
from dengar.web.words import Words


@dataclass(frozen=True, slots=True)
class Checked:
    """`rows`: how many the panel's table has; 0 is an empty picture. `off`: platforms that policy keeps out of it."""

    name: str
    index: str
    rows: int
    off: tuple[str, ...]


def check(
    panels: Mapping[str, Panel], archive: Archive, policy: Policy, words: Words, start: datetime | None, end: datetime
) -> Iterator[Checked]:
    """Draw each panel over [start, end), aware. Raises IndexUnavailable, and what vl-convert raises for a spec that it cannot draw."""
    for name, panel in panels.items():
        figure = draw(panel, archive, policy, words, start, end)
        yield Checked(name, panel.index, len(figure.rows) + figure.left_out, tuple(figure.off))
