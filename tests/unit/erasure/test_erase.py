"""Erasure on the log in memory: everything found, nothing left, nothing comes back, whatever happens in between."""

import os
import random
from datetime import UTC, datetime, timedelta

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from dengar.cli import build
from dengar.enrich.pseudonym import KeyRing, pseudonym
from dengar.erasure import requests
from dengar.erasure.acks import standings
from dengar.erasure.receipt import load
from dengar.erasure.render import shown
from dengar.log import OffsetRange
from dengar.records import Outcome
from dengar.schemas import validator
from dengar.stages.journal import read_journal
from dengar.topics import MENTION_TOPICS
from tests.unit.erasure.story import ACCOUNT, HANDLE, KEY, OTHER, PERSON, World, comment, message


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    world.collect(
        comment(1, text="bansos saya belum cair"),
        comment(2, author=OTHER, handle="orang.lain", text=f"@{HANDLE} sama, saya juga"),
        comment(3, author=OTHER, handle="orang.lain", text="saya sudah"),
        message(1),
        message(2, text="kami cek, mohon tunggu", echo=True),
    )
    world.enrich()
    return world


def ids(world):
    """Ids of what lives in the topics of mentions and of messages."""
    live = {key: value for topic in MENTION_TOPICS for key, value in world.live(topic).items()}
    return {key for key, value in live.items() if not orjson.loads(value)["deleted"]}


def test_the_own_mentions_go_and_those_of_others_stay(world):
    work = world.work()
    receipt = work.erase(work.ask("youtube", ACCOUNT))
    assert ids(world) == {"yt:comment:Ug2", "yt:comment:Ug3", "ig:message:m1", "ig:message:m2"}
    buried = orjson.loads(world.live()["yt:comment:Ug1"])
    validator("deletion").validate(buried)
    assert (buried["reason"], buried["erasure_id"]) == ("erasure", receipt.id)
    assert set(world.index) == {"yt:comment:Ug1"}
    assert (receipt.state, receipt.left) == ("done", 0)


def test_a_direct_exchange_goes_whole_with_our_answers(world):
    work = world.work()
    receipt = work.erase(work.ask("instagram", PERSON))
    assert ids(world) == {"yt:comment:Ug1", "yt:comment:Ug2", "yt:comment:Ug3"}
    assert receipt.state == "done"
    assert PERSON.encode() not in world.bytes_of("messages", "erasures")


def test_raw_records_are_told_with_the_date_of_their_clock(world):
    world.quarantine("raw.youtube")
    work = world.work()
    receipt = work.erase(work.ask("youtube", ACCOUNT))
    lines = {line.store: line for line in receipt.lines}
    # The comment itself, and the one that names the handle: it was learnt from the first.
    raw = lines["topic raw.youtube"]
    assert (raw.how, raw.found, raw.removed, raw.left) == ("clock", 2, 0, 2)
    assert lines["topic quarantine"].found == 1
    (place,) = raw.through
    newest = max(
        record.timestamp
        for record in world.log.read(OffsetRange("raw.youtube", int(place[-1]), 0, 9))
        if record.offset <= raw.through[place]
    )
    assert datetime.fromisoformat(raw.gone_by) == datetime.fromtimestamp(newest / 1000, UTC).replace(
        microsecond=newest % 1000 * 1000
    ) + timedelta(seconds=60)
    assert receipt.left == 0, "what goes by its clock is not left over"


def test_the_request_and_the_receipt_name_nobody_afterwards(world):
    work = world.work()
    receipt = work.erase(work.ask("youtube", ACCOUNT))
    stable = pseudonym(KEY, "youtube", ACCOUNT, None)
    kept = world.live("erasures")
    assert set(kept) == {f"youtube:{stable}", f"youtube:{pseudonym(KEY, 'youtube', None, HANDLE)}"}
    for value in kept.values():
        validator("erasure").validate(orjson.loads(value))
        assert orjson.loads(value)["fulfilled_at"]
    written = (world.stage / "erasures" / f"{receipt.id}.json").read_text()
    assert ACCOUNT not in written
    assert HANDLE not in written
    assert load(receipt.id, world.stage / "erasures").account == stable


