"""Forty days in fast time: polls of both platforms' sandbox, every stage, a real index, the nightly refresh and sweep, and brokers that
forget as late as they may. After every night nothing anywhere is older than its clock, and no quota was exceeded.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from elasticsearch import Elasticsearch
from upath import UPath

from dengar.events import read_event
from dengar.index import known_versions, newest_versions, refresh, write_records
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.paths import PROJECT
from dengar.policy.clocks import load_clocks
from dengar.records import milliseconds, timestamp
from dengar.registers import load_registers
from dengar.retention.age import ages
from dengar.retention.age import tell as tell_ages
from dengar.retention.due import ask_again, due
from dengar.retention.files import sweep_files
from dengar.retention.sweep import sweep
from dengar.settings import Settings
from dengar.topics import ENRICHED_TOPICS, MARGIN_MS, RAW_TOPICS, SEGMENT_MS, topics
from listeners.context import Context
from listeners.instagram import webhook
from listeners.metrics import StateReader, exposition
from listeners.publish import Publisher
from listeners.registry import sources
from listeners.run import poll_once
from listeners.station import Station
from listeners.youtube import split as tube
from tests.sandbox_process import Sandbox, running_sandbox
from tests.stages_run import Stages

pytestmark = [pytest.mark.stack, pytest.mark.long, pytest.mark.timeout(3_000)]

DAYS = 40
STEPS_A_DAY = 2
CLOCKS = load_clocks()
KEEP = CLOCKS["youtube"].keep
OWN = "17841400000000001"


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """Forty days that end yesterday, a small day's kinds of items thinly spread over them."""
    day = yaml.safe_load((PROJECT / "sandbox" / "scenarios" / "small_day.yaml").read_text())
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    day |= {"name": "forty_days", "start": midnight - timedelta(days=DAYS + 1), "days": DAYS, "bursts": []}
    for group in (day["youtube"]["channels"], day["instagram"]["accounts"]):
        for row in group.values():
            row["comments"] *= 3
    file = tmp_path / "forty_days.yaml"
    file.write_text(yaml.safe_dump(day))
    return file


