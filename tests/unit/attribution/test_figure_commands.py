"""`dengar attribution figures` and `show`: what people and machines read of stored figures, and the sentences of mistakes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from dengar.attribution import figure_commands, store
from dengar.attribution.figure import Figure
from dengar.cli import build

START = datetime(2026, 11, 23, 17, tzinfo=UTC)


def a_figure(**other: Any) -> Figure:
    fields: dict[str, Any] = {
        "formula": "engaged_reach/1", "metric": "engaged_reach", "unit": "accounts", "platform": "youtube", "campaign": "peduli",
        "partner": "rani", "start": START, "end": START + timedelta(days=1), "computed_at": START + timedelta(hours=20),
        "profile": "sandbox", "value": 1312, "n": 1407, "coverage": 0.81, "inputs": {"posts": ["yt:video:1", "yt:video:2"], "why": None},
    }  # fmt: skip
    return Figure(**fields | other)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Two figures instead of an index; what was asked of it."""
    told: dict[str, Any] = {}
    held = [a_figure(), a_figure(partner="yayasan", coverage=0.1).refuse("coverage_below_floor")]

    def figures(_client: object, **question: Any) -> Iterator[Figure]:
        told.update(question)
        yield from held

    monkeypatch.setattr(store, "figures", figures)
    monkeypatch.setattr(store, "figure", lambda _client, key: next((one for one in held if one.key == key), None))
    monkeypatch.setattr("dengar.index.client", lambda _settings: None)
    return told


def dengar(*arguments: str) -> Any:
    return CliRunner().invoke(build(), ["attribution", *arguments], env={"COLUMNS": "200"})


def test_a_table_tells_values_and_why_there_is_none(asked: dict[str, Any]) -> None:
    done = dengar(
        "figures", "--campaign", "peduli", "--platform", "youtube", "--metric", "engaged_reach", "--since", "2026-11-16"
    )
    assert done.exit_code == 0, done.output
    assert asked["having"] == {"campaign": "peduli", "platform": "youtube", "metric": "engaged_reach"}
    assert asked["start"] == datetime(2026, 11, 15, 17, tzinfo=UTC)
    assert "1,312 accounts" in done.output
    assert "– (too few of its commenters can be seen)" in " ".join(done.output.split())


def test_machines_read_records(asked: dict[str, Any]) -> None:
    done = dengar("figures", "--json")
    assert [json.loads(line)["refused"] for line in done.output.splitlines()] == [None, "coverage_below_floor"]


def test_a_figure_opens_to_its_inputs(asked: dict[str, Any]) -> None:
    done = dengar("show", a_figure().key)
    for said in (
        "engaged_reach/1",
        "2026-11-24 00:00 to 2026-11-25 00:00 WIB",
        "1407",
        "81.0%",
        "profile sandbox",
        "yt:video:1, yt:video:2",
    ):
        assert said in done.output
    assert json.loads(dengar("show", a_figure().key, "--json").output) == a_figure().as_dict()


def test_what_is_not_there_is_one_sentence(asked: dict[str, Any]) -> None:
    done = dengar("show", "engaged_reach:youtube:0000000000000000")
    assert (done.exit_code, "dengar attribution figures" in done.stderr) == (1, True)
    assert dengar("figures", "--platform", "tiktok").exit_code == 2
    assert dengar("run", "--to", "2026-11-24").exit_code == 2
    assert dengar("run", "--from", "2026-11-24", "--to", "2026-11-20").exit_code == 2


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (a_figure(value=0), "0 accounts"),
        (a_figure(value=4.25, low=1, high=9.5, unit="mentions"), "4.25 (1 … 9.5) mentions"),
        (a_figure(value=None, low=900, high=1300), "between (900 … 1,300) accounts"),
        (a_figure(value=None, low=900), "between (900 … ?) accounts"),
        (a_figure().refuse("policy_off"), "– (dimatikan kebijakan)"),
    ],
)
def test_values_for_people(one: Figure, said: str) -> None:
    assert figure_commands.told(one) == said
