"""Subscriptions: asked for, confirmed, renewed at half their lease, asked again after longer and longer pauses."""

from __future__ import annotations

import threading
from urllib.parse import parse_qs

import httpx
import pytest

from dengar.registers import load_registers
from dengar.settings import Settings
from listeners.receiver.configuration import Configuration
from listeners.receiver.websub import FEED, LEASE_SECONDS, RETRY_S, Subscriptions

TOPIC = FEED + "UC1"


class Hub:
    """A hub that answers with `status`, or not at all."""

    def __init__(self, status: int = 202) -> None:
        self.status = status
        self.asked: list[dict[str, list[str]]] = []

    def client(self) -> httpx.Client:
        def answer(request: httpx.Request) -> httpx.Response:
            self.asked.append(parse_qs(request.content.decode()))
            if self.status == 0:
                raise httpx.ConnectError("no hub")
            return httpx.Response(self.status)

        return httpx.Client(transport=httpx.MockTransport(answer))


@pytest.fixture
def now() -> list[float]:
    return [1_000.0]


@pytest.fixture
def subscriptions(now: list[float]) -> Subscriptions:
    return Subscriptions("http://hub.example/", "http://me.example/cb", "s3cret", ["UC1"], clock=lambda: now[0])


def test_a_subscription_is_asked_for_with_secret_and_lease(subscriptions: Subscriptions) -> None:
    hub = Hub()
    subscriptions.ask(hub.client())
    (form,) = hub.asked
    assert form == {
        "hub.mode": ["subscribe"],
        "hub.topic": [TOPIC],
        "hub.callback": ["http://me.example/cb"],
        "hub.verify": ["async"],
        "hub.lease_seconds": [str(LEASE_SECONDS)],
        "hub.secret": ["s3cret"],
    }


@pytest.mark.parametrize("status", [0, 409, 503, 202])
def test_a_hub_that_does_not_confirm_is_asked_again_after_longer_pauses(
    subscriptions: Subscriptions, now: list[float], status: int
) -> None:
    hub = Hub(status)
    client = hub.client()
    for pause in (*RETRY_S, RETRY_S[-1]):
        subscriptions.ask(client)
        asked = len(hub.asked)
        now[0] += pause - 0.1
        subscriptions.ask(client)
        assert len(hub.asked) == asked
        now[0] += 0.2
    assert subscriptions.confirmed == 0


def test_nothing_is_confirmed_that_was_not_asked_for(subscriptions: Subscriptions) -> None:
    assert not subscriptions.confirm("subscribe", TOPIC, "60")
    subscriptions.ask(Hub().client())
    assert not subscriptions.confirm("subscribe", FEED + "UC2", "60")
    assert not subscriptions.confirm("unsubscribe", TOPIC, "60")
    assert subscriptions.confirm("subscribe", TOPIC, "60")
    assert subscriptions.confirmed == 1


@pytest.mark.parametrize(
    ("lease", "seconds"),
    [("1000", 1_000), ("", LEASE_SECONDS), ("soon", LEASE_SECONDS), ("0", 60), ("99999999999", LEASE_SECONDS), ("²", LEASE_SECONDS)],
)  # fmt: skip
def test_a_confirmed_subscription_is_renewed_at_half_its_lease(
    subscriptions: Subscriptions, now: list[float], lease: str, seconds: int
) -> None:
    hub = Hub()
    client = hub.client()
    subscriptions.ask(client)
    assert subscriptions.confirm("subscribe", TOPIC, lease)
    now[0] += seconds / 2 * 0.89
    subscriptions.ask(client)
    assert len(hub.asked) == 1
    now[0] += seconds / 2 * 0.22
    subscriptions.ask(client)
    assert len(hub.asked) == 2


def test_a_denied_subscription_is_asked_for_much_later(subscriptions: Subscriptions, now: list[float]) -> None:
    hub = Hub()
    client = hub.client()
    subscriptions.ask(client)
    subscriptions.confirm("subscribe", TOPIC, "")
    subscriptions.denied(TOPIC)
    assert subscriptions.confirmed == 0
    now[0] += RETRY_S[-1] - 1
    subscriptions.ask(client)
    assert len(hub.asked) == 1
    now[0] += 2
    subscriptions.ask(client)
    assert len(hub.asked) == 2


def test_calls_that_no_request_waits_for_move_no_renewal(subscriptions: Subscriptions, now: list[float]) -> None:
    """The hub's calls are not signed: a stranger may send them too."""
    hub = Hub()
    client = hub.client()
    subscriptions.ask(client)
    assert subscriptions.confirm("subscribe", TOPIC, "1000")
    for _ in range(3):
        assert subscriptions.confirm("subscribe", TOPIC, str(LEASE_SECONDS)), "a hub may ask again what we want"
        subscriptions.denied(TOPIC)
        now[0] += 500 * 1.1 / 3
    subscriptions.ask(client)
    assert len(hub.asked) == 2


def test_the_jitter_spreads_the_renewals_of_many_channels(now: list[float]) -> None:
    channels = [f"UC{n}" for n in range(50)]
    many = Subscriptions("http://hub.example/", "http://me.example/cb", "s", channels, clock=lambda: now[0])
    hub = Hub()
    client = hub.client()
    many.ask(client)
    for channel in channels:
        assert many.confirm("subscribe", FEED + channel, "1000")
    renewed = []
    for second in (440, 480, 520, 560):
        now[0] = 1_000.0 + second
        many.ask(client)
        renewed.append(len({form["hub.topic"][0] for form in hub.asked[50:]}))
    assert renewed[0] == 0
    assert 0 < renewed[1] < renewed[2] < renewed[3] == 50, "not all at once"


def test_the_thread_asks_and_ends() -> None:
    subscriptions = Subscriptions("http://127.0.0.1:9/", "http://127.0.0.1/cb", "s", [])
    before = threading.active_count()
    subscriptions.start()
    subscriptions.close()
    assert threading.active_count() == before


def test_without_an_address_or_a_secret_nothing_is_subscribed() -> None:
    registers = load_registers()
    assert Configuration(Settings(receiver_url="http://me.example"), registers).subscriptions() is None
    assert Configuration(Settings(websub_secret="s"), registers).subscriptions() is None
    made = Configuration(Settings(receiver_url="http://me.example/", websub_secret="s"), registers).subscriptions()
    assert made is not None
    hub = Hub()
    made.ask(hub.client())
    assert {form["hub.callback"][0] for form in hub.asked} == {"http://me.example/youtube/websub"}
    assert len(hub.asked) == len([account for account in registers.accounts if account.platform == "youtube"])
