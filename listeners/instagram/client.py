"""Calls of the Graph API through facebook-business: a session of our own, bounded backoff, our own paging loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from dengar.records import timestamp
from dengar.settings import Settings
from listeners.clock import PlatformClock
from listeners.instagram.errors import (
    GoneError,
    InstagramError,
    RateLimitedError,
    TokenError,
    TooMuchDataError,
    TransientError,
    error_of,
)
from listeners.instagram.usage import highest
from listeners.quota.rules import QuotaRules, load_rules
from listeners.state import ListenerState

API_VERSION = "v26.0"
TIMEOUT_S = 30
ATTEMPTS = 5
DEFAULT_WAIT_MINUTES = 1.0
TOKEN_PAUSE = timedelta(minutes=10)
SLOWEST_S = 5.0
BUSINESS, APP = "business", "app"


def session(settings: Settings) -> FacebookSession:
    """A session with a time-out, at DENGAR_INSTAGRAM_ENDPOINT where that is set."""
    secret = settings.instagram_app_secret.partition(",")[0].strip() or None
    made = FacebookSession(settings.instagram_app_id or None, secret, settings.instagram_token, timeout=TIMEOUT_S)
    if settings.instagram_endpoint:
        made.GRAPH = settings.instagram_endpoint.rstrip("/")
        made.requests.verify = True  # the SDK's own bundle knows Meta's hosts only
    return made


@dataclass(frozen=True, slots=True)
class Rows:
    """One page of an edge: the answer, and the cursor of the page after it (None: it was the last)."""

    data: dict[str, Any]
    after: str | None


class Instagram:
    """One connection. Never the SDK's global `init()`, which would report our crashes to Meta.

    Limits are obeyed as Meta's headers tell them: from `slow_at` percent on calls are spaced out, at `stop_at` they end until the
    estimate has passed, by Meta's own clock and for all workers (`refused/instagram.<limit>` in the state).
    """

    def __init__(
        self,
        settings: Settings,
        *,
        state: ListenerState | None = None,
        clock: PlatformClock | None = None,
        rules: QuotaRules | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        settings.require("instagram_token")
        self._api = FacebookAdsApi(session(settings), api_version=API_VERSION)
        self.clock = clock or PlatformClock()
        self._state, self._rules = state, rules or load_rules()
        self._sleep = sleep
        self._blocked_until: dict[str, datetime] = {}
        self._percent: dict[str, float] = {}
        self._waits: dict[str, int] = {}
        self._token_refused: tuple[datetime, TokenError] | None = None
        self.calls = 0

    def get(self, *path: str, limit_of: str = BUSINESS, **parameters: Any) -> dict[str, Any]:
        """The answer of GET /<path>. Raises InstagramError.

        After a rate limit, or at 95 % of one, every call that spends the same limit (`limit_of`: business or app) is refused here
        until Meta's estimate has passed; after a refused token every call is, for ten minutes. Calls while blocked prolong the block.
        """
        if self._token_refused is not None and self.clock.now() < self._token_refused[0]:
            raise self._token_refused[1].again()
        if self.blocked(limit_of) is not None:
            raise RateLimitedError("Instagram's rate limit is reached: the listener waits before it asks again.", 4)
        over = self._percent.get(limit_of, 0.0) - self._rules.slow_at
        if over >= 0:
            self._sleep(min(SLOWEST_S, 0.5 + over / 4))
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
            self._token_refused = self.clock.now() + TOKEN_PAUSE, error
            raise

    def blocked(self, limit_of: str) -> datetime | None:
        """Until when calls of a limit are refused, aware UTC; None where they are not."""
        told = self._state.get(f"refused/instagram.{limit_of}") if self._state is not None else None
        known = [datetime.fromisoformat(told)] if told else []
        known += [self._blocked_until[limit_of]] if limit_of in self._blocked_until else []
        until = max(known, default=None)
        return until if until is not None and self.clock.now() < until else None

    def page(
        self,
        *path: str,
        after: str = "",
        limit: int = 50,
        limit_of: str = BUSINESS,
        constant: bool = False,
        **parameters: Any,
    ) -> Rows:
        """One page of an edge. Where Meta asks for less data the limit is halved, and the same cursor is asked again.

        A cursor that stands still ends the listing, unless the edge is known for it (`constant`).
        """
        while True:
            try:
                body = self.get(
                    *path, limit_of=limit_of, limit=limit, **parameters, **({"after": after} if after else {})
                )
            except TooMuchDataError:
                if limit <= 1:
                    raise
                limit //= 2
                continue
            following = cursor(body)
            return Rows(body, None if following == after and not constant else following)

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
        after = ""
        for _ in range(most):
            rows = self.page(*path, after=after, **parameters)
            yield rows.data
            if rows.after is None:
                return
            after = rows.after

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
            self.clock.hear(answer.headers().get("Date"))
            percent, minutes = highest(answer.headers())
            self._percent[limit_of] = percent
            if percent < self._rules.stop_at:
                self._waits.pop(limit_of, None)
            else:
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
        """Meta's estimate, else one minute, doubled as long as it refuses, at most an hour."""
        waits = self._waits[limit_of] = 0 if minutes else self._waits.get(limit_of, -1) + 1
        until = self.clock.now() + timedelta(minutes=minutes or min(60.0, DEFAULT_WAIT_MINUTES * 2**waits))
        self._blocked_until[limit_of] = until
        if self._state is not None:
            self._state.put(f"refused/instagram.{limit_of}", timestamp(until))
            self._state.flush()


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
