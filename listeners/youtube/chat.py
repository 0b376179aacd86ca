"""Source `youtube.chat`: the live chats that run, from where the last page ended, at the pace that YouTube asks for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from listeners.item import RawItem
from listeners.youtube.errors import GoneError, UnavailableError
from listeners.youtube.split import split
from listeners.youtube.watch import Watch

MESSAGES = 500
LONGEST_PAUSE_S = 10.0


class Chat:
    """See listeners.source.Source. Channels' videos tell which chats run (Watch.chats); a chat that ended leaves the list."""

    name = "youtube.chat"

    def __init__(self, watch: Watch, *, pause: Callable[[float], None] = time.sleep) -> None:
        self._watch, self._pause = watch, pause
        self._tokens: dict[str, str] = {}
        self._next: dict[str, float] = {}

    def poll(self) -> Iterator[list[RawItem]]:
        """Pages of up to 500 messages, until a page is not full."""
        for chat, video in list(self._watch.chats.items()):
            try:
                yield from self._messages(chat, video)
            except (UnavailableError, GoneError):
                self._watch.chats.pop(chat, None)
                self._tokens.pop(chat, None)
                self._next.pop(chat, None)

    def _messages(self, chat: str, video: str) -> Iterator[list[RawItem]]:
        context = self._watch.context("liveChatMessages.list", "chat", None, liveChatId=chat).within(
            post_id=f"yt:video:{video}", conversation_id=f"yt:video:{video}"
        )
        while True:
            wait = self._next.get(chat, 0.0) - time.monotonic()
            if wait > 0:
                self._pause(min(wait, LONGEST_PAUSE_S))
            token = {"pageToken": self._tokens[chat]} if chat in self._tokens else {}
            body = self._watch.youtube.call(
                "liveChatMessages.list", part="snippet,authorDetails", liveChatId=chat, maxResults=MESSAGES, **token
            )
            self._next[chat] = time.monotonic() + int(body.get("pollingIntervalMillis", 0)) / 1000
            yield split(body, context)
            # The token moves on only after the page was taken: a failed publish reads it again.
            if body.get("nextPageToken"):
                self._tokens[chat] = body["nextPageToken"]
            if body.get("offlineAt"):
                raise UnavailableError(f"The chat of {video} is over.", "liveChatEnded", 200)
            if len(body.get("items", [])) < MESSAGES:
                return
