"""Webhook load: signed deliveries at a steady rate into a real receiver and a real Kafka, and forged ones that must leave nothing.

Open loop: a delivery is sent when it is due, whether or not earlier ones were answered, so waiting shows in the figures.
Example: python -m bench.webhooks --rate 1000 --seconds 30
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx

from bench.results import table, write_section
from dengar.events import read_event
from dengar.local import ports
from dengar.local.instance import Instance
from dengar.local.stack import Stack
from dengar.local.verbs import preparation
from dengar.log import OffsetRange
from dengar.log.kafka import KafkaLog
from dengar.settings import Settings

CONNECTIONS = 64
PATH = "/instagram/webhook"


def delivery(number: int) -> bytes:
    """A comment webhook without anything to hydrate: a story's counters."""
    value = {"media_id": f"{number:012d}", "reach": 7, "replies": 1}
    change = {"field": "story_insights", "value": value}
    return json.dumps({"object": "instagram", "entry": [{"id": "1", "time": 1, "changes": [change]}]}).encode()


def signature(body: bytes, secret: str, algorithm: str = "sha256") -> str:
    """Header line of a signature."""
    name = "X-Hub-Signature-256" if algorithm == "sha256" else "X-Hub-Signature"
    digest = hmac.new(secret.encode(), body, getattr(hashlib, algorithm)).hexdigest()
    return f"{name}: {algorithm}={digest}\r\n"


def request(body: bytes, signed: str) -> bytes:
    """An HTTP/1.1 request on a kept connection."""
    head = f"POST {PATH} HTTP/1.1\r\nHost: receiver\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{signed}\r\n"
    return head.encode() + body


class Sender:
    """A pool of kept connections; each carries one request at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()

    async def open(self, count: int) -> None:
        """Connect."""
        for _ in range(count):
            self._free.put_nowait(await asyncio.open_connection(ports.HOST, self._port))

    async def send(self, payload: bytes) -> int:
        """The status of the answer."""
        reader, writer = await self._free.get()
        writer.write(payload)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")), 0
        )
        await reader.readexactly(length)
        self._free.put_nowait((reader, writer))
        return int(head.split(b" ", 2)[1])


async def load(port: int, secret: str, rate: float, seconds: float) -> tuple[list[float], set[int], float]:
    """(seconds from due to answered of each delivery, numbers that were answered 200, seconds in all)."""
    sender = Sender(port)
    await sender.open(CONNECTIONS)
    total = int(rate * seconds)
    payloads = [request(body, signature(body, secret)) for body in map(delivery, range(total))]
    waits: list[float] = []
    kept: set[int] = set()

    async def one(number: int, due: float) -> None:
        status = await sender.send(payloads[number])
        waits.append(time.perf_counter() - due)
        if status == 200:
            kept.add(number)

    began = time.perf_counter()
    tasks = []
    for number in range(total):
        due = began + number / rate
        if (pause := due - time.perf_counter()) > 0:
            await asyncio.sleep(pause)
        tasks.append(asyncio.create_task(one(number, due)))
    await asyncio.gather(*tasks)
    return waits, kept, time.perf_counter() - began


async def forge(port: int, secret: str, count: int) -> dict[str, list[int]]:
    """Statuses of deliveries that are not signed by us."""
    sender = Sender(port)
    await sender.open(1)
    ways: dict[str, list[int]] = {}
    for number in range(count):
        body = delivery(900_000_000 + number)
        for way, payload in {
            "forged": request(body, signature(body, "another secret")),
            "stripped": request(body, ""),
            "sha1 only": request(body, signature(body, secret, "sha1")),
            "altered": request(body.replace(b'"reach": 7', b'"reach": 8'), signature(body, secret)),
        }.items():
            ways.setdefault(way, []).append(await sender.send(payload))
    return ways


def stored(log: KafkaLog) -> set[str]:
    """Subjects in raw.instagram."""
    found = set()
    for partition, end in log.ends(["raw.instagram"]).items():
        for record in log.read(OffsetRange(partition.topic, partition.number, 0, end)):
            found.add(read_event(record.headers, record.value).subject or "")
    return found


def measure(settings: Settings, environment: dict[str, str], rate: float, seconds: float) -> dict[str, Any]:
    """Start a receiver, load it, and compare what it acknowledged with what the topic holds."""
    secret, port = secrets.token_hex(16), ports.choose()
    given = environment | {
        "DENGAR_INSTAGRAM_APP_SECRET": secret,
        "DENGAR_INSTAGRAM_VERIFY_TOKEN": secrets.token_hex(8),
        "DENGAR_RECEIVER_PORT": str(port),
    }
    process = subprocess.Popen([sys.executable, "-m", "dengar", "listen", "receiver"], env={**os.environ, **given})
    try:
        _await(f"http://{ports.HOST}:{port}/healthz", process)
        forged = asyncio.run(forge(port, secret, 50))
        waits, kept, took = asyncio.run(load(port, secret, rate, seconds))
    finally:
        process.terminate()
        process.wait(60)
    log = KafkaLog(settings)
    try:
        held = stored(log)
    finally:
        log.close()
    cuts = quantiles(waits, n=1000)
    return {
        "sent": len(waits),
        "rate": round(len(waits) / took),
        "acknowledged": len(kept),
        "lost": len({f"ig:media:{number:012d}" for number in kept} - held),
        "p50_ms": round(cuts[499] * 1000, 1),
        "p99_ms": round(cuts[989] * 1000, 1),
        "worst_ms": round(max(waits) * 1000, 1),
        "forged_kept": sum(f"ig:media:{900_000_000 + number:012d}" in held for number in range(50)),
        "forged": {way: sorted(set(statuses)) for way, statuses in forged.items()},
    }


def _await(url: str, process: subprocess.Popen[bytes], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url, timeout=2).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise RuntimeError("the receiver did not answer; its output is above")


def main() -> None:
    """Bring up Kafka alone in a temporary folder, measure, write the section, take it down."""
    parser = argparse.ArgumentParser(prog="python -m bench.webhooks", description=__doc__)
    parser.add_argument("--rate", type=float, default=1_000, help="deliveries a second")
    parser.add_argument("--seconds", type=float, default=30, help="how long")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dengar-bench-") as folder:
        stack = Stack(Instance(Path(folder) / "state"))
        try:
            hooks = preparation(stack)
            stack.up(("kafka",), **hooks)
            environment = stack.environment()
            row = measure(Settings.from_environment(environment), environment, arguments.rate, arguments.seconds)
        finally:
            stack.down(purge=True)
    print(row)
    names = ("sent", "rate", "acknowledged", "lost", "p50_ms", "p99_ms", "worst_ms")
    statuses = ", ".join(f"{way} {'/'.join(map(str, seen))}" for way, seen in row["forged"].items())
    lines = table(
        ["sent", "reached/s", "acknowledged", "lost", "p50 ms", "p99 ms", "worst ms"], [[row[n] for n in names]]
    )
    lines += ["", f"Deliveries without a good signature, 50 of each ({statuses}): {row['forged_kept']} records."]
    write_section(
        "Webhooks: delivery → acknowledged, with everything in Kafka",
        f"python -m bench.webhooks --rate {arguments.rate:.0f} --seconds {arguments.seconds:.0f}",
        lines,
    )


if __name__ == "__main__":
    main()
