"""The receiver over HTTP against the sandbox that pushes to it: every delivery is kept, every notice is followed up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
import yaml

from dengar.events import Event, read_event
from dengar.local import ports
from dengar.local.stack import Stack
from dengar.log import OffsetRange
from dengar.log.kafka import KafkaLog
from dengar.log.memory import MemoryLog
from dengar.mapping import map_event
from dengar.paths import PROJECT
from dengar.registers import load_registers
from dengar.settings import Settings
from listeners.instagram.client import Instagram
from listeners.publish import Publisher
from listeners.receiver.app import create_app
from listeners.receiver.callbacks import Callbacks
from listeners.receiver.configuration import Configuration
from listeners.receiver.erasures import Erasures
from listeners.receiver.hydrate import Hydrator
from listeners.receiver.notices import Notices, Progress
from listeners.receiver.read import Reader
from listeners.receiver.registry import push_sources
from listeners.youtube.client import YouTube
from tests.sandbox_process import Sandbox, running_sandbox
from tests.unit.listeners.receiver.away import AwayLog

APP_SECRET, VERIFY_TOKEN, WEBSUB_SECRET = "canary-app-secret", "canary-verify-token", "canary-websub-secret"
TOKEN, KEY = "canary-of-the-token", "canary-of-the-api-key"
STEP = timedelta(hours=12)
TOPICS = ("raw.instagram", "raw.youtube", "raw.messages")


def until(true: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"{what} did not come about within {seconds:.0f} s"
        time.sleep(0.05)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path) as running:
        yield running


class Receiver:
    """A served receiver over a log in memory."""

    def __init__(self, url: str, hydrator: Hydrator) -> None:
        self.url, self.hydrator = url, hydrator

    def health(self) -> dict[str, Any]:
        body: dict[str, Any] = httpx.get(f"{self.url}/healthz", timeout=10).raise_for_status().json()
        return body

    def settled(self) -> None:
        """Wait until every notice was followed up."""
        until(lambda: self.hydrator.waiting == 0, "the follow-up of every notice")


def settings_of(sandbox: Sandbox, url: str, token: str = TOKEN) -> Settings:
    return Settings(
        youtube_endpoint=sandbox.url,
        youtube_api_key=KEY,
        instagram_endpoint=sandbox.url,
        instagram_token=token,
        instagram_app_secret=APP_SECRET,
        instagram_verify_token=VERIFY_TOKEN,
        websub_hub=f"{sandbox.url}/hub",
        websub_secret=WEBSUB_SECRET,
        receiver_url=url,
    )


@contextmanager
def serving(sandbox: Sandbox, log: MemoryLog, *, token: str = TOKEN, reads: bool = True) -> Iterator[Receiver]:
    """A receiver on a free port. `reads` False: it ends as if killed before it followed up a single notice."""
    registers = load_registers()
    config = uvicorn.Config(lambda: None, host="127.0.0.1", port=0, log_level="warning", access_log=False)
    socket = config.bind_socket()
    url = f"http://127.0.0.1:{socket.getsockname()[1]}"
    settings = settings_of(sandbox, url, token)
    hydrator = Hydrator(
        Publisher(log),
        Reader(lambda: Instagram(settings), lambda: YouTube(settings), registers.own("instagram")[0].id),
        delays_s=(0.2, 0.2),
    )
    if not reads:
        hydrator.offer = lambda item: None  # type: ignore[method-assign]
        hydrator._settle = lambda: None  # type: ignore[method-assign]
    notices = Notices(log, hydrator.offer)
    hydrator.progress = Progress(log, notices.lock)
    callbacks = Callbacks(Erasures(log, (APP_SECRET,)), (APP_SECRET,), url)
    app = create_app(push_sources(Configuration(settings, registers)), notices, hydrator, callbacks=callbacks)
    config.app = app
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    try:
        until(lambda: server.started, "the receiver")
        yield Receiver(url, hydrator)
    finally:
        server.should_exit = True
        thread.join(60)
        assert not thread.is_alive()


def listen(sandbox: Sandbox, receiver: Receiver) -> None:
    """Register the webhook, and wait for the WebSub subscriptions."""
    url = f"{receiver.url}/instagram/webhook"
    sandbox.post("webhooks", url=url, app_secret=APP_SECRET, verify_token=VERIFY_TOKEN)
    until(lambda: sandbox.get("state")["pushes"]["websub"] > 0, "a WebSub subscription")
    subscribed = len([account for account in load_registers().accounts if account.platform == "youtube"])
    until(lambda: receiver.health()["websub"] == subscribed, "every WebSub subscription")


def events(log: MemoryLog) -> list[tuple[Event, str]]:
    found = []
    for partition, end in log.ends(TOPICS).items():
        for record in log.read(OffsetRange(partition.topic, partition.number, 0, end)):
            shown = f"{record.key!r} {record.value!r} {record.headers!r}"
            assert not [secret for secret in (APP_SECRET, WEBSUB_SECRET, TOKEN, KEY) if secret in shown]
            found.append((read_event(record.headers, record.value), record.position))
    return sorted(found, key=lambda pair: pair[0].time)


def outcomes(log: MemoryLog) -> dict[str, dict[str, Any]]:
    """outcome → subject → the last record of that outcome (None for a notice)."""
    found: dict[str, dict[str, Any]] = {}
    for event, position in events(log):
        mapped = map_event(event, position)
        found.setdefault(mapped.outcome.value, {})[event.subject or ""] = mapped.record
    return found


def test_a_week_of_pushes_is_kept_and_every_notice_is_followed_up(sandbox: Sandbox) -> None:
    log = AwayLog()
    with serving(sandbox, log) as receiver:
        listen(sandbox, receiver)
        state = sandbox.get("state")
        now, end = datetime.fromisoformat(state["now"]), datetime.fromisoformat(state["end"])
        while now < end:
            now = min(now + STEP, end)
            sandbox.post("clock", to=now.isoformat())
            receiver.settled()
        health = receiver.health()
        pushes = sandbox.get("state")["pushes"]
        truth = sandbox.get("truth")["items"]
    assert (pushes["failed"], pushes["dropped"], pushes["waiting"]) == (0, 0, 0)
    assert health["received"]["items"] == pushes["delivered"] > 1_000
    assert (health["received"]["forged"], health["received"]["unreadable"]) == (0, 0)
    assert (health["hydrated"]["failed"], health["waiting"]) == (0, 0)
    found = outcomes(log)
    mentions, deletions = found["mention"], found["deletion"]
    pushed = {identity for identity, row in truth.items() if "webhook" in row["via"]}
    assert len(pushed) > 100
    # A mention or comment that was deleted within the step was never to be read; its notice and its deletion are there.
    assert pushed - mentions.keys() - deletions.keys() == set()
    for identity in pushed & mentions.keys() - deletions.keys():
        assert (mentions[identity]["text"] or "") == (truth[identity]["text"] or "")
    unsent = {identity for identity in pushed if truth[identity]["kind"] == "dm" and truth[identity]["deleted"]}
    assert unsent
    assert {identity for identity in deletions if identity.startswith("ig:message:")} == unsent
    channels = {f"yt:channel:{a.id}" for a in load_registers().accounts if a.platform == "youtube"}
    videos = {
        identity
        for identity, row in truth.items()
        if row["kind"] == "post" and row["author"]["id"] in channels and row["published_at"] > state["now"]
    }
    assert len(videos) > 10
    deleted = {identity for identity in videos if truth[identity]["deleted"]}
    assert videos <= mentions.keys() | deletions.keys()
    assert {identity for identity in deletions if identity.startswith("yt:video:")} == deleted
    assert [identity for identity in found["metrics"] if truth[identity]["format"] == "story"]
    assert {truth[identity]["kind"] for identity in pushed & mentions.keys()} == {"post", "comment", "dm"}
    assert "reply" in {truth[identity]["kind"] for identity in mentions}


def test_comments_of_a_live_broadcast_are_read(tmp_path: Path) -> None:
    day = yaml.safe_load((PROJECT / "sandbox" / "scenarios" / "small_day.yaml").read_text())
    day["instagram"]["lives"] = {"count": 2, "minutes": 40, "comments": 25}
    scenario = tmp_path / "lives.yaml"
    scenario.write_text(yaml.safe_dump(day))
    log = AwayLog()
    with running_sandbox(tmp_path, scenario=scenario) as sandbox, serving(sandbox, log) as receiver:
        listen(sandbox, receiver)
        sandbox.post("clock", to=sandbox.get("state")["end"])
        receiver.settled()
        truth = sandbox.get("truth")["items"]
    fields = [event.subject for event, _ in events(log) if event.data.startswith(b'{"field":"live_comments"')]
    broadcasts = {
        identity for identity, row in truth.items() if row["format"] == "live" and row["platform"] == "instagram"
    }
    live = {i for i, row in truth.items() if row["kind"] == "comment" and row["post_id"] in broadcasts}
    assert len(live) > 20
    assert set(fields) == live
    mentions = outcomes(log)["mention"]
    there = {identity for identity in live if not truth[identity]["deleted"]}
    assert {identity: mentions[identity]["text"] for identity in there} == {i: truth[i]["text"] for i in there}
    assert {mentions[identity]["post_id"] for identity in there} == broadcasts


def test_the_callbacks_of_a_deletion_and_a_deauthorisation(sandbox: Sandbox) -> None:
    log = AwayLog()
    with serving(sandbox, log) as receiver:
        asked = {"app_secret": APP_SECRET, "user_id": "218471"}
        told = sandbox.post("callbacks", url=f"{receiver.url}/instagram/data-deletion", **asked)
        answer = json.loads(told["answer"])
        assert answer["url"].endswith(f"/instagram/data-deletion/{answer['confirmation_code']}")
        assert answer["confirmation_code"] in httpx.get(answer["url"], timeout=10).raise_for_status().text
        assert sandbox.post("callbacks", url=f"{receiver.url}/instagram/deauthorise", **asked)["status"] == 200
        forged = asked | {"app_secret": "another"}
        assert sandbox.post("callbacks", url=f"{receiver.url}/instagram/data-deletion", **forged)["status"] == 403
    (end,) = log.ends(["erasures"]).values()
    kept = [json.loads(row.value or b"") for row in log.read(OffsetRange("erasures", 0, 0, end))]
    assert [(row["account_key"], row["reason"]) for row in kept] == [
        ("instagram:218471", "data_deletion"),
        ("instagram:218471", "deauthorised"),
    ]


def test_what_a_killed_receiver_had_not_read_is_read_at_the_next_start(sandbox: Sandbox) -> None:
    log = AwayLog()
    with serving(sandbox, log):
        pass  # the very first start commits where reading begins
    with serving(sandbox, log, reads=False) as receiver:
        listen(sandbox, receiver)
        sandbox.post("clock", advance_seconds=2 * 86_400)
    notices = {event.subject for event, _ in events(log) if event.type.endswith(".webhook_change")}
    assert notices
    assert not [event for event, _ in events(log) if event.extensions["via"].endswith(".hydrate")]
    with serving(sandbox, log) as receiver:
        receiver.settled()
    read = {event.subject for event, _ in events(log) if event.extensions["via"].endswith(".hydrate")}
    changes = {
        event.subject
        for event, position in events(log)
        if event.type.endswith(".webhook_change") and map_event(event, position).outcome == "notice"
    }
    assert changes <= read
    before = len(events(log))
    with serving(sandbox, log) as receiver:
        time.sleep(1)
        assert receiver.hydrator.fates.read == 0
    assert len(events(log)) == before


def test_a_delivery_that_kafka_did_not_take_is_refused_and_comes_again(sandbox: Sandbox) -> None:
    log = AwayLog()
    with serving(sandbox, log) as receiver:
        listen(sandbox, receiver)
        log.away = True
        pushes = sandbox.post("clock", advance_seconds=43_200)["pushes"]
        assert pushes["waiting"] > 0
        assert pushes["delivered"] == 0
        assert events(log) == []
        log.away = False
        pushes = sandbox.post("clock", advance_seconds=60)["pushes"]
        assert pushes["waiting"] == 0
        receiver.settled()
        assert receiver.health()["received"]["items"] == pushes["delivered"] > 0


def test_a_read_that_fails_is_tried_again_and_then_counted(sandbox: Sandbox) -> None:
    log = AwayLog()
    with serving(sandbox, log, token="invalid") as receiver:
        listen(sandbox, receiver)
        sandbox.post("clock", advance_seconds=86_400)
        until(lambda: receiver.hydrator.fates.failed > 0, "a failure")
        receiver.settled()
        health = receiver.health()
    assert health["hydrated"]["retried"] >= 2 * health["hydrated"]["failed"]
    found = outcomes(log)
    assert [identity for identity in found["notice"] if identity.startswith("ig:comment:")]
    assert not [identity for identity in found["mention"] if identity.startswith("ig:comment:")]


@pytest.mark.stack
def test_the_command_receives_into_kafka_reads_after_a_kill_and_ends_cleanly(sandbox: Sandbox, stack: Stack) -> None:
    port = ports.choose()
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        **stack.environment(),
        "DENGAR_YOUTUBE_ENDPOINT": sandbox.url,
        "DENGAR_YOUTUBE_API_KEY": KEY,
        "DENGAR_INSTAGRAM_ENDPOINT": sandbox.url,
        "DENGAR_INSTAGRAM_TOKEN": TOKEN,
        "DENGAR_INSTAGRAM_APP_SECRET": APP_SECRET,
        "DENGAR_INSTAGRAM_VERIFY_TOKEN": VERIFY_TOKEN,
        "DENGAR_WEBSUB_HUB": f"{sandbox.url}/hub",
        "DENGAR_WEBSUB_SECRET": WEBSUB_SECRET,
        "DENGAR_RECEIVER_PORT": str(port),
        "DENGAR_RECEIVER_URL": url,
    }
    log = KafkaLog(Settings.from_environment(environment))
    starts = log.ends(TOPICS)
    running: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        running.append(subprocess.Popen([sys.executable, "-m", "dengar", "listen", "receiver"], env=environment))
        until(lambda: answers(url), "the receiver")
        return running[-1]

    def subjects() -> tuple[set[str | None], set[str | None]]:
        """(what notices of the webhook point to, what was read)"""
        noticed, read = set(), set()
        for partition, end in log.ends(TOPICS).items():
            for record in log.read(OffsetRange(partition.topic, partition.number, starts[partition], end)):
                event = read_event(record.headers, record.value)
                if event.type.endswith(".webhook_change") and b"story_insights" not in event.data:
                    noticed.add(event.subject)
                elif event.extensions["via"].endswith(".hydrate"):
                    read.add(event.subject)
        return noticed, read

    try:
        first = start()
        sandbox.post("webhooks", url=f"{url}/instagram/webhook", app_secret=APP_SECRET, verify_token=VERIFY_TOKEN)
        until(lambda: sandbox.get("state")["pushes"]["websub"] > 0, "a WebSub subscription")
        assert sandbox.post("clock", advance_seconds=86_400)["pushes"]["waiting"] == 0
        first.kill()
        first.wait(20)
        second = start()
        until(lambda: int(httpx.get(f"{url}/healthz", timeout=10).json()["waiting"]) == 0, "the follow-up", 120)
        second.send_signal(signal.SIGTERM)
        assert second.wait(45) == 0
        noticed, read = subjects()
        assert noticed
        assert noticed <= read
    finally:
        for process in running:
            if process.poll() is None:
                process.kill()
                process.wait(20)
        log.close()


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=2).is_success
    except httpx.TransportError:
        return False
