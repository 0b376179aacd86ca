"""What rose and what was alerted, out of the indices that DAG detect_trends and the saved searches fill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dengar.web.archive import Archive
from dengar.web.words import Words


@dataclass(frozen=True)
class Rise:
    """A rise or alert as a line: its `name`, a `link` to what it is about, and a `note`."""

    name: str
    link: str
    note: str


def rises(archive: Archive, words: Words, start: datetime, end: datetime) -> Sequence[Rise] | None:
    """Rises that were restless in [start, end), the severest first; None while there is no index of trends."""
    return None


def alerts(archive: Archive, words: Words, start: datetime, end: datetime) -> Sequence[Rise] | None:
    """Alerts of [start, end), the newest first; None while there is no index of alerts."""
    return None
