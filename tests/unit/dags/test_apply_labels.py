"""DAG apply_labels: what wakes it, what it wakes, and in which order its tasks run.

Described in a process of its own, because Airflow reads its home at import.
"""

from __future__ import annotations

import pytest

from dengar.labels import APPLY_GROUP, TOPIC
from dengar.paths import DAGS
from dengar.topics import ENRICH_GROUP, INDEX_GROUP, topics
from tests.unit.dags.describing import describe

DESCRIBE = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
dag = DagBag(dag_folder=sys.argv[1]).dags["apply_labels"]
from dengar.airflow.assets import LABELS
trigger = LABELS.watchers[0].trigger
print("DESCRIBED " + json.dumps({
    "order": {task.task_id: sorted(task.downstream_task_ids) for task in dag.tasks},
    "outlets": {task.task_id: [outlet.name for outlet in task.outlets] for task in dag.tasks},
    "assets": [asset.name for asset in dag.timetable.asset_condition.objects],
    "trigger": trigger.serialize(),
}))
"""


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    return describe(DESCRIBE, DAGS / "apply_labels.py", tmp_path_factory.mktemp("airflow"))


def test_labels_wake_it(described):
    assert described["assets"] == ["labels"]
    _, arguments = described["trigger"]
    assert (arguments["topics"], arguments["group"]) == ([TOPIC], APPLY_GROUP)
    assert arguments["max_wait"] <= 1, "an analyst waits for it"


def test_it_claims_applies_and_wakes_the_index(described):
    assert described["order"] == {"claim": ["apply"], "apply": ["note"], "note": []}
    assert described["outlets"]["apply"] == ["enriched"]


def test_its_group_is_its_own_and_its_topic_is_compacted_by_mention():
    assert APPLY_GROUP not in (ENRICH_GROUP, INDEX_GROUP)
    topic = topics()[TOPIC]
    assert (topic.key, topic.cleanup, topic.retention_days, topic.subject) == ("id", "compact", None, ("label",))
    assert topic.partitions == 1, "one order of labels: what two analysts decided is merged in it"
