"""The response desk at size: 100,000 conversations tracked in batches into Elasticsearch; what a batch costs, first and last, and memory.

Each batch brings new threads, answers to some of them, and records of threads of any age before: the worst case for a desk that would look
back. Kafka is left out (its share does not depend on history): records come from a log in memory that is dropped after the batch.

Example: python -m bench.responses --conversations 100000
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import orjson
import psutil
from elasticsearch import Elasticsearch

from bench.results import table, write_section
from dengar.events import Event
from dengar.index import client
from dengar.local.instance import Instance
from dengar.local.stack import Stack
from dengar.local.verbs import preparation
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.policy import load_policy
from dengar.records import pack_version, timestamp
from dengar.responses import TRACK_GROUP, store
from dengar.responses.breaches import breaches
from dengar.responses.classes import classes
from dengar.responses.figures import figures
from dengar.responses.measured import conversations, period
from dengar.responses.queue import Asked, causes, listed
from dengar.responses.record import Desk
from dengar.responses.routing import routing
from dengar.responses.worktime import working_time
from dengar.settings import Settings
from dengar.stages.responses import Memory, track
from dengar.topics import MENTION_TOPICS

START = datetime(2026, 9, 1, tzinfo=UTC)
CATEGORIES = ("bansos_not_received", "pkh", "dtsen_data", "disaster_aid", "fraud_levy", "other")
NEW, ANSWERS, OLD = 1_000, 600, 400
"""Records of a batch: threads that begin, answers to them, records of threads of any age."""


class People:
    """Mentions of made-up threads; the same seed says the same."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self.threads = 0
        self.now = START

    def batch(self) -> list[dict[str, Any]]:
        """One batch; the clock moves on by twenty minutes."""
        first = self.threads
        self.threads += NEW
        made = [self._mention(number, 0, "public") for number in range(first, self.threads)]
        made += [self._mention(self._random.randrange(first, self.threads), 1, "official") for _ in range(ANSWERS)]
        made += [
            self._mention(self._random.randrange(self.threads), 2 + n, self._random.choice(("public", "official")))
            for n in range(OLD)
        ]
        self.now += timedelta(minutes=20)
        return made

    def _mention(self, thread: int, turn: int, role: str) -> dict[str, Any]:
        at = self.now + timedelta(seconds=self._random.randrange(1_200))
        top = f"ig:comment:{thread}"
        asks = role == "public"
        return {
            "id": top if not turn else f"{top}{turn:03d}{self._random.randrange(10**6)}",
            "platform": "instagram",
            "kind": "reply" if turn else "comment",
            "post_id": f"ig:media:{thread % 500}",
            "conversation_id": top,
            "author": {"role": role, "key": f"ig~{thread % 40_000 if asks else 'office'}"},
            "text": "Mohon maaf Kak, kami cek dahulu." if role == "official" else "belum cair",
            "published_at": timestamp(at),
            "version": pack_version(at),
            "deleted": False,
            "actionable": asks or None,
            "intent": {"label": "complaint"} if asks else None,
            "category": {"label": self._random.choice(CATEGORIES)} if asks else None,
            "urgency": {"label": "none"} if asks else None,
            "sentiment": {"label": "negative"} if asks else None,
            "complaint": {"complete": True} if asks else None,
            "entities": [{"type": "place", "code": f"32.{self._random.randrange(1, 28):02d}"}] if asks else [],
            "signature": f"{self._random.getrandbits(64):016x}" if asks else None,
            "engagement": {"likes": self._random.randrange(9), "replies": None},
        }


def tracked(elasticsearch: Elasticsearch, people: People, desk: Desk) -> dict[str, float]:
    """Track one batch; its seconds and counts."""
    log = MemoryLog()
    for record in people.batch():
        event = Event(
            id=f"{record['id']}@{record['version']}",
            source="/bench",
            type="dengar.mention",
            time=people.now,
            data=orjson.dumps(record),
        )
        log.append(MENTION_TOPICS[0], record["id"], event.data, event.headers(), partition_by=record["post_id"])
    log.flush()
    spans = [OffsetRange(topic, number, 0, end) for (topic, number), end in log.ends(MENTION_TOPICS[:1]).items()]
    memory = Memory(
        held=lambda ids: store.held(elasticsearch, ids),
        owners=lambda ids: store.owners(elasticsearch, ids),
        buried=lambda ids: store.buried(elasticsearch, ids),
        write=lambda entries: store.write(elasticsearch, entries),
        due=lambda now: store.falling_due(elasticsearch, now),
    )
    begun, processor = time.perf_counter(), time.process_time()
    counts = track(log, spans, memory, desk, people.now, group=TRACK_GROUP)
    return {
        "seconds": time.perf_counter() - begun,
        "cpu": time.process_time() - processor,
        "records": counts["in"],
        "fell_due": counts.get("fell_due", 0),
    }


