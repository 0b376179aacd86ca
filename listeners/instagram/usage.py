"""How much of the rate limits is used, as the answer's headers tell (percent)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

_HEADERS = ("x-app-usage", "x-business-use-case-usage")
_MEASURES = ("call_count", "total_cputime", "total_time")


def highest(headers: Mapping[str, str]) -> tuple[float, float | None]:
    """(highest percentage over all limits, minutes to wait if Meta says so). Headers that are not as documented count as 0."""
    percent, minutes = 0.0, 0.0
    for name, value in headers.items():
        if name.lower() not in _HEADERS:
            continue
        try:
            body = orjson.loads(value)
        except orjson.JSONDecodeError:
            continue
        for row in _rows(body):
            percent = max(percent, *(_number(row.get(measure)) for measure in _MEASURES))
            minutes = max(minutes, _number(row.get("estimated_time_to_regain_access")))
    return percent, minutes or None


def _rows(body: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(body, dict):
        if any(measure in body for measure in _MEASURES):
            yield body
        for rows in body.values():
            yield from (row for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
