"""The read methods: query parameters in, response body out, as of a moment.

Raises YouTubeError with the platform's own reasons. `q` is a Query: repeated and comma-separated parameters are one list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sandbox.scenario.world import Actor, Item, World
from sandbox.youtube import resources
from sandbox.youtube.errors import bad, forbidden, missing
from sandbox.youtube.paging import page

Body = dict[str, Any]


class Query:
    """Parameters of one call."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def one(self, name: str) -> str | None:
        """The last value of a parameter, None if absent or empty."""
        values = self._values.get(name)
        return values[-1] or None if values else None

    def many(self, name: str) -> list[str]:
        """All values of a list parameter, in order, distinct."""
        return list(dict.fromkeys(v for value in self._values.get(name, []) for v in value.split(",") if v))

    def parts(self) -> set[str]:
        """Raises YouTubeError missingRequiredParameter without `part`."""
        parts = set(self.many("part"))
        if not parts:
            raise bad("missingRequiredParameter", "No filter selected. Expected one of: part")
        return parts

    def size(self, default: int, maximum: int, least: int = 1) -> int:
        """maxResults within the method's limits."""
        value = self.one("maxResults") or str(default)
        if not value.isdigit() or not least <= int(value) <= maximum:
            raise bad(
                "invalidParameter", f"Invalid value '{value}'. Values must be within the range: [{least}, {maximum}]"
            )
        return int(value)

    def plain(self) -> bool:
        return self.one("textFormat") == "plainText"


def _envelope(kind: str, items: list[Body], total: int, size: int, following: str | None = None) -> Body:
    body: Body = {"kind": f"youtube#{kind}ListResponse", "etag": ""}
    if following:
        body["nextPageToken"] = following
    body |= {"pageInfo": {"totalResults": total, "resultsPerPage": size}, "items": items}
    body["etag"] = resources.etag(kind, total, following, *(item["etag"] for item in items))
    return body


def _channel(world: World, identity: str) -> Actor | None:
    return world.actors.get(f"yt:channel:{identity}")


def channels(world: World, now: datetime, q: Query) -> Body:
    """channels.list by id or forHandle."""
    parts, size = q.parts(), q.size(5, 50, least=0)
    handle = (q.one("forHandle") or "").removeprefix("@").lower()
    if handle:
        found = [a for a in world.actors.values() if a.platform == "youtube" and a.handle.lower() == handle]
    elif q.many("id"):
        found = [a for identity in q.many("id") if (a := _channel(world, identity))]
    else:
        raise bad("missingRequiredParameter", "No filter selected. Expected one of: id, forHandle")
    items = [resources.channel(actor, world, now, parts) for actor in found]
    return _envelope("channel", items, len(items), size)


def playlist_items(world: World, now: datetime, q: Query) -> Body:
    """playlistItems.list of an uploads playlist, newest first."""
    parts, size = q.parts(), q.size(5, 50, least=0)
    playlist = q.one("playlistId") or ""
    actor = _channel(world, f"UC{playlist[2:]}") if playlist.startswith("UU") else None
    if actor is None:
        raise missing(
            "playlistNotFound", "The playlist identified with the request's playlistId parameter cannot be found."
        )

    def listing(began: datetime) -> list[Item]:
        posts = world.posts.get(actor.record_id, [])
        return [item for item in reversed(posts) if item.visible(now) and item.published_at <= began]

    chosen, following, total = page(listing, now, q.one("pageToken"), size, playlist)
    items = [resources.playlist_item(item, n, now, parts) for n, item in enumerate(chosen)]
    return _envelope("playlistItem", items, total, size, following)


def _videos(world: World, now: datetime, ids: list[str]) -> list[Item]:
    if not ids:
        raise bad("missingRequiredParameter", "No filter selected. Expected one of: id")
    if len(ids) > 50:
        raise bad("invalidFilters", "The request specifies too many ids: at most 50.")
    return [item for identity in ids if (item := world.find(f"yt:video:{identity}", now))]


