"""The two subscribers of docs/examples on the real Kafka: both end right, in the same state, and acknowledge what they erased."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.freshness import drain
from dengar.local import jars, java
from dengar.log import OffsetRange
from dengar.log.kafka import KafkaLog
from dengar.records import deletion_version, milliseconds, pack_version, timestamp
from dengar.schemas import load, validator
from dengar.settings import Settings
from dengar.stages.publish import append_record
from tests.command_line import dengar, environment_of, json_lines

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "examples"
# Ids of this run's own: the stack may be shared, and hold the records of others.
SEED = time.time_ns() % 1_000_000_000
FIRST = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ERASURE = f"uji-{SEED}-0123456789abcdef"
NAMES = ("fresh", "judged", "edited", "gone", "erased", "unseen", "stale")
# What is kept must not run out while the test runs, whenever that is.
SOON, PAST = (timestamp(datetime.now(UTC) + timedelta(days=days)) for days in (30, -1))


def identity(name):
    return f"yt:comment:langganan-{SEED}-{name}"


def wording(name):
    """What the comment says: no other text has these words."""
    return f"kata-{SEED}-{name} belum cair"


def mention(name, *, minute=0, enrichment=2, label=0, **changed):
    """A comment as enrichment would publish it, observed `minute` minutes after the first time."""
    observed_at = FIRST + timedelta(minutes=minute)
    record = copy.deepcopy(load("mention")["examples"][1])
    return record | {
        "id": identity(name),
        "text": wording(name),
        "expires_at": SOON,
        "conversation_id": identity(name),
        "post_id": f"yt:video:langganan-{SEED}-{NAMES.index(name) % 3}",
        "observed_at": timestamp(observed_at),
        "version": pack_version(observed_at, enrichment, label),
        "enrichment_revision": enrichment,
        "label_revision": label,
        **changed,
    }


def deletion(name, minute, reason="platform_deleted", erasure=None):
    observed_at = FIRST + timedelta(minutes=minute)
    record = copy.deepcopy(load("deletion")["examples"][0])
    own = {key: mention(name)[key] for key in ("id", "post_id", "conversation_id")}
    return record | own | {
        "reason": reason,
        "erasure_id": erasure,
        "observed_at": timestamp(observed_at),
        "version": deletion_version(observed_at),
    }  # fmt: skip


def judgement(label, origin="model"):
    return {"label": label, "score": None if origin == "hand" else 0.8, "uncertain": False, "origin": origin}


CORRECTED = mention("judged", enrichment=3, label=1, intent=judgement("report", "hand"))
REFRESHED = mention("fresh", minute=5, engagement={"likes": 9, "replies": 1})
# Signs that end a line for some readers, within a line of NDJSON.
EDITED_TEXT = "Sudah cair,\u2028terima\u0085kasih."
EDITED = mention("edited", minute=5, text=EDITED_TEXT, content_version="2026-11-24T09:04:00Z")
# What is published, in order, in two rounds: the subscribers are stopped in between and start again where they were.
ROUNDS = [
    [*(mention(name) for name in NAMES[:5]), mention("stale", expires_at=PAST)],
    [
        mention("judged", enrichment=3, intent=judgement("request")),  # newer models
        CORRECTED,  # a person's judgement on top
        CORRECTED,  # the same record again
        REFRESHED,
        EDITED,
        mention("edited"),  # a late repeat of the text before the edit
        deletion("gone", 10),
        mention("gone"),  # a late repeat must not bring it back
        deletion("erased", 10, "erasure", ERASURE),
        deletion("unseen", 10, "erasure", ERASURE),  # never held here: acknowledged all the same
    ],
]
EXPECTED = {
    identity("fresh"): REFRESHED,
    identity("judged"): CORRECTED,
    identity("edited"): EDITED,
    identity("gone"): None,
    identity("erased"): None,
    identity("unseen"): None,
    identity("stale"): None,
}
KINDS = [
    {"new": 6, "expired": 1},
    {"re-enrichment": 1, "correction": 1, "repeat": 1, "refresh": 1, "edit": 1, "older": 2, "deletion": 3},
]


@pytest.fixture(scope="module")
def log(stack):
    log = KafkaLog(Settings.from_environment(stack.environment()))
    yield log
    for name in NAMES:
        append_record(log, "deletion", deletion(name, minute=60))  # other tests find an index without these
    log.flush()
    log.close()


@pytest.fixture(scope="module")
def run_java(stack):
    """The class path of Subscriber.java: compiled against the jars that the embedded Kafka brings."""
    library = jars.jar_set("kafka").paths()
    jar = java.compile_jar(EXAMPLES, library, jars.jar_set("ecj").paths(), "subscriber.jar")
    return [str(java.java()), "-cp", java.class_path([jar, *library]), "Subscriber"]


class Program:
    """One of the two subscribers with a store of its own; `fresh` of them share nothing."""

    def __init__(self, command, stack, store, group):
        self.group, self.store, self._command = group, store, [*command, "--store", str(store)]
        self._broker = stack.kafka.address

    def as_group(self, name):
        """The same store under another group, which has committed nothing."""
        other = copy.copy(self)
        other.group += f"-{name}"
        return other

    def once(self, *options):
        """Catch up with the topic; counts by kind of record."""
        return json.loads(
            self._run("--bootstrap", self._broker, "--group", self.group, "--once", *options).splitlines()[-1]
        )

    def held(self):
        """Everything in the store: id → (version, mention)."""
        return {row["id"]: (row["version"], row["mention"]) for row in json_lines(self._run("--dump"))}

    def _run(self, *arguments):
        done = subprocess.run(
            [*self._command, *arguments],
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
            cwd=ROOT,
            env=os.environ,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout


@pytest.fixture(scope="module")
def program(stack, run_java, tmp_path_factory):
    """A maker of subscribers: `python` or `java`, each with a group and a store of its own."""
    commands = {"python": [sys.executable, str(EXAMPLES / "subscriber.py")], "java": run_java}

    def make(language, name):
        store = tmp_path_factory.mktemp("store") / ("held.db" if language == "python" else "held")
        return Program(commands[language], stack, store, f"sub.uji-{SEED}.{language}-{name}")

    return make


def own(held):
    """What is held of this run's ids, and that the version held is the one of the record."""
    mine = {key: both for key, both in held.items() if f"langganan-{SEED}-" in key}
    assert all(record is None or record["version"] == version for version, record in mine.values())
    return {key: record for key, (_, record) in mine.items()}


