"""Read what a notice points to. Only ids travel from a notice to a read; no address in a request is ever fetched."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from listeners.context import Context, request
from listeners.instagram import split as instagram
from listeners.instagram.client import BUSINESS, Instagram
from listeners.instagram.errors import GONE_SUBCODE
from listeners.instagram.errors import GoneError as InstagramGone
from listeners.item import RawItem
from listeners.source import SourceError
from listeners.youtube import gone
from listeners.youtube import split as youtube
from listeners.youtube.client import YouTube
from listeners.youtube.errors import GoneError as YouTubeGone
from listeners.youtube.videos import PARTS

COMMENT = "id,text,timestamp,username,from,media{id},parent_id,like_count"
MENTIONED_COMMENT = "id,text,timestamp,username,like_count,media{id}"
MENTIONED_MEDIA = "id,caption,media_type,media_product_type,permalink,timestamp,like_count,comments_count,username"
_ID = re.compile(r"[A-Za-z0-9_.-]{1,200}")

Gone = (InstagramGone, YouTubeGone)


class NotReadableError(SourceError):
    """Asking again would change nothing."""


class Reader:
    """Clients are built at the first read that needs them; `instagram` or `youtube` None = not configured. For one thread.

    `own`: the account that looks at mentions where the notice names none.
    """

    def __init__(
        self, instagram: Callable[[], Instagram] | None, youtube: Callable[[], YouTube] | None, own: str | None
    ) -> None:
        self._own = own
        self._build_instagram, self._build_youtube = instagram, youtube
        self._instagram: Instagram | None = None
        self._youtube: YouTube | None = None

    def read(self, notice: RawItem) -> list[RawItem]:
        """The items that a notice points to. Raises NotReadableError, one of Gone, or another SourceError."""
        if notice.kind == "websub_entry":
            return self._video(notice)
        value: dict[str, Any] = notice.payload.get("value") or {}
        if notice.payload.get("field") == "mentions":
            return self._mention(notice, value)
        return self._comment(notice, str(value.get("comment_id") or value.get("id") or ""))

    def gone(self, notice: RawItem) -> RawItem:
        """The record that what a notice points to is not there."""
        object_type, identity = notice.subject.split(":", 2)[1:]
        context = Context(notice.request, f"{notice.platform}.hydrate", notice.ownership, notice.account)
        made = gone.gone if notice.platform == "youtube" else instagram.gone
        return made(object_type, identity, context.within(post_id=notice.post_id))

    def _graph(self) -> Instagram:
        if self._instagram is None:
            if self._build_instagram is None:
                raise NotReadableError("No Instagram token: set DENGAR_INSTAGRAM_TOKEN to read what webhooks point to.")
            self._instagram = self._build_instagram()
        return self._instagram

    def _data(self) -> YouTube:
        if self._youtube is None:
            if self._build_youtube is None:
                raise NotReadableError(
                    "No YouTube key: set DENGAR_YOUTUBE_API_KEY to read what WebSub entries point to."
                )
            self._youtube = self._build_youtube()
        return self._youtube

    def _comment(self, notice: RawItem, identity: str) -> list[RawItem]:
        row = self._graph().get(_safe(identity), limit_of=_payer(notice.account), fields=COMMENT)
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
        row: dict[str, Any] = (
            self._graph().get(viewer, limit_of=viewer, fields=f"{name}.{argument}{{{fields}}}").get(name, {})
        )
        if not row.get("id"):
            raise InstagramGone(f"Instagram does not show the {name.replace('_', ' ')}.", 100, GONE_SUBCODE)
        context = Context(request(f"instagram/{viewer}", {name: row["id"]}), "instagram.hydrate", "public", None)
        context = context.within(post_id=notice.post_id)
        return instagram.comment(row, context) if comment_id else instagram.media(row, context)

    def _video(self, notice: RawItem) -> list[RawItem]:
        identity = _safe(notice.subject.rpartition(":")[2])
        body = self._data().call("videos.list", part=PARTS, id=identity)
        context = Context(
            request("youtube/videos.list", {"id": identity}), "youtube.hydrate", notice.ownership, notice.account
        )
        items = youtube.split(body, context)
        if not items:
            raise YouTubeGone("YouTube does not list the video.", "videoNotFound", 200)
        return items


def _safe(identity: Any) -> str:
    """An id that may go into a path or a `fields` expression. Raises SourceError for what is no id."""
    text = str(identity or "")
    if not _ID.fullmatch(text) or text.strip(".") == "":
        raise NotReadableError("A notice carries something that is not an id; it is kept as it came, nothing was read.")
    return text


def _payer(account: str | None) -> str:
    """Whose limit a read spends: the account that the notice names, else no account in particular."""
    return account if account not in (None, "", "0") else BUSINESS
