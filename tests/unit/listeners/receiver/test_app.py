"""The receiver's HTTP side: what is refused, what is kept before it is answered, and what strangers cannot do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dengar.erasure import requests
from dengar.events import Event, read_event
from dengar.log import LogError, OffsetRange
from dengar.log.memory import MemoryLog
from dengar.mapping import map_event
from dengar.mapping.reasons import MappingError
from dengar.registers import Registers
from dengar.schemas import validator
from dengar.settings import Settings
from listeners.bounds import MAX_BYTES
from listeners.item import RawItem
from listeners.metrics import StateReader
from listeners.publish import Publisher
from listeners.receiver.app import create_app
from listeners.receiver.callbacks import Callbacks
from listeners.receiver.configuration import Configuration
from listeners.receiver.erasures import Erasures, fulfilled_at
from listeners.receiver.heard import Heard
from listeners.receiver.hydrate import Hydrator
from listeners.receiver.instagram_webhook import InstagramWebhook
from listeners.receiver.notices import Notices
from listeners.receiver.rate import Rate
from listeners.receiver.read import Reader
from listeners.receiver.registry import PushRow, push_sources
from listeners.receiver.signature import signed_by_hub, signed_by_meta
from listeners.receiver.websub import FEED, Subscriptions
from listeners.receiver.youtube_websub import YouTubeWebSub
from listeners.source import PushSource, Request
from listeners.state import ListenerState
from sandbox.push.callbacks import signed_request
from tests.unit.listeners.receiver.away import AwayLog

SECRETS = ("new-secret", "old-secret")
CHANGE = {"field": "comments", "value": {"id": "1", "text": "belum cair", "media": {"id": "9"}}}
BODY = {"object": "instagram", "entry": [{"id": "100", "time": 1, "changes": [CHANGE]}]}
ATOM = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns="http://www.w3.org/2005/Atom">
<entry><yt:videoId>v1</yt:videoId><yt:channelId>UC1</yt:channelId><updated>2026-03-01T08:00:00+00:00</updated></entry>
<entry><yt:videoId>v2</yt:videoId><yt:channelId>UC2</yt:channelId><updated>2026-03-01T08:00:00+00:00</updated></entry>
</feed>"""
DELETED = """<feed xmlns:at="http://purl.org/atompub/tombstones/1.0" xmlns="http://www.w3.org/2005/Atom">
<at:deleted-entry ref="yt:video:v1" when="2026-03-01T08:00:00+00:00"/></feed>"""


class Log(AwayLog):
    """The same, read as events."""

    def events(self) -> list[tuple[Event, str]]:
        topics = ("raw.instagram", "raw.youtube", "raw.messages")
        spans = [OffsetRange(*partition, 0, end) for partition, end in self.ends(topics).items()]
        return [(read_event(row.headers, row.value), row.position) for span in spans for row in self.read(span)]


class Silent(Hydrator):
    """Keeps what it is offered, and reads nothing."""

    def __init__(self) -> None:
        super().__init__(Publisher(MemoryLog()), Reader(None, None, None))
        self.offered: list[str] = []

    def offer(self, item: Any) -> None:
        self.offered.append(item.subject)


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def hydrator() -> Silent:
    return Silent()


@pytest.fixture
def subscriptions() -> Subscriptions:
    # Nothing listens on port 9 of loopback: only what the hub calls back counts here.
    return Subscriptions("http://127.0.0.1:9/hub", "http://127.0.0.1/youtube/websub", "hub-secret", ["UC1"])


@pytest.fixture
def client(log: Log, hydrator: Silent, subscriptions: Subscriptions) -> Iterator[TestClient]:
    sources: list[PushSource] = [
        InstagramWebhook(SECRETS, "verify-me"),
        YouTubeWebSub("hub-secret", subscriptions, {"UC1"}),
    ]
    callbacks = Callbacks(
        Erasures(log, SECRETS), SECRETS, "https://dengar.example/", lambda code: fulfilled_at(log, code)
    )
    app = create_app(sources, Notices(log, hydrator.offer), hydrator, callbacks=callbacks)
    with TestClient(app) as client:
        yield client


