"""A planted person on real servers: after `dengar erase` no store names them; after the clocks (here: seconds) no raw-class store does."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from upath import UPath

from bench.load import comments, raw_event
from dengar.index import client as open_client
from dengar.index import known_versions, refresh, write_records
from dengar.labels import APPLY_GROUP
from dengar.labels.decisions import decide
from dengar.labels.event import append_label
from dengar.labels.held import indexed_labels, write_labels
from dengar.labels.mentions import current, indexed_mentions
from dengar.labels.rejudge import rejudge
from dengar.local.instance import Instance
from dengar.local.stack import SMALL, Stack
from dengar.local.verbs import preparation
from dengar.log import OffsetRange
from dengar.log.kafka import KafkaLog
from dengar.settings import Settings
from dengar.stages.claim import claim
from dengar.stages.enrich import enrich, open_context
from dengar.stages.index import index
from dengar.stages.labels import apply as apply_labels
from dengar.stages.publish import publish
from dengar.topics import ENRICH_GROUP, ENRICHED_TOPICS, INDEX_GROUP, RAW_TOPICS, topics
from tests.command_line import dengar
from tests.unit.erasure.story import comment, message

pytestmark = [pytest.mark.long, pytest.mark.timeout(1200)]

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT, HANDLE, SENTENCE = "UCtanamanuji00000001", "warga.tanaman.uji", "kalimat tanaman yang hanya dia ucapkan"
CLOCKED = (*RAW_TOPICS, "quarantine", "metrics")
RETENTION_S, LAG_S = 20, 10


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory):
    """A small stack of our own, because its clocks are set to seconds."""
    stack = Stack(Instance(tmp_path_factory.mktemp("erasure") / "state"), SMALL)
    try:
        stack.up(("kafka", "elasticsearch"), **preparation(stack))
        yield stack
    finally:
        stack.down(purge=True)


@pytest.fixture(scope="module")
def environment(own_stack):
    return {
        **os.environ,
        **own_stack.environment(),
        "DENGAR_POLICY_PROFILE": "sandbox",
        "DENGAR_PSEUDONYM_KEY": "2026-01-01=key-of-the-first-period 2099-01-01=key-of-the-second-one stable=key-that-never-rotates",
    }


class Pipeline:
    """The stages in this process, on the real log and index."""

    def __init__(self, environment):
        self.settings = Settings.from_environment(environment)
        self.log, self.client = KafkaLog(self.settings), open_client(self.settings)
        self.context, self.stage = open_context(self.settings), UPath(self.settings.stage)

    def run(self, *, only_enrich=False):
        spans = self._claimed(ENRICH_GROUP, RAW_TOPICS)
        rows = enrich(
            self.log, spans, self.context, lambda ids: known_versions(self.client, ids), index_group=INDEX_GROUP
        )
        publish(self.log, rows, spans, group=ENRICH_GROUP, journal=self.stage / "journal", run=f"uji-{time.time_ns()}")
        if only_enrich:
            return rows
        apply_labels(
            self.log,
            self._claimed(APPLY_GROUP, ["labels"]),
            indexed=lambda ids: indexed_labels(self.client, ids),
            write=lambda labels: write_labels(self.client, labels),
            mentions=lambda ids: indexed_mentions(self.client, ids),
            rejudge=lambda mentions: rejudge(mentions, self.context),
            group=APPLY_GROUP,
        )
        index(
            self.log,
            self._claimed(INDEX_GROUP, ENRICHED_TOPICS),
            lambda items: write_records(self.client, items),
            lambda: refresh(self.client),
            group=INDEX_GROUP,
        )
        return rows

    def _claimed(self, group, names):
        return [OffsetRange(**span) for chunk in claim(self.log, group, names, limit=100_000) for span in chunk]

    def collect(self, *events):
        for event in events:
            topic = "raw.messages" if event.type.endswith("message") else f"raw.{event.type.split('.')[2]}"
            self.log.append(topic, event.extensions["postid"], event.data, event.headers())
        self.log.flush()

    def close(self):
        self.log.close()
        self.client.close()


@pytest.fixture(scope="module")
def pipeline(environment):
    pipeline = Pipeline(environment)
    yield pipeline
    pipeline.close()


def subscriber(own_stack, store):
    command = [sys.executable, str(ROOT / "docs/examples/subscriber.py"), "--bootstrap", own_stack.kafka.address]
    done = subprocess.run(
        [*command, "--group", "sub.uji.tanaman", "--store", str(store), "--once"], timeout=180, check=True
    )
    return done.returncode


def needles(names):
    return [word.encode() for word in (ACCOUNT, HANDLE, SENTENCE, *names)]


def scan(pipeline, own_stack, names, exports):
    """Store → how many of its records, documents or files hold the person in any form. Topics whole, older values included."""
    wanted, found = needles(names), Counter()
    log = pipeline.log
    for topic in topics():
        beginnings = log.beginnings([topic])
        for partition, end in log.ends([topic]).items():
            for record in log.read(OffsetRange(*partition, beginnings[partition], end)):
                held = b"\0".join([record.key or b"", record.value or b"", *(value for _, value in record.headers)])
                if topic == "quarantine" and record.value:
                    held += base64.b64decode(orjson.loads(record.value).get("value") or "")
                found[f"topic {topic}"] += any(word in held for word in wanted)
    pipeline.client.indices.refresh(index="*")
    for name in pipeline.client.indices.get(index="*"):
        for hit in every_document(pipeline.client, name):
            held = orjson.dumps([hit["_id"], hit["_source"]])
            found[f"index {name.rpartition('-v')[0]}"] += any(word in held for word in wanted)
    state = own_stack.instance.state_dir
    for path in [*state.rglob("*"), *exports.rglob("*")]:
        if path.is_file() and not {"kafka", "elasticsearch"} & set(path.relative_to(path.anchor).parts):
            held = path.read_bytes()
            if path.suffix == ".parquet":
                held += repr(pq.read_table(path).to_pylist()).encode()
            found[f"files {path.suffix or path.name}"] += any(word in held for word in wanted)
    return +found


def every_document(client, name):
    from elasticsearch.helpers import scan as every

    return every(client, index=name, query={"query": {"match_all": {}}})


def plant(pipeline, own_stack, exports):
    """The person everywhere; two thousand other people around them."""
    source = comments(7)
    others = [raw_event(*next(source)) for _ in range(2_000)]
    own = [comment(f"tanam{n}", author=ACCOUNT, handle=HANDLE, text=f"{SENTENCE} {n}") for n in range(40)]
    naming = [
        comment(f"sapa{n}", author="UClain00000000000001", handle="orang.lain", text=f"@{HANDLE} betul")
        for n in range(5)
    ]
    broken = comment("rusak", author=ACCOUNT, handle=HANDLE, text=SENTENCE)
    broken = type(broken)(**{**{f: getattr(broken, f) for f in broken.__slots__}, "data": broken.data[:-1]})
    pipeline.collect(*others, *own, *naming, broken, message(1))
    rows = pipeline.run()
    outcomes = Counter(row.outcome.value for row in rows)
    assert outcomes["quarantined"] == 1
    now = datetime.now(UTC)
    mention = current(pipeline.log, lambda ids: indexed_mentions(pipeline.client, ids), ["yt:comment:Ugtanam1"])[
        "yt:comment:Ugtanam1"
    ]
    append_label(
        pipeline.log, decide(None, mention, {"sentiment": "negative"}, by="uji", now=now, drawn="chosen", note=None)
    )
    pipeline.log.append("listener-state", f"known/yt:channel:{ACCOUNT}", b'{"v":{"channel":"1"}}', [])
    pipeline.log.append("listener-state", f"walk/{ACCOUNT}", orjson.dumps({"at": ACCOUNT}), [])
    pipeline.log.flush()
    pipeline.run()
    stage = own_stack.instance.stage
    (stage / "runs/enrich_mentions/gagal").mkdir(parents=True)
    left = stage / "runs/enrich_mentions/gagal/0000-enriched.parquet"
    pq.write_table(pa.table({"value": [own[0].data]}), left)
    os.utime(left, (time.time() - 2 * 86_400,) * 2)
    (stage / "results").mkdir(exist_ok=True)
    (stage / "results/note.json").write_text(json.dumps({"note": f"{ACCOUNT} was slow"}))
    with (own_stack.instance.logs / "uji.log").open("w") as file:
        file.write(f"INFO all well\nWARNING {ACCOUNT} and @{HANDLE} could not be read\n")
    exports.mkdir()
    author = mention["author"]["key"]
    (exports / "mentions.ndjson").write_text(
        json.dumps({"id": mention["id"], "author": author, "text": SENTENCE}) + '\n{"id": "lain"}\n'
    )
    return author


def quicken(own_stack, *, raw: bool):
    """Clocks of seconds: those of compaction, and (`raw`) those of the raw class."""
    common = {"segment.ms": "2000", "file.delete.delay.ms": "1000", "delete.retention.ms": "1000"}
    changes = []
    for name, topic in topics().items():
        own = dict(common)
        if raw and name in CLOCKED:
            own["retention.ms"] = str(RETENTION_S * 1000)
        if "compact" in topic.cleanup:
            own |= {"max.compaction.lag.ms": str(LAG_S * 1000), "min.cleanable.dirty.ratio": "0.0"}
        changes.append(ConfigResource(ConfigResourceType.TOPIC, name, own))
    admin = KafkaAdminClient(bootstrap_servers=own_stack.kafka.address)
    admin.alter_configs(changes)
    admin.close()


def traffic(pipeline):
    """Others go on: a segment is closed, and then compacted or deleted, when the next record comes."""
    headers = comment("lain").headers()
    for name, topic in topics().items():
        for number in range(topic.partitions):
            producer_key = f"lain-{number}-{time.time_ns() % 97}"
            pipeline.log._producer().send(name, b"{}", producer_key.encode(), partition=number, headers=headers)
    pipeline.log.flush()


def test_a_planted_person_is_forgotten_everywhere(own_stack, environment, pipeline, tmp_path, tell):
    exports = tmp_path / "exports"
    quicken(own_stack, raw=False)
    author = plant(pipeline, own_stack, exports)
    names = (author,)
    subscriber(own_stack, tmp_path / "held.db")
    before = scan(pipeline, own_stack, names, exports)
    tell(f"planted, found in: {dict(before)}")
    for store in ("raw.youtube", "mentions", "quarantine", "listener-state"):
        assert before[f"topic {store}"], store
    assert before["index mentions"] >= 40
    assert labelled(pipeline) == {"index", "topic"}
    assert before["files .parquet"]
    assert before["files .log"]

    dry = json.loads(dengar(environment, "erase", "--platform", "youtube", "--account", ACCOUNT, "--dry-run", "--json"))
    assert sum(line["found"] for line in dry["lines"]) > 100
    assert scan(pipeline, own_stack, names, exports)["index mentions"] == before["index mentions"]

    began = time.monotonic()
    options = ("--platform", "youtube", "--account", ACCOUNT, "--exports", str(exports), "--json")
    receipt = json.loads(dengar(environment, "erase", *options))
    erased = time.monotonic() - began
    assert (receipt["state"], receipt["left"], receipt["caught_up"]) == ("done", 0, True)
    after = scan(pipeline, own_stack, (), exports)
    tell(f"erased in {receipt['seconds']} s ({erased:.1f} s with the command's start); then found in: {dict(after)}")
    assert not [store for store in after if store.startswith(("index", "files"))], after
    assert +live_values(pipeline, needles(names)) == Counter()
    assert labelled(pipeline) == set()

    assert [one["owed"] for one in receipt["subscribers"] if one["subscriber"] == "sub.uji.tanaman"] != [[]]
    subscriber(own_stack, tmp_path / "held.db")
    told = json.loads(dengar(environment, "erase", "status", receipt["id"], "--json"))
    assert [one["owed"] for one in told["subscribers"] if one["subscriber"] == "sub.uji.tanaman"] == [[]]
    assert SENTENCE.encode() not in (tmp_path / "held.db").read_bytes()

    quicken(own_stack, raw=True)
    deadline = time.monotonic() + 600
    while left := scan(pipeline, own_stack, (), exports):
        assert time.monotonic() < deadline, left
        traffic(pipeline)
        time.sleep(5)
    gone = time.monotonic() - began
    tell(
        f"every store found 0 times {gone:.0f} s after the erasure began; clocks: retention {RETENTION_S} s, compaction {LAG_S} s"
    )
    told = json.loads(dengar(environment, "erase", "status", receipt["id"], "--json"))
    assert told["gone"]
    assert all(told["gone"].values())

    # Collected once more, as a listener would that has forgotten: it stays away; what is said from now on is heard.
    later = datetime.now(UTC) + timedelta(seconds=1)
    pipeline.collect(
        comment("tanam1", author=ACCOUNT, handle=HANDLE, text=SENTENCE, seen=later),
        comment("baru", author=ACCOUNT, handle=HANDLE, text="halo lagi", said=later, seen=later),
    )
    reasons = {row.subject: row.reason for row in pipeline.run(only_enrich=True)}
    assert reasons["yt:comment:Ugtanam1"] == "erased"
    assert reasons["yt:comment:Ugbaru"] is None


def labelled(pipeline):
    """Where the hand label of one of their mentions stands: it holds no word of theirs, and their mention's id."""
    (end,) = pipeline.log.ends(["labels"]).values()
    (first,) = pipeline.log.beginnings(["labels"]).values()
    values = {r.key: r.value for r in pipeline.log.read(OffsetRange("labels", 0, first, end))}
    found = {"topic"} if values.get(b"yt:comment:Ugtanam1") else set()
    return found | ({"index"} if indexed_labels(pipeline.client, ["yt:comment:Ugtanam1"]) else set())


def live_values(pipeline, wanted):
    """Compacted topic → how many of its live values hold the person."""
    found = Counter()
    for name, topic in topics().items():
        if "compact" not in topic.cleanup:
            continue
        standing = {}
        beginnings = pipeline.log.beginnings([name])
        for partition, end in pipeline.log.ends([name]).items():
            for record in pipeline.log.read(OffsetRange(*partition, beginnings[partition], end)):
                standing[record.partition, record.key] = record
        for record in standing.values():
            found[name] += record.value is not None and any(word in record.value for word in wanted)
    return found
