"""The DAG files: they import, hold topology only, and follow the shared policy.

Run in a process of their own, because Airflow reads its home at import.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dengar.paths import DAGS
from tests.unit.dags.describing import describe

ROOT = Path(__file__).resolve().parents[3]
EXPECTED = {
    "attribute_reach": {"attribute", "note"},
    "apply_labels": {"claim", "apply", "note"},
    "deliver_alerts": {"claim", "take_up", "deliver", "note"},
    "detect_trends": {"detect", "note"},
    "erase_accounts": {"erase", "tell_erased"},
    "enrich_mentions": {
        "claim",
        "claimed_range.enrich",
        "claimed_range.validate",
        "claimed_range.publish",
        "note",
    },
    "index_mentions": {"claim", "index", "note"},
    "refresh_platform_data": {"ask_again", "sweep", "tell_age"},
    "report_validation": {"fold_validations", "build_data_docs"},
    "report_weekly": {"settle_reports", "render_reports"},
    "track_responses": {"claim", "track", "note"},
    "replay_topic": {
        "claim_raw",
        "claim_enriched",
        "raw_range.enrich",
        "raw_range.validate",
        "raw_range.publish",
        "index",
        "note",
    },
}
DESCRIBE = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(dag_folder=sys.argv[1])
rows = {
    dag_id: {
        "tasks": sorted(dag.task_ids), "doc": bool(dag.doc_md), "tags": sorted(dag.tags), "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs, "retries": sorted({task.retries for task in dag.tasks}),
        "heavy": sorted(set(sys.modules) & {"great_expectations", "pandas", "pyarrow", "elasticsearch", "cld3"}),
    }
    for dag_id, dag in bag.dags.items()
}
print("DESCRIBED " + json.dumps({"errors": bag.import_errors, "dags": rows}))
"""


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    return describe(DESCRIBE, DAGS, tmp_path_factory.mktemp("airflow"))


def test_every_file_imports_and_no_dag_is_unlisted(described):
    assert described["errors"] == {}
    assert {name: set(dag["tasks"]) for name, dag in described["dags"].items()} == EXPECTED


def test_dags_follow_the_policy(described):
    for name, dag in described["dags"].items():
        assert dag["doc"], f"{name} has no documentation"
        assert dag["tags"], f"{name} has no tags"
        assert not dag["catchup"]
        assert dag["max_active_runs"] == 1, "commits must happen in order"
        assert dag["retries"] == [1, 4], "the note alone is tried less often"


def test_parsing_a_dag_file_imports_nothing_heavy(described):
    assert {name: dag["heavy"] for name, dag in described["dags"].items()} == {name: [] for name in EXPECTED}


@pytest.mark.parametrize("path", sorted((ROOT / "dags").glob("*.py")), ids=lambda path: path.name)
def test_dag_files_are_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) < 80