class Days:
    """The pipeline, and its time: the sandbox's."""

    def __init__(self, sandbox: Sandbox, index: Elasticsearch, folder: UPath) -> None:
        self.sandbox, self.index, self.folder = sandbox, index, folder
        self.now = datetime.fromisoformat(sandbox.get("state")["now"])
        self.log = MemoryLog(now=self.seconds)
        settings = Settings(
            youtube_endpoint=sandbox.url,
            youtube_api_key="a-key",
            instagram_endpoint=sandbox.url,
            instagram_token="a-token",
            instagram_app_id="1",
            instagram_app_secret="a-secret",
        )
        self.stations = [Station(name, settings, load_registers(), self.log) for name in ("youtube", "instagram")]
        for station in self.stations:
            station.publisher = Publisher(self.log, station.known, now=lambda: self.now)
        self.polled = [(station, sources(station)) for station in self.stations]
        self.stages = Stages(
            self.log,
            folder,
            known=lambda ids: known_versions(index, ids),
            versions=lambda ids: newest_versions(index, ids),
            write=lambda items: write_records(index, items),
            refresh=lambda: refresh(index),
        )
        self.removed: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.files: set[str] = set()

    def seconds(self) -> float:
        """The brokers' clock."""
        return self.now.timestamp()

    def step(self, to: datetime) -> None:
        """Move on, poll what is due, and work the backlog off."""
        self.now = to
        self.sandbox.post("clock", to=to.isoformat())
        for station, of_platform in self.polled:
            report = poll_once(station, of_platform, pace="due")
            assert report.errors == {}
        self.work()

    def work(self) -> None:
        self.stages.enrich()
        self.stages.index()
        for path in Path(str(self.folder)).rglob("*.parquet"):
            if str(path) not in self.files:
                self.files.add(str(path))
                os.utime(path, (self.now.timestamp(), self.now.timestamp()))

    def night(self) -> None:
        """What refresh_platform_data does, then an hour of listening and of work, then what a broker does at the latest."""
        for platform, clock in CLOCKS.items():
            self.asked[platform] += ask_again(self.log, due(self.index, platform, clock, self.now))
        self.removed.update(sweep(self.index, self.log, CLOCKS, self.now))
        self.removed.update(sweep_files(self.folder, self.now))
        tell_ages(self.log, ages(self.index, CLOCKS, self.now))
        self.step(self.now + timedelta(hours=1))
        ms = milliseconds(self.now)
        for topic in topics().values():
            if "compact" in topic.cleanup:
                self.log.compact(topic.name, before=ms - 2 * SEGMENT_MS)
            if topic.retention_days is not None:
                oldest = ms - int(topic.config()["retention.ms"]) - SEGMENT_MS - MARGIN_MS
                for partition, first in self.log.at([topic.name], oldest).items():
                    self.log.expire(partition, first)

    def said_once(self) -> list[str]:
        """Somebody with a channel writes a direct message, and in a live chat: none can be asked for again. Record ids of the two."""
        stamp = milliseconds(self.now)
        row = {
            "sender": {"id": "6100000000001"},
            "recipient": {"id": OWN},
            "timestamp": stamp,
            "message": {"mid": f"m-{stamp}", "text": "Min, bantuan saya belum cair, tolong dibantu"},
        }
        message = webhook.split({"object": "instagram", "entry": [{"id": OWN, "time": 0, "messaging": [row]}]})
        snippet = {
            "type": "textMessageEvent",
            "publishedAt": timestamp(self.now),
            "authorChannelId": "UCwarga",
            "textMessageDetails": {"messageText": "Hadir, kapan bansos cair?"},
        }
        context = Context("youtube/liveChatMessages.list", "youtube.chat").within(post_id="yt:video:siaran")
        body = {"kind": "youtube#liveChatMessage", "id": f"c-{stamp}", "snippet": snippet}
        chat = context.item("youtube", "chat_message", f"yt:chat:c-{stamp}", None, body)
        stranger = {"kind": "youtube#channel", "id": f"UC{stamp}", "snippet": {"title": "Warga"}}
        channel = tube.resource(stranger, Context("youtube/channels.list", "youtube.channels"))
        self.stations[1].publisher.publish([*message, chat, *channel])
        return [message[0].subject, chat.subject]


def oldest_documents(index: Elasticsearch, now: datetime) -> dict[str, float]:
    """Kind → age in days of the oldest living document; documents past their own `expires_at` are counted under `late`."""
    index.indices.refresh()
    living: list[dict[str, Any]] = [{"term": {"deleted": True}}]
    found = {}
    for name, query in (
        ("mentions", {"bool": {"must_not": living}}),
        ("messages", {"bool": {"must_not": living}}),
        ("accounts", {"match_all": {}}),
    ):
        told = index.search(
            index=name, query=query, size=0, aggregations={"oldest": {"min": {"field": "observed_at"}}},
            ignore_unavailable=True, allow_no_indices=True,
        )  # fmt: skip
        value = (told.get("aggregations") or {"oldest": {"value": None}})["oldest"]["value"]
        found[name] = 0.0 if value is None else (milliseconds(now) - value) / 86_400_000
    late = {"bool": {"filter": [{"range": {"expires_at": {"lt": timestamp(now)}}}], "must_not": living}}
    where = "mentions,messages,accounts,metrics,tombstones"
    found["late"] = index.count(index=where, query=late, ignore_unavailable=True, allow_no_indices=True)["count"]
    return found


def oldest_records(log: MemoryLog, now: datetime) -> dict[str, float]:
    """Topic → age in days, by its observation, of the oldest record that carries what a platform showed; tombstones carry nothing."""
    found: dict[str, float] = {}
    for name in (*RAW_TOPICS, "quarantine", *ENRICHED_TOPICS):
        beginnings = log.beginnings([name])
        for partition, end in log.ends([name]).items():
            for record in log.read(OffsetRange(*partition, beginnings[partition], end)):
                if record.value is None:
                    continue
                event = read_event(record.headers, record.value)
                if event.type != "dengar.deletion":
                    found[name] = max(found.get(name, 0.0), (now - event.time).total_seconds() / 86_400)
    return found


