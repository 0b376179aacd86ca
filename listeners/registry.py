"""The polled sources: one row each, in the order in which a poll runs them (channels tell videos where to look, videos tell chats).

A source is one file and one row here. A third platform is the same: its rows name a `watch`, the function that connects to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

from listeners.source import Source
from listeners.station import Station


@dataclass(frozen=True, slots=True)
class Row:
    """A source: `name` is `<platform>.<what>`.

    `quota`: the bucket of infra/quota.yaml that it spends, or None where only the platform's headers tell. `cursor`: what its cursor
    holds, in words. `every`: the least time between two rounds. `build` and `watch` are `module:attribute`; rows that name the same
    watch share one: `watch(station) -> W`, `build(W) -> Source`. `backfills`: whether it can walk history.
    """

    name: str
    quota: str | None
    cursor: str
    every: timedelta
    watch: str
    build: str
    backfills: bool = False
    scarce: bool = False

    @property
    def platform(self) -> str:
        """The part of the name before the dot."""
        return self.name.partition(".")[0]


def _row(
    name: str,
    quota: str | None,
    cursor: str,
    every_s: int,
    build: str,
    *,
    backfills: bool = False,
    scarce: bool = False,
) -> Row:
    platform = name.partition(".")[0]
    return Row(
        name, quota, cursor, timedelta(seconds=every_s), f"listeners.{platform}.watch:watch",
        f"listeners.{platform}.{build}", backfills, scarce,
    )  # fmt: skip


SOURCES: tuple[Row, ...] = (
    _row("youtube.channels", "youtube.default", "none: one page for 50 channels", 3_600, "channels:Channels"),
    _row("youtube.videos", "youtube.default", "channel, uploads page", 900, "videos:Videos", backfills=True),
    _row("youtube.comments", "youtube.default", "channel, page of threads", 300, "comments:Comments", backfills=True),
    _row("youtube.search", "youtube.search", "query → since when, page", 14_400, "search:Search", scarce=True),
    _row("youtube.found", "youtube.default", "last video", 21_600, "found:Found"),
    _row("youtube.found_comments", "youtube.default", "video, page of threads", 3_600, "found:FoundComments"),
    _row("youtube.stats", "youtube.stats", "last video", 3_600, "stats:Stats"),
    _row("youtube.chat", "youtube.default", "chat → page token, next moment", 5, "chat:Chat"),
    _row("youtube.refresh", "youtube.default", "none: requests wait in listener-state", 3_600, "refresh:Refresh"),
    _row("instagram.token", None, "none", 86_400, "token:Token"),
    _row("instagram.accounts", None, "own account", 3_600, "accounts:Accounts"),
    _row("instagram.media", None, "own account, page of media", 900, "media:Media", backfills=True),
    _row("instagram.stories", None, "own account", 900, "stories:Stories"),
    _row("instagram.comments", None, "medium, page of comments", 300, "comments:Comments", backfills=True),
    _row("instagram.tags", None, "own account, page of tagging media", 900, "media:Tags"),
    _row("instagram.hashtags", None, "hashtag, page of recent media", 3_600, "hashtags:Hashtags"),
    _row("instagram.discovery", None, "partner, page of media", 3_600, "discovery:Discovery"),
    _row("instagram.insights", None, "own account, media that are due", 1_800, "insights:Insights"),
    _row("instagram.refresh", None, "none: requests wait in listener-state", 3_600, "refresh:Refresh"),
)


def sources(station: Station, rows: Sequence[Row] = SOURCES) -> list[tuple[Row, Source]]:
    """The sources of a station's platform, built on shared watches. Raises SettingsError, SourceError."""
    watches: dict[str, Any] = {}
    built = []
    for row in rows:
        if row.platform != station.platform or (station.backfill and not row.backfills):
            continue
        if row.watch not in watches:
            watches[row.watch] = _named(row.watch)(station)
        built.append((row, _named(row.build)(watches[row.watch])))
    return built


def platforms(rows: Sequence[Row] = SOURCES) -> list[str]:
    """The platforms that have sources."""
    return list(dict.fromkeys(row.platform for row in rows))


def _named(path: str) -> Callable[[Any], Any]:
    module, _, attribute = path.partition(":")
    found: Callable[[Any], Any] = getattr(import_module(module), attribute)
    return found
