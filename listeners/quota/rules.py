"""The rules of infra/quota.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from dengar.paths import PROJECT

FILE = PROJECT / "infra" / "quota.yaml"


class QuotaRulesError(ValueError):
    """The file cannot be used; the message names the place in it."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """`limit` units a day of `zone`. `reserve` is the share for urgent calls only, `live_share` what a backfill leaves to live calls."""

    name: str
    limit: int
    zone: ZoneInfo
    reserve: float
    live_share: float

    def day(self, now: datetime) -> str:
        """The day of an aware moment where the bucket is refilled, YYYY-MM-DD."""
        return now.astimezone(self.zone).date().isoformat()

    def resets_at(self, now: datetime) -> datetime:
        """The next refill, aware UTC: midnight in `zone`, daylight saving included."""
        local = now.astimezone(self.zone)
        midnight = datetime(local.year, local.month, local.day, tzinfo=self.zone) + timedelta(days=1)
        return midnight.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class QuotaRules:
    """What a method spends. `usage` are percentages of header-told limits, `hashtags` (limit, days)."""

    buckets: Mapping[str, Bucket]
    methods: Mapping[str, tuple[str, int]]
    default_bucket: Mapping[str, str]
    slow_at: float
    stop_at: float
    hashtag_limit: int
    hashtag_days: int

    def cost(self, method: str) -> tuple[Bucket, int] | None:
        """(bucket, units) of `youtube/search.list`; None where only the platform counts."""
        name, units = self.methods.get(method, (self.default_bucket.get(method.partition("/")[0]), 1))
        return None if name is None else (self.buckets[name], units)


@lru_cache(maxsize=8)
def load_rules(path: Path = FILE) -> QuotaRules:
    """Read the file. Raises QuotaRulesError."""
    body = yaml.safe_load(path.read_text())
    try:
        buckets = {name: _bucket(name, row) for name, row in body["buckets"].items()}
        methods = {name: (str(row["bucket"]), int(row["cost"])) for name, row in body["methods"].items()}
        rules = QuotaRules(
            buckets,
            methods,
            dict(body["default_bucket"]),
            float(body["usage"]["slow_at"]),
            float(body["usage"]["stop_at"]),
            int(body["hashtags"]["limit"]),
            int(body["hashtags"]["days"]),
        )
    except (KeyError, TypeError, ValueError, ZoneInfoNotFoundError) as error:
        raise QuotaRulesError(
            f"{path.name} cannot be used: {error!r}. Compare it with the file of the release."
        ) from error
    unknown = {bucket for bucket, _ in methods.values()} | set(rules.default_bucket.values())
    if unknown := unknown - set(buckets):
        raise QuotaRulesError(f"{path.name} names buckets that it does not define: {', '.join(sorted(unknown))}.")
    return rules


def _bucket(name: str, row: Mapping[str, Any]) -> Bucket:
    if row["per"] != "day":
        raise ValueError(f"{name}: per must be day")
    return Bucket(name, int(row["limit"]), ZoneInfo(row["zone"]), float(row["reserve"]), float(row["live_share"]))
