"""Each refusal of the YouTube Data API and what the client does about it: counted calls, no secret in any message."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime, timedelta
from typing import Any

import httplib2
import orjson
import pytest

from dengar.settings import Settings, SettingsError
from listeners.clock import PlatformClock
from listeners.quota.ledger import Ledger, QuotaError
from listeners.quota.rules import load_rules
from listeners.youtube import client as module
from listeners.youtube.client import ATTEMPTS, PAUSE, PROCESSING_ATTEMPTS, YouTube
from listeners.youtube.errors import (
    CredentialsError,
    ForbiddenError,
    GoneError,
    InvalidTokenError,
    ProcessingError,
    QuotaExhaustedError,
    TransientError,
    UnavailableError,
    YouTubeError,
)

KEY = "canary-of-the-api-key"
Answer = tuple[int, dict[str, Any]] | Exception


class Wire:
    """Stands in for httplib2.Http: answers in order (the last one for ever), and keeps what was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers, self.asked = list(answers), list[tuple[str, dict[str, str]]]()
        self.timeout: float | None = None
        self.date = ""

    def request(
        self, uri: str, method: str = "GET", body: Any = None, headers: Any = None, **_: Any
    ) -> tuple[Any, bytes]:
        self.asked.append((uri, dict(headers or {})))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httplib2.Response({"status": answer[0]} | ({"date": self.date} if self.date else {})), orjson.dumps(
            answer[1]
        )


def refusal(status: int, reason: str) -> Answer:
    return status, {"error": {"code": status, "message": f"key={KEY}", "errors": [{"reason": reason}]}}


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", pauses.append)
    return pauses


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Any:
    def made(wire: Wire, **options: Any) -> YouTube:
        monkeypatch.setattr(module, "build_http", lambda: wire)
        return YouTube(Settings(youtube_api_key=KEY), **options)

    return made


PAGE = (200, {"kind": "youtube#videoListResponse", "etag": "e1", "items": [{"id": "v1"}]})


def read(youtube: YouTube) -> dict[str, Any]:
    return youtube.call("videos.list", part="snippet", id="v1")


@pytest.mark.parametrize(
    ("status", "reason", "kind", "calls"),
    [
        (403, "quotaExceeded", QuotaExhaustedError, 1),
        (403, "dailyLimitExceeded", QuotaExhaustedError, 1),
        (403, "rateLimitExceeded", TransientError, ATTEMPTS),
        (403, "userRateLimitExceeded", TransientError, ATTEMPTS),
        (429, "", TransientError, ATTEMPTS),
        (400, "processingFailure", ProcessingError, PROCESSING_ATTEMPTS),
        (500, "backendError", TransientError, ATTEMPTS),
        (503, "", TransientError, ATTEMPTS),
        (403, "commentsDisabled", UnavailableError, 1),
        (403, "liveChatEnded", UnavailableError, 1),
        (403, "liveChatDisabled", UnavailableError, 1),
        (404, "videoNotFound", GoneError, 1),
        (404, "channelNotFound", GoneError, 1),
        (404, "playlistNotFound", GoneError, 1),
        (404, "commentThreadNotFound", GoneError, 1),
        (404, "liveChatNotFound", GoneError, 1),
        (400, "invalidPageToken", InvalidTokenError, 1),
        (403, "forbidden", ForbiddenError, 1),
        (403, "accessNotConfigured", CredentialsError, 1),
        (400, "keyInvalid", CredentialsError, 1),
        (401, "authError", CredentialsError, 1),
        (400, "invalidFilters", YouTubeError, 1),
    ],
)
def test_the_reason_decides_what_a_refusal_is_and_how_often_it_is_tried(
    connect: Any, slept: list[float], status: int, reason: str, kind: type[YouTubeError], calls: int
) -> None:
    wire = Wire(refusal(status, reason))
    with pytest.raises(YouTubeError) as caught:
        read(connect(wire))
    assert type(caught.value) is kind
    assert caught.value.status == status
    assert len(wire.asked) == calls
    assert len(slept) == calls - 1
    assert all(0 <= pause <= 30 for pause in slept)
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_a_passing_fault_costs_tries_and_not_the_answer(connect: Any, slept: list[float]) -> None:
    wire = Wire(refusal(503, "backendError"), ConnectionResetError("reset"), httplib2.ServerNotFoundError("dns"), PAGE)
    assert read(connect(wire)) == PAGE[1]
    assert (len(wire.asked), len(slept)) == (4, 3)


def test_no_answer_at_all_names_the_network(connect: Any, slept: list[float]) -> None:
    wire = Wire(TimeoutError(f"https://host/?key={KEY}"))
    with pytest.raises(TransientError, match="network") as caught:
        read(connect(wire))
    assert len(wire.asked) == ATTEMPTS
    assert wire.timeout == module.TIMEOUT_S
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_an_exhausted_bucket_is_left_alone_until_its_reset_and_the_others_are_not(connect: Any) -> None:
    now = [datetime(2026, 11, 20, 20, 0, tzinfo=UTC)]
    wire = Wire(refusal(403, "quotaExceeded"), PAGE)
    youtube = connect(wire, ledger=Ledger(load_rules(), now=lambda: now[0]))
    with pytest.raises(QuotaExhaustedError):
        read(youtube)
    for _ in range(3):
        with pytest.raises(QuotaError, match="spent until 2026-11-21T08:00"):
            read(youtube)
    assert len(wire.asked) == 1
    youtube.call("search.list", part="snippet", q="bansos")
    assert len(wire.asked) == 2
    now[0] = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)  # midnight in Los Angeles, winter time
    assert read(youtube) == PAGE[1]