def videos(world: World, now: datetime, q: Query) -> Body:
    """videos.list by id; what is deleted or unknown is silently absent."""
    parts = q.parts()
    items = [resources.video(item, now, parts) for item in _videos(world, now, q.many("id"))]
    return _envelope("video", items, len(items), len(items))


def batch_get_stats(world: World, now: datetime, q: Query) -> Body:
    """videos.batchGetStats."""
    parts = q.parts()
    items = [resources.video_stat(item, now, parts) for item in _videos(world, now, q.many("id"))]
    tag = resources.etag(*(item["etag"] for item in items))
    return {"kind": "youtube#batchGetStatsResponse", "etag": tag, "items": items}


def comment_threads(world: World, now: datetime, q: Query) -> Body:
    """commentThreads.list by videoId, allThreadsRelatedToChannelId or id."""
    parts, size, plain = q.parts(), q.size(20, 100), q.plain()
    video, channel, terms = (
        q.one("videoId"),
        q.one("allThreadsRelatedToChannelId"),
        (q.one("searchTerms") or "").lower(),
    )
    if q.many("id"):
        found = [t for i in q.many("id") if (t := world.find(f"yt:comment:{i}", now)) and t.kind == "comment"]
        items = [resources.comment_thread(t, now, parts, plain) for t in found]
        return _envelope("commentThread", items, len(items), len(items))
    if video:
        posts = [_commented(world, now, video)]
    elif channel:
        actor = _channel(world, channel)
        if actor is None:
            raise missing("channelNotFound", "The channel identified by the request cannot be found.")
        posts = [
            v for v in world.posts.get(actor.record_id, []) if v.visible(now) and not v.extra.get("comments_disabled")
        ]
    else:
        raise bad(
            "missingRequiredParameter", "No filter selected. Expected one of: id, videoId, allThreadsRelatedToChannelId"
        )
    if q.one("order") == "relevance":
        order: Callable[[Item], Any] = lambda t: (-t.counter("likes", now), t.id)  # noqa: E731
    else:
        order = lambda t: (-t.published_at.timestamp(), t.id)  # noqa: E731

    def listing(began: datetime) -> list[Item]:
        threads = [t for post in posts for t in post.children if t.visible(now) and t.published_at <= began]
        if terms:
            threads = [t for t in threads if terms in t.version(now).text.lower()]
        return sorted(threads, key=order)

    scope = f"{video}|{channel}|{terms}|{q.one('order')}"
    chosen, following, _ = page(listing, now, q.one("pageToken"), size, scope)
    items = [resources.comment_thread(t, now, parts, plain) for t in chosen]
    return _envelope("commentThread", items, len(items), size, following)


def _commented(world: World, now: datetime, video: str) -> Item:
    post = world.find(f"yt:video:{video}", now)
    if post is None:
        raise missing("videoNotFound", "The video identified by the videoId parameter could not be found.")
    if post.extra.get("comments_disabled"):
        raise forbidden("commentsDisabled", "The video identified by the videoId parameter has disabled comments.")
    return post


def comments(world: World, now: datetime, q: Query) -> Body:
    """comments.list: replies of a thread (parentId) or comments by id."""
    q.parts()
    size, plain = q.size(20, 100), q.plain()
    if q.many("id"):
        found = [c for i in q.many("id") if (c := world.find(f"yt:comment:{i}", now))]
        items = [resources.comment(c, now, plain) for c in found]
        return _envelope("comment", items, len(items), len(items))
    parent = q.one("parentId")
    if not parent:
        raise bad("missingRequiredParameter", "No filter selected. Expected one of: id, parentId")
    thread = world.find(f"yt:comment:{parent}", now)
    if thread is None or thread.kind != "comment":
        raise missing("commentNotFound", "The parent comment specified cannot be found.")

    def listing(began: datetime) -> list[Item]:
        return [r for r in reversed(thread.children) if r.visible(now) and r.published_at <= began]

    chosen, following, _ = page(listing, now, q.one("pageToken"), size, parent)
    items = [resources.comment(c, now, plain) for c in chosen]
    return _envelope("comment", items, len(items), size, following)


