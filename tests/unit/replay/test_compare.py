"""Two models on the same range: what changes, who is right where people said so, and nothing is published."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from dengar.enrich import Context
from dengar.enrich.heads import MODELS, ModelError
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.registers import Registers
from dengar.replay.compare import HEADS, compare

CONTEXT = Context(Registers(), b"a key of at least sixteen bytes", "sandbox")


def candidate(folder: Path, version: str = "candidate/1") -> Path:
    """The shipped heads, of which sentiment calls positive what was negative and the other way round."""
    for name in ("heads.npz", "model.json"):
        shutil.copyfile(MODELS / name, folder / name)
    card = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    card["version"] = version
    (head,) = [head for head in card["heads"] if head["name"] == "sentiment"]
    turned = {"positive": "negative", "negative": "positive"}
    head["labels"] = [turned.get(label, label) for label in head["labels"]]
    (folder / "model.json").write_text(json.dumps(card), encoding="utf-8")
    return folder


def comments_log(count: int) -> tuple[MemoryLog, list[OffsetRange]]:
    from bench.load import comments, raw_event

    log, source = MemoryLog(), comments(5)
    for _ in range(count):
        video, item = next(source)
        event = raw_event(video, item)
        for _ in range(2):  # the same item twice counts once
            log.append("raw.youtube", f"yt:video:{video}", event.data, event.headers())
    log.append("raw.youtube", "k", b"{", event.headers())
    log.flush()
    return log, [OffsetRange(*partition, 0, end) for partition, end in log.ends(["raw.youtube"]).items() if end]


def test_what_changes_is_told_head_by_head(tmp_path):
    log, spans = comments_log(120)
    ends = log.ends(["mentions", "quarantine", "metrics"])
    labelled: dict = {}

    def labels(ids):
        if not labelled:
            labelled.update({ids[0]: {"labels": {"sentiment": {"label": "positive"}}}})
        return {identity: labelled[identity] for identity in ids if identity in labelled}

    report = compare(log, spans, CONTEXT, replace(CONTEXT, models=candidate(tmp_path)), labels=labels)
    told = report.told()
    assert json.loads(json.dumps(told)) == told
    assert (told["candidate"], told["mentions"], told["failed"]) == ("candidate/1", 120, 0)
    sentiment = told["heads"]["sentiment"]
    assert 0 < sentiment["changed"] == told["changed"] <= 120
    assert sum(change["count"] for change in sentiment["changes"]) == sentiment["changed"]
    assert {(one["from"], one["to"]) for one in sentiment["changes"]} <= {
        ("positive", "negative"), ("negative", "positive"),
    }  # fmt: skip
    assert sentiment["changed"] + sum(sentiment["unchanged"].values()) == 120
    assert 0 < len(sentiment["samples"]) <= 10
    assert sentiment["hand_labels"]["labelled"] == 1
    assert {name: told["heads"][name]["changed"] for name in HEADS if name != "sentiment"} == dict.fromkeys(
        [name for name in HEADS if name != "sentiment"], 0
    )
    assert log.ends(["mentions", "quarantine", "metrics"]) == ends, "nothing is published"


def test_a_model_against_itself_changes_nothing(tmp_path):
    log, spans = comments_log(30)
    told = compare(log, spans, CONTEXT, CONTEXT).told()
    assert (told["changed"], told["mentions"]) == (0, 30)


def test_a_text_that_one_model_cannot_judge_is_counted(monkeypatch):
    from dengar.replay import compare as module

    real = module.enrichment.enrich_mentions

    def poisoned(drafts, context):
        if any("(7)" in draft["text"] for draft in drafts):
            raise RuntimeError("boom")
        return real(drafts, context)

    monkeypatch.setattr(module.enrichment, "enrich_mentions", poisoned)
    log, spans = comments_log(12)
    told = compare(log, spans, CONTEXT, CONTEXT).told()
    assert (told["mentions"], told["failed"]) == (11, 1)


def test_a_folder_without_a_model_is_told(tmp_path):
    log, spans = comments_log(2)
    with pytest.raises(ModelError):
        compare(log, spans, CONTEXT, replace(CONTEXT, models=tmp_path))
