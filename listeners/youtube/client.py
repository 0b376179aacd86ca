"""Calls of the YouTube Data API through google-api-python-client: ETags, bounded backoff, buckets that stop when they are empty."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httplib2
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import build_http
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from dengar.settings import Settings
from listeners.youtube.errors import InvalidTokenError, QuotaExhaustedError, TransientError, error_of

TIMEOUT_S = 30
ATTEMPTS = 5
REMEMBERED_ROWS = 30_000
RESET_ZONE = ZoneInfo("America/Los_Angeles")
_BUCKETS = {"search.list": "search", "videos.batchGetStats": "batchGetStats"}


class YouTube:
    """One service; not for several threads (httplib2 is not). `now` is for tests of the reset."""

    def __init__(self, settings: Settings, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        settings.require("youtube_api_key")
        http = build_http()
        http.timeout = TIMEOUT_S
        options = {"api_endpoint": settings.youtube_endpoint.rstrip("/") + "/"} if settings.youtube_endpoint else None
        self._service = build(
            "youtube", "v3", http=http, developerKey=settings.youtube_api_key, client_options=options,
            static_discovery=True, cache_discovery=False,
        )  # fmt: skip
        self._now = now
        self._dry: dict[str, datetime] = {}
        self._pages: OrderedDict[tuple[Any, ...], tuple[str, dict[str, Any]]] = OrderedDict()
        self._rows = 0
        self.calls = 0

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The answer of `commentThreads.list` and the like; an unchanged page (304) is answered from memory.

        Raises YouTubeError. After a quota refusal every call of the same bucket is refused here until midnight in Los Angeles.
        """
        bucket = _BUCKETS.get(method, "default")
        until = self._dry.get(bucket)
        if until is not None and self._now() < until:
            raise QuotaExhaustedError(
                f"The {bucket} quota of YouTube is spent until {until.isoformat(timespec='minutes')}.",
                "quotaExceeded",
                403,
            )
        retrying = Retrying(
            retry=retry_if_exception_type(TransientError),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random_exponential(multiplier=0.5, max=30),
            reraise=True,
        )
        try:
            answer: dict[str, Any] = retrying(self._once, method, parameters)
            return answer
        except QuotaExhaustedError:
            self._dry[bucket] = next_reset(self._now())
            raise

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
            if isinstance(body.get("etag"), str):
                self._remember(key, body)
            return body
        # Outside the except block, so that no traceback carries the SDK's error with the key in its URL.
        raise failed

    def _remember(self, key: tuple[Any, ...], body: dict[str, Any]) -> None:
        """Keep a page for its next 304; of all pages at most 30,000 rows, for a row takes kilobytes."""
        if key in self._pages:
            self._rows -= _size(self._pages.pop(key)[1])
        self._pages[key] = (f'"{body["etag"]}"', body)
        self._rows += _size(body)
        while self._rows > REMEMBERED_ROWS and len(self._pages) > 1:
            _, (_, dropped) = self._pages.popitem(last=False)
            self._rows -= _size(dropped)


def _size(body: dict[str, Any]) -> int:
    return 1 + len(body.get("items", ()))


def next_reset(now: datetime) -> datetime:
    """The next midnight in Los Angeles, as aware UTC: when the daily quota is full again."""
    local = now.astimezone(RESET_ZONE)
    midnight = datetime(local.year, local.month, local.day, tzinfo=RESET_ZONE) + timedelta(days=1)
    return midnight.astimezone(UTC)