def search(world: World, now: datetime, q: Query) -> Body:
    """search.list for videos: every word of q in title, description or tags; by channel, time, live state.

    Pages overlap by one, for the platform's do repeat videos.
    """
    q.parts()
    size = q.size(5, 50, least=0)
    words = [w.strip('"').lower() for w in (q.one("q") or "").replace("|", " ").split()]
    channel, live = q.one("channelId"), q.one("eventType") == "live"
    after, before = _when(q.one("publishedAfter")), _when(q.one("publishedBefore"))

    def fits(item: Item) -> bool:
        version = item.version(now)
        text = f"{version.title} {version.text} {' '.join(item.extra['tags'])}".lower()
        return (
            all(w.removeprefix("#") in text for w in words)
            and (channel is None or item.author.id == channel)
            and (after is None or item.published_at >= after)
            and (before is None or item.published_at < before)
            and (not live or resources.live_now(item, now))
        )

    def listing(began: datetime) -> list[Item]:
        posts = [i for i in world.items if i.kind == "post" and i.platform == "youtube" and i.visible(now)]
        found = [i for i in posts if i.published_at <= began and fits(i)]
        if q.one("order") == "date":
            return found[::-1]
        return sorted(found, key=lambda i: (-i.counter("views", now), i.id))

    if q.one("type") not in (None, "video"):
        return _envelope("search", [], 0, size)
    scope = f"search|{words}|{channel}|{live}|{q.one('order')}|{q.one('publishedAfter')}"
    chosen, following, total = page(listing, now, q.one("pageToken"), size, scope, repeated=1)
    body = _envelope("search", [resources.search_result(i, now) for i in chosen], total, size, following)
    return {**body, "regionCode": "ID"}


def _when(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        value = datetime.fromisoformat(text)
    except ValueError as error:
        raise bad("invalidParameter", f"Invalid value for a time: '{text}'") from error
    if value.tzinfo is None:
        raise bad("invalidParameter", f"A time needs a zone: '{text}'")
    return value


def live_chat(world: World, now: datetime, q: Query) -> Body:
    """liveChatMessages.list while the session runs; the token continues where the last page ended."""
    q.parts()
    size, chat = q.size(500, 2000, least=1), q.one("liveChatId")
    live = next((i for i in world.items if i.format == "live" and i.extra["chat"] == chat), None)
    if live is None or not live.visible(now):
        raise missing("liveChatNotFound", "The live chat that you are trying to retrieve cannot be found.")
    if not resources.live_now(live, now):
        raise forbidden("liveChatEnded", "The specified live chat is no longer live.")
    start = 0
    if token := q.one("pageToken"):
        try:
            start = int(token.removeprefix("chat"))
        except ValueError as error:
            raise bad("pageTokenInvalid", "The page token is not valid.") from error
    spoken = [m for m in world.chats.get(live.record_id, []) if m.published_at <= now]
    chosen = spoken[start : start + size]
    items = [resources.chat_message(m, now) for m in chosen]
    body = _envelope("liveChatMessage", items, len(spoken), len(items), f"chat{start + len(chosen):06d}")
    return {**body, "pollingIntervalMillis": 2000}


METHODS: dict[str, tuple[str, Callable[[World, datetime, Query], Body]]] = {
    "search": ("search.list", search),
    "videos": ("videos.list", videos),
    "videos:batchGetStats": ("videos.batchGetStats", batch_get_stats),
    "channels": ("channels.list", channels),
    "playlistItems": ("playlistItems.list", playlist_items),
    "commentThreads": ("commentThreads.list", comment_threads),
    "comments": ("comments.list", comments),
    "liveChat/messages": ("liveChatMessages.list", live_chat),
}
