"""Connections to a scripted Graph API."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dengar.settings import Settings
from listeners.instagram.client import Instagram
from tests.unit.listeners.instagram.wire import TOKEN, Wire


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", pauses.append)
    return pauses


@pytest.fixture
def now() -> list[float]:
    """The monotonic clock, one number that a test may move."""
    return [1_000.0]


@pytest.fixture
def connect(now: list[float], slept: list[float]) -> Callable[[Wire], Instagram]:
    def made(wire: Wire) -> Instagram:
        settings = Settings(instagram_token=TOKEN, instagram_app_id="1", instagram_app_secret="canary-secret,older")
        connection = Instagram(settings, clock=lambda: now[0])
        connection._api._session.requests.mount("https://", wire)
        return connection

    return made
