"""Gather what every part of dengar knows of one record. Each look is bounded, and what was not looked through is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from upath import UPath

from dengar.events import EventError, read_event
from dengar.journey.permalink import Asked
from dengar.journey.state import ListenerFacts, facts
from dengar.labels import Label
from dengar.log import Log, OffsetRange, Partition, Record
from dengar.log.kafka import partition_number
from dengar.quarantine.desk import Desk
from dengar.quarantine.entry import Entry
from dengar.stages.lookup import Line, lines_at, lines_of
from dengar.topics import ENRICH_GROUP, RAW_TOPICS, mention_topic, topics

LOOK_BACK = 50_000
"""Records at the end of a partition that are read; more only where that is asked for."""


@dataclass(frozen=True)
class Sources:
    """Where to look. `documents`: ids → newest document, mention or deletion. `by_address`: shortcode → id of the post, None.

    `labels`: ids → the hand labels that stand.
    """

    log: Log
    stage: UPath | None
    documents: Callable[[Sequence[str]], Mapping[str, dict[str, Any]]]
    by_address: Callable[[str], str | None]
    labels: Callable[[Sequence[str]], Mapping[str, Label]]


@dataclass
class Topic:
    """What topic `mentions` says of the id: the newest version, and the record that lies last. `whole`: all of its partition was read."""

    newest: dict[str, Any] | None = None
    last: dict[str, Any] | None = None
    records: int = 0
    whole: bool = True


@dataclass
class Journey:
    """Everything that was found. `id` None: nothing of that address is known. `first_at`: when the journal begins."""

    asked: Asked
    id: str | None = None
    post: dict[str, Any] | None = None
    lines: list[Line] = field(default_factory=list)
    waiting: list[Record] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    document: dict[str, Any] | None = None
    topic: Topic = field(default_factory=Topic)
    label: Label | None = None
    alerts: list[dict[str, Any]] = field(default_factory=list)
    runs: dict[str, tuple[str, str]] = field(default_factory=dict)
    listeners: ListenerFacts = field(default_factory=ListenerFacts)
    first_at: datetime | None = None

    @property
    def found(self) -> bool:
        """Whether anything of it ever reached dengar."""
        return bool(self.lines or self.waiting or self.entries or self.document or self.topic.last)


def gather(asked: Asked, sources: Sources, *, whole_topic: bool = False) -> Journey:
    """The journey of what was asked for. Raises LogError, IndexUnavailable."""
    journey = Journey(asked)
    journal = sources.stage / "journal" if sources.stage is not None else None
    ids = list(asked.ids)
    if asked.shortcode is not None and not ids and (post := sources.by_address(asked.shortcode)):
        ids = [post]
    journey.entries = _entries(Desk(sources.log, journal), asked, ids)
    if asked.position is not None and journal is not None:
        journey.lines = lines_at(journal, [asked.position]).get(asked.position, [])
        ids = list(dict.fromkeys(line.record_id or line.subject or "" for line in journey.lines if line.subject))
    if not ids:
        ids = [entry.subject for entry in journey.entries if entry.subject]
    journey.id = ids[0] if ids else None
    if journal is not None and ids and asked.position is None:
        journey.lines = lines_of(journal, ids)
    journey.waiting = _waiting(sources.log, ids, asked.position)
    journey.document = dict(sources.documents(ids)).get(journey.id or "")
    post_id = _post_of(journey)
    if post_id and post_id != journey.id:
        journey.post = dict(sources.documents([post_id])).get(post_id)
    if journey.id is not None:
        journey.topic = _published(sources.log, journey.id, post_id, whole_topic)
        journey.label = dict(sources.labels([journey.id])).get(journey.id)
        journey.alerts = _alerts(sources.log, journey.id)
    if sources.stage is not None:
        journey.runs = _runs(sources.stage, [line.run for line in journey.lines])
    if not journey.found:
        journey.listeners = facts(sources.log, {*ids, *((post_id,) if post_id else ())}, asked.platform)
        journey.first_at = _first(journal) if journal is not None else None
    return journey


def _entries(desk: Desk, asked: Asked, ids: Sequence[str]) -> list[Entry]:
    """Quarantined records of the position, of the ids, or (an address of nothing known) whose bytes carry the shortcode."""
    if asked.position is not None:
        return desk.entries(lambda entry: entry.id == asked.position)
    if ids or asked.shortcode is None:
        return desk.entries(lambda entry: entry.subject in ids)
    code = f"/{asked.shortcode}/".encode()
    unread = desk.entries(lambda entry: entry.topic == "raw.instagram")
    return [entry for entry in unread if code in (desk.held(entry).value or b"")]


def _waiting(log: Log, ids: Sequence[str], position: str | None) -> list[Record]:
    """Raw records that enrich_mentions has not taken up yet."""
    committed, beginnings = log.committed(ENRICH_GROUP, RAW_TOPICS), log.beginnings(RAW_TOPICS)
    found = []
    for partition, end in log.ends(RAW_TOPICS).items():
        start = max(committed.get(partition, 0), beginnings[partition], end - LOOK_BACK)
        for record in log.read(OffsetRange(*partition, start, end)):
            subject = next(
                (value.decode(errors="replace") for name, value in record.headers if name == "ce_subject"), ""
            )
            if subject in ids or record.position == position:
                found.append(record)
    return found


def _post_of(journey: Journey) -> str | None:
    """The post it belongs to: what decides its partition."""
    if journey.document is not None:
        return str(journey.document["post_id"])
    if journey.asked.post_id is not None:
        return journey.asked.post_id
    for record in journey.waiting:
        told = dict(record.headers).get("ce_postid")
        if told:
            return told.decode(errors="replace")
    return None


def _published(log: Log, identity: str, post_id: str | None, whole: bool) -> Topic:
    """What the topic of mentions or messages says of the id, from the partition of its post, or (where that is not known) from all."""
    topic = mention_topic(identity)
    numbers = range(topics()[topic].partitions)
    if post_id is not None:
        numbers = range(partition_number(post_id, len(numbers)), partition_number(post_id, len(numbers)) + 1)
    beginnings, ends = log.beginnings([topic]), log.ends([topic])
    found = Topic()
    for number in numbers:
        partition = Partition(topic, number)
        start = beginnings[partition] if whole else max(beginnings[partition], ends[partition] - LOOK_BACK)
        found.whole = found.whole and start == beginnings[partition]
        for record in log.read(OffsetRange(*partition, start, ends[partition])):
            found.records += 1
            if record.key is not None and record.key.decode(errors="replace") == identity and record.value is not None:
                _take(found, record)
    return found


def _take(found: Topic, record: Record) -> None:
    try:
        body = orjson.loads(read_event(record.headers, record.value).data)
    except (EventError, orjson.JSONDecodeError):
        return
    found.last = body
    if found.newest is None or body["version"] >= found.newest["version"]:
        found.newest = body


def _alerts(log: Log, identity: str) -> list[dict[str, Any]]:
    """Alerts that name the id, whatever their form: topic `alerts` has one partition and few records."""
    beginnings, found = log.beginnings(["alerts"]), []
    for partition, end in log.ends(["alerts"]).items():
        for record in log.read(OffsetRange(*partition, beginnings[partition], end)):
            try:
                body = orjson.loads(record.value or b"null")
            except orjson.JSONDecodeError:
                continue
            if isinstance(body, dict) and _names(body, identity):
                found.append(body)
    return found


def _names(value: Any, identity: str) -> bool:
    if isinstance(value, dict):
        return any(_names(child, identity) for child in value.values())
    return any(_names(child, identity) for child in value) if isinstance(value, list) else value == identity


def _runs(stage: UPath, names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """run → (its DAG, its note), of the runs whose note is kept."""
    found = {}
    for name in dict.fromkeys(names):
        safe = re.sub(r"\W", "-", name)
        for path in (stage / "results").glob(f"*/{safe}/note.json"):
            note = orjson.loads(path.read_bytes())
            found[name] = (str(note["dag_id"]), str(note["note"]))
    return found


def _first(journal: UPath) -> datetime | None:
    """When the first record that the journal knows reached its raw topic, by the first file of each partition."""
    import pyarrow.parquet as pq

    moments = []
    for topic in RAW_TOPICS:
        for number in range(topics()[topic].partitions):
            folder = journal / topic / str(number)
            paths = sorted(folder.glob("*.parquet"), key=lambda path: path.name) if folder.exists() else []
            if paths:
                with paths[0].open("rb") as file:
                    moments += pq.read_table(file, columns=["timestamp"])["timestamp"].to_pylist()[:1]
    return datetime.fromtimestamp(min(moments) / 1000, UTC) if moments else None
