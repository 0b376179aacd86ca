"""Alerts are delivered once in effect while the worker that delivers them is killed again and again."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from upath import UPath

from dengar.alerts.channels import KEY_HEADER
from dengar.alerts.outbox import Outbox
from dengar.alerts.plan import Delivery
from dengar.alerts.record import alert
from dengar.paths import PROJECT

WORKER = """
import sys
from datetime import UTC, datetime, timedelta
from upath import UPath
import dengar.alerts.outbox as outbox
from dengar.alerts.channels import Sender
from tests.drills.test_alerts_once import deliveries
outbox.LEASE = timedelta(0)  # nobody else works on these: what was begun is taken over at once
box, send = outbox.Outbox(UPath(sys.argv[1])), Sender({"piket": sys.argv[2]})
print("ready", flush=True)
for one in deliveries(int(sys.argv[3])):
    box.deliver(one, send, datetime.now(UTC))
"""


def deliveries(count: int) -> list[Delivery]:
    """So many first deliveries, the same each time."""
    at = datetime(2026, 11, 24, 9, tzinfo=UTC)
    made = [
        alert(
            rule="crisis", kind="crisis", level="urgent", severity=8, subject=f"crisis:all:{number:016x}", occurrence="",
            title={"id": f"Krisis {number}", "en": f"Crisis {number}"}, period=(at, at + timedelta(hours=1)), created_at=at,
        )
        for number in range(count)
    ]  # fmt: skip
    return [Delivery(one, "piket", "first") for one in made]


class Receiver(BaseHTTPRequestHandler):
    """A webhook that drops what it has under the same key."""

    arrived: ClassVar[Counter[str]] = Counter()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.arrived[self.headers.get(KEY_HEADER, "")] += 1
        time.sleep(0.01)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.mark.long
@pytest.mark.timeout(600)
def test_each_alert_once_in_effect_across_kills(tmp_path, tell) -> None:
    Receiver.arrived.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    dice, count, kills = random.Random(9), 60, 0
    command = [
        sys.executable,
        "-c",
        WORKER,
        str(tmp_path / "outbox"),
        f"json://127.0.0.1:{server.server_address[1]}/",
        str(count),
    ]
    while True:
        worker = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
        assert worker.stdout is not None
        worker.stdout.readline()
        time.sleep(dice.uniform(0.0, 0.8))
        if worker.poll() is None and kills < 25:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            kills += 1
            continue
        assert worker.wait(timeout=120) == 0
        break
    server.shutdown()
    wanted = {one.key for one in deliveries(count)}
    again = sum(number - 1 for number in Receiver.arrived.values())
    tell(
        f"{kills} kills: {len(Receiver.arrived)} of {count} alerts arrived, {again} repeats under a key that the receiver had"
    )
    assert set(Receiver.arrived) == wanted, "none is lost, none is made up"
    assert again <= kills, "only a death between the two writes of a slip makes a repeat"
    assert {slip.state for slip in Outbox(UPath(tmp_path / "outbox")).slips()} == {"sent"}