def test_what_was_said_before_never_comes_back_and_what_is_said_after_is_heard(world):
    work = world.work()
    work.erase(work.ask("youtube", ACCOUNT))
    before = ids(world)
    rows = world.enrich(replay=True)
    assert ids(world) == before, "a replay of the raw topics"
    assert [row.reason for row in rows if row.subject == "yt:comment:Ug1"] == ["erased"]
    later = datetime.now(UTC) + timedelta(minutes=5)
    world.collect(comment(1, seen=later), comment(9, text="saya kembali", said=later, seen=later))
    world.enrich()
    assert ids(world) == before | {"yt:comment:Ug9"}, "collected again, and said since"


def test_a_request_that_waits_holds_back_already(world):
    work = world.work()
    work.ask("youtube", ACCOUNT)
    world.collect(comment(7))
    rows = world.enrich()
    assert [(row.outcome, row.reason) for row in rows] == [(Outcome.DUPLICATE, "erased")]


def test_a_repeat_finds_nothing_and_keeps_the_first_receipt(world):
    work = world.work()
    first = work.erase(work.ask("youtube", ACCOUNT))
    ends = world.log.ends(["mentions"])
    second = work.erase(work.ask("youtube", ACCOUNT))
    assert second.id != first.id
    assert [line.found for line in second.lines if line.how == "tombstone"] == [0] * 6
    assert world.log.ends(["mentions"]) == ends
    assert load(first.id, world.stage / "erasures").told() == first.told()


def test_a_dry_run_asks_for_nothing_and_removes_nothing(world):
    work = world.work()
    receipt = work.begin(requests.new("youtube", ACCOUNT, work.now()))
    before = world.log.ends(["mentions", "erasures"])
    work.search(work.person("youtube", ACCOUNT), receipt)
    assert {line.store: line.found for line in receipt.lines}["topic mentions"] == 1
    assert world.log.ends(["mentions", "erasures"]) == before
    assert not (world.stage / "erasures").exists()


def test_without_a_raw_record_the_handle_is_not_known_and_the_receipt_says_so(world):
    work = world.work()
    person = work.person("youtube", ACCOUNT)
    for partition, end in world.log.ends(["raw.youtube"]).items():
        world.log.expire(partition, end)
    receipt = work.begin(requests.new("youtube", ACCOUNT, work.now()))
    work.search(person, receipt)
    receipt.state = "dry run"
    assert (receipt.handles, receipt.line("topic mentions", "").found) == (0, 1)
    *_, sentence = shown(receipt, [], {})
    assert "--handle" in sentence
    known = work.begin(requests.new("youtube", ACCOUNT, work.now()))
    work.search(work.person("youtube", ACCOUNT, [f"@{HANDLE}"]), known)
    assert known.handles == 1
    assert known.line("topic mentions", "").note.startswith("1 mentions by others carry a pseudonym")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--platform", "youtube"],
        ["--account", "UC1"],
        ["--waiting", "--dry-run"],
        ["--waiting", "--platform", "youtube", "--account", "UC1"],
    ],
)
def test_what_is_asked_wrongly_ends_with_2(arguments):
    assert CliRunner().invoke(build(), ["erase", *arguments]).exit_code == 2


class Killed(BaseException):
    """Not an Exception: nothing may catch it on its way."""