def meta(body: bytes, secret: str = "new-secret") -> dict[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def hub(body: bytes, algorithm: str = "sha1", secret: str = "hub-secret") -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, getattr(hashlib, algorithm)).hexdigest()
    return {"X-Hub-Signature": f"{algorithm}={digest}"}


def received(client: TestClient) -> dict[str, int]:
    counts: dict[str, int] = client.get("/healthz").json()["received"]
    return counts


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"hub.mode": "subscribe", "hub.verify_token": "verify-me", "hub.challenge": "123"}, 200),
        ({"hub.mode": "subscribe", "hub.verify_token": "guess", "hub.challenge": "123"}, 403),
        ({"hub.mode": "subscribe", "hub.verify_token": "vérify-me", "hub.challenge": "123"}, 403),
        ({"hub.mode": "unsubscribe", "hub.verify_token": "verify-me", "hub.challenge": "123"}, 403),
        ({"hub.mode": "subscribe", "hub.challenge": "123"}, 403),
        ({}, 403),
    ],
)
def test_the_handshake_echoes_the_challenge_only_for_our_token(
    client: TestClient, query: dict[str, str], status: int
) -> None:
    answer = client.get("/instagram/webhook", params=query)
    assert answer.status_code == status
    assert (answer.text == "123") is (status == 200)
    assert answer.headers["content-type"].startswith("text/plain")


def test_without_a_verify_token_nobody_gets_through(log: Log, hydrator: Silent) -> None:
    app = create_app([InstagramWebhook(("new-secret",), "")], Notices(log), hydrator)
    with TestClient(app) as client:
        query = {"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1"}
        assert client.get("/instagram/webhook", params=query).status_code == 403


@pytest.mark.parametrize("secret", ["new-secret", "old-secret"])
def test_a_signed_delivery_is_kept_answered_and_followed_up(
    client: TestClient, log: Log, hydrator: Silent, secret: str
) -> None:
    # Meta escapes what is not ASCII: the signature is over the bytes as they came.
    body = json.dumps(BODY | {"note": "é"}, ensure_ascii=True).encode()
    assert client.post("/instagram/webhook", content=body, headers=meta(body, secret)).status_code == 200
    ((event, position),) = log.events()
    assert (event.type, event.subject) == ("dengar.raw.instagram.webhook_change", "ig:comment:1")
    assert json.loads(event.data) == CHANGE
    assert map_event(event, position).outcome == "notice"
    assert hydrator.offered == ["ig:comment:1"]


def test_every_delivery_is_stored_a_repeated_one_too(client: TestClient, log: Log) -> None:
    body = json.dumps(BODY).encode()
    for _ in range(3):
        client.post("/instagram/webhook", content=body, headers=meta(body))
    assert len(log.events()) == 3


def test_more_than_a_thousand_changes_are_all_kept(client: TestClient, log: Log) -> None:
    entry = {"id": "100", "changes": [CHANGE] * 1_500}
    body = json.dumps({"object": "instagram", "entry": [entry]}).encode()
    assert client.post("/instagram/webhook", content=body, headers=meta(body)).status_code == 200
    assert len(log.events()) == 1_500


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Hub-Signature-256": ""},
        {"X-Hub-Signature-256": "sha256="},
        {"X-Hub-Signature-256": "sha256=é".encode("latin-1").decode("latin-1")},
        meta(b"another body"),
        meta(json.dumps(BODY).encode(), "guess"),
        {"X-Hub-Signature-256": meta(json.dumps(BODY).encode())["X-Hub-Signature-256"].removeprefix("sha256=")},
        {"X-Hub-Signature": hub(json.dumps(BODY).encode())["X-Hub-Signature"]},
    ],
)
def test_a_forged_delivery_is_refused_and_leaves_nothing(
    client: TestClient, log: Log, hydrator: Silent, headers: dict[str, str]
) -> None:
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    answer = client.post("/instagram/webhook", content=json.dumps(BODY).encode(), headers=encoded)
    assert answer.status_code == 403
    assert (log.events(), hydrator.offered, received(client)["forged"]) == ([], [], 1)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 40 + b"]" * 40, 400),
        (b'{"entry":' * 40 + b"1" + b"}" * 40, 400),
        (b" " * (MAX_BYTES + 1), 413),
    ],
)
def test_what_cannot_be_read_is_counted(client: TestClient, log: Log, body: bytes, status: int) -> None:
    assert client.post("/instagram/webhook", content=body, headers=meta(body)).status_code == status
    assert (log.events(), received(client)["unreadable"]) == ([], 1)


