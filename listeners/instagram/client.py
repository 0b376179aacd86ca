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
from listeners.instagram.limits import Limits
from listeners.instagram.usage import APP, BUSINESS, highest
from listeners.quota.rules import QuotaRules, load_rules
from listeners.state import ListenerState

API_VERSION = "v26.0"
INSTAGRAM_LOGIN = "graph.instagram.com"  # whose tokens are its own; every other host is Facebook Login's
TIMEOUT_S = 30
ATTEMPTS = 5
TOKEN_PAUSE = timedelta(minutes=10)

__all__ = ["APP", "BUSINESS", "Instagram", "Rows", "cursor", "halved", "session"]


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

    A call spends the limit `limit_of`: the app's, or that of the account with this id (listeners.instagram.limits).
    """

    def __init__(
        self,
        settings: Settings,
        *,
        state: ListenerState | None = None,
        clock: PlatformClock | None = None,
        rules: QuotaRules | None = None,
        sleep: Callable[[float], None] = time.sleep,
        hear: Callable[[], None] = lambda: None,
        spare: bool = False,
    ) -> None:
        """`hear` is called before every call is judged; `spare` leaves what is beyond 75 percent of a limit to others."""
        settings.require("instagram_token")
        self._api = FacebookAdsApi(session(settings), api_version=API_VERSION)
        self.clock = clock or PlatformClock()
        self.instagram_login = urlsplit(settings.instagram_endpoint).hostname == INSTAGRAM_LOGIN
        self.limits = Limits(rules or load_rules(), self.clock, state, spare=spare)
        self._sleep, self._hear = sleep, hear
        self._token_refused: tuple[datetime, TokenError] | None = None
        self.calls = 0

    def get(self, *path: str, limit_of: str = BUSINESS, **parameters: Any) -> dict[str, Any]:
        """The answer of GET /<path>. Raises InstagramError.

        After a rate limit, or at 95 % of one, every call that spends the same limit is refused here until Meta's estimate has passed;
        after a refused token every call is, for ten minutes.
        """
        if self._token_refused is not None and self.clock.now() < self._token_refused[0]:
            raise self._token_refused[1].again()
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
            if not error.ours:
                self.limits.refuse(limit_of, error.minutes)
            raise
        except TokenError as error:
            self._token_refused = self.clock.now() + TOKEN_PAUSE, error
            raise

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
        here = {"after": after} if after else {}
        body = halved(lambda most: self.get(*path, limit_of=limit_of, limit=most, **parameters, **here), limit)
        following = cursor(body)
        return Rows(body, None if following == after and not constant else following)

    def exists(self, identity: str, limit_of: str = BUSINESS) -> bool:
        """Whether an object can still be read. Asked twice before no is believed: under load Meta says gone too early."""
        for _ in range(2):
            try:
                self.get(identity, limit_of=limit_of, fields="id")
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
        self._hear()
        until = self.limits.blocked(limit_of)
        if until is not None:
            refused = RateLimitedError(
                f"Instagram's rate limit is reached: the listener asks again from {until.isoformat(timespec='minutes')} on.",
                4,
            )
            refused.ours = True
            raise refused
        pause = self.limits.pause(limit_of)
        if pause:
            self._sleep(pause)
        self.calls += 1
        try:
            answer = self._api.call("GET", path, params=parameters)
        except FacebookRequestError as error:
            headers = error.http_headers() or {}
            failed = self._refusal(error.http_status() or 0, error.body(), headers, what, limit_of)
        except requests.RequestException as error:
            failed = TransientError(f"Instagram did not answer {what} ({type(error).__name__}): is the network up?")
        else:
            body = answer.json()
            if answer.status() >= 400:
                # The SDK takes every body without an `error` for a success, whatever the status.
                failed = self._refusal(answer.status(), body, answer.headers(), what, limit_of)
            else:
                self._hear_time(answer.headers())
                self.limits.hear(limit_of, answer.headers())
                if isinstance(body, dict):
                    return body
                failed = TransientError(f"Instagram answered {what} with something that is no JSON object.")
        # Outside the except block, so that no traceback carries the SDK's error with the token in its URL.
        raise failed

    def _refusal(self, status: int, body: Any, headers: Mapping[str, str], what: str, limit_of: str) -> InstagramError:
        """The error of an answer; refusals tell the time and the use of limits too."""
        self._hear_time(headers)
        failed = error_of(status, body, what)
        if isinstance(failed, RateLimitedError):
            failed.minutes = highest(headers).minutes
        else:
            self.limits.hear(limit_of, headers)
        return failed

    def _hear_time(self, headers: Mapping[str, str]) -> None:
        self.clock.hear(next((value for name, value in headers.items() if name.lower() == "date"), None))


def halved(ask: Callable[[int], dict[str, Any]], limit: int) -> dict[str, Any]:
    """The answer; where Meta asks for less data the limit is halved, down to one. Raises InstagramError."""
    while True:
        try:
            return ask(limit)
        except TooMuchDataError:
            if limit <= 1:
                raise
        limit //= 2


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
