"""A rehearsal of the crisis protocol: its clocks equal the script's, and nothing leaves it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import apprise
import orjson
import pytest
from typer.testing import CliRunner
from upath import UPath

from dengar.alerts.outbox import Outbox
from dengar.alerts.plan import due
from dengar.alerts.rules import load_rules
from dengar.cli import build
from dengar.exercise import script as scripts
from dengar.exercise.commands import differing
from dengar.exercise.indices import PREFIX, OutsideError, apart
from dengar.exercise.rehearsal import NothingTold, rehearse
from dengar.exercise.script import SCENARIO, ScriptError, play, read_script
from dengar.policy import load_policy
from dengar.schemas import validator
from dengar.trends.protocol import MOMENTS


@pytest.fixture(scope="module")
def played():
    """The shipped scenario, played once: the script and its mentions."""
    return play(SCENARIO, 7)


@pytest.fixture(scope="module")
def rehearsed(played, tmp_path_factory):
    script, mentions = played
    box = Outbox(UPath(tmp_path_factory.mktemp("exercise") / "outbox"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apprise.Apprise, "notify", lambda *_, **__: pytest.fail("an exercise sends nothing"))
        return rehearse(mentions, script, load_policy("sandbox"), load_rules(), box), box


@pytest.mark.timeout(300)
def test_the_clocks_of_a_rehearsal_equal_the_scripts(played, rehearsed):
    script, found = played[0], rehearsed[0]
    assert {name: getattr(found.clocks, name) for name in MOMENTS} == {
        name: getattr(script.clocks, name) for name in MOMENTS
    }
    assert differing(script.clocks, found.clocks) == []


@pytest.mark.timeout(300)
def test_a_rehearsal_that_says_and_does_nothing_has_clocks_that_never_stop(played):
    script, mentions = played
    never = read_script(_row(acknowledged="2026-11-25T00:00:00+07:00", first_statement="2026-11-25T00:00:00+07:00"))
    found = rehearse(mentions, never, load_policy("sandbox"), load_rules(), Outbox(UPath("memory://exercise-silent")))
    assert (found.clocks.acknowledged, found.clocks.first_statement) == (None, None)
    assert found.clocks.halved == script.clocks.halved
    assert any(channel == "pimpinan" for channel, _, _ in found.told), (
        "what nobody acknowledges escalates, in the log too"
    )
    assert sorted(differing(script.clocks, found.clocks)) == ["acknowledged", "first_statement"]


def test_what_would_have_been_sent_is_marked_as_an_exercise_everywhere(rehearsed):
    found, box = rehearsed
    assert found.told
    assert all(title.startswith("[LATIHAN] ") for _, _, title in found.told)
    assert {slip.state for slip in box.slips()} == {"sent"}
    assert all(slip.key.startswith("exercise/") for slip in box.slips())
    assert all(validator("alert").is_valid(one) and one["muted"] for one in found.alerts)
    assert due(found.alerts, load_rules(), found.end) == [], "the real deliverer would leave them alone"
    assert all(validator("trend").is_valid(one) for one in found.trends)


def test_a_scenario_without_its_crisis_says_so(played, tmp_path):
    script, mentions = played
    calm = [one for one in mentions if one["published_at"] < "2026-11-19T02:00"]
    with pytest.raises(NothingTold, match="raised no alert"):
        rehearse(calm, script, load_policy("sandbox"), load_rules(), Outbox(UPath(tmp_path)))


def _row(**changes):
    return {
        "onset": "2026-11-19T09:00:00+07:00", "detected": "2026-11-19T09:10:00+07:00", "acknowledged": "2026-11-19T09:22:00+07:00",
        "first_statement": "2026-11-19T09:55:00+07:00", "halved": "2026-11-19T12:00:00+07:00", "statement": "x", **changes,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (None, "no script"),
        ({"onset": "2026-11-19T09:00:00+07:00"}, "lacks 'detected'"),
        (_row(halved="siang"), "none"),
        (_row(acknowledged="2026-11-19T09:05:00+07:00"), "before the crisis is detected"),
    ],
)
def test_a_script_that_cannot_be_played_says_so(row, says):
    with pytest.raises(ScriptError, match=says):
        read_script(row)


def test_clocks_that_differ_by_more_than_a_bin_are_named():
    told = read_script(_row()).clocks
    assert told.acknowledged is not None
    assert differing(told, replace(told, acknowledged=told.acknowledged + timedelta(minutes=5))) == []
    assert differing(told, replace(told, acknowledged=told.acknowledged + timedelta(minutes=6))) == ["acknowledged"]
    assert differing(told, replace(told, halved=None)) == ["halved"]


@pytest.mark.parametrize(
    ("path", "reaches"),
    [
        ("/mentions/_search", "/exercise-mentions/_search"),
        ("/alerts-v1,trends-v1", "/exercise-alerts-v1,exercise-trends-v1"),
        ("/alerts-v1%2Ctrends-v1", "/exercise-alerts-v1,exercise-trends-v1"),
        ("/*", "/exercise-*"),
        ("/exercise-mentions-v1-youtube-2026.11", "/exercise-mentions-v1-youtube-2026.11"),
        ("/_index_template/dengar-alerts", "/_index_template/exercise-dengar-alerts"),
        ("/_component_template/dengar-settings", "/_component_template/exercise-dengar-settings"),
    ],
)
def test_every_name_of_a_request_gets_the_prefix(path, reaches):
    assert apart(path, None) == (reaches, None)


@pytest.mark.parametrize(
    "path", ["/_search", "/_aliases", "/_reindex", "/_all/_search", "/", "/_cluster/settings", "/_template"]
)
def test_what_names_no_index_is_refused(path):
    with pytest.raises(OutsideError):
        apart(path, None)


def test_bulk_lines_and_templates_are_prefixed_too():
    lines = [
        b'{"index":{"_index":"alerts-v1","_id":"a","version":3,"version_type":"external"}}',
        b'{"id":"a","_index":"x"}',
    ]
    path, body = apart("/_bulk", lines)
    assert path == "/_bulk"
    assert orjson.loads(body[0])["index"]["_index"] == "exercise-alerts-v1"
    assert body[1] == lines[1], "documents stay as they are"
    template = {
        "index_patterns": ["alerts-v*"],
        "composed_of": ["dengar-settings"],
        "template": {"aliases": {"alerts": {}}},
    }
    _, made = apart("/_index_template/dengar-alerts", template)
    assert made["index_patterns"] == ["exercise-alerts-v*"]
    assert made["composed_of"] == ["exercise-dengar-settings"]
    assert list(made["template"]["aliases"]) == [PREFIX + "alerts"]


def test_the_verb_prints_the_clocks_without_any_service(played, monkeypatch):
    monkeypatch.setattr(scripts, "play", lambda *_: played)
    told = CliRunner().invoke(build(), ["exercise", "crisis", "--no-index", "--json"])
    assert told.exit_code == 0, told.output
    said = orjson.loads(told.stdout)
    assert said["clocks"] == said["script"]
    assert said["brief"] is None


def test_the_verb_fails_where_the_clocks_are_not_the_scripts(played, monkeypatch):
    script, mentions = played
    late = replace(script, clocks=replace(script.clocks, halved=script.clocks.halved - timedelta(hours=1)))
    monkeypatch.setattr(scripts, "play", lambda *_: (late, mentions))
    told = CliRunner().invoke(build(), ["exercise", "crisis", "--no-index"])
    assert told.exit_code == 1
    assert "halved" in told.output
