"""Daily quota buckets, counted against the virtual clock."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.scenario.plan import read_yaml
from sandbox.youtube.errors import forbidden

_FILE = Path(__file__).with_name("quota.yaml")


class Quota:
    """Spends units per bucket; full again at midnight in the reset zone."""

    def __init__(self, overrides: dict[str, int] | None = None) -> None:
        """`overrides`: bucket -> units a day, for scenarios that want to run dry."""
        table: dict[str, Any] = read_yaml(_FILE)
        self.limits: dict[str, int] = {**table["buckets"], **(overrides or {})}
        self.spent = dict.fromkeys(self.limits, 0)
        self.calls = 0
        self.refused: dict[str, int] = {}  # "<bucket> <day>" → refusals
        self._methods = table["methods"]
        self._zone = ZoneInfo(table["reset_zone"])
        self._day: date | None = None

    def spend(self, method: str, now: datetime) -> None:
        """Charge one call. Raises YouTubeError quotaExceeded once the bucket is empty."""
        day = now.astimezone(self._zone).date()
        if day != self._day:
            self._day, self.spent = day, dict.fromkeys(self.limits, 0)
        row = self._methods.get(method, self._methods["other"])
        bucket = row["bucket"]
        self.calls += 1
        if self.spent[bucket] + row["cost"] > self.limits[bucket]:
            key = f"{bucket} {day.isoformat()}"
            self.refused[key] = self.refused.get(key, 0) + 1
            raise forbidden(
                "quotaExceeded",
                "The request cannot be completed because you have exceeded your quota.",
            )
        self.spent[bucket] += row["cost"]
