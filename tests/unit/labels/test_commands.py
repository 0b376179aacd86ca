"""`dengar label` without a stack: what it says, and with which status."""

from __future__ import annotations

import orjson
import pytest
from typer.testing import CliRunner

from dengar import connected
from dengar.cli import build
from dengar.labels import session
from dengar.labels.apply import apply_labels
from dengar.labels.session import NoMentionError, pseudonym_of_analyst
from dengar.settings import Settings
from tests.unit.labels.samples import ID, START, label, mention
from tests.unit.labels.world import World


def run(*arguments, **options):
    return CliRunner().invoke(build(), ["label", *arguments], **options)


@pytest.fixture
def world(monkeypatch, tmp_path):
    """A session on a log and an index in memory, which hold one mention."""
    from upath import UPath

    world = World()
    world.publish(mention(), journal=UPath(tmp_path) / "journal")
    world.index_all()
    monkeypatch.setenv("DENGAR_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    monkeypatch.setenv("DENGAR_ELASTICSEARCH_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("DENGAR_POLICY_PROFILE", "sandbox")
    monkeypatch.setattr(connected, "KafkaLog", lambda settings: world.log)
    monkeypatch.setattr(session, "indexed_mentions", lambda client, ids: world.index.mentions_of(ids))
    monkeypatch.setattr(session, "indexed_labels", lambda client, ids: world.index.labels_of(ids))
    monkeypatch.setattr(session, "uncertain", lambda client, size, *, since: list(world.index.searchable.values()))
    monkeypatch.setattr(session, "sample", lambda client, size, *, since, seed: list(world.index.searchable.values()))
    return world


@pytest.mark.parametrize("verb", [(), ("next",), ("set",), ("withdraw",), ("show",), ("export",), ("agreement",)])
def test_every_verb_has_an_example(verb):
    shown = run(*verb, "--help")
    assert shown.exit_code == 0
    assert f"Example: dengar label {' '.join(verb)}".strip() in " ".join(shown.output.split())


def test_without_a_stack_it_says_how_to_start_one(monkeypatch, tmp_path):
    monkeypatch.setenv("DENGAR_STATE", str(tmp_path))
    for name in ("DENGAR_KAFKA_BOOTSTRAP", "DENGAR_ELASTICSEARCH_URL"):
        monkeypatch.delenv(name, raising=False)
    shown = run("next")
    assert shown.exit_code == 1
    assert "start it with `dengar up`" in shown.output


def test_without_a_terminal_it_points_to_the_verbs():
    shown = run()
    assert shown.exit_code == 2
    assert "dengar label set" in shown.output


def test_policy_may_forbid_a_judgement_by_hand_but_not_of_the_language(world, monkeypatch):
    monkeypatch.setenv("DENGAR_POLICY_PROFILE", "strict")
    refused = run("set", ID, "intent=question")
    assert refused.exit_code == 2
    assert "dimatikan kebijakan" in refused.output
    assert "To enable it:" in refused.output
    assert run("set", ID, "language=jv", "--json").exit_code == 0


def test_a_decision_is_published_as_the_label_that_stands(world):
    shown = run("set", ID, "intent=question", "urgency=none", "--by", "sari", "--note", "wa 0812-0000-1111", "--json")
    assert shown.exit_code == 0, shown.output
    one = orjson.loads(shown.stdout)
    assert world.topic("labels") == [one]
    assert (one["labelled_by"], one["revision"]) == ("sari", 1)
    assert {field: entry["label"] for field, entry in one["labels"].items()} == {
        "intent": "question",
        "urgency": "none",
    }
    assert "0812" not in one["note"]
    table = run("set", ID, "intent=report", "--by", "budi").output
    assert "Correction 2" in table
    assert "report" in table


def test_the_analyst_has_a_pseudonym_by_default(world):
    one = orjson.loads(run("set", ID, "intent=question", "--json").stdout)
    assert one["labelled_by"] == pseudonym_of_analyst(Settings.from_environment())
    assert one["labelled_by"].startswith("analyst-")
    other = Settings(pseudonym_key="another key of sixteen bytes")
    assert pseudonym_of_analyst(other) != one["labelled_by"]


def test_taking_back_one_field_or_all(world):
    run("set", ID, "intent=question", "urgency=none", "--by", "sari")
    one = orjson.loads(run("withdraw", ID, "urgency", "--json").stdout)
    assert (set(one["labels"]), set(one["withdrawn"])) == ({"intent"}, {"urgency"})
    none = orjson.loads(run("withdraw", ID, "--json").stdout)
    assert none["labels"] == {}
    again = run("withdraw", ID)
    assert again.exit_code == 2
    assert "no hand label that could be taken back" in again.output


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("set", "yt:comment:x", "intent=praise"), 1, "There is no mention yt:comment:x"),
        (("set", ID, "intent=marah"), 2, "'marah' is no intent"),
        (("set", ID, "rasa=marah"), 2, "There is no field 'rasa'"),
        (("set", ID, "intent"), 2, "not FIELD=LABEL"),
        (("set", ID, "intent=praise", "intent=hoax"), 2, "names a field twice"),
        (("set", ID, "intent=praise", "--by", "Ibu Sari"), 2, "a nickname has letters"),
        (("show", ID), 1, "Nobody labelled"),
        (("show", "yt:comment:x"), 1, "There is no mention"),
        (("next", "--since", "kemarin"), 2, "is not a time"),
        (("withdraw", ID, "intent"), 2, "no hand label"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_a_status(world, arguments, status, says):
    shown = run(*arguments, env={"TERMINAL_WIDTH": "300", "COLUMNS": "300"})
    assert shown.exit_code == status
    assert says in " ".join(shown.output.split())
    assert world.topic("labels") == []


def test_a_deleted_mention_cannot_be_labelled(world):
    world.index.searchable[ID] = {"id": ID, "deleted": True, "version": 1}
    world.log.commit("index-mentions", world.log.ends(["mentions"]))
    assert "was deleted" in run("set", ID, "intent=praise").output
    with pytest.raises(NoMentionError), session.Session(Settings.from_environment(), "sari") as one:
        one.mention(ID)


def test_next_shows_a_mention_once_and_no_more_when_it_is_labelled(world):
    rows = [orjson.loads(line) for line in run("next", "--json").stdout.splitlines()]
    assert [(row["id"], row["drawn"]) for row in rows] == [(ID, "uncertain")]
    assert rows[0]["machine"]["intent"] == "complaint"
    assert orjson.loads(run("next", "--sample", "3", "--json").stdout)["drawn"] == "sample"
    assert mention()["text"].split(",")[0] in run("next").output
    run("set", ID, "intent=question", "--by", "sari")
    assert run("next", "--json").stdout == "", "its label is on its way"
    world.apply()
    assert run("next", "--json").stdout == "", "its label is applied, but the mention is not indexed yet"
    assert "Nothing is left" in run("next").output


def test_show_tells_people_machine_and_that_the_text_changed(world):
    one = label(intent="question")
    world.label(one)
    world.settle_down()
    shown = run("show", ID).output
    assert "question" in shown
    assert "edited after" not in shown
    assert orjson.loads(run("show", ID, "--json").stdout) == one
    world.index.searchable[ID] = apply_labels(mention(9), one)
    assert "edited after it was labelled" in run("show", ID).output


def test_at_the_keyboard_each_mention_is_published_at_once(world, monkeypatch):
    from dengar.labels import commands

    pressed = iter(["q", " ", "\x1b"])
    monkeypatch.setattr("click.getchar", lambda: next(pressed))
    other = mention(identity="yt:comment:lain")
    world.index.searchable["yt:comment:lain"] = other
    with session.Session(Settings.from_environment(), "sari", now=lambda: START) as one:
        commands._loop(one, ["intent", "sentiment"], uncertain=True, sample=None, since=None, seed=0)
    published = world.topic("labels")
    assert [(each["id"], set(each["labels"])) for each in published] == [(ID, {"intent"})]
    assert published[0]["labels"]["intent"]["drawn"] == "uncertain"
