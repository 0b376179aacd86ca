"""The desk for people and machines, without services: what is shown, what policy hides, what the verbs say when they cannot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from typer.testing import CliRunner

from dengar.cli import build
from dengar.policy import load_policy
from dengar.responses import render
from dengar.responses.breaches import Breaches, end_of_day, request, together, told
from dengar.responses.queue import merged
from dengar.responses.store import Held
from tests.unit.responses.memory import World
from tests.unit.responses.mentions import a_desk, mention

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 08:00 in Jakarta
SOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
APART = [
    Breaches("instagram", SOON, 1, 10, "2026-11-23T08:00:00.000Z", {"linjamsos": 10}),
    Breaches("youtube", SOON, 0, 2, "2026-11-23T07:00:00.000Z", {"linjamsos": 1, "itjen": 1}),
]
BREACHES = together(APART, load_policy("sandbox"))


@pytest.fixture
def held():
    world = World(a_desk())
    asked = {"asks": True, "category": "pkh", "urgency": "urgent", "sentiment": "negative"}
    world.say([mention("ig:comment:1", MONDAY, **asked), mention("ig:comment:2", MONDAY, key="ig~anna", **asked)])
    world.say([mention("yt:comment:3", MONDAY, key="yt~b", platform="youtube", post="yt:video:1", **asked)])
    world.track(MONDAY + timedelta(minutes=5))
    return [Held(one, None) for _, one in sorted(world.state().items())]


def test_one_grievance_is_one_row_and_machines_get_json(held, capsys: pytest.CaptureFixture[str]) -> None:
    rows = merged(held)
    assert [(row.response["id"], len(row.others)) for row in rows] == [("ig:comment:1", 1), ("yt:comment:3", 0)]
    texts = {"ig:comment:1": {"text": "belum cair [b]", "permalink": "https://example.org/1"}}
    now = MONDAY + timedelta(hours=2)
    render.tell_queue(rows, 3, texts, BREACHES, load_policy("sandbox"), now, True)
    first, _, last = (orjson.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["text"], first["others"], first["permalink"]) == (
        "belum cair [b]",
        ["ig:comment:2"],
        "https://example.org/1",
    )
    assert "turns" not in first
    [soon] = last["breaches"]
    assert (soon["platform"], soon["overdue"], soon["will_be_overdue"]) == ("all", 1, 12)
    assert soon["first_due_at"] == "2026-11-23T07:00:00.000Z"
    assert soon["by_directorate"] == {"linjamsos": 11, "itjen": 1}
    render.tell_queue(rows, 3, texts, BREACHES, load_policy("sandbox"), now, False)
    printed = capsys.readouterr().out
    assert "[b]" in printed, "texts are never markup"
    assert "1 are overdue, 12 more will be by 23 Nov 16:00 WIB if nobody answers." in printed
    assert "LATE" in printed, "urgent: an hour on the wall clock"


def test_what_policy_hides_says_so(held) -> None:
    shown = {one.response["platform"]: render.as_told(one.response, load_policy("strict")) for one in held}
    assert shown["youtube"]["category"].startswith("dimatikan kebijakan")
    assert shown["instagram"]["category"] == "pkh"


def test_the_office_closes_when_it_closes() -> None:
    working = a_desk().working
    assert end_of_day(working, MONDAY).isoformat() == "2026-11-23T09:00:00+00:00"
    friday = MONDAY + timedelta(days=4, hours=12)
    assert end_of_day(working, friday).isoformat() == "2026-11-30T09:00:00+00:00", "the weekend is free"


def test_platforms_stay_apart_where_policy_keeps_their_clocks_apart(held, capsys: pytest.CaptureFixture[str]) -> None:
    assert together(APART, load_policy("strict")) == APART
    assert together(APART[:1], load_policy("sandbox")) == APART[:1]
    render.tell_queue(merged(held), 3, {}, APART, load_policy("strict"), MONDAY, False)
    printed = capsys.readouterr().out
    assert "instagram: 1 are overdue, 10 more will be by 23 Nov 16:00 WIB" in printed
    assert "youtube: 0 are overdue, 2 more" in printed


def test_what_the_index_counts_is_told_a_platform_each() -> None:
    asked = request(MONDAY, SOON)
    assert list(asked["aggs"]) == ["platform"]
    soon = {"doc_count": 3, "by": {"buckets": [{"key": "itjen", "doc_count": 3}]}, "first": {"value": None}}
    buckets = [{"key": "youtube", "late": {"doc_count": 2}, "soon": soon}]
    assert told({"platform": {"buckets": buckets}}, SOON) == [Breaches("youtube", SOON, 2, 3, None, {"itjen": 3})]
    assert told({}, SOON) == []


def test_an_empty_queue_and_no_causes(capsys: pytest.CaptureFixture[str]) -> None:
    render.tell_queue([], 0, {}, BREACHES, load_policy("sandbox"), MONDAY, False)
    render.tell_causes([], False)
    assert capsys.readouterr().out == "Nobody waits: the queue is empty.\nNobody waits: there is no cause to count.\n"


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["queue"], 1),
        (["measures"], 1),
        (["queue", "--state", "sleeping"], 2),
        (["queue", "--flag", "nice"], 2),
        (["queue", "--due", "soonish"], 2),
        (["measures", "--by", "colour"], 2),
        (["dismiss", "x", "--reason", "bored"], 2),
        (["assign", "x"], 2),
        (["note", "x", "--text", "y"], 1),
    ],
)
def test_the_verbs_end_as_promised(
    arguments: list[str], status: int, monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    monkeypatch.setenv("DENGAR_STATE", str(tmp_path / "none"))
    for name in ("DENGAR_KAFKA_BOOTSTRAP", "DENGAR_ELASTICSEARCH_URL"):
        monkeypatch.delenv(name, raising=False)
    done = CliRunner().invoke(build(), ["responses", *arguments])
    assert done.exit_code == status, done.output
    assert "Traceback" not in done.output


def test_every_verb_shows_an_example() -> None:
    group = build()
    for verb in (
        "queue",
        "show",
        "session",
        "assign",
        "note",
        "hand-over",
        "close",
        "resolve",
        "dismiss",
        "reopen",
        "answered-live",
        "measures",
    ):
        done = CliRunner().invoke(group, ["responses", verb, "--help"])
        assert done.exit_code == 0
        assert "Example: dengar responses" in done.output, verb
