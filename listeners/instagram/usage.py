"""How much of the rate limits is used, as the answer's headers tell (percent): the app's limit, and the accounts'."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import orjson

APP, BUSINESS = "app", "business"
_HEADERS = {"x-app-usage": APP, "x-business-use-case-usage": BUSINESS}
_MEASURES = ("call_count", "total_cputime", "total_time")


class Usage(NamedTuple):
    """The highest percentage of a limit, and the minutes to wait if Meta says so."""

    percent: float = 0.0
    minutes: float | None = None


def told(headers: Mapping[str, str]) -> dict[str, Usage]:
    """Limit (app or business) → its use, for the headers that came. Those that are not as documented count as 0."""
    found: dict[str, Usage] = {}
    for name, value in headers.items():
        limit = _HEADERS.get(name.lower())
        if limit is None:
            continue
        try:
            body = orjson.loads(value)
        except orjson.JSONDecodeError:
            continue
        percent, minutes = 0.0, 0.0
        for row in _rows(body):
            percent = max(percent, *(_number(row.get(measure)) for measure in _MEASURES))
            minutes = max(minutes, _number(row.get("estimated_time_to_regain_access")))
        found[limit] = Usage(percent, minutes or None)
    return found


def highest(headers: Mapping[str, str]) -> Usage:
    """The highest over all limits."""
    found = told(headers).values()
    return Usage(
        max((one.percent for one in found), default=0.0),
        max((one.minutes for one in found if one.minutes), default=None),
    )


def _rows(body: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(body, dict):
        if any(measure in body for measure in _MEASURES):
            yield body
        for rows in body.values():
            yield from (row for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
