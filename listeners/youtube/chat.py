"""Source `youtube.chat`: the live chats that run, from where the last page ended, at the pace that YouTube asks for.

The videos source tells which chats run. A chat that is over leaves the list; its video is looked up once more, for a stream may go on
in another chat. A chat that runs while the quota is out is a gap: nobody can read it afterwards.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from dengar.records import timestamp
from listeners.quota.ledger import QuotaError
from listeners.source import Cursor, Gap, Page
from listeners.youtube.errors import GoneError, InvalidTokenError, QuotaExhaustedError, UnavailableError
from listeners.youtube.split import split
from listeners.youtube.watch import CHATS, Watch

MESSAGES = 500
MISSED = "live_chat_missed"


class Chat:
    """See listeners.source.Source. Cursor: chat → its page token and when it may be asked again, and the chats of this round."""

    name = "youtube.chat"

    def __init__(self, watch: Watch) -> None:
        self._watch, self.station = watch, watch.station

    def fetch(self, cursor: Cursor | None) -> Page:
        """A page of up to 500 messages of the next chat whose pause is over."""
        now = dict(cursor or {})
        chats = self._watch.chats
        places = {chat: row for chat, row in now.get("chats", {}).items() if chat in chats}
        todo = [chat for chat in now.get("todo", list(chats)) if chat in chats and self._may(places.get(chat))]
        if not todo:
            return Page(cursor={"chats": places} if places else None, more=False)
        chat, *rest = todo
        video = chats[chat]
        place = places.get(chat, {})
        context = self._watch.context("liveChatMessages.list", "chat", None, liveChatId=chat).within(
            post_id=f"yt:video:{video}", conversation_id=f"yt:video:{video}"
        )
        token = {"pageToken": place["token"]} if place.get("token") else {}
        try:
            body = self._watch.youtube.call(
                "liveChatMessages.list", part="snippet,authorDetails", liveChatId=chat, maxResults=MESSAGES, **token
            )
        except InvalidTokenError:
            if not token:
                raise
            places[chat] = {}
            return Page(cursor={"chats": places, "todo": todo})
        except (UnavailableError, GoneError):
            return self._over(chat, places, rest)
        except (QuotaError, QuotaExhaustedError):
            return self._missed(chats, places)
        moment = self.station.clock.now()
        pause = timedelta(milliseconds=int(body.get("pollingIntervalMillis", 0)))
        gaps = (
            [Gap(f"yt:video:{video}", MISSED, None, datetime.fromisoformat(place["missed"]), moment)]
            if "missed" in place
            else []
        )
        places[chat] = {"token": body.get("nextPageToken") or place.get("token"), "next": timestamp(moment + pause)}
        if body.get("offlineAt"):
            return Page(split(body, context), self._over(chat, places, rest).cursor, bool(rest), gaps)
        again = [chat] if len(body.get("items", [])) >= MESSAGES else []
        left = [*again, *rest]
        return Page(split(body, context), {"chats": places, **({"todo": left} if left else {})}, bool(left), gaps)

    def _may(self, place: dict[str, str] | None) -> bool:
        """Whether the pause that YouTube asked for is over. An early call is answered rateLimitedExceeded."""
        due = (place or {}).get("next")
        return due is None or datetime.fromisoformat(due) <= self.station.clock.now()

    def _over(self, chat: str, places: dict[str, dict[str, str]], rest: list[str]) -> Page:
        """Leave a chat, and look its video up once: the stream may go on in another."""
        video = self._watch.chats[chat]
        places.pop(chat, None)
        self._watch.put(CHATS, chat, None)
        body = self._watch.youtube.call("videos.list", part="liveStreamingDetails", id=video)
        for row in body.get("items", []):
            following = row.get("liveStreamingDetails", {}).get("activeLiveChatId")
            if following and following != chat:
                self._watch.put(CHATS, following, video)
                rest = [*rest, following]
        return Page(cursor={"chats": places, **({"todo": rest} if rest else {})}, more=bool(rest))

    def _missed(self, chats: dict[str, str], places: dict[str, dict[str, str]]) -> Page:
        """Count what runs unread from now on; the end is told once it can be read again."""
        moment = self.station.clock.now()
        for chat in chats:
            places.setdefault(chat, {}).setdefault("missed", timestamp(moment))
        gaps = [
            Gap(f"yt:video:{video}", MISSED, None, datetime.fromisoformat(places[chat]["missed"]))
            for chat, video in chats.items()
        ]
        return Page(cursor={"chats": places}, more=False, gaps=gaps)
