"""A canary in every credential: pollers and receiver, real processes on real Kafka, are given every kind of trouble; it is told nowhere."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from dengar.local import ports
from dengar.local.stack import Stack
from dengar.log import OffsetRange
from dengar.log.kafka import KafkaLog
from dengar.settings import Settings, variables
from tests.sandbox_process import Sandbox, running_sandbox

pytestmark = pytest.mark.stack
CANARY = "kenari5f1c"
TOPICS = ("raw.youtube", "raw.instagram", "raw.messages", "listener-state", "erasures")


def canaries(stack: Stack) -> dict[str, str]:
    """A canary of its own for every secret variable: the embedded stack needs none of them itself."""
    held = {**os.environ, **stack.environment()}
    assert not held.get("DENGAR_KAFKA_USERNAME"), "the embedded broker asks for no password"
    secret = [name for name, told in variables().items() if told["secret"]]
    return held | {name: f"{CANARY}x{number}y{name[-6:].lower()}" for number, name in enumerate(secret)}


def listen(environment: dict[str, str], *arguments: str) -> str:
    """What a verb prints, both streams."""
    command = [sys.executable, "-m", "dengar", "listen", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=False)
    return done.stdout + done.stderr


def once(environment: dict[str, str], pool: ThreadPoolExecutor) -> str:
    """What a poll of either platform prints, side by side."""
    return "".join(pool.map(lambda platform: listen(environment, platform, "--once"), ("youtube", "instagram")))


@pytest.mark.timeout(600)
def test_no_credential_is_told_anywhere(stack: Stack, tmp_path: Path) -> None:
    with running_sandbox(tmp_path) as sandbox, ThreadPoolExecutor() as pool:
        environment = canaries(stack) | {
            "DENGAR_YOUTUBE_ENDPOINT": sandbox.url,
            "DENGAR_INSTAGRAM_ENDPOINT": sandbox.url,
            "DENGAR_INSTAGRAM_APP_ID": "1",
            "DENGAR_WEBSUB_HUB": f"{sandbox.url}/hub",
        }
        log = KafkaLog(Settings.from_environment(stack.environment()))
        first = log.ends(TOPICS)
        # A refused login is retried for half a minute: the two wait beside everything else.
        logins = [pool.submit(listen, environment | refused, "youtube", "--once") for refused in strangers(environment)]
        sandbox.post("clock", advance_seconds=86_400)
        said = received(sandbox, environment, tmp_path)
        sandbox.post("faults", status=500, share=0.03, seed=3)
        said += once(environment, pool)
        said += listen(environment | {"DENGAR_INSTAGRAM_TOKEN_FILE": str(tmp_path / "token")}, "renew-token")
        now = datetime.fromisoformat(sandbox.get("state")["now"])
        sandbox.post("outages", what="token", begin=now.isoformat(), end=(now + timedelta(days=1)).isoformat())
        sandbox.post("faults", status=403, share=1.0)
        said += once(environment, pool)
        said += listen(environment | {"DENGAR_INSTAGRAM_TOKEN_FILE": str(tmp_path / "token")}, "renew-token")
        said += "".join(pool.map(lambda how: listen(environment, "status", *how), ((), ("--json",))))
        said += "".join(login.result() for login in logins)
    try:
        stored = [
            f"{record.key!r}{record.value!r}{record.headers!r}"
            for partition, end in log.ends(TOPICS).items()
            for record in log.read(OffsetRange(partition.topic, partition.number, first[partition], end))
        ]
    finally:
        log.close()
    assert len(stored) > 500, "nothing was collected that could carry a credential"
    assert "youtube" in said
    assert "DENGAR_INSTAGRAM_TOKEN" in said, "the troubles were not told at all"
    assert "A new token is in" in said
    assert "Kafka" in said, "the refused logins were not told at all"
    assert [text for text in stored if CANARY in text] == []
    assert [line for line in said.splitlines() if CANARY in line] == []


def strangers(environment: dict[str, str]) -> list[dict[str, str]]:
    """Logins that the broker takes for nothing: it speaks neither SASL nor TLS."""
    user = {"DENGAR_KAFKA_USERNAME": "dengar"}
    assert CANARY in environment["DENGAR_KAFKA_PASSWORD"]
    return [user | {"DENGAR_KAFKA_SECURITY_PROTOCOL": protocol} for protocol in ("SASL_PLAINTEXT", "SASL_SSL")]


def received(sandbox: Sandbox, environment: dict[str, str], folder: Path) -> str:
    """What a receiver prints and answers while it is pushed to, forged at and asked for its metrics."""
    port = ports.choose([])
    url = f"http://127.0.0.1:{port}"
    own = environment | {"DENGAR_RECEIVER_PORT": str(port), "DENGAR_RECEIVER_URL": url}
    output = folder / "receiver.log"
    with output.open("wb") as stream:
        command = [sys.executable, "-m", "dengar", "listen", "receiver"]
        process = subprocess.Popen(command, env=own, stdout=stream, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and not _answers(url):
                assert process.poll() is None, output.read_text()
                time.sleep(0.2)
            secret = own["DENGAR_INSTAGRAM_APP_SECRET"]
            verify = own["DENGAR_INSTAGRAM_VERIFY_TOKEN"]
            sandbox.post("webhooks", url=f"{url}/instagram/webhook", app_secret=secret, verify_token=verify)
            sandbox.post("clock", advance_seconds=6 * 3_600)
            sandbox.post(
                "callbacks", url=f"{url}/instagram/data-deletion", app_secret=secret, user_id="17841400000000077"
            )
            bad = {"X-Hub-Signature-256": f"sha256={'ab' * 32}", "X-Hub-Signature": f"sha1={'ab' * 20}"}
            for path in ("/instagram/webhook", "/youtube/websub", "/instagram/data-deletion"):
                httpx.post(url + path, content=b"{" + secret.encode(), headers=bad, timeout=120)
            time.sleep(3)  # the hydrator reads
            told = [httpx.get(url + path, timeout=120).text for path in ("/metrics", "/healthz", "/nothing")]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
    assert "dengar_receiver_total" in told[0]
    assert 'dengar_source_items_total{source="instagram.webhook",what="collected"}' in told[0]
    return "".join(told) + output.read_text()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=2).is_success
    except httpx.TransportError:
        return False
