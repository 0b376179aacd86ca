"""Connections to a scripted Graph API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dengar.log.memory import MemoryLog
from dengar.registers import Registers
from dengar.settings import Settings
from listeners.clock import PlatformClock
from listeners.instagram.client import Instagram
from listeners.instagram.watch import Watch
from listeners.station import Station
from tests.unit.listeners.instagram.gram import OWN, Gram
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


def platform_clock(now: list[float]) -> PlatformClock:
    clock = PlatformClock(monotonic=lambda: now[0])
    clock.hear("Fri, 20 Nov 2026 03:00:00 GMT")
    return clock


@pytest.fixture
def connect(now: list[float], slept: list[float]) -> Callable[..., Instagram]:
    def made(wire: Wire, **options: Any) -> Instagram:
        settings = Settings(
            instagram_token=TOKEN,
            instagram_app_id="1",
            instagram_app_secret="canary-secret,older",
            instagram_endpoint=options.pop("endpoint", ""),
        )
        clock = options.pop("clock", None) or platform_clock(now)
        connection = Instagram(settings, clock=clock, sleep=slept.append, **options)
        connection._api._session.requests.mount("https://", wire)
        return connection

    return made


@pytest.fixture
def gram() -> Gram:
    return Gram()


@pytest.fixture
def wire(gram: Gram) -> Wire:
    return Wire(gram)


@pytest.fixture
def watch(connect: Callable[[Wire], Instagram], wire: Wire) -> Watch:
    still = PlatformClock(monotonic=lambda: 0.0)
    station = Station("instagram", Settings(), Registers(), MemoryLog(), clock=still, walk=True)
    return Watch(station, connect(wire, state=station.state, clock=station.clock), [OWN], {"mitra": "300"})
