"""On the real stack: a planted crisis is told, alerted and delivered once; a period that is run again says the same and alerts nobody."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from upath import UPath

from dengar.alerts import DELIVER_GROUP, TOPIC
from dengar.alerts import store as alert_store
from dengar.alerts.channels import KEY_HEADER, Sender
from dengar.alerts.outbox import Outbox
from dengar.alerts.rules import load_rules
from dengar.index import client as open_client
from dengar.index import write_records
from dengar.local.stack import Stack
from dengar.log import OffsetRange
from dengar.log.kafka import KafkaLog
from dengar.policy import load_policy
from dengar.settings import Settings
from dengar.stages.trends import deliver, detect, take_up
from dengar.trends import store
from tests.drills.planted import week

pytestmark = [pytest.mark.stack, pytest.mark.long, pytest.mark.timeout(1800)]


class Receiver(BaseHTTPRequestHandler):
    """A webhook that counts what it was sent, by key."""

    keys: ClassVar[Counter[str]] = Counter()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.keys[self.headers.get(KEY_HEADER, "none")] += 1
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def webhook():
    Receiver.keys.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"json://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()


def test_a_crisis_is_told_alerted_and_delivered_once(stack: Stack, webhook: str, tmp_path, tell) -> None:
    settings = Settings.from_environment(stack.environment())
    log, client = KafkaLog(settings), open_client(settings)
    mentions, _, planted = week(101)
    assert planted.crisis is not None
    write_records(client, [("mention", one) for one in mentions])
    folder, policy, rules = UPath(tmp_path / "trends"), load_policy("sandbox"), load_rules()
    begun, told = planted.crisis[0], Counter[str]()
    now = begun - timedelta(hours=3)
    while now <= planted.crisis[1] + timedelta(hours=4):  # as DAG runs would, a half-hour apart
        at = time.monotonic()
        summary = detect(log, client, folder, policy, rules, (), now=now)
        spent = time.monotonic() - at
        told.update({"alerts": summary["alerts"], "runs": 1})
        now += timedelta(minutes=30)
    tell(f"{told['runs']} runs, the last in {spent:.1f} s; {told['alerts']} alerts")
    crises = [one for one in store.known(client, begun, planted.crisis[1]) if one["kind"] == "crisis"]
    assert len(crises) == 1, "one crisis was planted"
    assert planted.word in crises[0]["label"]

    ranges = [OffsetRange(TOPIC, 0, 0, end) for end in log.ends([TOPIC]).values()]
    take_up(log, ranges, client, group=DELIVER_GROUP, commit=False, run="drill")
    outbox, sender = Outbox(UPath(tmp_path / "outbox")), Sender({"piket": webhook, "pimpinan": webhook})
    for _ in range(3):  # a repeat sends nothing
        deliver(client, outbox, rules, sender, now)
    standing = [one for one in alert_store.since(client, begun - timedelta(hours=3)) if not one["muted"]]
    own = {
        one["id"] for one in standing if one["subject"] == crises[0]["id"]
    }  # other tests of this stack have alerts too
    assert own
    assert {key.partition("/")[0] for key in Receiver.keys} >= own
    assert set(Receiver.keys.values()) == {1}

    before = {one["id"]: one for one in store.known(client, begun, planted.crisis[1])}
    ends = log.ends([TOPIC])
    detect(log, client, folder, policy, rules, (), now=datetime.now(UTC), start=begun, end=planted.crisis[1])
    after = {one["id"]: one for one in store.known(client, begun, planted.crisis[1])}
    assert after == before, "the same period again gives the same records"
    late = [
        raw
        for partition, end in log.ends([TOPIC]).items()
        for raw in log.read(OffsetRange(TOPIC, 0, ends[partition], end))
    ]
    assert all(b'"muted":true' in (raw.value or b"") for raw in late)
    log.close()
