"""DAG report_weekly on the real Airflow: a week is frozen with page and PDF, the same week again is the same report, a deletion a revision.

The week is the last but one: other tests still write to the last on a Monday, and what is much older is retired by policy, which is no
revision.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from elasticsearch import Elasticsearch
from upath import UPath

from dengar.index import apply_templates, client, write_records
from dengar.index.names import index_of
from dengar.records import deletion_version, timestamp
from dengar.report.week import Week
from dengar.settings import Settings
from tests.dag_run import succeeded
from tests.unit.report.corpus import corpus

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

RUN = uuid.uuid4().hex[:8]
WEEK = Week.of(datetime.now(UTC)).back(2)


def own(row: dict[str, Any]) -> dict[str, Any]:
    """The row under ids of this run's own."""
    ids = {name: row[name] for name in ("id", "post_id", "conversation_id", "parent_id") if row.get(name)}
    return row | {name: f"{value.rpartition(':')[0]}:{RUN}{value.rpartition(':')[2]}" for name, value in ids.items()}


ROWS = [own(row) for row in corpus(weeks=1, per_day=2, week=WEEK)]


@pytest.fixture(scope="module")
def settings(request: pytest.FixtureRequest) -> Settings:
    return Settings.from_environment(request.getfixturevalue("stack").environment())


@pytest.fixture(scope="module")
def elasticsearch(settings: Settings) -> Iterator[Elasticsearch]:
    connected = client(settings)
    apply_templates(connected)
    report = write_records(connected, (("mention", row) for row in ROWS))
    assert not report.rejected, report.rejected[:3]
    connected.indices.refresh(index="mentions")
    yield connected
    for row in ROWS:
        connected.options(ignore_status=404).delete(index=index_of("mention", row), id=row["id"])
    connected.indices.refresh(index="mentions")
    connected.close()


def run(settings: Settings) -> str:
    """Run the DAG for the week; its note."""
    address = f"{settings.airflow_url}/api/v2/dags/report_weekly"
    httpx.patch(address, json={"is_paused": False}, timeout=120).raise_for_status()
    return succeeded(settings, "report_weekly", {"week": WEEK.name}, patience_s=600)


def frozen(folder: UPath) -> list[str]:
    return sorted(path.name for path in folder.glob("v*.json"))


def test_a_week_is_frozen_rendered_and_revised(settings: Settings, elasticsearch: Elasticsearch) -> None:
    folder = UPath(settings.stage) / "reports" / "weekly" / WEEK.name
    before = len(frozen(folder))
    one, two = before + 1, before + 2
    assert f"{WEEK.name} v{one}" in run(settings)
    assert len(frozen(folder)) == one
    first = json.loads((folder / f"v{one:04d}.json").read_bytes())
    assert (folder / "laporan.pdf").read_bytes().startswith(b"%PDF")
    page = (folder / "laporan.html").read_text(encoding="utf-8")
    assert "<html" in page
    assert value(first, "mentions") >= len([row for row in ROWS if in_week(row)]) > 0

    assert f"{WEEK.name} v{one}" in run(settings), "the same week again"
    assert len(frozen(folder)) == one
    assert json.loads((folder / f"v{one:04d}.json").read_bytes()) == first, "what is frozen stays"

    gone = next(row for row in ROWS if in_week(row))
    at = datetime.now(UTC)
    deletion = {
        **{name: gone[name] for name in ("id", "platform", "post_id", "conversation_id")}, "deleted": True,
        "reason": "not_found", "deleted_at": None, "observed_at": timestamp(at), "version": deletion_version(at),
        "provenance": {"raw": "raw.youtube/0/2", "formulas": {}},
    }  # fmt: skip
    write_records(elasticsearch, [("deletion", deletion)])
    elasticsearch.indices.refresh(index="mentions,tombstones")
    assert f"{WEEK.name} v{two}" in run(settings)
    assert len(frozen(folder)) == two
    second = json.loads((folder / f"v{two:04d}.json").read_bytes())
    assert value(second, "mentions") == value(first, "mentions") - 1
    revised = (folder / "laporan.html").read_text(encoding="utf-8")
    assert revised != page


def in_week(row: dict[str, Any]) -> bool:
    """Whether the report counts it as a mention of the week: by the public, no spam."""
    within = timestamp(WEEK.since) <= row["published_at"] < timestamp(WEEK.until)
    return within and row["author"]["role"] == "public" and (row["spam"] or {"label": "none"})["label"] == "none"


def value(report: dict[str, Any], name: str) -> Any:
    """The figure of both platforms."""
    [row] = [row for row in report["figures"] if row["id"] == name and row["platform"] is None and row["key"] is None]
    return row["value"]
