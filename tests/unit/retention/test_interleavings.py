"""Created, edited, deleted, late, repeated, broken off and replayed in random orders: each history has one end (in memory)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from upath import UPath

from dengar.index.known import Known
from dengar.index.report import WriteReport
from dengar.log.memory import MemoryLog
from dengar.validate.contract import schema_verdicts
from tests.histories import FORMS, Delivery, at, end_of, expected, last_in_topic, old_words, play
from tests.stages_run import Stages


class Shelf:
    """An index in memory: of an id the record of the highest version, and nothing of the others."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}

    def write(self, items: Iterable[tuple[str, dict[str, Any]]]) -> WriteReport:
        report = WriteReport()
        for kind, record in items:
            held = self.documents.get(record["id"])
            if held is not None and held["version"] >= record["version"]:
                report.stale += 1
            elif kind in ("mention", "deletion"):
                self.documents[record["id"]] = record
                report.indexed += 1
        return report

    def known(self, ids: Iterable[str]) -> dict[str, Known]:
        held = {identity: self.documents[identity] for identity in ids if identity in self.documents}
        return {
            identity: Known(row["version"], row.get("content_version"), row["deleted"], row.get("edits"))
            for identity, row in held.items()
        }

    def versions(self, ids: Iterable[str]) -> dict[str, int]:
        return {identity: known.version for identity, known in self.known(ids).items()}


def test_every_interleaving_of_a_history_ends_in_one_state(tmp_path: Any) -> None:
    shelf = Shelf()
    stages = Stages(
        MemoryLog(), UPath(tmp_path), known=shelf.known, versions=shelf.versions, write=shelf.write, profile="strict",
        validated=False,
    )  # fmt: skip
    played = play(stages, copies={form.name: 8 for form in FORMS}, seed=1, rounds=5)
    assert stages.outcomes["quarantined"] == 0
    assert stages.reasons["superseded"] > 0, "no write was late"
    ends = {identity: end_of(form, copy, shelf.documents[identity]) for identity, (form, copy) in played.ids.items()}
    wanted = {identity: expected(form) for identity, (form, _) in played.ids.items()}
    assert ends == wanted
    last = last_in_topic(stages)
    assert {identity: end_of(form, copy, last[identity]) for identity, (form, copy) in played.ids.items()} == wanted
    kept = orjson.dumps(list(shelf.documents.values())).decode()
    assert [one for one in old_words(played) if one in kept] == []


def test_an_edit_is_counted_and_leaves_the_versions_it_had_but_no_text(tmp_path: Any) -> None:
    shelf = Shelf()
    stages = Stages(
        MemoryLog(), UPath(tmp_path), known=shelf.known, versions=shelf.versions, write=shelf.write, validated=False
    )  # fmt: skip
    form = next(form for form in FORMS if form.name == "edited")
    for moment in range(len(form.steps)):
        item = Delivery(form, 7, moment).item()
        event = item.event(at(moment))
        stages.log.append(item.topic, item.key, event.data, event.headers())
        stages.log.flush()
        stages.enrich(commit=False)
        stages.enrich()
        stages.index()
    document = shelf.documents["yt:comment:edited7"]
    held = document["edits"]
    assert held["count"] == 3
    assert len(held["versions"]) == 3
    assert document["content_version"] not in held["versions"]
    assert schema_verdicts("mention", [document]) == {}
    assert stages.outcomes["quarantined"] == 0