@pytest.mark.parametrize("seed", range(8))
def test_killed_at_any_step_it_goes_on_and_ends_the_same(world, seed, monkeypatch):
    """Every call of `find`, `remove`, `append` may be the last of a process; the next process goes on with the same request."""
    chance, work = random.Random(seed), world.work()
    world.log.append("listener-state", f"known/yt:channel:{ACCOUNT}", b"{}", [])
    world.log.flush()
    asked = work.ask("youtube", ACCOUNT)
    left = chance.randrange(1, 40)

    def perhaps(call):
        def wrapped(*arguments, **named):
            nonlocal left
            left -= 1
            if left == 0:
                raise Killed
            return call(*arguments, **named)

        return wrapped

    with monkeypatch.context() as patch:
        for store in work.stores:
            patch.setattr(store, "find", perhaps(store.find))
            patch.setattr(store, "remove", perhaps(store.remove))
        patch.setattr(world.log, "append", perhaps(world.log.append))
        try:
            work.erase(asked)
        except Killed:
            world.log._queued.clear()  # what was never acknowledged died with the process
            left = -1
    killed = left == -1
    work = world.work()
    waiting = requests.waiting(world.log)
    receipt = work.erase(waiting[0]) if waiting else load(asked.id, work.folder)
    assert receipt.id == asked.id
    assert (receipt.state, receipt.left, requests.waiting(world.log)) == ("done", 0, [])
    assert {line.store: line.found for line in receipt.lines}["topic mentions"] == 1, killed
    assert ids(world) == {"yt:comment:Ug2", "yt:comment:Ug3", "ig:message:m1", "ig:message:m2"}
    assert ACCOUNT.encode() not in world.bytes_of("mentions", "erasures", "listener-state")


def test_compacted_topics_of_others_get_a_tombstone(world):
    name = pseudonym(KEY, "youtube", ACCOUNT, None)
    world.log.append("labels", "yt:comment:Ug1", b'{"id":"yt:comment:Ug1"}', [])
    world.log.append("labels", "yt:comment:Ug3", b'{"id":"yt:comment:Ug3"}', [])
    world.log.append("accounts", name, orjson.dumps({"id": name}), [])
    world.log.append("responses", "yt:comment:Ug3", orjson.dumps({"by": [name]}), [])
    world.log.append("listener-state", "known/yt:comment:Ug3", orjson.dumps({"a": OTHER}), [])
    world.log.append("listener-state", "walk/x", orjson.dumps({"at": f"yt:channel:{ACCOUNT}"}), [])
    world.log.flush()
    work = world.work()
    work.erase(work.ask("youtube", ACCOUNT))
    assert set(world.live("labels")) == {"yt:comment:Ug3"}
    assert world.live("accounts") == {}
    assert world.live("responses") == {}
    assert set(world.live("listener-state")) == {"known/yt:comment:Ug3"}


def test_an_older_value_of_a_key_is_told_until_compaction(world):
    world.log.append("accounts", "someone", ACCOUNT.encode(), [])
    world.log.append("accounts", "someone", b"{}", [])
    world.log.flush()
    work = world.work()
    receipt = work.erase(work.ask("youtube", ACCOUNT))
    line = next(line for line in receipt.lines if line.store == "topic accounts")
    assert (line.found, line.left, line.note) == (0, 0, "1 older values wait for compaction")


def test_files_forget_and_the_rest_of_them_stays(world):
    stage = world.stage
    (stage / "results").mkdir()
    (stage / "results" / "note.json").write_text(f'{{"note": "who is {ACCOUNT}", "by": "@{HANDLE.upper()}"}}')
    (stage / "export.ndjson").write_text(f'{{"a": 1}}\n{{"key": "{pseudonym(KEY, "youtube", ACCOUNT, None)}"}}\n')
    pq.write_table(pa.table({"who": [ACCOUNT, OTHER], "n": [1, 2]}), str(stage / "export.parquet"))
    (stage / "runs").mkdir()
    pq.write_table(pa.table({"value": [f'"{ACCOUNT}"'.encode()]}), str(stage / "runs" / "left.parquet"))
    work = world.work()
    receipt = work.erase(work.ask("youtube", ACCOUNT))
    told = orjson.loads((stage / "results" / "note.json").read_bytes())
    assert told == {"note": f"who is {'*' * len(ACCOUNT)}", "by": "@" + "*" * len(HANDLE)}
    assert (stage / "export.ndjson").read_text() == '{"a": 1}\n'
    assert pq.read_table(str(stage / "export.parquet")).to_pylist() == [{"who": OTHER, "n": 2}]
    assert not (stage / "runs" / "left.parquet").exists()
    assert {line.store: (line.found, line.left) for line in receipt.lines}["files"] == (3, 0)


