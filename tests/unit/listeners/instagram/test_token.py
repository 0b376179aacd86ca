"""The token's age and scopes in plain words, and its renewal; the token itself is nowhere but in the call and the file."""

from __future__ import annotations

import stat
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from dengar.cli import build
from dengar.log.memory import MemoryLog
from dengar.registers import Registers
from dengar.settings import Settings
from listeners.instagram.client import Instagram
from listeners.instagram.errors import InstagramError
from listeners.instagram.token import KEY, NEEDED, Token, renewed, warning_of
from listeners.instagram.watch import Watch
from listeners.station import Station
from tests.unit.listeners.instagram.wire import TOKEN, Wire, refusal

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def told(age_days: float, scopes: list[str] | None = None) -> dict[str, Any]:
    issued = NOW - timedelta(days=age_days)
    return {
        "is_valid": True,
        "issued_at": int(issued.timestamp()),
        "expires_at": int((issued + timedelta(days=60)).timestamp()),
        "scopes": list(NEEDED) if scopes is None else scopes,
    }


@pytest.mark.parametrize(
    ("age", "word"),
    [(1, None), (44.9, None), (45, "45 days old"), (52.9, "days old"), (53, "renew it now"), (59.9, "renew it now")],
)
def test_the_age_of_a_token_warns_at_day_45_and_53(age: float, word: str | None) -> None:
    said = warning_of(told(age), NOW)
    assert (said is None) if word is None else (said is not None and word in said)


def test_a_missing_scope_is_told_with_what_it_is_for() -> None:
    said = warning_of(told(1, [scope for scope in NEEDED if scope != "instagram_manage_comments"]), NOW)
    assert said is not None
    assert "instagram_manage_comments" in said
    assert "for comments and mentions" in said
    assert "renew" not in said


def test_an_old_token_with_a_missing_scope_is_told_both() -> None:
    said = str(warning_of(told(54, list(NEEDED)[1:]), NOW))
    assert "lacks instagram_basic" in said
    assert "renew it now" in said


def test_a_token_without_an_end_does_not_age() -> None:
    assert warning_of(told(100) | {"expires_at": 0}, NOW) is None


def test_the_state_holds_the_age_and_never_the_token(connect: Callable[..., Instagram]) -> None:
    log = MemoryLog()
    station = Station("instagram", Settings(instagram_token=TOKEN), Registers(), log)
    station.clock.hear("Fri, 20 Nov 2026 03:00:00 GMT")
    wire = Wire([(200, {"data": told(54)})])
    page = Token(Watch(station, connect(wire, clock=station.clock), ["100"], {})).fetch(None)
    assert page.problem is not None
    assert wire.asked[0][1]["input_token"] == TOKEN
    assert TOKEN not in page.problem
    assert TOKEN not in repr(station.state.get(KEY))
    assert station.state.get(KEY)["warning"] == page.problem


def test_renewal_writes_the_file_for_its_owner_only_and_prints_no_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    monkeypatch.chdir(tmp_path)
    for name, value in {"TOKEN": TOKEN, "TOKEN_FILE": str(file), "APP_ID": "1", "APP_SECRET": "canary-secret"}.items():
        monkeypatch.setenv(f"DENGAR_INSTAGRAM_{name}", value)
    wire = Wire([(200, {"access_token": "canary-of-the-new-token", "expires_in": 5_184_000})])
    made = Instagram.__init__

    def connected(self: Instagram, settings: Settings, **options: Any) -> None:
        made(self, settings, **options)
        self._api._session.requests.mount("https://", wire)

    monkeypatch.setattr(Instagram, "__init__", connected)
    result = CliRunner().invoke(build(), ["listen", "renew-token"])
    assert result.exit_code == 0, result.output
    assert file.read_text().strip() == "canary-of-the-new-token"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "canary" not in result.output
    assert wire.asked[0][1]["grant_type"] == "fb_exchange_token"


def look(station: Station, connection: Instagram) -> str | None:
    return Token(Watch(station, connection, ["100"], {})).fetch(None).problem


@pytest.mark.parametrize("endpoint", ["https://graph.instagram.com", ""])
def test_where_meta_does_not_tell_the_age_the_first_sight_counts(
    connect: Callable[..., Instagram], endpoint: str
) -> None:
    station = Station("instagram", Settings(instagram_token=TOKEN), Registers(), MemoryLog())
    wire = Wire([refusal(400, 100)])
    connection = connect(wire, clock=station.clock, endpoint=endpoint)
    for day, word in ((0, None), (44, None), (46, "46 days old"), (54, "renew it now")):
        station.clock.hear(format_datetime(NOW + timedelta(days=day), usegmt=True))
        said = look(station, connection)
        assert (said is None) if word is None else (said is not None and word in said)
    assert len(wire.asked) == (0 if endpoint else 4), "Instagram Login has no debug_token"
    # A new token is young again.
    station.settings = Settings(instagram_token="canary-of-another-token")
    assert look(station, connection) is None
    kept = repr(station.state.get(KEY))
    assert "canary" not in kept


def test_a_token_that_meta_calls_invalid_is_said_to_be(connect: Callable[..., Instagram]) -> None:
    assert "connect the account again" in str(warning_of(told(1) | {"is_valid": False}, NOW))


def test_instagram_login_renews_by_its_own_call_and_says_when_a_token_is_too_young(
    connect: Callable[..., Instagram],
) -> None:
    wire = Wire([(200, {"access_token": "canary-of-the-new-token", "expires_in": 5_184_000}), refusal(400, 100)])
    connection = connect(wire, endpoint="https://graph.instagram.com")
    assert renewed(connection, TOKEN, "1", "s") == "canary-of-the-new-token"
    ((path, parameters),) = wire.asked
    assert (path, parameters["grant_type"]) == ("refresh_access_token", "ig_refresh_token")
    assert "client_secret" not in parameters
    with pytest.raises(InstagramError, match="less than 24 hours") as caught:
        renewed(connection, TOKEN, "1", "s")
    assert "canary" not in "".join(traceback.format_exception(caught.value))


def test_a_renewal_without_a_token_in_its_answer_is_an_error(connect: Callable[..., Instagram]) -> None:
    with pytest.raises(InstagramError, match="without a token"):
        renewed(connect(Wire([(200, {"expires_in": 1})])), TOKEN, "1", "s")