def batches(rows: list[dict[str, float]]) -> list[list[Any]]:
    """A line a tenth of the batches: median seconds, CPU, records a second."""
    told = []
    for part in np.array_split(np.arange(len(rows)), min(5, len(rows))):
        chosen = [rows[at] for at in part]
        seconds = float(np.median([row["seconds"] for row in chosen]))
        told.append(
            [
                f"{part[0] + 1}–{part[-1] + 1}",
                f"{(part[-1] + 1) * NEW:,}",
                f"{seconds:.2f}",
                f"{np.median([row['cpu'] for row in chosen]):.2f}",
                f"{np.median([row['records'] for row in chosen]) / seconds:,.0f}",
                f"{np.median([row['fell_due'] for row in chosen]):.0f}",
                f"{np.median([row['rss'] for row in chosen]):.0f}",
            ]
        )
    return told


def asked(elasticsearch: Elasticsearch, desk: Desk, now: datetime) -> list[list[Any]]:
    """What a responder waits for: milliseconds of five calls, the median."""

    def timed(call: Any) -> str:
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            call()
            times.append(time.perf_counter() - begun)
        return f"{1_000 * float(np.median(times)):.0f}"

    page = timed(lambda: listed(elasticsearch, Asked(), 50))
    soon = timed(lambda: breaches(elasticsearch, now, now + timedelta(hours=8)))
    cause = timed(lambda: causes(elasticsearch, desk.policy))
    begun = time.perf_counter()
    stream = conversations(elasticsearch, period(None, None))
    rows = figures(stream, now, desk.working, desk.policy, by="category")
    whole = f"{1_000 * (time.perf_counter() - begun):.0f}"
    print(f"{len(rows)} rows of measures", flush=True)
    return [
        ["queue, first 50", page],
        ["predicted breaches", soon],
        ["root causes", cause],
        ["all measures by category", whole],
    ]


def main() -> None:
    """Track, ask, write the section."""
    parser = argparse.ArgumentParser(prog="python -m bench.responses", description=__doc__)
    parser.add_argument("--conversations", type=int, default=100_000, help="how many")
    arguments = parser.parse_args()
    process, people = psutil.Process(), People(7)
    desk = Desk(classes(), working_time(), routing(), load_policy("sandbox"))
    with tempfile.TemporaryDirectory(prefix="dengar-bench-") as folder:
        stack = Stack(Instance(Path(folder) / "state"))
        try:
            stack.up(("elasticsearch",), **preparation(stack))
            elasticsearch = client(Settings.from_environment(stack.environment()))
            rows = []
            while people.threads < arguments.conversations:
                row = tracked(elasticsearch, people, desk)
                rows.append(row | {"rss": process.memory_info().rss / 2**20})
                print(f"{people.threads:,} conversations: {row['seconds']:.2f} s", flush=True)
            questions = asked(elasticsearch, desk, people.now)
            rss = process.memory_info().rss / 2**20
        finally:
            stack.down(purge=True)
    lines = [
        f"{arguments.conversations:,} conversations in {len(rows)} batches of {NEW + ANSWERS + OLD:,} records: {NEW:,} begin a thread, "
        f"{ANSWERS} answer one, {OLD} belong to threads of any age. Medians of each fifth; the sweep of what fell due is in the time. "
        f"At the end, all measures computed, the process holds {rss:.0f} MiB.",
        "",
        *table(["batches", "conversations held", "s", "CPU s", "records/s", "fell due", "RSS MiB"], batches(rows)),
        "",
        *table(["question", "ms"], questions),
    ]
    write_section(
        "Response desk: cost of a batch as history grows",
        f"python -m bench.responses --conversations {arguments.conversations}",
        lines,
    )


if __name__ == "__main__":
    main()
