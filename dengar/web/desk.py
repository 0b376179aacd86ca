"""What the pages work with, and how a page is made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from dengar.policy import Policy
from dengar.records import JAKARTA
from dengar.registers import Registers
from dengar.web.access import COOKIE, Access, Session
from dengar.web.archive import Archive
from dengar.web.collection import Collection
from dengar.web.question import QuestionError
from dengar.web.text import FILTERS
from dengar.web.words import LANGUAGES, Words, words

if TYPE_CHECKING:
    from dengar.responses.queue import Asked, Row
    from dengar.responses.record import Response as Conversation
    from dengar.responses.session import Opened
    from dengar.responses.similar import Case
    from dengar.responses.store import Held

LANGUAGE_COOKIE = "dengar_language"
PAGES = (
    ("morning", "/"),
    ("search", "/search"),
    ("complaints", "/complaints"),
    ("trends", "/trends"),
    ("content", "/content"),
    ("campaigns", "/campaigns"),
    ("health", "/health"),
)


@dataclass(frozen=True)
class Told:
    """A journey in sentences. `id` None: nothing of that address is known."""

    id: str | None
    found: bool
    sentences: Sequence[str]


class Labeller(Protocol):
    """A dengar.labels.session.Session, or what stands in for one. Raises LabelError, NoMentionError, LogError, IndexUnavailable."""

    def mention(self, identity: str) -> dict[str, Any]: ...
    def label_of(self, identity: str) -> dict[str, Any] | None: ...
    def set(self, mention: dict[str, Any], labels: Mapping[str, str], *, note: str | None = None) -> dict[str, Any]: ...
    def withdraw(self, mention: dict[str, Any], fields: Sequence[str]) -> dict[str, Any]: ...


class Responder(Protocol):
    """A dengar.responses.session.DeskSession, or what stands in for one.

    Raises ActionError, NoConversationError, LogError, IndexUnavailable.
    """

    def queue(self, asked: Asked, size: int) -> tuple[list[Row], int]: ...
    def held(self, identity: str) -> Held: ...
    def open(self, identity: str) -> Opened: ...
    def texts(self, responses: Iterable[Conversation]) -> dict[str, dict[str, Any]]: ...
    def similar(self, opened: Opened, size: int = 5) -> list[Case]: ...
    def copies(self, opened: Opened) -> list[Conversation]: ...
    def causes(self, size: int = 10) -> list[dict[str, Any]]: ...
    def card(self, post_id: str) -> dict[str, Any]: ...
    def act(
        self,
        identities: Sequence[str],
        kind: str,
        *,
        to: str | None = None,
        reason: str | None = None,
        reference: str | None = None,
        note: str | None = None,
    ) -> list[Held]: ...


class SignInError(Exception):
    """This page is only for those who signed in."""


def environment() -> Environment:
    """The templates. What a template asks for and nobody gave is an error, and everything is escaped."""
    made = Environment(
        loader=PackageLoader("dengar.web"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS)
    return made


@dataclass(frozen=True)
class Desk:
    """`labeller`, `responder`: nickname → a session; None where Kafka is not configured, as with `why` and `collection`.

    `searches`: (name, query) of the saved searches. `guarded`: every page wants a session, because others than this machine's users
    reach it.
    """

    archive: Archive
    policy: Policy
    registers: Registers
    access: Access
    collection: Collection | None = None
    why: Callable[[str], Told] | None = None
    labeller: Callable[[str], AbstractContextManager[Labeller]] | None = None
    searches: Callable[[], Sequence[tuple[str, str]]] = tuple
    responder: Callable[[str], AbstractContextManager[Responder]] | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    guarded: bool = False
    secure: bool = False
    templates: Environment = field(default_factory=environment)

    def session(self, request: Request) -> Session | None:
        """The session of a request."""
        return self.access.session(request.cookies.get(COOKIE))

    def signed_in(self, request: Request) -> Session:
        """The session of a request to what only those see who signed in. Raises SignInError."""
        session = self.session(request)
        if session is None:
            raise SignInError
        return session

    def words(self, request: Request) -> Words:
        """The language that the address asks for, else the one chosen before, else Indonesian."""
        asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE) or ""
        return words(asked if asked in LANGUAGES else LANGUAGES[0]).naming(self.names)

    @cached_property
    def names(self) -> Mapping[str, Mapping[str, str]]:
        """Names of the campaigns and partners of the registers."""
        registers = self.registers
        return {
            "campaign": {one.id: one.name for one in registers.campaigns},
            "partner": {one.id: one.name for one in registers.partners},
        }

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A template, with what every page needs."""
        told = self.words(request)
        text = self.templates.get_template(template).render(t=told, view=View(request, self), now=self.now(), **values)
        answer = HTMLResponse(text, status)
        if request.query_params.get("lang") in LANGUAGES:
            answer.set_cookie(LANGUAGE_COOKIE, told.language, max_age=31_536_000, httponly=True, samesite="lax")
        return answer


class View:
    """What base.html asks about the request."""

    def __init__(self, request: Request, desk: Desk) -> None:
        self._request, self._desk = request, desk
        self.pages = PAGES
        self.profile = desk.policy.profile
        self.can_sign_in = desk.access.possible

    @cached_property
    def session(self) -> Session | None:
        return self._desk.session(self._request)

    @property
    def section(self) -> str:
        """The page of the menu that this one belongs to."""
        path = self._request.url.path
        known = {"mentions": "/search", "conversations": "/search", "desk": "/complaints", "partners": "/campaigns"}
        first = path.split("/")[1]
        return known.get(first, f"/{first}")

    @property
    def here(self) -> str:
        """Path and query of this page, without its language; of a form that was sent, the page itself."""
        query = [(name, value) for name, value in self._request.query_params.multi_items() if name != "lang"]
        return self._request.url.path + (f"?{urlencode(query)}" if query else "")

    @property
    def other_language(self) -> str:
        other = next(one for one in LANGUAGES if one != self._desk.words(self._request).language)
        if self._request.method != "GET":
            return f"/?lang={other}"
        return f"{self.here}{'&' if '?' in self.here else '?'}lang={other}"

    @property
    def sign_in(self) -> str:
        return f"/sign-in?{urlencode({'then': self.here if self._request.method == 'GET' else '/'})}"


def guard(desk: Desk) -> Callable[[Request], None]:
    """The dependency of every page: lets a request through, or asks to sign in."""

    def check(request: Request) -> None:
        if desk.guarded:
            desk.signed_in(request)

    return check


def back(address: str) -> Response:
    """See another page of ours. Anything else than a path of this explorer leads home."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return RedirectResponse(address if ours else "/", 303)


def span(address: Mapping[str, str], now: datetime, default: int) -> tuple[datetime, datetime, int, str]:
    """(start, end, days, day) of `days=…` ending now, or at the end of `day=2026-11-24` (Jakarta). Raises QuestionError."""
    day = address.get("day", "").strip()
    end = now
    if day:
        try:
            end = min(now, datetime.fromisoformat(day[:10]).replace(tzinfo=JAKARTA) + timedelta(days=1)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise QuestionError("error.time", time=day[:40]) from error
    text = address.get("days", "").strip() or str(default)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= 400:
        raise QuestionError("error.time", time=text[:40])
    try:
        return end - timedelta(days=int(text)), end, int(text), day[:10]
    except OverflowError as error:
        raise QuestionError("error.time", time=day[:40]) from error
