"""DAG apply_labels: what wakes it, what it wakes, and in which order its tasks run.

Described in a process of its own, because Airflow reads its home at import.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import version

import pytest

from dengar.labels import APPLY_GROUP, TOPIC
from dengar.local.airflow import empty_database
from dengar.paths import DAGS, PROJECT
from dengar.topics import ENRICH_GROUP, INDEX_GROUP, topics

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
    home = tmp_path_factory.mktemp("airflow")
    shutil.copyfile(empty_database(version("apache-airflow-core")) / "airflow.db", home / "airflow.db")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW_")},
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "PYTHONPATH": str(PROJECT),
    }
    command = [sys.executable, "-c", DESCRIBE, str(DAGS / "apply_labels.py")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=300)
    line = next(line for line in done.stdout.splitlines() if line.startswith("DESCRIBED "))
    return json.loads(line.removeprefix("DESCRIBED "))


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
