"""The sweep on a real index: what ran out goes, what is due is found, labels end with their mention, and in the end nothing is left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from upath import UPath

from dengar.index import apply_templates, known_versions, newest_versions, refresh, write_records
from dengar.labels.held import write_labels
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.policy.clocks import load_clocks
from dengar.retention.age import ages
from dengar.retention.due import due
from dengar.retention.sweep import sweep
from dengar.schemas import load
from dengar.topics import MENTION_TOPICS
from listeners.context import Context
from listeners.item import RawItem
from listeners.youtube import split as tube
from tests import histories
from tests.histories import FORMS, Delivery, Form
from tests.stages_run import Stages

pytestmark = [pytest.mark.stack, pytest.mark.long, pytest.mark.timeout(1_200)]

CLOCKS = load_clocks()
NOW = datetime.now(UTC)
CHANNEL = {"kind": "youtube#channel", "id": "UCwarga", "snippet": {"title": "Warga"}, "statistics": {"viewCount": "3"}}


def form(name: str) -> Form:
    return next(one for one in FORMS if one.name == name)


class Pipeline:
    """The stages over a log in memory and a real index."""

    def __init__(self, index: Elasticsearch, folder: UPath) -> None:
        self.index, self.log = index, MemoryLog()
        self.stages = Stages(
            self.log,
            folder,
            known=lambda ids: known_versions(index, ids),
            versions=lambda ids: newest_versions(index, ids),
            write=lambda items: write_records(index, items),
            refresh=lambda: refresh(index),
            validated=False,
        )

    def collect(self, item: RawItem, observed_at: datetime) -> None:
        """An item as it was read then."""
        event = item.event(observed_at)
        self.log.append(item.topic, item.key, event.data, event.headers())
        self.log.flush()

    def sweep(self, now: datetime) -> dict[str, int]:
        """A nightly sweep, and what index_mentions makes of it."""
        removed = sweep(self.index, self.log, CLOCKS, now)
        self.stages.index()
        self.index.indices.refresh()
        return removed


@pytest.fixture
def pipeline(elasticsearch: Elasticsearch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    """A message, a comment and a stranger's channel last seen 40 days ago, and a comment seen 26 days ago."""
    apply_templates(elasticsearch)
    made, old = Pipeline(elasticsearch, UPath(tmp_path / "stage")), NOW - timedelta(days=40)
    monkeypatch.setattr(histories, "BEGAN", old)
    made.collect(Delivery(form("unsent"), 1, 0).item(), old)
    made.collect(Delivery(form("edited"), 1, 0).item(), old + timedelta(hours=1))
    made.collect(tube.resource(CHANNEL, Context("youtube/channels.list", "youtube.channels"))[0], old)
    monkeypatch.setattr(histories, "BEGAN", NOW - timedelta(days=26))
    made.collect(Delivery(form("deleted"), 2, 0).item(), NOW - timedelta(days=26))
    made.stages.enrich()
    made.stages.index()
    return made


def test_what_ran_out_is_removed_and_in_the_end_nothing_is_left(
    pipeline: Pipeline, tell: Callable[[str], None]
) -> None:
    index, before = pipeline.index, ages(pipeline.index, CLOCKS, NOW)
    assert [(age.platform, age.level, age.late) for age in before] == [
        ("youtube", "breach", 1),
        ("instagram", "breach", 1),
    ]
    asked = [row["id"] for row in due(index, "youtube", CLOCKS["youtube"], NOW)]
    assert asked == ["yt:comment:edited1", "yt:comment:deleted2"], "the oldest first"

    removed = pipeline.sweep(NOW)
    assert removed == {"expired": 2, "metrics": 1, "accounts": 1, "labels": 0, "tombstones": 0}
    assert not any(pipeline.sweep(NOW).values()), "a second sweep finds nothing"
    assert [age.level for age in ages(index, CLOCKS, NOW)] == ["ok", "ok"]
    tell(f"removed {removed}; " + " ".join(age.sentence for age in ages(index, CLOCKS, NOW)))

    # A hand label stays while its mention does, and goes when no copy of that can come back.
    example, living = load("label")["examples"][0], "yt:comment:deleted2"
    places = {"ig:message:unsent1": "ig:thread:x", living: "yt:video:x"}
    write_labels(index, [example | {"id": name, "post_id": post} for name, post in places.items()])
    assert pipeline.sweep(NOW)["labels"] == 1
    assert [hit["_id"] for hit in index.search(index="labels-v1")["hits"]["hits"]] == [living]

    # Two years later nobody has listened any more.
    pipeline.sweep(NOW + timedelta(days=800))
    assert pipeline.sweep(NOW + timedelta(days=800))["tombstones"] > 0
    left = index.search(index="mentions,messages,tombstones,metrics,accounts,labels-v1", size=5)["hits"]["hits"]
    assert [(hit["_index"], hit["_id"]) for hit in left] == []
    for topic in MENTION_TOPICS:
        pipeline.log.compact(topic)
    for partition, end in pipeline.log.ends(MENTION_TOPICS).items():
        assert [r.key for r in pipeline.log.read(OffsetRange(*partition, 0, end)) if r.value is not None] == []
