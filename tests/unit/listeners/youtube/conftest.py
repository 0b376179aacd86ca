"""A YouTube in memory, behind the client's own two methods: videos, threads, replies and chats that tests change between polls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dengar.log.memory import MemoryLog
from dengar.registers import Registers
from dengar.settings import Settings
from listeners.clock import PlatformClock
from listeners.station import Station
from listeners.youtube.errors import GoneError, UnavailableError
from listeners.youtube.watch import UPLOADS, Watch

CHANNEL = "UC1"
INLINE = 2


class Tube:
    """`threads` maps thread id → reply ids (one video, newest thread first); `edits` maps comment id → text."""

    def __init__(self) -> None:
        self.videos: list[str] = ["v1"]
        self.private: set[str] = set()
        self.threads: dict[str, list[str]] = {}
        self.hidden: set[str] = set()
        self.edits: dict[str, str] = {}
        self.chat: list[list[str]] = []
        self.stream: dict[str, str] = {}
        self.over = False
        self.closed: Exception | None = None
        self.page_size = 2
        self.results: dict[str, list[str]] = {}
        self.times: dict[str, str] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def comment(self, identity: str) -> dict[str, Any]:
        text = self.edits.get(identity, "antre lama")
        return {
            "kind": "youtube#comment",
            "id": identity,
            "snippet": {
                "textDisplay": text,
                "updatedAt": text,
                "videoId": "v1",
                "publishedAt": self.times.get(identity, ""),
            },
        }

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self.asked.append((method, parameters))
        ids = str(parameters.get("id", "")).split(",")
        if method in ("playlistItems.list", "commentThreads.list"):
            pages = list(self._listing(method, parameters))
            return pages[int(parameters.get("pageToken", 0))]
        if method == "comments.list":
            there = {reply for replies in self.threads.values() for reply in replies} | set(self.threads) | self.hidden
            return {"items": [self.comment(identity) for identity in ids if identity in there]}
        if method == "videos.list":
            live = {"liveStreamingDetails": self.stream or {"activeLiveChatId": "chat1"}} if self.chat else {}
            there = set(self.videos) | self.private | {one for found in self.results.values() for one in found}
            rows = [{"kind": "youtube#video", "id": one, "snippet": {}, **live} for one in ids if one in there]
            return {"items": rows}
        if method == "videos.batchGetStats":
            rows = [{"id": one, "statistics": {"viewCount": "1"}} for one in ids]
            return {
                "items": [
                    row | ({"snippet": {"publishTime": self.times[row["id"]]}} if row["id"] in self.times else {})
                    for row in rows
                ]
            }
        if method == "channels.list":
            return {"items": [{"id": CHANNEL, "contentDetails": {"relatedPlaylists": {"uploads": "UU1"}}}]}
        if method == "search.list":
            rows = [
                {
                    "kind": "youtube#searchResult",
                    "id": {"videoId": one},
                    "snippet": {"channelId": "UC1" if one == "v1" else "UC2", "publishedAt": self.times.get(one, "")},
                }
                for one in self.results.get(parameters["q"], [])
            ]
            size = int(parameters["maxResults"])
            start = int(parameters.get("pageToken", 0))
            more = {"nextPageToken": str(start + size)} if start + size < len(rows) else {}
            return {"items": rows[start : start + size], **more}
        if method == "liveChatMessages.list":
            number = int(parameters.get("pageToken", "0"))
            if self.closed is not None:
                raise self.closed
            rows = [{"kind": "youtube#liveChatMessage", "id": one} for one in self.chat[number]]
            offline = {"offlineAt": "2026-11-20T03:00:00Z"} if self.over else {}
            return {"items": rows, "nextPageToken": str(number + 1), "pollingIntervalMillis": 2000, **offline}
        raise AssertionError(f"the fake has no {method}")

    def pages(self, method: str, *, most: int = 1_000, **parameters: Any) -> Iterator[dict[str, Any]]:
        self.asked.append((method, parameters))
        yield from list(self._listing(method, parameters))[:most]

    def _listing(self, method: str, parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if self.closed is not None:
            raise self.closed
        rows: list[dict[str, Any]]
        if method == "commentThreads.list":
            rows = [self._thread(identity) for identity in self.threads]
        elif method == "comments.list":
            if parameters["parentId"] not in self.threads:
                raise GoneError("gone", "commentNotFound", 404)
            rows = [self.comment(identity) for identity in self.threads[parameters["parentId"]]]
        else:
            rows = [
                {"contentDetails": {"videoId": identity, "videoPublishedAt": self.times.get(identity, "")}}
                for identity in self.videos
            ]
        for number, start in enumerate(range(0, max(len(rows), 1), self.page_size)):
            following = {"nextPageToken": str(number + 1)} if start + self.page_size < len(rows) else {}
            yield {"items": rows[start : start + self.page_size], **following}

    def _thread(self, identity: str) -> dict[str, Any]:
        replies = self.threads[identity]
        return {
            "kind": "youtube#commentThread",
            "id": identity,
            "snippet": {
                "videoId": "v1",
                "topLevelComment": self.comment(identity),
                "totalReplyCount": len(replies),
            },
            "replies": {"comments": [self.comment(reply) for reply in replies[:INLINE]]},
        }


@pytest.fixture
def tube() -> Tube:
    return Tube()


@pytest.fixture
def watch(tube: Any) -> Watch:
    still = PlatformClock(monotonic=lambda: 0.0)
    station = Station("youtube", Settings(), Registers(), MemoryLog(), clock=still, walk=True)
    made = Watch(station, tube, {CHANNEL: "owned"})
    made.put(UPLOADS, CHANNEL, "UU1")
    return made


@pytest.fixture
def closed() -> Exception:
    return UnavailableError("closed", "commentsDisabled", 403)
