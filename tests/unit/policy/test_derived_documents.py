"""What each profile leaves in topics and index: under `strict` no judgement of a YouTube text, under `audited` only marked ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from upath import UPath

import dengar.enrich.batch
import dengar.stages.enrich
import tests.stages_run
from dengar.labels.apply import apply_labels, carried
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.policy import FILE, Policy, load_policy
from dengar.policy.barred import without_barred
from dengar.schemas import load
from tests.histories import FORMS, Delivery, at
from tests.stages_run import Stages
from tests.unit.retention.test_interleavings import Shelf

DERIVED = {name for name, rule in load("mention")["properties"].items() if rule.get("x-dengar-class") == "derived"}
DECLARED = (
    '\n  - {clause: yt-derived, accepted_by: "a name", accepted_on: 2026-11-01, rests_on: "an audit"}\n\nclauses:'
)


def label(identity: str, **fields: str) -> dict[str, Any]:
    decisions = {name: {"label": value} for name, value in fields.items()}
    return {"id": identity, "revision": 3, "labels": decisions, "withdrawn": {}}


def run(folder: Path, profile: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(records of topic mentions, documents) of one text of each platform, with a hand label that was given under another profile."""
    shelf, log = Shelf(), MemoryLog()
    stages = Stages(
        log, UPath(folder), known=shelf.known, versions=shelf.versions, write=shelf.write, profile=profile, validated=False
    )  # fmt: skip
    for name in ("edited", "shown"):
        item = Delivery(next(form for form in FORMS if form.name == name), 1, 0).item()
        event = item.event(at(0))
        log.append(item.topic, item.key, event.data, event.headers())
    log.flush()
    stages.enrich()
    stages.index()
    records = [
        orjson.loads(record.value or b"{}")
        for partition, end in log.ends(["mentions"]).items()
        for record in log.read(OffsetRange(*partition, 0, end))
    ]
    return records, list(shelf.documents.values())


def judged(records: list[dict[str, Any]], platform: str) -> set[str]:
    chosen = [record for record in records if record["platform"] == platform]
    assert chosen
    return {name for record in chosen for name in DERIVED if record.get(name) is not None}


@pytest.fixture
def declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Policy:
    """The policy of an operator who passed the audit."""
    file = tmp_path / "policy.yaml"
    file.write_text(FILE.read_text(encoding="utf-8").replace("\nclauses:", DECLARED, 1), encoding="utf-8")
    for module in (dengar.enrich.batch, dengar.stages.enrich, tests.stages_run):
        monkeypatch.setattr(module, "load_policy", lambda profile: load_policy(profile, file))
    return load_policy("audited", file)


@pytest.mark.parametrize("profile", ["strict", "audited"])
def test_without_audit_no_youtube_text_is_judged_in_topic_or_index(tmp_path: Path, profile: str) -> None:
    for found in run(tmp_path, profile):
        assert judged(found, "youtube") == set()
        assert {record["origin"] for record in found if record["platform"] == "youtube"} == {None}
        assert {"sentiment", "intent"} <= judged(found, "instagram")
        assert {record["origin"] for record in found if record["platform"] == "instagram"} == {"derived"}


def test_with_the_audit_judgements_are_there_and_marked(tmp_path: Path, declared: Policy) -> None:
    for found in run(tmp_path, "audited"):
        assert {"sentiment", "intent"} <= judged(found, "youtube")
        assert {record["origin"] for record in found} == {"derived"}


def test_the_sandbox_derives_everywhere_and_marks_it(tmp_path: Path) -> None:
    for found in run(tmp_path, "sandbox"):
        assert {"sentiment", "intent"} <= judged(found, "youtube")
        assert {record["origin"] for record in found} == {"derived"}


def test_what_was_judged_or_labelled_under_another_profile_is_not_indexed_under_this_one(tmp_path: Path) -> None:
    (record,) = [one for one in run(tmp_path, "sandbox")[0] if one["platform"] == "youtube"]
    labelled = apply_labels(record, label(record["id"], intent="complaint", language="jv"))
    kept = without_barred(labelled, load_policy("strict"))
    assert judged([kept], "youtube") == set()
    assert kept["origin"] is None
    assert carried(kept) == {"language": "jv"}, "what is no judgement stays corrected"
    assert (kept["version"], kept["text"]) == (labelled["version"], labelled["text"])
    assert without_barred(labelled, load_policy("sandbox")) is labelled
