"""Clocks by policy, stage files and journal by theirs, and what is told before one runs out."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from upath import UPath

from dengar.log.memory import MemoryLog
from dengar.policy import FILE, PolicyError, load_policy
from dengar.policy.clocks import load_clocks
from dengar.records import deletion_version, pack_version, timestamp
from dengar.retention.age import Age
from dengar.retention.clocks import RENEWS_AFTER, expiry, stamp
from dengar.retention.due import ask_again, request
from dengar.retention.files import sweep_files
from dengar.retention.sweep import HORIZON, tombstone
from dengar.topics import MARGIN_MS, SEGMENT_MS, topics
from dengar.validate.contract import schema_verdicts
from listeners.refresh import Requests, done
from listeners.registry import SOURCES
from listeners.station import Station

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
STRICT, CLOCKS = load_policy("strict"), load_clocks()


def record(platform: str = "youtube", **more: Any) -> dict[str, Any]:
    return {"platform": platform, "observed_at": timestamp(NOW), **more}


def days(record_type: str, body: dict[str, Any]) -> float:
    return (expiry(record_type, body, STRICT) - NOW) / timedelta(days=1)


def test_a_record_lives_as_its_platforms_clock_says_or_shorter_where_its_envelope_does() -> None:
    assert days("mention", record()) == 30
    assert days("mention", record(expires_at=timestamp(NOW + timedelta(days=90)))) == 30
    assert days("account", record(expires_at=timestamp(NOW + timedelta(days=7)))) == 7
    assert days("deletion", record()) == 365


def test_counters_live_as_long_as_the_most_short_lived_of_them() -> None:
    assert days("metrics", record(values={"views": 1, "likes": 2})) == 30
    assert days("metrics", record("instagram", values={"reach": 1, "saved": 2})) == 730
    assert days("metrics", record("instagram", values={"reach": 1, "likes": 2})) == 30
    assert days("metrics", record("instagram", values={"follower_demographics": 1})) == 90
    assert days("metrics", record("instagram", values={"nobody_knows_this": 1, "reach": 1})) == 30


def test_every_record_is_stamped() -> None:
    outputs = [("mention", record()), ("metrics", record(values={})), ("deletion", record())]
    stamp(outputs, STRICT)
    assert all(body["expires_at"] > timestamp(NOW) for _, body in outputs)


def test_between_the_last_look_and_the_end_there_is_time_for_a_sweep_and_for_brokers_to_compact() -> None:
    for clock in CLOCKS.values():
        assert RENEWS_AFTER < clock.verify_from < clock.alert_from < clock.keep - timedelta(days=1)
        assert HORIZON - timedelta(days=1) >= timedelta(milliseconds=2 * SEGMENT_MS)
        assert clock.keep - HORIZON > clock.alert_from, "somebody hears of it before it is removed"
        assert clock.tombstone > 2 * clock.keep, "no copy may come back after its tombstone is forgotten"


def test_no_record_of_a_topic_outlives_its_days_though_a_broker_removes_whole_segments() -> None:
    for topic in topics().values():
        settings = topic.config()
        if topic.retention_days is None:
            assert settings["retention.ms"] == "-1"
            assert int(settings["max.compaction.lag.ms"]) <= SEGMENT_MS
        else:
            kept = int(settings["retention.ms"]) + int(settings["segment.ms"]) + MARGIN_MS
            assert kept <= topic.retention_days * 86_400_000


@pytest.mark.parametrize(
    ("change", "to", "said"),
    [
        ("verify_from_day: 25", "verify_from_day: 29", "must grow"),
        ("  instagram: {clause: pdp, keep_days: 30, verify", "  instagran: {clause: pdp, keep_days: 30, verify", "no clock"),
        ("clause: pdp, keep_days: 30, verify", "clause: nobody, keep_days: 30, verify", "does not have"),
        ("most_a_day: 50000", "most: 50000", "form"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_clocks_is_one_sentence(tmp_path: Path, change: str, to: str, said: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert change in text
    file = tmp_path / "policy.yaml"
    file.write_text(text.replace(change, to, 1), encoding="utf-8")
    with pytest.raises(PolicyError, match=said):
        load_clocks(file)


def test_the_tombstone_of_a_clock_loses_to_what_was_verified_meanwhile_and_keeps_nothing_of_the_text() -> None:
    observed = NOW - timedelta(days=29)
    held = {
        "id": "yt:comment:c", "platform": "youtube", "post_id": "yt:video:v", "conversation_id": "yt:comment:c",
        "version": pack_version(observed, 2, 3), "trace_id": None, "text": "belum cair",
    }  # fmt: skip
    body = tombstone(held, CLOCKS["youtube"], NOW)
    assert schema_verdicts("deletion", [body]) == {}
    assert (
        held["version"] < body["version"] == deletion_version(observed) < pack_version(observed + timedelta(seconds=1))
    )
    assert (body["reason"], body["deleted_at"]) == ("retention", timestamp(NOW))
    assert "belum cair" not in str(body)


def test_files_of_the_stages_go_by_their_own_clocks(tmp_path: Path) -> None:
    ages = {"runs/enrich_mentions/a/0.parquet": 2, "runs/gone_dag/b/0.parquet": 0.5, "journal/raw.youtube/0/1.parquet": 29.5,
            "journal/raw.youtube/0/2.parquet": 3, "results/day.json": 90}  # fmt: skip
    for name, old in ages.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        moment = (NOW - timedelta(days=old)).timestamp()
        os.utime(path, (moment, moment))
        os.utime(path.parent, (moment, moment))
    assert sweep_files(UPath(tmp_path), NOW) == {"runs": 1, "journal": 1}
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {"runs/gone_dag/b/0.parquet", "journal/raw.youtube/0/2.parquet", "results/day.json"}
    assert sweep_files(UPath(tmp_path / "nothing"), NOW) == {"runs": 0, "journal": 0}


@pytest.mark.parametrize(
    ("old", "late", "level", "said"),
    [
        (None, 0, "ok", "nothing to verify"),
        (22.4, 0, "ok", "oldest unverified: 22 days"),
        (28.2, 0, "alert", "dengar listen youtube"),
        (12, 3, "breach", "30 days of their clock: 3"),
        (30.5, 0, "breach", "refresh_platform_data"),
    ],
)
def test_an_alert_comes_before_a_breach_and_says_what_to_do(
    old: float | None, late: int, level: str, said: str
) -> None:
    oldest = None if old is None else NOW - timedelta(days=old)
    age = Age("youtube", NOW, oldest, due=5, late=late, clock=CLOCKS["youtube"])
    assert age.level == level
    assert said in age.sentence
    assert age.row()["days"] == (None if old is None else pytest.approx(old, abs=0.01))


def test_a_request_reaches_the_listeners_of_its_platform_and_is_gone_when_it_is_done(monkeypatch: Any) -> None:
    from dengar.registers import Registers
    from dengar.settings import Settings

    log = MemoryLog()
    collected = {"via": "youtube.comments", "ownership": "public", "backfill": False}
    bodies = [
        {"id": f"yt:comment:{name}", "post_id": "yt:video:v", "conversation_id": "yt:comment:t", "parent_id": parent,
         "expires_at": timestamp(NOW + timedelta(days=left)), "collected": collected}
        for name, left, parent in (("later", 4, "yt:comment:t"), ("first", 1, "yt:video:v"))
    ]  # fmt: skip
    assert ask_again(log, iter(bodies)) == 2
    assert ask_again(log, iter(bodies[:1])) == 1
    youtube, instagram = (Station(name, Settings(), Registers(), log) for name in ("youtube", "instagram"))
    for station in (youtube, instagram):
        station.state.refresh()
    requests = Requests(youtube)
    first, later = requests.take(50)
    assert not requests
    assert (first.identity, first.object_type, later.identity) == ("first", "comment", "later")
    context = later.within("youtube/comments.list", "UC1")
    assert (context.post_id, context.parent_id, context.via) == ("yt:video:v", "yt:comment:t", "youtube.comments")
    assert first.within("youtube/comments.list", None).parent_id is None, "a thread hangs under no comment"
    assert Requests(instagram).take(50) == []
    beside = Requests(youtube)
    assert beside.take(1) == [first]
    done(youtube, [first, later])
    youtube.state.flush()
    youtube.state.refresh()
    assert beside.take(50) == [], "another worker has answered it"
    assert requests.take(50) == []
    assert "text" not in request({**bodies[0], "text": "x"})


def test_each_platform_has_a_source_that_answers() -> None:
    assert {row.name for row in SOURCES if row.name.endswith(".refresh")} == {"youtube.refresh", "instagram.refresh"}