@pytest.fixture(scope="module")
def followed(log, program):
    """Both subscribers after both rounds, and what they counted in each. A first pass leaves behind what the topic held before."""
    drain(log)  # what other tests published is still on its way
    programs = {language: program(language, "follows") for language in ("python", "java")}
    for one in programs.values():
        one.once()
    counted = {language: [] for language in programs}
    for records in ROUNDS:
        for record in records:
            append_record(log, "deletion" if record["deleted"] else "mention", record)
        log.flush()
        for language, one in programs.items():
            counted[language].append(one.once())
    return programs, counted


def test_the_records_of_the_story_keep_the_schemas():
    for record in (*ROUNDS[0], *ROUNDS[1]):
        validator("deletion" if record["deleted"] else "mention").validate(record)


def test_both_end_right_and_in_the_same_state(followed):
    programs, _ = followed
    held = {language: one.held() for language, one in programs.items()}
    assert own(held["python"]) == own(held["java"]) == EXPECTED
    assert held["python"] == held["java"]


def test_both_tell_a_correction_a_re_enrichment_an_edit_and_a_deletion(followed):
    _, counted = followed
    assert counted["python"] == counted["java"] == KINDS


def test_what_is_erased_is_nowhere_in_the_store(followed):
    """Not even in the bytes of its files, where a database keeps deleted rows until it needs the room."""
    programs, _ = followed
    for one in programs.values():
        files = [one.store] if one.store.is_file() else sorted(one.store.iterdir())
        held = b"".join(file.read_bytes() for file in files)
        assert wording("fresh").encode() in held
        assert [name for name in ("gone", "erased", "unseen", "stale") if wording(name).encode() in held] == []