def test_an_unchanged_page_is_asked_for_by_its_etag_and_answered_from_memory(connect: Any) -> None:
    wire = Wire(PAGE, (304, {}), PAGE)
    youtube = connect(wire)
    assert read(youtube) == read(youtube) == PAGE[1]
    assert "If-None-Match" not in wire.asked[0][1]
    assert wire.asked[1][1]["If-None-Match"] == '"e1"'
    youtube.call("videos.list", part="snippet", id="v2")
    assert "If-None-Match" not in wire.asked[2][1]


def test_pages_kept_for_etags_are_bounded_by_their_rows(connect: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED_ROWS", 5)
    wire = Wire(PAGE)
    youtube = connect(wire)
    for identity in ("v1", "v2", "v3", "v3", "v1"):
        youtube.call("videos.list", part="snippet", id=identity)
    assert ["If-None-Match" in headers for _, headers in wire.asked] == [False, False, False, True, False]


def test_a_listing_that_changed_leaves_its_old_pages(connect: Any) -> None:
    wire = Wire((200, {"etag": "1", "items": [{}], "nextPageToken": "a"}), (200, {"etag": "2", "items": [{}]}), PAGE)
    youtube = connect(wire)

    def listed(token: str = "") -> None:
        youtube.call("comments.list", part="snippet", parentId="t1", **({"pageToken": token} if token else {}))

    listed()
    listed("a")
    read(youtube)
    assert len(youtube._pages) == 3
    wire.answers = [(200, {"etag": "3", "items": [{}], "nextPageToken": "b"})]
    listed()
    assert len(youtube._pages) == 2, "the page behind the old token is never asked for again"
    youtube.call("search.list", part="snippet", q="bansos")
    assert (len(youtube._pages), youtube._rows) == (2, 4)


def page(*ids: str, following: str | None = None) -> Answer:
    body: dict[str, Any] = {"items": [{"id": identity} for identity in ids]}
    return 200, body | ({"nextPageToken": following} if following else {})


def walked(youtube: YouTube, **options: Any) -> list[str]:
    bodies = youtube.pages("comments.list", part="snippet", parentId="t1", **options)
    return [row["id"] for body in bodies for row in body["items"]]


def test_a_listing_is_walked_to_its_last_page_or_its_limit(connect: Any) -> None:
    assert walked(connect(Wire(page("a", following="2"), page("b", following="3"), page("c")))) == ["a", "b", "c"]
    assert walked(connect(Wire(page("a", following="2"))), most=3) == ["a", "a", "a"]


def test_an_expired_page_token_starts_the_listing_again_once(connect: Any) -> None:
    expired = refusal(400, "invalidPageToken")
    wire = Wire(page("a", following="2"), expired, page("a", following="3"), page("b"))
    assert walked(connect(wire)) == ["a", "a", "b"]
    with pytest.raises(InvalidTokenError):
        walked(connect(Wire(page("a", following="2"), expired, page("a", following="2"), expired)))


def test_without_a_key_the_client_says_which_variable_to_set() -> None:
    with pytest.raises(SettingsError, match="DENGAR_YOUTUBE_API_KEY"):
        YouTube(Settings())


def test_every_attempt_is_paid_for(connect: Any, slept: list[float]) -> None:
    ledger = Ledger(load_rules())
    youtube = connect(Wire(refusal(503, "backendError"), refusal(503, "backendError"), PAGE), ledger=ledger)
    read(youtube)
    assert ledger.spent("youtube.default") == 3


def test_a_refused_key_is_not_asked_again_for_ten_minutes(connect: Any) -> None:
    now = [0.0]
    wire = Wire(refusal(400, "keyInvalid"), PAGE)
    clock = PlatformClock(monotonic=lambda: now[0])
    clock.hear("Fri, 20 Nov 2026 03:00:00 GMT")
    youtube = connect(wire, clock=clock)
    for _ in range(3):
        with pytest.raises(CredentialsError):
            read(youtube)
    assert len(wire.asked) == 1
    now[0] = PAUSE.total_seconds()
    assert read(youtube) == PAGE[1]


def test_the_answers_date_is_the_clock_of_the_quota(connect: Any) -> None:
    wire = Wire(PAGE)
    wire.date = "Fri, 20 Nov 2026 03:00:00 GMT"
    youtube = connect(wire)
    read(youtube)
    assert abs(youtube.clock.now() - datetime(2026, 11, 20, 3, 0, tzinfo=UTC)) < timedelta(minutes=1)
