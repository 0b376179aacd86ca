"""Acts from NDJSON: exposures and conversions of accounts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime


class ActsError(ValueError):
    """A line that is no act; the message names it and says what to write."""


def read_acts(lines: Iterable[bytes]) -> Iterator[tuple[str, str | None, float]]:
    """(account, partner, moment) of each line; the partner of a conversion is None, whatever stands there.

    Moments are as given where they are numbers (any unit), seconds since 1970 where they are ISO times (without offset: UTC). Raises
    ActsError, also where both are found.
    """
    from dengar.ndjson_rows import rows

    numeric: bool | None = None
    for number, row in rows(lines, '{"account": "…", "partner": "…", "ts": …, "kind": "exposure"}', ActsError):
        kind = row.get("kind")
        if kind != "exposure" and kind != "conversion":
            raise ActsError(f'Line {number}: "kind" must be "exposure" or "conversion".')
        account = _name(number, "account", row.get("account"))
        partner = _name(number, "partner", row.get("partner")) if kind == "exposure" else None
        moment, is_number = _moment(number, row.get("ts"))
        if numeric is None:
            numeric = is_number
        elif numeric is not is_number:
            raise ActsError(f"Line {number}: some times are numbers and some are ISO times; write them alike.")
        yield account, partner, moment


def _name(number: int, field: str, value: object) -> str:
    if isinstance(value, str) and value:
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise ActsError(f'Line {number} has no "{field}": give a text.')


def _moment(number: int, value: object) -> tuple[float, bool]:
    """The moment, and whether it was a number."""
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value), True
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp(), False
        try:
            told = float(value)
        except ValueError:
            told = math.nan
        if math.isfinite(told):
            return told, True
    raise ActsError(f'Line {number}: "ts" is no time; write a number or 2026-11-24T09:00:00+07:00.')
