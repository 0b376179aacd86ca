"""Follow up a notice: read what it points to and publish the whole item. One thread, one bounded queue.

Only ids travel from a notice to a read; no address in a request is ever fetched.
"""

from __future__ import annotations

import logging
import queue
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dengar.log import LogError
from listeners.context import Context, request
from listeners.instagram import split as instagram
from listeners.instagram.client import Instagram
from listeners.instagram.errors import GoneError as InstagramGone
from listeners.item import RawItem
from listeners.publish import Publisher
from listeners.source import SourceError
from listeners.youtube import split as youtube
from listeners.youtube.client import YouTube
from listeners.youtube.errors import GoneError as YouTubeGone
from listeners.youtube.videos import PARTS

log_ = logging.getLogger(__name__)

QUEUE = 10_000
COMMENT = "id,text,timestamp,username,from,media{id},parent_id,like_count"
MENTIONED_COMMENT = "id,text,timestamp,username,like_count,media{id}"
MENTIONED_MEDIA = "id,caption,media_type,media_product_type,permalink,timestamp,like_count,comments_count,username"
_ID = re.compile(r"[A-Za-z0-9_.-]{1,200}")


@dataclass
class Fates:
    """What became of notices that ask for a read."""

    read: int = 0
    gone: int = 0
    failed: int = 0
    dropped: int = 0


class Hydrator:
    """Reads with clients of its own; `instagram` or `youtube` None = not configured, its notices are counted as failed."""

    def __init__(
        self,
        publisher: Publisher,
        instagram: Callable[[], Instagram] | None,
        youtube: Callable[[], YouTube] | None,
        own: str | None,
        *,
        size: int = QUEUE,
    ) -> None:
        self._publisher, self._own = publisher, own
        self._build_instagram, self._build_youtube = instagram, youtube
        self._instagram: Instagram | None = None
        self._youtube: YouTube | None = None
        self._queue: queue.Queue[RawItem | None] = queue.Queue(size)
        self._thread = threading.Thread(target=self._run, name="hydrator", daemon=True)
        self.fates = Fates()

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """Finish what is queued, then stop."""
        self._queue.put(None)
        self._thread.join(timeout=30)

    @property
    def waiting(self) -> int:
        """Notices in the queue."""
        return self._queue.qsize()

    def offer(self, item: RawItem) -> None:
        """Queue a notice. With a full queue it is dropped and counted: the notice itself is in Kafka, and polling reconciles."""
        if item.kind not in ("webhook_change", "websub_entry"):
            return
        if item.kind == "webhook_change" and item.payload.get("field") not in ("comments", "live_comments", "mentions"):
            return
        try:
            self._queue.put_nowait(item)
        except queue.Full:
            self.fates.dropped += 1

    def read(self, notice: RawItem) -> list[RawItem]:
        """The items that a notice points to. Raises SourceError."""
        if notice.kind == "websub_entry":
            return self._video(notice)
        value: dict[str, Any] = notice.payload.get("value") or {}
        if notice.payload.get("field") == "mentions":
            return self._mention(notice, value)
        return self._comment(notice, str(value.get("comment_id") or value.get("id") or ""))

    def _run(self) -> None:
        while (notice := self._queue.get()) is not None:
            try:
                self._publisher.publish(self.read(notice))
                self.fates.read += 1
            except (InstagramGone, YouTubeGone):
                self.fates.gone += 1
            except (SourceError, LogError) as error:
                self.fates.failed += 1
                log_.warning("%s could not be read: %s", notice.subject, error)
            except Exception:
                # One notice that trips a defect must not end the thread that serves all others.
                self.fates.failed += 1
                log_.exception("%s could not be read", notice.subject)

    def _graph(self) -> Instagram:
        if self._instagram is None:
            if self._build_instagram is None:
                raise SourceError("No Instagram token: set DENGAR_INSTAGRAM_TOKEN to read what webhooks point to.")
            self._instagram = self._build_instagram()
        return self._instagram

    def _data(self) -> YouTube:
        if self._youtube is None:
            if self._build_youtube is None:
                raise SourceError("No YouTube key: set DENGAR_YOUTUBE_API_KEY to read what WebSub entries point to.")
            self._youtube = self._build_youtube()
        return self._youtube

    def _comment(self, notice: RawItem, identity: str) -> list[RawItem]:
        row = self._graph().get(_safe(identity), fields=COMMENT)
        context = Context(
            request(f"instagram/{identity}", {"fields": COMMENT}), "instagram.hydrate", "owned", notice.account
        )
        return instagram.comment(row, context.within(post_id=notice.post_id))

    def _mention(self, notice: RawItem, value: dict[str, Any]) -> list[RawItem]:
        viewer = _safe(notice.account if notice.account not in (None, "0") else self._own or "")
        comment_id, media_id = value.get("comment_id"), value.get("media_id")
        name, argument, fields = (
            ("mentioned_comment", f"comment_id({_safe(comment_id)})", MENTIONED_COMMENT)
            if comment_id
            else ("mentioned_media", f"media_id({_safe(media_id)})", MENTIONED_MEDIA)
        )
        row: dict[str, Any] = self._graph().get(viewer, fields=f"{name}.{argument}{{{fields}}}").get(name, {})
        if not row.get("id"):
            return []
        context = Context(request(f"instagram/{viewer}", {name: row["id"]}), "instagram.hydrate", "public", None)
        context = context.within(post_id=notice.post_id)
        return instagram.comment(row, context) if comment_id else instagram.media(row, context)

    def _video(self, notice: RawItem) -> list[RawItem]:
        identity = _safe(notice.subject.rpartition(":")[2])
        body = self._data().call("videos.list", part=PARTS, id=identity)
        context = Context(
            request("youtube/videos.list", {"id": identity}), "youtube.hydrate", notice.ownership, notice.account
        )
        return youtube.split(body, context)


def _safe(identity: Any) -> str:
    """An id that may go into a path or a `fields` expression. Raises SourceError for what is no id."""
    text = str(identity or "")
    if not _ID.fullmatch(text) or text.strip(".") == "":
        raise SourceError("A notice carries something that is not an id; it is kept as it came, nothing was read.")
    return text