def acknowledged(log, groups):
    (end,) = log.ends(["erasure-acks"]).values()
    rows = [
        (record.key, dict(record.headers), json.loads(record.value))
        for record in log.read(OffsetRange("erasure-acks", 0, log.beginnings(["erasure-acks"])["erasure-acks", 0], end))
    ]
    return [row for row in rows if row[2]["subscriber"] in groups and row[2]["erasure_id"] == ERASURE]


def tombstones(log):
    """partition → offset of the last tombstone of the erasure."""
    last = {}
    beginnings = log.beginnings(["mentions"])
    for partition, end in log.ends(["mentions"]).items():
        for record in log.read(OffsetRange(*partition, beginnings[partition], end)):
            if record.value and ERASURE.encode() in record.value:
                last[partition.number] = record.offset
    return last


def test_both_acknowledge_the_erasure_up_to_its_tombstones(log, followed):
    programs, _ = followed
    expected = tombstones(log)
    assert expected
    for one in programs.values():
        rows = acknowledged(log, {one.group})
        through = {}
        for key, headers, value in rows:
            validator("erasure-ack").validate(value)
            assert key == ERASURE.encode()
            assert headers["ce_type"] == b"dengar.erasure-ack"
            assert headers["ce_id"].decode() == value["id"]
            assert value["topic"] == "mentions"
            through[value["partition"]] = max(value["offset"], through.get(value["partition"], 0))
        assert {number: offset > expected[number] for number, offset in through.items()} == dict.fromkeys(
            expected, True
        )
        assert sum(value["removed"] for _, _, value in rows) == 1, "one was held, the other never came"


def test_one_that_starts_late_or_over_ends_in_the_same_state(followed, program):
    programs, _ = followed
    late = program("java", "late")
    late.once()
    assert late.held() == programs["python"].held()


def test_a_batch_that_is_repeated_changes_nothing(log, followed):
    """As after a crash between storing and committing: the same store reads everything again."""
    programs, _ = followed
    for one in programs.values():
        again, before = one.as_group("again"), one.held()
        assert set(again.once()) == {"repeat", "older"}
        assert one.held() == before
        rows = acknowledged(log, {again.group})
        assert {value["removed"] for _, _, value in rows} == {0}


def told_twice(log):
    """Ids of which `mentions` holds different records of one version: other tests play one simulated day twice, or a recorded id in two
    files, on this stack. Of such a topic's reader keeps the first, a snapshot the last."""
    told = {}
    beginnings = log.beginnings(["mentions"])
    for partition, end in log.ends(["mentions"]).items():
        for record in log.read(OffsetRange(*partition, beginnings[partition], end)):
            if record.value:
                body = json.loads(record.value)
                told.setdefault((body["id"], body["version"]), set()).add(record.value)
    return {identity for (identity, _), values in told.items() if len(values) > 1}


def versions(held):
    return {identity: (version, record is None) for identity, (version, record) in held.items()}


def test_one_that_starts_from_a_snapshot_reads_no_history(stack, log, followed, program, tmp_path):
    programs, _ = followed
    path = tmp_path / "mentions.ndjson"
    told = dengar(environment_of(stack), "topics", "snapshot", "mentions", "--output", str(path), "--json")
    assert json.loads(told)["records"] == len(json_lines(path.read_text(encoding="utf-8"))) - 2
    starter = program("python", "snapshot")
    assert set(starter.once("--snapshot", str(path))) <= {"expired"}
    held, expected = starter.held(), programs["python"].held()
    assert versions(held) == versions(expected)
    unlike = {identity for identity, entry in held.items() if entry != expected[identity]}
    assert unlike <= told_twice(log)
    append_record(log, "mention", mention("fresh", minute=7))
    log.flush()
    assert starter.once() == {"refresh": 1}


def test_a_snapshot_that_is_cut_off_is_refused(stack, program, tmp_path):
    path = tmp_path / "half.ndjson"
    head = {"snapshot": {"topic": "mentions", "taken_at": "2026-11-24T09:00:00.000Z", "continue_from": {"0": 0}}}
    path.write_text(json.dumps(head) + "\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="is no whole snapshot of mentions"):
        program("python", "half").once("--snapshot", str(path))


def test_milliseconds_of_a_version_are_those_of_the_observation():
    assert mention("fresh", minute=5)["version"] >> 21 == milliseconds(FIRST + timedelta(minutes=5))
