"""What the desk explains: advice on every code, and where in the record today's code fails."""

from __future__ import annotations

import pytest

from dengar.mapping.reasons import REASONS
from dengar.quarantine.advice import advice
from dengar.quarantine.desk import Desk
from dengar.quarantine.render import explanation
from dengar.quarantine.trial import attempt, pointer, pointers, schema_pointers, trial_context
from dengar.settings import Settings
from dengar.validate import RECORD_TYPES
from dengar.validate.files import load_rules
from tests.unit.quarantine.samples import CONTEXT, Pipeline, item


@pytest.mark.parametrize(
    "reason", [*REASONS, "not_an_event", "enrich_failed", "label.schema", "schema.text", "index.x"]
)
def test_every_code_of_ours_has_meaning_cause_and_next_step(reason):
    told = advice(reason)
    assert all(len(part) > 10 for part in (told.meaning, told.cause, told.next))
    assert told.meaning != advice("nobody.wrote.this").meaning


def test_a_rule_is_explained_by_its_own_sentence():
    for rule in (rule for record_type in RECORD_TYPES for rule in load_rules(record_type)):
        assert advice(rule.reason).meaning == rule.detail or rule.reason in (
            other.reason for kind in RECORD_TYPES for other in load_rules(kind) if other is not rule
        )


def tried(tmp_path, one):
    pipeline = Pipeline(tmp_path)
    pipeline.collect(one)
    pipeline.run("r")
    desk = Desk(pipeline.log, pipeline.journal)
    (entry,) = desk.entries()
    return entry, attempt(entry, desk.held(entry), CONTEXT)


def test_a_field_that_cannot_be_mapped_is_named_by_its_pointer(tmp_path):
    entry, trial = tried(tmp_path, item(1, "kapan-kapan"))
    assert (trial.passes, trial.stage, trial.reason, trial.inside) == (False, "map", "bad_time", "item")
    assert trial.pointers == ("/snippet/publishedAt",)
    text = "\n".join(explanation(entry, advice(entry.reason), trial))
    assert "/snippet/publishedAt in the platform's item" in text
    assert "What to do next: Teach dengar/mapping/times.py" in text


def test_a_trial_needs_no_key_of_the_deployment(tmp_path):
    pipeline = Pipeline(tmp_path)
    pipeline.collect(item(1, "kapan-kapan"))
    pipeline.run("r")
    desk = Desk(pipeline.log, pipeline.journal)
    (entry,) = desk.entries()
    context = trial_context(Settings(policy_profile="sandbox"))
    assert attempt(entry, desk.held(entry), context).reason == "bad_time"


def test_bytes_that_are_no_text_are_named_by_their_place(tmp_path):
    pipeline = Pipeline(tmp_path)
    pipeline.log.append("raw.youtube", "k", b'{"id": "\xff"}', [*item(1).event(_at()).headers()])
    pipeline.log.flush()
    pipeline.run("r")
    desk = Desk(pipeline.log, pipeline.journal)
    (entry,) = desk.entries()
    trial = attempt(entry, desk.held(entry), CONTEXT)
    assert (trial.reason, trial.place, trial.pointers) == ("bad_encoding", "byte 8 of the value", ())


def test_a_record_that_todays_code_takes_is_told_to_be_replayed(tmp_path, monkeypatch):
    from dengar.mapping import times

    real = times._written
    monkeypatch.setattr(times, "_written", lambda value: (_ for _ in ()).throw(ValueError()))
    pipeline = Pipeline(tmp_path)
    pipeline.collect(item(1))
    pipeline.run("r")
    monkeypatch.setattr(times, "_written", real)
    desk = Desk(pipeline.log, pipeline.journal)
    (entry,) = desk.entries()
    trial = attempt(entry, desk.held(entry), CONTEXT)
    assert (trial.passes, trial.outcome) == (True, "mention")
    assert f"dengar quarantine replay {entry.id}" in explanation(entry, advice(entry.reason), trial)[-1]
    assert len(pipeline.records("mentions")) == 0, "a trial writes nothing"


def test_an_enriched_record_is_pointed_into(tmp_path, monkeypatch):
    from dengar.stages import enrich as stage

    real = stage.enrichment.enrich_mentions

    def wrong(drafts, context):
        return [{**record, "engagement": {"likes": "banyak", "replies": None}} for record in real(drafts, context)]

    monkeypatch.setattr(stage.enrichment, "enrich_mentions", wrong)
    entry, trial = tried(tmp_path, item(1))
    assert (entry.stage, entry.reason) == ("validate", "schema.engagement")
    assert (trial.inside, trial.pointers) == ("record", ("/engagement/likes",))


def test_pointers_are_those_of_rfc_6901_and_few():
    assert pointer(["a/b", "m~n", "0"]) == "/a~1b/m~0n/0"
    value = {"x": [{"id": 1}, {"id": 2}, {"id": 3}], "id": 0, "deep": {"id": {"id": 4}}}
    assert pointers(value, ["id"]) == ("/id", "/deep/id", "/deep/id/id")
    assert pointers(value, ["deep", "id"]) == ("/deep/id",)
    assert pointers(value, ["nothing"]) == pointers(None, ["id"]) == ()
    assert schema_pointers("deletion", {"id": 5}) != ()


def _at():
    from dengar.records import moment

    return moment(1_795_143_600_000)