def test_a_body_that_hides_its_length_is_cut_off(client: TestClient, log: Log) -> None:
    chunks = (b" " * 65_536 for _ in range(MAX_BYTES // 65_536 + 1))
    assert client.post("/instagram/webhook", content=chunks).status_code == 413
    assert log.events() == []


@pytest.mark.parametrize("body", [b"{}", b"[]", b"3", b"null", b'{"entry": [null, {"id": "1"}]}'])
def test_a_signed_body_that_carries_nothing_is_answered_and_counted(client: TestClient, log: Log, body: bytes) -> None:
    assert client.post("/instagram/webhook", content=body, headers=meta(body)).status_code == 200
    assert (log.events(), received(client)["unreadable"]) == ([], 1)


def test_an_entry_of_an_unknown_shape_ends_in_the_quarantine_as_it_came(client: TestClient, log: Log) -> None:
    entry = {"id": "100", "time": 1, "novelties": [{"id": "5"}]}
    body = json.dumps({"object": "instagram", "entry": [entry]}).encode()
    assert client.post("/instagram/webhook", content=body, headers=meta(body)).status_code == 200
    ((event, position),) = log.events()
    assert json.loads(event.data) == entry
    with pytest.raises(MappingError) as caught:
        map_event(event, position)
    assert caught.value.reason == "unknown_field"


def test_what_kafka_did_not_take_is_refused_and_not_followed_up(client: TestClient, log: Log, hydrator: Silent) -> None:
    body = json.dumps(BODY).encode()
    log.away = True
    assert client.post("/instagram/webhook", content=body, headers=meta(body)).status_code == 503
    assert (log.events(), hydrator.offered, received(client)["items"]) == ([], [], 0)
    log.away = False
    assert client.post("/instagram/webhook", content=body, headers=meta(body)).status_code == 200
    assert (len(log.events()), hydrator.offered, received(client)["items"]) == (1, ["ig:comment:1"], 1)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_each_entry_of_a_push_is_an_item_of_its_owner(client: TestClient, log: Log, algorithm: str) -> None:
    body = ATOM.encode()
    assert client.post("/youtube/websub", content=body, headers=hub(body, algorithm)).status_code == 200
    rows = {event.subject: (event.type.rpartition(".")[2], event.extensions["ownership"]) for event, _ in log.events()}
    assert rows == {"yt:video:v1": ("websub_entry", "owned"), "yt:video:v2": ("websub_entry", "public")}


def test_a_deleted_entry_is_a_deletion(client: TestClient, log: Log) -> None:
    body = DELETED.encode()
    assert client.post("/youtube/websub", content=body, headers=hub(body)).status_code == 200
    ((event, position),) = log.events()
    assert map_event(event, position).outcome == "deletion"


@pytest.mark.parametrize("headers", [{}, hub(b"other"), hub(ATOM.encode(), "md5"), hub(ATOM.encode(), secret="guess")])
def test_a_forged_push_looks_accepted_and_is_discarded(client: TestClient, log: Log, headers: dict[str, str]) -> None:
    assert client.post("/youtube/websub", content=ATOM.encode(), headers=headers).status_code == 202
    assert (log.events(), received(client)["forged"]) == ([], 1)


@pytest.mark.parametrize(
    "body",
    [
        b"<feed",
        b"<!DOCTYPE feed [<!ENTITY a 'b'>]><feed>&a;</feed>",
        b'<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/hostname">]><feed>&x;</feed>',
        b"<a>" * 40 + b"</a>" * 40,
    ],
)
def test_xml_that_is_no_feed_or_an_attack_is_refused(client: TestClient, log: Log, body: bytes) -> None:
    assert client.post("/youtube/websub", content=body, headers=hub(body)).status_code == 400
    assert (log.events(), received(client)["unreadable"]) == ([], 1)


def test_only_what_was_asked_for_is_confirmed(client: TestClient, subscriptions: Subscriptions) -> None:
    def intent(topic: str, mode: str = "subscribe") -> int:
        query = {"hub.mode": mode, "hub.topic": topic, "hub.challenge": "c", "hub.lease_seconds": "60"}
        answer = client.get("/youtube/websub", params=query)
        assert (answer.text == "c") is (answer.status_code == 200)
        return int(answer.status_code)

    for intended in subscriptions._intents.values():
        intended.tries, intended.asked = 1, True
    assert intent(FEED + "UC2") == 404
    assert intent(FEED + "UC1", "unsubscribe") == 404
    assert client.get("/healthz").json()["websub"] == 0
    assert intent(FEED.replace("/xml/", "/") + "UC1") == 200
    assert client.get("/healthz").json()["websub"] == 1
    assert client.get("/youtube/websub", params={"hub.mode": "denied", "hub.topic": FEED + "UC1"}).status_code == 200
    assert client.get("/healthz").json()["websub"] == 0


class Ticket:
    """A third platform that pushes: one class and one row."""

    name, path, refusal = "forum.tickets", "/forum/tickets", 401

    def handshake(self, _query: Mapping[str, str]) -> tuple[int, str]:
        return 200, "ready"

    def signed(self, request: Request) -> bool:
        return request.headers.get("x-forum") == "shared"

    def receive(self, request: Request) -> Sequence[RawItem]:
        row = json.loads(request.body)
        return [RawItem("forum", "ticket", f"fo:ticket:{row['id']}", row, "forum/tickets", self.name)]


def test_a_third_pushed_source_is_one_file_and_one_row(hydrator: Silent, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("forum_tickets")
    module.build = lambda _configuration: Ticket()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "forum_tickets", module)
    rows = [PushRow("forum.tickets", "forum_tickets:build", "nothing")]
    log = MemoryLog({"raw.forum": 1})
    sources = push_sources(Configuration(Settings(), Registers()), rows)
    with TestClient(create_app(sources, Notices(log), hydrator)) as client:
        assert client.get("/forum/tickets").text == "ready"
        assert client.post("/forum/tickets", content=b'{"id": 1}').status_code == 401
        assert client.post("/forum/tickets", content=b'{"id": 1}', headers={"X-Forum": "shared"}).status_code == 200
    assert sum(log.ends(["raw.forum"]).values()) == 1


def test_health_tells_counts_and_no_secret(client: TestClient) -> None:
    told = client.get("/healthz")
    assert told.json()["waiting"] == 0
    assert set(told.json()["hydrated"]) == {"read", "gone", "failed", "deferred", "retried"}
    assert told.json()["sources"] == ["instagram.webhook", "youtube.websub"]
    for secret in ("new-secret", "old-secret", "verify-me", "hub-secret"):
        assert secret not in told.text


def test_health_says_so_where_nothing_can_be_kept_any_more(log: Log, hydrator: Silent) -> None:
    notices = Notices(log)
    with TestClient(create_app([InstagramWebhook(SECRETS, "")], notices, hydrator)) as client:
        assert client.get("/healthz").status_code == 200
        notices.close()
        assert client.get("/healthz").status_code == 503


def test_a_pushed_source_has_a_health_and_shows_that_it_never_pushed() -> None:
    log = MemoryLog()
    state = ListenerState(log)
    heard = Heard(state, now=lambda: datetime(2026, 11, 25, 4, 0, tzinfo=UTC))
    for _ in range(2):
        heard.expect(["instagram.webhook", "youtube.websub"])
        heard.note("instagram.webhook", 3)
        heard.save()
        state.flush()
    reader = StateReader(log)
    reader.refresh()
    told = {health.source: (health.succeeded_at, health.collected) for health in reader.sources()}
    assert told == {
        "instagram.webhook": (datetime(2026, 11, 25, 4, 0, tzinfo=UTC), 6),
        "youtube.websub": (None, 0),
    }


def test_there_is_nothing_else_to_find(client: TestClient) -> None:
    for path in ("/docs", "/openapi.json", "/redoc", "/"):
        assert client.get(path).status_code == 404


@hypothesis_settings(max_examples=100)
@given(body=st.binary(max_size=200), header=st.text(max_size=100))
def test_no_header_that_was_not_computed_passes(body: bytes, header: str) -> None:
    assert not signed_by_meta(body, header, ("new-secret",))
    assert not signed_by_meta(body, None, ("new-secret",))
    assert not signed_by_hub(body, header, "hub-secret")
    assert not signed_by_meta(body, meta(body, "")["X-Hub-Signature-256"], ("",))
    assert not signed_by_hub(body, hub(body, secret="")["X-Hub-Signature"], "")
    assert signed_by_meta(body, meta(body)["X-Hub-Signature-256"], ("old", "new-secret"))
    assert signed_by_hub(body, hub(body)["X-Hub-Signature"].upper(), "hub-secret")


def test_a_flood_is_refused_before_it_is_read(log: Log, hydrator: Silent) -> None:
    callbacks = Callbacks(Erasures(log, SECRETS), SECRETS, "https://dengar.example")
    source = InstagramWebhook(SECRETS, "")
    app = create_app([source], Notices(log), hydrator, callbacks=callbacks, rate=Rate(0.001, 2))
    body = json.dumps(BODY).encode()
    with TestClient(app) as client:
        answers = [client.post("/instagram/webhook", content=body, headers=meta(body)) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
        assert answers[-1].headers["retry-after"] == "1"
        assert received(client)["refused"] == 2
        assert client.get("/instagram/webhook").status_code == 429
        code = "19b00000000-0123456789abcdef-0123456789abcdef01234567"
        assert client.get(f"/instagram/data-deletion/{code}").status_code == 429
        assert client.post("/instagram/deauthorise", data={"signed_request": "x"}).status_code == 429
    assert len(log.events()) == 2


def test_many_at_once_share_acknowledgements_and_none_is_lost(log: Log, hydrator: Silent) -> None:
    notices = Notices(log, hydrator.offer)
    notices.start()
    bodies = [
        BODY | {"entry": [{"id": "100", "changes": [{"field": "comments", "value": {"id": str(n)}}]}]}
        for n in range(300)
    ]
    source = InstagramWebhook(SECRETS, "")
    promises = [notices.submit(source.receive(Request({}, json.dumps(body).encode()))) for body in bodies]
    for promise in promises:
        promise.result(timeout=30)
    notices.close()
    assert sorted(event.subject or "" for event, _ in log.events()) == sorted(f"ig:comment:{n}" for n in range(300))
    assert len(hydrator.offered) == 300


def erasures(log: Log) -> list[dict[str, Any]]:
    (end,) = log.ends(["erasures"]).values()
    return [json.loads(row.value or b"") for row in log.read(OffsetRange("erasures", 0, 0, end))]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_deletion_callback_becomes_an_erasure_and_its_code_can_be_looked_up(
    client: TestClient, log: Log, secret: str
) -> None:
    form = {"signed_request": signed_request(secret, "218471", datetime.now(UTC))}
    answer = client.post("/instagram/data-deletion", data=form).json()
    (kept,) = erasures(log)
    validator("erasure").validate(kept)
    assert (kept["account_key"], kept["reason"], kept["id"]) == (
        "instagram:218471",
        "data_deletion",
        answer["confirmation_code"],
    )
    assert answer["url"] == f"https://dengar.example/instagram/data-deletion/{kept['id']}"
    page = client.get(f"/instagram/data-deletion/{kept['id']}")
    assert page.status_code == 200
    assert "218471" not in page.text
    assert client.get(f"/instagram/data-deletion/{kept['id'][:-1]}0").status_code in (200, 404)
    assert (
        client.get("/instagram/data-deletion/19b00000000-0123456789abcdef-0123456789abcdef01234567").status_code == 404
    )


def test_the_page_of_a_code_tells_when_it_was_fulfilled(client: TestClient, log: Log) -> None:
    form = {"signed_request": signed_request("new-secret", "218471", datetime.now(UTC))}
    code = client.post("/instagram/data-deletion", data=form).json()["confirmation_code"]
    assert "Selesai" not in client.get(f"/instagram/data-deletion/{code}").text
    (request,) = requests.waiting(log)
    requests.close(log, request, ["ig~pseudonym"], datetime(2026, 11, 24, 10, 5, tzinfo=UTC))
    page = client.get(f"/instagram/data-deletion/{code}")
    assert "Fulfilled 2026-11-24 10:05 UTC" in page.text
    assert "ig~" not in page.text


def test_the_page_of_a_code_bears_that_kafka_is_away(log: Log, hydrator: Silent) -> None:
    def away(_code: str) -> datetime | None:
        raise LogError("away")

    callbacks = Callbacks(Erasures(log, SECRETS), SECRETS, "https://dengar.example", away)
    app = create_app([InstagramWebhook(SECRETS, "")], Notices(log), hydrator, callbacks=callbacks)
    form = {"signed_request": signed_request("new-secret", "7", datetime.now(UTC))}
    with TestClient(app) as client:
        code = client.post("/instagram/data-deletion", data=form).json()["confirmation_code"]
        assert "was received" in client.get(f"/instagram/data-deletion/{code}").text


def test_without_a_public_address_the_code_is_looked_up_where_meta_called(log: Log, hydrator: Silent) -> None:
    callbacks = Callbacks(Erasures(log, SECRETS), SECRETS, "")
    app = create_app([InstagramWebhook(SECRETS, "")], Notices(log), hydrator, callbacks=callbacks)
    form = {"signed_request": signed_request("new-secret", "7", datetime.now(UTC))}
    with TestClient(app, base_url="https://dengar.example") as client:
        answer = client.post("/instagram/data-deletion", data=form).json()
        assert answer["url"] == f"https://dengar.example/instagram/data-deletion/{answer['confirmation_code']}"
        assert client.get(answer["url"]).status_code == 200


def test_a_deauthorisation_is_an_erasure_too(client: TestClient, log: Log) -> None:
    form = {"signed_request": signed_request("new-secret", "7", datetime.now(UTC))}
    assert client.post("/instagram/deauthorise", data=form).status_code == 200
    assert [kept["reason"] for kept in erasures(log)] == ["deauthorised"]


def forged_requests() -> list[str]:
    good = signed_request("new-secret", "7", datetime(2026, 11, 25, tzinfo=UTC))
    signature, _, payload = good.partition(".")
    other = base64.urlsafe_b64encode(b'{"algorithm":"HMAC-SHA256","user_id":"8"}').decode().rstrip("=")
    none = base64.urlsafe_b64encode(b'{"algorithm":"none","user_id":"8"}').decode().rstrip("=")
    signed_none = base64.urlsafe_b64encode(hmac.new(b"new-secret", none.encode(), hashlib.sha256).digest()).decode()
    return [
        "",
        ".",
        payload,
        f".{payload}",
        f"{signature}.{other}",
        f"{signature[:-2]}.{payload}",
        f"{signed_none.rstrip('=')}.{none}",
        signed_request("guess", "7", datetime(2026, 11, 25, tzinfo=UTC)),
        signed_request("new-secret", "../7", datetime(2026, 11, 25, tzinfo=UTC)),
        good + "x" * 5_000,
        "\u00e9." + payload,
    ]


@pytest.mark.parametrize("given", forged_requests())
@pytest.mark.parametrize("path", ["/instagram/data-deletion", "/instagram/deauthorise"])
def test_a_forged_callback_leaves_nothing(client: TestClient, log: Log, given: str, path: str) -> None:
    assert client.post(path, data={"signed_request": given}).status_code in (403, 413)
    assert erasures(log) == []


def test_a_callback_that_kafka_did_not_take_is_refused(client: TestClient, log: Log) -> None:
    log.away = True
    form = {"signed_request": signed_request("new-secret", "7", datetime.now(UTC))}
    assert client.post("/instagram/data-deletion", data=form).status_code == 503
