"""Which insights Meta can give for what, and what it refuses: one bad metric costs that metric, not the call.

On (#100) each metric is asked on its own. What is refused is remembered for a day per object, for old media lack metrics that new ones
have; a metric that three objects of a product lack and none has is not asked of that product for a day: it was removed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from dengar.records import timestamp
from listeners.instagram.errors import BEFORE_BUSINESS, RequestError
from listeners.instagram.watch import Watch

_ALL = ("reach", "views", "shares", "total_interactions", "reposts")
MEDIA = {
    "FEED": (*_ALL, "likes", "comments", "saved", "follows", "profile_visits", "profile_activity"),
    "REELS": (
        *_ALL, "likes", "comments", "saved", "ig_reels_avg_watch_time", "ig_reels_video_view_total_time",
        "reels_skip_rate", "crossposted_views",
    ),
    "STORY": (*_ALL, "follows", "profile_visits", "profile_activity", "navigation", "replies", "link_clicks"),
}  # fmt: skip
OTHER = _ALL
ACCOUNT = (
    "reach", "views", "accounts_engaged", "total_interactions", "likes", "comments", "shares", "saves", "replies",
    "reposts", "follows_and_unfollows", "profile_links_taps",
)  # fmt: skip
REFUSED = "refused_by_platform"
METRICS = "metrics/ig:"
AGAIN = timedelta(hours=24)
ENOUGH = 3


class Asker:
    """Asks for metrics of objects. `kept` is what the caller remembers of the object, a JSON-able dict."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def ask(
        self, product: str, metrics: Sequence[str], account: str, identity: str, kept: dict[str, Any], **parameters: Any
    ) -> tuple[list[Any], dict[str, str]]:
        """(insights, metric → why not). Raises InstagramError; RequestError only where the object has no insights at all."""
        removed = self._removed(product)
        refused = {m: at for m, at in kept.get("refused", {}).items() if self._fresh(at)}
        wanted = [metric for metric in metrics if metric not in refused and metric not in removed]
        data: list[Any] = []
        if wanted:
            try:
                data = self._read(account, identity, wanted, parameters)
            except RequestError as error:
                if error.subcode == BEFORE_BUSINESS:
                    raise
                data, missing = self._singly(account, identity, wanted, parameters)
                refused |= dict.fromkeys(missing, timestamp(self._watch.station.clock.now()))
                self._count(product, wanted, missing)
        kept["refused"] = refused
        return data, dict.fromkeys(sorted({*refused, *removed}.intersection(metrics)), REFUSED)

    def _singly(
        self, account: str, identity: str, metrics: Sequence[str], parameters: dict[str, Any]
    ) -> tuple[list[Any], list[str]]:
        data, missing = list[Any](), list[str]()
        for metric in metrics:
            try:
                data += self._read(account, identity, [metric], parameters)
            except RequestError:
                missing.append(metric)
        return data, missing

    def _read(self, account: str, identity: str, metrics: Sequence[str], parameters: dict[str, Any]) -> list[Any]:
        body = self._watch.instagram.get(identity, "insights", limit_of=account, metric=",".join(metrics), **parameters)
        return list(body.get("data", []))

    def _removed(self, product: str) -> set[str]:
        rows = self._watch.get(METRICS, product).items()
        return {metric for metric, row in rows if row["lacked"] >= ENOUGH and self._fresh(row["t"])}

    def _count(self, product: str, asked: Sequence[str], missing: Sequence[str]) -> None:
        """Note who lacks what; one object that has a metric clears it. After a day one object is tried again."""
        rows = {metric: row for metric, row in self._watch.get(METRICS, product).items() if metric not in asked}
        before, now = self._watch.get(METRICS, product), timestamp(self._watch.station.clock.now())
        if len(missing) < len(asked):  # where nothing is given the object is at fault, not the metrics
            for metric in missing:
                lacked = min(before.get(metric, {"lacked": 0})["lacked"] + 1, ENOUGH)
                rows[metric] = {"lacked": lacked, "t": now}
        else:
            rows = before
        self._watch.put(METRICS, product, rows or None)

    def _fresh(self, told: str) -> bool:
        return self._watch.station.clock.now() - datetime.fromisoformat(told) < AGAIN
