"""A hand label on the real stack: it wins, and stays through replays by the same and by a newer model, and through a lost index."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from bench.freshness import drain
from bench.load import comments, raw_event
from dengar.dag_runs import DagRuns
from dengar.demo.account import backlog
from dengar.index import client as open_client
from dengar.index.names import LABEL_INDEX, index_of
from dengar.labels import APPLY_GROUP, TOPIC
from dengar.labels.apply import carried
from dengar.labels.held import indexed_labels
from dengar.labels.mentions import indexed_mentions, published
from dengar.log.kafka import KafkaLog
from dengar.records import ENRICHMENT_REVISION
from dengar.settings import Settings
from dengar.topics import RAW_TOPICS
from tests.command_line import dengar, environment_of, json_lines
from tests.dag_run import succeeded

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

# Ids of this run's own: the stack may be shared, and hold the labels of an earlier run.
SEED = time.time_ns() % 1_000_000_000


class Deployment:
    """The stack as an analyst and a data engineer meet it."""

    def __init__(self, stack: Any) -> None:
        self.environment = environment_of(stack)
        self.settings = Settings.from_environment(stack.environment())
        self.log, self.index = KafkaLog(self.settings), open_client(self.settings)
        self.before = self.log.ends(RAW_TOPICS)

    def dengar(self, *arguments: str, status: int = 0) -> str:
        """Run the command line; its stdout."""
        return dengar(self.environment, *arguments, status=status)

    def run(self, dag: str, conf: dict[str, Any]) -> None:
        """Trigger a DAG and wait for its success, and for what it published to be indexed."""
        succeeded(self.settings, dag, conf)
        self.settled()

    def settled(self) -> None:
        """Wait until labels are applied and everything is indexed."""
        deadline = time.monotonic() + 180
        while backlog(self.log, APPLY_GROUP, (TOPIC,)):
            assert time.monotonic() < deadline, "labels are not applied"
            time.sleep(0.2)
        drain(self.log)

    def own(self) -> dict[str, Any]:
        """`conf` of a replay of the raw records of this test, and no others."""
        return self.everything(*RAW_TOPICS, since=self.before)

    def everything(self, *topics: str, since: Any = None) -> dict[str, Any]:
        """`conf` of a replay of whole topics, or from `since` on."""
        beginnings = self.log.beginnings(topics) if since is None else since
        return {
            "offsets": [
                {"topic": topic, "partition": number, "start": beginnings[topic, number], "end": end}
                for (topic, number), end in self.log.ends(topics).items()
                if end > beginnings[topic, number]
            ]
        }

    def document(self, identity: str) -> dict[str, Any]:
        """The mention as searches find it."""
        self.index.indices.refresh(index="mentions")
        return indexed_mentions(self.index, [identity])[identity]

    def last_in_topic(self, identity: str) -> dict[str, Any]:
        """What compaction would leave of the mention in topic `mentions`."""
        return published(self.log, self.log.beginnings(["mentions"]), [identity])[identity].last

    def shows(self, identity: str, labels: dict[str, str]) -> dict[str, Any]:
        """Assert that index and topic carry exactly these labels; the document."""
        document = self.document(identity)
        assert carried(document) == labels
        assert self.last_in_topic(identity) == document
        return document


@pytest.fixture(scope="module")
def deployment(stack):
    deployment = Deployment(stack)
    yield deployment
    deployment.log.close()
    deployment.index.close()


@pytest.fixture(scope="module")
def identity(deployment):
    """A comment that went through the pipeline; others with it."""
    source, ids = comments(SEED), []
    for _ in range(12):
        video, item = next(source)
        event = raw_event(video, item)
        deployment.log.append("raw.youtube", f"yt:video:{video}", event.data, event.headers())
        ids.append(event.subject)
    deployment.log.flush()
    deployment.settled()
    return ids[3]


def test_a_correction_is_everywhere_after_replays_a_new_model_and_a_lost_index(deployment, identity):
    machine = deployment.document(identity)

    label = json.loads(
        deployment.dengar(
            "label", "set", identity, "intent=praise", "sentiment=positive", "language=jv",
            "--by", "uji", "--note", "dilihat bersama, hubungi uji@example.com", "--wait", "--json",
        )
    )  # fmt: skip
    labels = {"intent": "praise", "sentiment": "positive", "language": "jv"}
    assert label["revision"] == machine["label_revision"] + 1
    assert "uji@example.com" not in label["note"]
    deployment.settled()
    first = deployment.shows(identity, labels)
    assert first["text"] == machine["text"]
    assert (first["actionable"], first["category"]) == (False, None)
    assert first["version"] > machine["version"]
    found = deployment.dengar("search", "language.code:jv", "--json", "--size", "1000")
    assert identity in {row["id"] for row in json_lines(found)}

    # The same model again, then one of a newer revision.
    deployment.run("replay_topic", deployment.own())
    assert deployment.shows(identity, labels)["version"] == first["version"]
    revision = max(ENRICHMENT_REVISION, machine["enrichment_revision"]) + 1
    deployment.run("replay_topic", deployment.own() | {"enrichment_revision": revision})
    newer = deployment.shows(identity, labels)
    assert newer["enrichment_revision"] == revision
    assert newer["version"] > first["version"]

    # A correction of the correction is laid over the machine's judgement, not over the first one.
    deployment.dengar("label", "set", identity, "intent=question", "--by", "lain", "--wait")
    deployment.dengar("label", "withdraw", identity, "sentiment", "--by", "lain", "--wait")
    deployment.settled()
    labels = {"intent": "question", "language": "jv"}
    corrected = deployment.shows(identity, labels)
    assert corrected.get("sentiment") == machine.get("sentiment")
    assert corrected["label_revision"] == label["revision"] + 2
    assert corrected["enrichment_revision"] == revision

    # The indices are lost: the labels come back from their topic, the mentions from theirs.
    kept = indexed_labels(deployment.index, [identity])
    deployment.index.indices.delete(index=[index_of("mention", corrected), LABEL_INDEX])
    deployment.run("apply_labels", deployment.everything(TOPIC))
    deployment.run("replay_topic", deployment.everything("mentions"))
    assert indexed_labels(deployment.index, [identity]) == kept
    assert deployment.shows(identity, labels) == corrected


def test_a_label_that_meets_a_mention_on_its_way_is_not_lost(deployment, identity):
    """Labels come while the same mentions are replayed under a newer revision again and again."""
    own = deployment.own()
    revision = deployment.document(identity)["enrichment_revision"] + 1
    with DagRuns(deployment.settings) as runs:
        for number in range(2):
            runs.trigger("replay_topic", own | {"enrichment_revision": revision + number})
    for label in ("urgent", "attention", "none"):
        deployment.dengar("label", "set", identity, f"urgency={label}", "--by", "uji")
    deployment.run("replay_topic", own | {"enrichment_revision": revision + 2})
    document = deployment.shows(identity, {"intent": "question", "language": "jv", "urgency": "none"})
    assert document["enrichment_revision"] == revision + 2


def test_what_was_labelled_is_shown_exported_compared_and_not_drawn_again(deployment, identity):
    shown = json.loads(deployment.dengar("label", "show", identity, "--json"))
    assert shown["labels"]["intent"]["label"] == "question"
    exported = json_lines(deployment.dengar("label", "export"))
    (row,) = [row for row in exported if row["id"] == identity]
    assert row["labels"] == {"intent": "question", "language": "jv", "urgency": "none"}
    assert row["text"] == deployment.document(identity)["text"]
    assert not row["text_changed"]
    compared = json_lines(deployment.dengar("label", "agreement", "--json"))
    assert "language" in {row["field"] for row in compared}
    drawn = json_lines(deployment.dengar("label", "next", "--sample", "1000", "--json"))
    assert len(drawn) >= 11
    assert identity not in {row["id"] for row in drawn}
    again = deployment.dengar("label", "next", "--sample", "5", "--seed", "7", "--json")
    assert again == deployment.dengar("label", "next", "--sample", "5", "--seed", "7", "--json")
    assert again != deployment.dengar("label", "next", "--sample", "5", "--seed", "8", "--json")


def test_what_cannot_be_labelled_is_told_in_a_sentence(deployment, identity):
    deployment.dengar("label", "set", "yt:comment:tidak-ada", "intent=praise", status=1)
    deployment.dengar("label", "set", identity, "intent=marah", status=2)
    deployment.dengar("label", "set", identity, "intent", status=2)
    deployment.dengar("label", "withdraw", identity, "toxicity", status=2)
    deployment.dengar("label", status=2)
