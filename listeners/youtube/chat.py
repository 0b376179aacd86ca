"""Source `youtube.chat`: the live chats that run, from where the last page ended, never faster than YouTube asks for.

The sources of videos tell which chats run. A chat that is over leaves the list; its video is looked up once more, for a stream may go
on in another chat. What was said between the last page and the end is a gap: nobody can read it afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from dengar.records import timestamp
from listeners.quota.ledger import QuotaError
from listeners.source import Cursor, Gap, Page
from listeners.youtube.errors import (
    GoneError,
    InvalidTokenError,
    QuotaExhaustedError,
    TooEarlyError,
    TransientError,
    UnavailableError,
)
from listeners.youtube.split import split
from listeners.youtube.streams import MISSED, ended_at
from listeners.youtube.watch import CHATS, EXPECTED, HEARD, Watch

MESSAGES = 2_000  # a page costs five units, whatever it holds
PACE = timedelta(seconds=30)  # messages wait for us at the token; only a busy chat is read faster
LONGEST = timedelta(minutes=5)
STREAM = "etag,items(id,liveStreamingDetails)"

Place = dict[str, str]


class Chat:
    """See listeners.source.Source.

    Cursor: `chats`: chat → page token, when it may be asked again (`next`), when it was read (`read`), since when it could not be
    (`missed`), the last pause after a failure in seconds (`wait`); `todo`: the chats that are left of this round.
    """

    name = "youtube.chat"

    def __init__(self, watch: Watch) -> None:
        self._watch, self.station = watch, watch.station

    def fetch(self, cursor: Cursor | None) -> Page:
        """A page of up to 2,000 messages of the next chat whose pause is over."""
        now = dict(cursor or {})
        chats = self._watch.chats
        places: dict[str, Place] = {chat: dict(row) for chat, row in now.get("chats", {}).items() if chat in chats}
        todo = [chat for chat in now.get("todo", list(chats)) if chat in chats and self._may(places.get(chat))]
        if not todo:
            return _page(places, [])
        chat, *rest = todo
        place = places.get(chat, {})
        token = {"pageToken": place["token"]} if place.get("token") else {}
        try:
            body = self._watch.youtube.call(
                "liveChatMessages.list", part="snippet,authorDetails", liveChatId=chat, maxResults=MESSAGES, **token
            )
        except InvalidTokenError:
            if not token:
                raise
            place.pop("token")
            return _page(places, todo)
        except (UnavailableError, GoneError):
            return self._over(chat, places, rest)
        except (QuotaError, QuotaExhaustedError):
            return self._missed(chats, places)
        except (TooEarlyError, TransientError) as error:
            places[chat] = place | self._later(place)
            return _page(places, rest, problem=None if isinstance(error, TooEarlyError) else str(error))
        return self._read(chat, places, rest, body)

    def _read(self, chat: str, places: dict[str, Place], rest: list[str], body: Mapping[str, Any]) -> Page:
        """The messages of a page, and the chat's place after it."""
        video, place, moment = self._watch.chats[chat], places.get(chat, {}), self.station.clock.now()
        context = self._watch.context("liveChatMessages.list", "chat", None, liveChatId=chat).within(
            post_id=f"yt:video:{video}", conversation_id=f"yt:video:{video}"
        )
        items = split(body, context)
        busy = 2 * len(body.get("items", [])) >= MESSAGES
        pause = timedelta(milliseconds=int(body.get("pollingIntervalMillis", 0)))
        token = body.get("nextPageToken") or place.get("token")
        places[chat] = {"next": timestamp(moment + (pause if busy else max(pause, PACE))), "read": timestamp(moment)}
        if token:
            places[chat]["token"] = str(token)
        self._watch.put(HEARD, video, timestamp(moment))
        # Whether all that was said in the meantime waited for us cannot be told.
        gaps = [_gap(video, place["missed"], moment)] if "missed" in place else []
        if body.get("offlineAt"):
            return self._over(chat, places, rest, items, gaps, whole=True)
        return _page(places, [*rest, chat] if busy else rest, items, gaps)

    def _may(self, place: Mapping[str, str] | None) -> bool:
        """Whether the pause is over. An early call is answered rateLimitExceeded."""
        due = (place or {}).get("next")
        return due is None or datetime.fromisoformat(due) <= self.station.clock.now()

    def _later(self, place: Mapping[str, str]) -> Place:
        """Twice the last pause, at most five minutes: every try costs five units."""
        pause = min(LONGEST, 2 * timedelta(seconds=float(place.get("wait", PACE.total_seconds() / 2))))
        return {"next": timestamp(self.station.clock.now() + pause), "wait": str(pause.total_seconds())}

    def _over(
        self,
        chat: str,
        places: dict[str, Place],
        rest: list[str],
        items: list[Any] | None = None,
        gaps: list[Gap] | None = None,
        *,
        whole: bool = False,
    ) -> Page:
        """Leave a chat and look its video up once: the stream may go on in another. `whole`: it was read to its end."""
        video, place, moment = self._watch.chats[chat], places.get(chat, {}), self.station.clock.now()
        body = self._watch.youtube.call("videos.list", part="liveStreamingDetails", id=video, fields=STREAM)
        ended: datetime | None = None
        for row in body.get("items", []):
            ended = ended_at(row)
            following = row.get("liveStreamingDetails", {}).get("activeLiveChatId")
            if following and following != chat:
                self._watch.put(CHATS, following, video)
                rest = [*rest, following]
        since = place.get("missed") or place.get("read")
        gaps = list(gaps or [])
        if not whole and since and (ended or moment) - datetime.fromisoformat(since) > PACE:
            gaps.append(_gap(video, since, ended or moment))
        self._watch.put(CHATS, chat, None)
        self._watch.put(EXPECTED, video, None)
        places.pop(chat, None)
        if since:
            self._watch.put(
                HEARD, video, timestamp(moment)
            )  # one that was never read is told by the next look at the video
        return _page(places, rest, items or [], gaps)

    def _missed(self, chats: Mapping[str, str], places: dict[str, Place]) -> Page:
        """Count what runs unread from the last page on; the end is told once something can be read again."""
        moment, gaps = timestamp(self.station.clock.now()), []
        for chat, video in chats.items():
            place = places.setdefault(chat, {})
            place.setdefault("missed", place.get("read", moment))
            gaps.append(_gap(video, place["missed"], None))
        return _page(places, [], gaps=gaps)


def _gap(video: str, since: str, until: datetime | None) -> Gap:
    return Gap(f"yt:video:{video}", MISSED, None, datetime.fromisoformat(since), until)


def _page(
    places: dict[str, Place],
    todo: list[str],
    items: list[Any] | None = None,
    gaps: list[Gap] | None = None,
    problem: str | None = None,
) -> Page:
    cursor = {"chats": places} | ({"todo": todo} if todo else {})
    return Page(items or [], cursor if places or todo else None, bool(todo), gaps or [], problem)