def test_stage_files_of_a_run_that_may_live_are_left_to_its_end(world):
    (world.stage / "runs").mkdir()
    pq.write_table(pa.table({"value": [ACCOUNT]}), str(world.stage / "runs" / "now.parquet"))
    work = world.work(stage_patience=timedelta(hours=1))
    receipt = work.erase(work.ask("youtube", ACCOUNT))
    line = next(line for line in receipt.lines if "stage files" in line.store)
    assert (line.how, line.found, line.removed) == ("clock", 1, 0)
    assert line.gone_by > receipt.finished_at
    assert receipt.state == "done"


def test_the_journal_keeps_every_outcome_and_loses_the_name(world):
    work = world.work()
    before = [(e.topic, e.partition, e.offset, e.outcome) for e in read_journal(world.stage / "journal")]
    path = next(iter(sorted((world.stage / "journal").glob("raw.youtube/*/*.parquet"), key=str)))
    rows = pq.read_table(str(path)).to_pylist()
    rows[0]["subject"] = f"yt:channel:{ACCOUNT}"
    written = path.stat().st_mtime
    pq.write_table(pa.Table.from_pylist(rows, schema=pq.read_schema(str(path))), str(path))
    os.utime(path.path, (written, written))
    receipt = work.erase(work.ask("youtube", ACCOUNT))
    after = list(read_journal(world.stage / "journal"))
    assert [(e.topic, e.partition, e.offset, e.outcome) for e in after] == before
    assert f"erased:{receipt.id}" in {entry.subject for entry in after}
    assert not any(ACCOUNT in str(entry) for entry in after)


def test_subscribers_owe_what_they_have_not_acknowledged(world):
    work = world.work()
    receipt = work.erase(work.ask("youtube", ACCOUNT))
    ((place, offset),) = receipt.tombstones.items()
    number = int(place.rpartition("/")[2])

    def ack(subscriber, upto, erasure=receipt.id):
        body = {
            "id": f"{erasure}/{subscriber}/mentions/{number}/{upto}",
            "erasure_id": erasure,
            "subscriber": subscriber,
            "topic": "mentions",
            "partition": number,
            "offset": upto,
            "removed": 1,
            "acknowledged_at": "2026-11-24T10:31:00.000Z",
        }
        validator("erasure-ack").validate(body)
        world.log.append("erasure-acks", erasure, orjson.dumps(body), [])

    ack("sub.a.tuntas", offset + 1)
    ack("sub.b.belum", offset)  # everything below the tombstone: not the tombstone itself
    ack("sub.c.lain", 99, "another-erasure")
    world.log.append("erasure-acks", receipt.id, b"not json", [])
    world.log.flush()
    standing = standings(world.log, receipt.id, receipt.tombstones, ["sub.d.diam", "enrich-mentions"])
    assert {one.subscriber: one.done for one in standing} == {
        "sub.a.tuntas": True,
        "sub.b.belum": False,
        "sub.c.lain": False,
        "sub.d.diam": False,
    }
    assert next(one for one in standing if one.done).removed == 1


def test_keys_of_earlier_periods_are_searched_too(tmp_path):
    ring = (
        b"2026-01-01="
        + KEY.replace(b" ", b"-")
        + b" 2099-01-01=another-key-of-sixteen stable=third-key-of-sixteen-bytes"
    )
    world = World(tmp_path, key=ring)
    world.collect(comment(1))
    world.enrich()
    work = world.work()
    work.keys = KeyRing.read(ring)
    receipt = work.erase(work.ask("youtube", ACCOUNT))
    assert ids(world) == set()
    assert receipt.account == pseudonym(b"third-key-of-sixteen-bytes", "youtube", ACCOUNT, None)
    world.enrich(replay=True)
    assert ids(world) == set()
