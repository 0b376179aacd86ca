"""Calls of the YouTube Data API through google-api-python-client: ETags, bounded backoff, buckets that stop when they are empty."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httplib2
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import build_http
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_random_exponential

from dengar.settings import Settings
from listeners.clock import PlatformClock
from listeners.quota.ledger import Ledger, Urgency
from listeners.quota.rules import load_rules
from listeners.youtube.errors import (
    CredentialsError,
    ForbiddenError,
    InvalidTokenError,
    ProcessingError,
    QuotaExhaustedError,
    TransientError,
    error_of,
)

TIMEOUT_S = 30
ATTEMPTS = 5
PROCESSING_ATTEMPTS = 3
PAUSE = timedelta(minutes=10)
REMEMBERED_ROWS = 10_000
NEVER_AGAIN = {"search.list"}  # asked for what is new since the last time: no two calls are alike


class YouTube:
    """One service; not for several threads (httplib2 is not). Every attempt is paid for in the ledger before it is made."""

    def __init__(
        self,
        settings: Settings,
        *,
        ledger: Ledger | None = None,
        clock: PlatformClock | None = None,
        urgency: Urgency | None = None,
    ) -> None:
        settings.require("youtube_api_key")
        http = build_http()
        http.timeout = TIMEOUT_S
        options = {"api_endpoint": settings.youtube_endpoint.rstrip("/") + "/"} if settings.youtube_endpoint else None
        self._service = build(
            "youtube", "v3", http=http, developerKey=settings.youtube_api_key, client_options=options,
            static_discovery=True, cache_discovery=False,
        )  # fmt: skip
        self.clock = clock or PlatformClock()
        self._ledger = ledger or Ledger(load_rules(), now=self.clock.now)
        self._urgency = urgency
        self._paused: dict[str, tuple[datetime, CredentialsError]] = {}  # method, or "" for all
        self._forbidden: dict[str, int] = {}  # method → refusals in a row
        self._pages: OrderedDict[tuple[Any, ...], tuple[str, dict[str, Any]]] = OrderedDict()
        self._rows = 0
        self.calls = 0

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The answer of `commentThreads.list` and the like; an unchanged page (304) is answered from memory.

        Raises YouTubeError; QuotaError where the ledger has nothing left for this call, after a refusal until the bucket's reset.
        After a refused key every call is refused here for ten minutes; after two forbidden calls of a method in a row that method's.
        """
        for paused in (self._paused.get(""), self._paused.get(method)):
            if paused is not None and self.clock.now() < paused[0]:
                raise paused[1].again()
        retrying = Retrying(
            retry=retry_if_exception_type(TransientError),
            stop=_enough,
            wait=wait_random_exponential(multiplier=0.5, max=30),
            reraise=True,
        )
        try:
            answer: dict[str, Any] = retrying(self._once, method, parameters)
        except QuotaExhaustedError:
            self._ledger.refuse(f"youtube/{method}")
            raise
        except ForbiddenError as error:
            self._forbidden[method] = self._forbidden.get(method, 0) + 1
            if self._forbidden[method] > 1:
                self._paused[method] = self.clock.now() + PAUSE, error
                raise error.again() from None
            raise
        except CredentialsError as error:
            self._paused[""] = self.clock.now() + PAUSE, error
            raise
        self._forbidden.pop(method, None)
        return answer

    def pages(self, method: str, *, most: int = 1_000, **parameters: Any) -> Iterator[dict[str, Any]]:
        """Every page of a listing, at most `most`. An expired page token starts the listing again, once."""
        token, restarted = None, False
        for _ in range(most):
            page_of = {**parameters, "pageToken": token} if token else parameters
            try:
                body = self.call(method, **page_of)
            except InvalidTokenError:
                if restarted or token is None:
                    raise
                token, restarted = None, True
                continue
            yield body
            token = body.get("nextPageToken")
            if not token:
                return

    def _once(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        *path, verb = method.split(".")
        resource = self._service
        for name in path:
            resource = getattr(resource, name)()
        ask = getattr(resource, verb)(**parameters)
        key = (method, *sorted(parameters.items()))
        known = self._pages.get(key)
        if known is not None:
            ask.headers["If-None-Match"] = known[0]
            self._pages.move_to_end(key)
        ask.add_response_callback(lambda answer: self.clock.hear(answer.get("date")))
        self._ledger.spend(f"youtube/{method}", self._urgency)
        self.calls += 1
        try:
            body: dict[str, Any] = ask.execute()
        except HttpError as error:
            if error.resp.status == 304 and known is not None:
                return known[1]
            failed = error_of(error.resp.status, error.content, method)
        except (OSError, httplib2.HttpLib2Error) as error:
            failed = TransientError(
                f"YouTube did not answer {method} ({type(error).__name__}): is the network up?", "", 0
            )
        else:
            if isinstance(body.get("etag"), str) and method not in NEVER_AGAIN:
                self._remember(key, body)
            return body
        # Outside the except block, so that no traceback carries the SDK's error with the key in its URL.
        raise failed

    def _remember(self, key: tuple[Any, ...], body: dict[str, Any]) -> None:
        """Keep a page for its next 304; of all pages at most 10,000 rows, for a row takes kilobytes.

        A listing whose first page has changed has other tokens from then on: its later pages are never asked for again as they were.
        """
        changed = self._pages.get(key, ("", {}))[1]
        if changed.get("nextPageToken") not in (None, body.get("nextPageToken")):
            for later in [one for one in self._pages if one != key and _listing(one) == _listing(key)]:
                self._forget(later)
        self._forget(key)
        tag = body["etag"].strip('"')  # recorded answers show it with and without its quotes
        self._pages[key] = (f'"{tag}"', body)
        self._rows += _size(body)
        while self._rows > REMEMBERED_ROWS and len(self._pages) > 1:
            self._forget(next(iter(self._pages)))

    def _forget(self, key: tuple[Any, ...]) -> None:
        if key in self._pages:
            self._rows -= _size(self._pages.pop(key)[1])


def _enough(state: RetryCallState) -> bool:
    error = state.outcome.exception() if state.outcome is not None else None
    return state.attempt_number >= (PROCESSING_ATTEMPTS if isinstance(error, ProcessingError) else ATTEMPTS)


def _listing(key: tuple[Any, ...]) -> tuple[Any, ...]:
    """A page's key without its token: the same for all pages of a listing."""
    return tuple(part for part in key if part[0] != "pageToken")


def _size(body: dict[str, Any]) -> int:
    return 1 + len(body.get("items", ()))