def test_forty_days_leave_nothing_older_than_its_clock(
    tmp_path: Path, scenario: Path, elasticsearch: Elasticsearch, tell: Callable[[str], None]
) -> None:
    began, keep = time.monotonic(), KEEP.total_seconds() / 86_400
    folder = UPath(tmp_path / "stage")
    with running_sandbox(tmp_path, seed=5, scenario=scenario) as sandbox:
        days = Days(sandbox, elasticsearch, folder)
        start, highest = days.now, Counter[str]()
        spent: dict[str, int] = {}
        once: list[str] = []
        for day in range(DAYS):
            if day in (0, 3):
                once += days.said_once()
            for step in range(1, STEPS_A_DAY + 1):
                days.step(start + timedelta(days=day, hours=step * 24 / STEPS_A_DAY - 2))
            days.night()
            found = {**oldest_documents(elasticsearch, days.now), **oldest_records(days.log, days.now)}
            assert found.pop("late") == 0, f"day {day}: documents are older than their clock"
            assert max(found.values()) <= keep, f"day {day}: {found}"
            for name, age in found.items():
                highest[name] = max(highest[name], age)
            for path in Path(str(folder)).rglob("*.parquet"):
                assert days.now.timestamp() - path.stat().st_mtime <= KEEP.total_seconds()
            told = ages(elasticsearch, CLOCKS, days.now)
            assert [age.sentence for age in told if age.level != "ok"] == []
            quota = sandbox.get("state")["youtube_quota"]
            assert sum(quota["refused"].values()) == 0
            for bucket, units in quota["spent"].items():
                spent[bucket] = max(spent.get(bucket, 0), units)
        limits = sandbox.get("state")["youtube_quota"]["limits"]
        truth = sandbox.get("truth")["items"]
        reader = StateReader(days.log, now=lambda: days.now)
        scraped = exposition(reader, {}).decode()
    # What the platforms still show and a look-up can verify is still here, the first days' items too, and it was looked at again.
    cutoff = timestamp(start + timedelta(days=8))
    early = {
        identity
        for identity, row in truth.items()
        if identity.startswith(("yt:video:", "yt:comment:"))
        and row["published_at"] < cutoff
        and not row["deleted"]
        and "poll" in row["via"]
    }
    held = known_versions(elasticsearch, sorted(truth))
    kept = {identity for identity in early if identity in held and not held[identity].deleted}
    assert len(early) > 20
    assert early - kept == set(), "what is still on the platform was removed"
    assert min(held[identity].version >> 21 for identity in kept) > milliseconds(days.now - KEEP)
    assert days.asked["youtube"] > 0
    assert days.asked["instagram"] > 0
    assert days.removed["expired"] > 0
    assert days.removed["journal"] > 0
    assert days.removed["metrics"] > 0
    assert days.removed["accounts"] == 2
    reasons = Counter(
        orjson.loads(record.value)["reason"]
        for partition, end in days.log.ends(["mentions"]).items()
        for record in days.log.read(OffsetRange(*partition, 0, end))
        if record.value is not None and read_event(record.headers, record.value).type == "dengar.deletion"
    )
    assert reasons["retention"] > 0
    ended = known_versions(elasticsearch, once)
    assert set(ended) == set(once)
    assert all(row.deleted for row in ended.values()), "what cannot be verified must end"
    assert 'dengar_retention_oldest_seconds{platform="youtube"}' in scraped
    known = [station.known for station in days.stations]
    assert all(
        row.day is None or row.day >= (days.now - timedelta(days=33)).toordinal()
        for k in known
        for row in k._items.values()
    )
    assert all(units <= limits[bucket] for bucket, units in spent.items())
    tell(
        f"{DAYS} days in {time.monotonic() - began:.0f} s: {sum(days.stages.outcomes.values())} raw records {dict(days.stages.outcomes)}; "
        f"oldest seen in days: { {name: round(age, 2) for name, age in sorted(highest.items())} } of {keep:.0f}; asked again "
        f"{dict(days.asked)}; removed {dict(days.removed)}; deletions by reason {dict(reasons)}; {len(kept)} of the first week's items "
        f"still on YouTube are held; most units a day {spent} of {limits}"
    )
