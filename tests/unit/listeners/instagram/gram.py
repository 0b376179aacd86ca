"""A Graph API of a few objects, for scripted tests."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from listeners.instagram.watch import Watch
from listeners.item import RawItem
from tests.unit.listeners.instagram.wire import Answer, refusal
from tests.unit.listeners.rounds import round_of

OWN, OTHER = "100", "200"
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
PAGE = 2
TOO_MUCH = refusal(500, 1, message="Please reduce the amount of data you're asking for, then retry your request")


class Gram:
    """A Graph of a few objects; tests change it between polls. Every edge has pages of two."""

    def __init__(self) -> None:
        self.media: dict[str, dict[str, Any]] = {}
        self.stories: list[str] = []
        self.threads: dict[str, dict[str, list[str]]] = {}  # medium → thread → replies
        self.unlisted: set[str] = set()  # readable by id, on no edge
        self.metrics: dict[str, set[str]] = {}  # object → metrics that it has
        self.found: list[str] = []  # media of the discovered account, ids are the minute of their day
        self.refused: dict[str, Answer] = {}  # path → refusal
        self.tagged: list[str] = []
        self.most = self.most_discovered = 1_000  # rows a page before Meta asks for less data

    def post(self, identity: str, day: int = 1, **more: Any) -> None:
        self.media[identity] = {
            "id": identity,
            "media_product_type": "FEED",
            "timestamp": f"2026-03-{day:02}T08:00:00+0000",
            "comments_count": 0,
            **more,
        }

    def __call__(self, path: str, parameters: dict[str, str]) -> Answer:
        if path in self.refused:
            return self.refused[path]
        if int(parameters.get("limit", 0)) > self.most:
            return TOO_MUCH
        if path == "ig_hashtag_search":
            return 200, {
                "data": [{"id": "t" + parameters["q"].removeprefix("tag")}]
                if "tag" in parameters["q"]
                else [{"id": "t1"}]
            }
        if path.startswith("t"):
            rows = [{"id": one, "caption": "#x"} for one in self.tagged]
            paging = {"cursors": {"after": "same"}, "next": "https://graph.example/next"}
            return 200, {"data": rows, "paging": paging}
        node, _, edge = path.partition("/")
        if node in (OWN, OTHER):
            return self._account(node, edge, parameters)
        if edge == "insights":
            return self._insights(node, parameters)
        if edge == "comments":
            if node not in self.media:
                return refusal(400, 100, 33)
            return self._page([self._thread(one) for one in self.threads.get(node, {})], parameters)
        if edge == "replies":
            return self._page(
                [{"id": one, "text": "sama", "parent_id": node} for one in self._replies(node)], parameters
            )
        there = {one for threads in self.threads.values() for one in threads}
        there |= {reply for threads in self.threads.values() for replies in threads.values() for reply in replies}
        there |= self.media.keys() | self.unlisted
        return (200, {"id": node}) if node in there else refusal(400, 100, 33)

    def _account(self, node: str, edge: str, parameters: dict[str, str]) -> Answer:
        if edge == "media":
            rows = [row for row in self.media.values() if row["media_product_type"] != "STORY"]
            return self._page(rows if node == OWN else [], parameters)
        if edge == "stories":
            return self._page([self.media[one] for one in self.stories] if node == OWN else [], parameters)
        if edge == "tags":
            return self._page([{"id": "900", "username": "warga", "timestamp": "2026-03-01T08:00:00+0000"}], parameters)
        if edge == "insights":
            return self._insights(node, parameters)
        if "business_discovery" in parameters.get("fields", ""):
            return self._discovery(parameters["fields"])
        return 200, {"id": node, "username": f"akun{node}"}

    def _discovery(self, fields: str) -> Answer:
        if "username(tertutup)" in fields:
            return refusal(400, 110)
        limit = int(re.findall(r"media\.limit\((\d+)\)", fields)[0])
        if limit > self.most_discovered:
            return TOO_MUCH
        start = int((re.findall(r"after\((\d+)\)", fields) or ["0"])[0])
        rows = [
            {"id": one, "timestamp": f"2026-03-01T{int(one) // 60:02}:{int(one) % 60:02}:00+0000"} for one in self.found
        ]
        chosen = rows[start : start + limit]
        media = {"data": chosen, "paging": {"cursors": {"after": str(start + len(chosen))}}}
        return 200, {"id": OWN, "business_discovery": {"id": "300", "username": "mitra", "media": media}}

    def _insights(self, node: str, parameters: dict[str, str]) -> Answer:
        asked = parameters["metric"].split(",")
        if set(asked) - self.metrics.get(node, set()):
            return refusal(400, 100)
        if "metric_type" in parameters:
            return 200, {"data": [{"name": name, "period": "day", "total_value": {"value": 1}} for name in asked]}
        return 200, {"data": [{"name": name, "period": "lifetime", "values": [{"value": 1}]} for name in asked]}

    def _replies(self, thread: str) -> list[str]:
        return next((threads[thread] for threads in self.threads.values() if thread in threads), [])

    def _thread(self, identity: str) -> dict[str, Any]:
        replies = [{"id": one, "text": "sama", "parent_id": identity} for one in self._replies(identity)[:50]]
        return {"id": identity, "text": "belum cair"} | ({"replies": {"data": replies}} if replies else {})

    def _page(self, rows: list[dict[str, Any]], parameters: dict[str, str]) -> Answer:
        start = int(parameters.get("after", "0"))
        chosen = rows[start : start + PAGE]
        paging: dict[str, Any] = {"cursors": {"after": str(start + PAGE)}}
        if start + PAGE < len(rows):
            paging["next"] = "https://graph.example/next"
        return 200, {"data": chosen, **({"paging": paging} if chosen else {})}


def polled(source: Any) -> list[RawItem]:
    """The items of one round."""
    return round_of(source, source.station)


def at(watch: Watch, when: datetime) -> None:
    """The platform's clock says so."""
    watch.station.clock.hear(format_datetime(when, usegmt=True))
