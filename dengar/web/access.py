"""Who may do more than read: a token opens a session, a session's forms carry its secret (against requests forged by other pages).

Sessions live in this process: whoever restarts the explorer signs everybody out.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

LASTS_S = 12 * 3600
MOST_SESSIONS = 200
FAILURES, FAILURES_WITHIN_S = 10, 60.0
COOKIE = "dengar_session"


@dataclass(frozen=True)
class Session:
    """An analyst who signed in. `secret` stands in every form; `nickname` signs labels."""

    nickname: str
    until: float
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(24))


class Access:
    """Signs in and out. `token` empty: nobody can sign in, the explorer only reads. For several threads."""

    def __init__(self, token: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._token, self._clock = token.encode(), clock
        self._sessions: dict[str, Session] = {}
        self._failures: deque[float] = deque()
        self._lock = threading.Lock()

    @property
    def possible(self) -> bool:
        """Whether there is a token at all."""
        return bool(self._token)

    @property
    def tired(self) -> bool:
        """Whether so many wrong tokens came lately that none is looked at for a while."""
        with self._lock:
            while self._failures and self._failures[0] < self._clock() - FAILURES_WITHIN_S:
                self._failures.popleft()
            return len(self._failures) >= FAILURES

    def sign_in(self, token: str, nickname: str) -> str | None:
        """The cookie of a new session; None for a wrong token."""
        if not self.possible or not hmac.compare_digest(token.encode(), self._token):
            with self._lock:
                self._failures.append(self._clock())
            return None
        cookie = secrets.token_urlsafe(32)
        with self._lock:
            self._forget()
            self._sessions[cookie] = Session(nickname, self._clock() + LASTS_S)
        return cookie

    def session(self, cookie: str | None) -> Session | None:
        """The session of a cookie, None where there is none or it has ended."""
        with self._lock:
            found = self._sessions.get(cookie or "")
            return found if found is not None and found.until > self._clock() else None

    def sign_out(self, cookie: str | None) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(cookie or "", None)

    def _forget(self) -> None:
        now = self._clock()
        self._sessions = {name: one for name, one in self._sessions.items() if one.until > now}
        while len(self._sessions) >= MOST_SESSIONS:
            self._sessions.pop(next(iter(self._sessions)))


def matches(session: Session, secret: str) -> bool:
    """Whether a form was made for this session."""
    return hmac.compare_digest(secret.encode(), session.secret.encode())
