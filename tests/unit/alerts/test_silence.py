"""A source that falls silent, from the index to the channel: raised by its rule, taken up, delivered once; replays and history are mute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from upath import UPath

from dengar.alerts import DELIVER_GROUP, TOPIC
from dengar.alerts import store as alert_store
from dengar.alerts.outbox import Outbox
from dengar.alerts.rules import load_rules
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.policy import load_policy
from dengar.stages import trends as stage
from dengar.trends import store as trend_store

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)  # 12:00 in Jakarta
RULES = load_rules()
HOUR = timedelta(hours=1)


class Office:
    """The stages over a log and an index in memory; `heard` is when each source was heard last."""

    def __init__(self, monkeypatch, folder) -> None:
        self.log, self.held, self.heard = MemoryLog(), dict[str, dict](), dict[str, datetime]()
        self.folder, self.sent = UPath(folder), list[tuple[str, str]]()
        self.box, self.taken = Outbox(UPath(folder) / "outbox"), 0
        monkeypatch.setattr(trend_store, "mentions", lambda *_: iter(()))
        monkeypatch.setattr(trend_store, "known", lambda *_: [])
        monkeypatch.setattr(trend_store, "publish", lambda *_: None)
        monkeypatch.setattr(
            alert_store, "last_heard", lambda _, since: {name: at for name, at in self.heard.items() if at >= since}
        )
        monkeypatch.setattr(alert_store, "write", self._write)
        monkeypatch.setattr(alert_store, "since", self._since)

    def _write(self, _client, alerts) -> None:
        for one in alerts:
            if one["version"] > self.held.get(one["id"], {"version": -1})["version"]:
                self.held[one["id"]] = one

    def _since(self, _client, moment, states=()):
        return [
            one
            for one in self.held.values()
            if datetime.fromisoformat(one["created_at"]) >= moment and (not states or one["state"] in states)
        ]

    def detect(self, now, **period):
        return stage.detect(self.log, None, self.folder, load_policy("sandbox"), RULES, (), now=now, **period)

    def run(self, now) -> list[tuple[str, str]]:
        """Both DAGs once; what channels have got so far."""
        self.detect(now)
        end = self.log.ends([TOPIC])
        ranges = [OffsetRange(part.topic, part.number, self.taken, last) for part, last in end.items()]
        stage.take_up(self.log, ranges, None, group=DELIVER_GROUP, commit=True, run="test")
        self.taken = max(end.values())
        stage.deliver(
            None, self.box, RULES, lambda one, repeat: self.sent.append((one.channel, one.alert["subject"])), now
        )
        return self.sent


@pytest.fixture
def office(monkeypatch, tmp_path) -> Office:
    return Office(monkeypatch, tmp_path)


def test_a_silent_source_is_told_once_by_the_rule_and_again_when_it_falls_silent_anew(office):
    office.heard = {"instagram.comments": NOON - 2 * HOUR, "youtube.videos": NOON - 2 * HOUR}
    assert office.run(NOON) == []
    told = [("piket", "source:instagram.comments")]
    assert office.run(NOON + 1.1 * HOUR) == told, "after three hours, as its rule says"
    assert office.run(NOON + 2 * HOUR) == told
    office.heard["instagram.comments"] = NOON + 2 * HOUR
    assert office.run(NOON + 2.1 * HOUR) == told
    assert office.run(NOON + 4.1 * HOUR) == [*told, ("piket", "source:youtube.videos")], "the others after six"
    assert office.run(NOON + 5.1 * HOUR)[2:] == [("piket", "source:instagram.comments")]
    assert {one["kind"] for one in office.held.values()} == {"silence"}


def test_at_night_a_silence_waits_for_the_morning(office):
    night = datetime(2026, 11, 24, 17, tzinfo=UTC)  # midnight in Jakarta
    office.heard = {"instagram.comments": night - 4 * HOUR}
    assert office.run(night) == []
    assert len(office.held) == 1, "it is recorded"
    assert office.run(night + 6.1 * HOUR) == [("piket", "source:instagram.comments")]


def test_a_period_that_is_worked_again_tells_no_silence(office):
    office.heard = {"instagram.comments": NOON - 5 * HOUR}
    office.detect(NOON, start=NOON - 10 * HOUR, end=NOON)
    assert office.log.ends([TOPIC]) == dict.fromkeys(office.log.ends([TOPIC]), 0)


def test_history_and_files_do_not_stand_for_a_living_source():
    class Client:
        def search(self, **asked):
            self.asked = asked
            last = {"last": {"value": NOON.timestamp() * 1000}}
            return {"aggregations": {"sources": {"buckets": [{"key": "instagram.comments", **last}]}}}

    client = Client()
    assert alert_store.last_heard(client, NOON - HOUR) == {"instagram.comments": NOON}
    assert {"term": {"collected.backfill": True}} in client.asked["query"]["bool"]["must_not"]
    assert {"prefix": {"collected.via": "archive."}} in client.asked["query"]["bool"]["must_not"]
