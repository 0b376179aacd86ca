"""Calls of the Graph API through facebook-business: a session of our own, bounded backoff, our own paging loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from dengar.settings import Settings
from listeners.instagram.errors import (
    GoneError,
    InstagramError,
    RateLimitedError,
    TokenError,
    TransientError,
    error_of,
)
from listeners.instagram.usage import STOP_AT, highest

API_VERSION = "v26.0"
TIMEOUT_S = 30
ATTEMPTS = 5
DEFAULT_WAIT_MINUTES = 1.0
TOKEN_PAUSE_MINUTES = 10.0
BUSINESS, APP = "business", "app"


def session(settings: Settings) -> FacebookSession:
    """A session with a time-out, at DENGAR_INSTAGRAM_ENDPOINT where that is set."""
    secret = settings.instagram_app_secret.partition(",")[0].strip() or None
    made = FacebookSession(settings.instagram_app_id or None, secret, settings.instagram_token, timeout=TIMEOUT_S)
    if settings.instagram_endpoint:
        made.GRAPH = settings.instagram_endpoint.rstrip("/")
        made.requests.verify = True  # the SDK's own bundle knows Meta's hosts only
    return made


class Instagram:
    """One connection. Never the SDK's global `init()`, which would report our crashes to Meta."""

    def __init__(self, settings: Settings, *, clock: Callable[[], float] = time.monotonic) -> None:
        settings.require("instagram_token")
        self._api = FacebookAdsApi(session(settings), api_version=API_VERSION)
        self._clock = clock
        self._blocked_until: dict[str, float] = {}
        self._token_refused: tuple[float, TokenError] | None = None
        self.calls = 0

    def get(self, *path: str, limit_of: str = BUSINESS, **parameters: Any) -> dict[str, Any]:
        """The answer of GET /<path>. Raises InstagramError.

        After a rate limit, or at 95 % of one, every call that spends the same limit (`limit_of`: business or app) is refused here
        until Meta's estimate has passed; after a refused token every call is, for ten minutes. Calls while blocked prolong the block.
        """
        if self._token_refused is not None and self._clock() < self._token_refused[0]:
            raise self._token_refused[1].again()
        if self._clock() < self._blocked_until.get(limit_of, 0.0):
            raise RateLimitedError("Instagram's rate limit is reached: the listener waits before it asks again.", 4)
        retrying = Retrying(
            retry=retry_if_exception_type(TransientError),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random_exponential(multiplier=0.5, max=30),
            reraise=True,
        )
        try:
            answer: dict[str, Any] = retrying(self._once, path, parameters, limit_of)
            return answer
        except RateLimitedError as error:
            self._block(limit_of, error.minutes)
            raise
        except TokenError as error:
            self._token_refused = self._clock() + 60 * TOKEN_PAUSE_MINUTES, error
            raise

    def exists(self, identity: str) -> bool:
        """Whether an object can still be read. Asked twice before no is believed: under load Meta says gone too early."""
        for _ in range(2):
            try:
                self.get(identity, fields="id")
                return True
            except GoneError:
                continue
        return False

    def pages(self, *path: str, most: int = 1_000, **parameters: Any) -> Iterator[dict[str, Any]]:
        """Every page of an edge, at most `most`: goes on only while `paging.next` exists, with the cursor and our own parameters."""
        after: str | None = None
        for _ in range(most):
            body = self.get(*path, **parameters, **({"after": after} if after else {}))
            yield body
            following = cursor(body)
            if following is None or following == after:
                return
            after = following

    def _once(self, path: tuple[str, ...], parameters: dict[str, Any], limit_of: str) -> dict[str, Any]:
        what = "/" + "/".join(path)
        self.calls += 1
        try:
            answer = self._api.call("GET", path, params=parameters)
        except FacebookRequestError as error:
            failed = _refusal(error.http_status() or 0, error.body(), error.http_headers() or {}, what)
        except requests.RequestException as error:
            failed = TransientError(f"Instagram did not answer {what} ({type(error).__name__}): is the network up?")
        else:
            percent, minutes = highest(answer.headers())
            if percent >= STOP_AT:
                self._block(limit_of, minutes)
            body = answer.json()
            if answer.status() >= 400:
                # The SDK takes every body without an `error` for a success, whatever the status.
                failed = _refusal(answer.status(), body, answer.headers(), what)
            elif isinstance(body, dict):
                return body
            else:
                failed = TransientError(f"Instagram answered {what} with something that is no JSON object.")
        # Outside the except block, so that no traceback carries the SDK's error with the token in its URL.
        raise failed

    def _block(self, limit_of: str, minutes: float | None) -> None:
        self._blocked_until[limit_of] = self._clock() + 60 * (minutes or DEFAULT_WAIT_MINUTES)


def _refusal(status: int, body: Any, headers: Mapping[str, str], what: str) -> InstagramError:
    failed = error_of(status, body, what)
    if isinstance(failed, RateLimitedError):
        failed.minutes = highest(headers)[1]
    return failed


def cursor(body: dict[str, Any]) -> str | None:
    """The cursor of the page after this one, None on the last (which still carries `cursors.after`)."""
    paging = body.get("paging")
    if not isinstance(paging, dict) or not paging.get("next"):
        return None
    after = paging.get("cursors", {}).get("after")
    if after:
        return str(after)
    found = parse_qs(urlsplit(str(paging["next"])).query).get("after")
    return found[0] if found else None
