"""Saved searches over an indexed batch on a real server: each mention is told once."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
import pytest

from dengar.alerts import TOPIC, store
from dengar.events import read_event
from dengar.index import refresh, write_records
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.policy import load_policy
from dengar.records import timestamp
from dengar.searches import batch
from dengar.searches.saved import Saved
from tests.contracts.test_index import mention, word

pytestmark = pytest.mark.stack
POLICY = load_policy("sandbox")


def told(log: MemoryLog) -> list[dict]:
    log.flush()
    spans = [OffsetRange(one.topic, one.number, 0, end) for one, end in log.ends([TOPIC]).items()]
    return [orjson.loads(read_event(raw.headers, raw.value).data) for span in spans for raw in log.read(span)]


def test_each_mention_that_a_search_finds_is_told_once(elasticsearch, monkeypatch):
    w = word()
    searches = [
        Saved("bansos", f"{w} b4nsos since:1d"),
        Saved("negatif", f"{w} sentiment:negatif", "urgent"),
        Saved("lain", f"{w} pkh"),
    ]
    monkeypatch.setattr(batch, "saved", lambda: (searches, ["One file cannot be used."]))
    now = datetime.now(UTC)
    judged = {"label": "negative", "score": 0.9, "uncertain": False, "origin": "model"}
    times = {"published_at": timestamp(now), "observed_at": timestamp(now)}
    hit, both, miss, other = (
        mention(text=f"{w} bnsos cair", text_normalised=f"{w} bansos cair", **times),
        mention(text=f"{w} bansos", sentiment=judged, **times),
        mention(text=f"{w} lomba", **times),
        mention(text=f"{w} bansos", **times),
    )
    write_records(elasticsearch, [("mention", one) for one in (hit, both, miss, other)])
    refresh(elasticsearch)
    log = MemoryLog()
    ids = [hit["id"], both["id"], miss["id"]]  # `other` is of another batch
    assert batch.watch(log, elasticsearch, ids, POLICY, now, mute=False) == {"alerts": 3, "searches_failed": 1}
    alerts = told(log)
    assert sorted((one["subject"], one["links"][0]) for one in alerts) == sorted(
        [("search:bansos", hit["id"]), ("search:bansos", both["id"]), ("search:negatif", both["id"])]
    )
    assert not any(one["muted"] for one in alerts)
    # The batch again before the alerts are taken up: the same ids and versions. After it: nothing.
    batch.watch(log, elasticsearch, ids, POLICY, now, mute=False)
    assert {(one["id"], one["version"]) for one in told(log)} == {(one["id"], one["version"]) for one in alerts}
    store.write(elasticsearch, told(log))
    assert batch.watch(MemoryLog(), elasticsearch, ids, POLICY, now, mute=False) == {"searches_failed": 1}
    assert len(store.since(elasticsearch, now.replace(hour=0, minute=0))) >= 3


def test_no_search_and_no_mention_is_no_work(elasticsearch, monkeypatch):
    monkeypatch.setattr(batch, "saved", lambda: ([], []))
    assert batch.watch(MemoryLog(), elasticsearch, ["yt:comment:a"], POLICY, datetime.now(UTC), mute=False) == {}
