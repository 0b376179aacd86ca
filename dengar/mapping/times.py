"""Times as the platforms write them → aware UTC datetimes.

Forms seen: `…Z`, `….000Z`, microseconds with `+00:00`, nanoseconds (Atom), `+0000` (Instagram), seconds and milliseconds
since 1970 as numbers or digits (webhooks). Python reads all written forms, cutting off below a microsecond.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from dengar.mapping.reasons import MappingError

EARLIEST = datetime(2005, 1, 1, tzinfo=UTC)
TOLERANCE = timedelta(days=1)

# Seconds since 1970 stay below this until the year 5138; milliseconds are above it since March 1973.
_MILLISECONDS_FROM = 100_000_000_000


def read_time(value: Any, observed_at: datetime, field: str) -> datetime | None:
    """Aware UTC datetime of a platform's time; None where absent.

    Raises MappingError: bad_time for an unknown form or one without time zone, implausible_time before 2005 or more than
    a day after `observed_at`.
    """
    if value is None or value == "":
        return None
    try:
        moment = _numeric(value) if _is_numeric(value) else _written(value)
    except (OverflowError, OSError):
        raise MappingError("implausible_time", f"{field} is out of range") from None
    except (ValueError, TypeError):
        raise MappingError("bad_time", f"{field} is not a time dengar knows") from None
    if not EARLIEST <= moment <= observed_at + TOLERANCE:
        raise MappingError("implausible_time", f"{field} lies before 2005 or more than a day after the observation")
    return moment


def _is_numeric(value: Any) -> bool:
    if isinstance(value, str):
        return value.isascii() and value.isdigit() and len(value) > 8  # shorter digits are a date: 20260101
    return isinstance(value, int | float) and not isinstance(value, bool)


def _numeric(value: Any) -> datetime:
    number = float(value)
    return datetime.fromtimestamp(number / 1000 if number >= _MILLISECONDS_FROM else number, UTC)


def _written(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("no time zone")
    return moment.astimezone(UTC)
