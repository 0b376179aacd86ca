"""What the sandbox knows to be true, and what a listener could have of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

WAYS = frozenset({"poll", "discovery", "tags", "webhook", "chat"})


class Sandbox:
    """The sandbox's control API."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=120)

    def now(self) -> datetime:
        """The sandbox's virtual time, UTC."""
        return datetime.fromisoformat(self._get("state")["now"]).astimezone(UTC)

    def end(self) -> datetime:
        """When its scenario ends, UTC."""
        return datetime.fromisoformat(self._get("state")["end"]).astimezone(UTC)

    def advance(self, to: datetime) -> dict[str, Any]:
        """Move the virtual clock; returns once the pushes that fell due have been delivered."""
        answer = self._http.post("/sandbox/clock", json={"to": to.isoformat()})
        answer.raise_for_status()
        result: dict[str, Any] = answer.json()
        return result

    def obtainable(self) -> dict[str, dict[str, Any]]:
        """id → `{kind, via, visible_from, visible_to}` of every item that the platforms show at all."""
        rows: dict[str, dict[str, Any]] = self._get("obtainable")["items"]
        return rows

    def truth(self) -> dict[str, dict[str, Any]]:
        """id → text, labels and fate of every item of the scenario."""
        rows: dict[str, dict[str, Any]] = self._get("truth?final=true")["items"]
        return rows

    def _get(self, what: str) -> Any:
        answer = self._http.get(f"/sandbox/{what}")
        answer.raise_for_status()
        return answer.json()


def obtainable_ids(items: Mapping[str, Mapping[str, Any]], polls: Sequence[datetime]) -> set[str]:
    """Ids that the demo's sources could have: on one of their ways, and visible at a moment when they looked (virtual time).

    What came and went between two looks was not obtainable by polling, and is not counted as lost; nor is what only a keyword or
    hashtag search finds: both are collected, but platforms promise neither to be complete.
    """
    ids = set()
    for identity, item in items.items():
        if not WAYS.intersection(item["via"]):
            continue
        first = datetime.fromisoformat(item["visible_from"])
        last = datetime.fromisoformat(item["visible_to"]) if item["visible_to"] else None
        if any(first <= poll and (last is None or poll < last) for poll in polls):
            ids.add(identity)
    return ids
