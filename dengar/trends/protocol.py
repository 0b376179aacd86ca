"""The crisis protocol (infra/crisis_protocol.yaml) and its clocks: onset → detected → acknowledged → first statement → volume halved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from dengar.alerts.rules import duration
from dengar.paths import INFRA
from dengar.records import timestamp

FILE = INFRA / "crisis_protocol.yaml"
CLOCKS = ("acknowledged", "first_statement")
"""Those that have deadlines."""
MOMENTS = ("onset", "detected", "acknowledged", "first_statement", "halved")

_HOUR = timedelta(hours=1)


class ProtocolError(ValueError):
    """The protocol cannot be used; the message says what to repair."""


@dataclass(frozen=True)
class Level:
    """What holds from a severity on: roles to call, who speaks, and the time each clock may take since detection."""

    name: str
    from_severity: int
    roles: tuple[str, ...]
    spokesperson: str
    deadlines: Mapping[str, timedelta]


@dataclass(frozen=True)
class Clocks:
    """The moments of a crisis, aware UTC; None where it has not come yet. `halved`: an hour of half the peak's volume or less."""

    onset: datetime
    detected: datetime
    acknowledged: datetime | None
    first_statement: datetime | None
    halved: datetime | None

    def passed(self) -> dict[str, timedelta | None]:
        """Time from onset to each moment."""
        moments = (
            ("detected", self.detected),
            ("acknowledged", self.acknowledged),
            ("first_statement", self.first_statement),
        )
        return {name: None if at is None else at - self.onset for name, at in (*moments, ("halved", self.halved))}

    def as_dict(self) -> dict[str, str | None]:
        """The moments as an alert's record keeps them."""
        return {name: None if (at := getattr(self, name)) is None else timestamp(at) for name in MOMENTS}

    def due(self, level: Level) -> dict[str, datetime]:
        """When each clock that has a deadline is to have come."""
        return {name: self.detected + wait for name, wait in level.deadlines.items()}

    def overdue(self, level: Level, now: datetime) -> list[str]:
        """Clocks whose deadline has passed by `now` and that had not come by then, or never."""
        return [name for name, at in self.due(level).items() if (getattr(self, name) or now) > at]


def read_protocol(file: Path = FILE) -> tuple[Level, ...]:
    """The levels, severest first. Raises ProtocolError."""
    try:
        body = yaml.safe_load(file.read_text(encoding="utf-8"))
        waits = {clock: {name: duration(text) for name, text in body["deadlines"][clock].items()} for clock in CLOCKS}
        levels = [
            Level(
                row["name"],
                int(row["from_severity"]),
                tuple(row["roles"]),
                row["spokesperson"],
                {clock: waits[clock][row["name"]] for clock in CLOCKS},
            )
            for row in body["levels"]
        ]
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise ProtocolError(f"{file.name} cannot be used: {reason}. Compare it with the one shipped.") from error
    if not levels or min(level.from_severity for level in levels) > 1:
        raise ProtocolError(f"{file.name} has no level for severity 1: add one with from_severity: 1.")
    return tuple(sorted(levels, key=lambda level: -level.from_severity))


def level_of(severity: int, levels: Sequence[Level]) -> Level:
    """The level that a severity falls under."""
    return next(level for level in levels if severity >= level.from_severity)


def clocks(
    trend: Mapping[str, Any],
    acknowledged: Sequence[datetime],
    statements: Sequence[datetime],
    hours: Mapping[datetime, int],
    until: datetime | None = None,
) -> Clocks:
    """The clocks of a trend: acknowledgements of its alerts, official posts and answers under it, its mentions by full hour.

    `until`: up to when mentions were counted. The hour that is not over by then is left out, one without a mention counts as 0.
    """
    onset, detected, peak = (datetime.fromisoformat(trend[name]) for name in ("start", "detected_at", "peak_at"))
    if until is not None and hours:
        last = int((until - min(hours)) / _HOUR)
        hours = {hour: hours.get(hour, 0) for hour in (min(hours) + number * _HOUR for number in range(last))}
    highest = max(hours.values(), default=0)
    top = max((hour for hour, count in hours.items() if count == highest), default=peak)
    calm = [hour for hour, count in sorted(hours.items()) if hour > top and 2 * count <= highest]
    return Clocks(
        onset,
        detected,
        min((at for at in acknowledged if at >= detected), default=None),
        min((at for at in statements if at >= onset), default=None),
        calm[0] if calm and highest else None,
    )
