from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import jsonschema_rs
import pytest

from dengar.attribution.figure import Figure
from dengar.schemas import load

START = datetime(2026, 11, 24, tzinfo=UTC)


def a_figure(**other: Any) -> Figure:
    fields: dict[str, Any] = {
        "formula": "engaged_reach/1",
        "metric": "engaged_reach",
        "unit": "accounts",
        "platform": "instagram",
        "campaign": "bansos-2026",
        "partner": "komunitas-contoh",
        "start": START,
        "end": START + timedelta(days=1),
        "computed_at": START + timedelta(days=1, minutes=5),
        "profile": "sandbox",
        "value": 312,
        "n": 407,
        "coverage": 0.81,
        "inputs": {"posts": ["ig:media:1"], "comments_told": 502, "how": "published", "exact": True, "asked": None},
    }
    return Figure(**fields | other)


def test_it_comes_back_from_its_record() -> None:
    one = a_figure(dimension={"purpose": "ajakan"}, low=300, high=330.5, account="instagram:1784")
    assert Figure.from_dict(one.as_dict()) == one


def test_a_rerun_has_the_same_id_by_whatever_formula_and_value() -> None:
    one = a_figure()
    assert replace(one, value=9, formula="engaged_reach/2", computed_at=START + timedelta(days=9)).key == one.key
    assert replace(one, start=START.astimezone(timezone(timedelta(hours=7)))).key == one.key


@pytest.mark.parametrize(
    "other",
    [
        {"metric": "reach_measured"}, {"platform": "youtube"}, {"campaign": None}, {"partner": "lain"}, {"account": "instagram:1"},
        {"dimension": {"age": "25-34"}}, {"end": START + timedelta(days=2)}, {"start": START - timedelta(days=1)},
    ],
)  # fmt: skip
def test_another_cut_has_another_id(other: dict[str, Any]) -> None:
    assert a_figure(**other).key != a_figure().key


def test_what_is_refused_has_a_reason_and_no_value() -> None:
    refused = a_figure(low=1, high=9).refuse("coverage_below_floor")
    assert (refused.value, refused.low, refused.high) == (None, None, None)
    assert refused.refused == "coverage_below_floor"
    assert refused.key == a_figure().key
    with pytest.raises(ValueError, match="no value"):
        a_figure(refused="policy_off")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"platform": "all"}, "one platform"),
        ({"end": START}, "ends before"),
        ({"start": datetime(2026, 11, 24)}, "time zone"),  # noqa: DTZ001 - that is the mistake
        ({"value": float("nan")}, "finite"),
        ({"low": 5, "high": 4}, "upside down"),
        ({"coverage": 1.2}, "share"),
        ({"refused": "because", "value": None}, "no reason"),
        ({"metric": "Engaged reach"}, "no name"),
        ({"formula": ""}, "no name"),
    ],
)
def test_a_figure_that_contradicts_itself_is_an_error(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        a_figure(**wrong)


def test_its_record_keeps_the_schema() -> None:
    validator = jsonschema_rs.validator_for(load("attribution"), validate_formats=True)
    for one in (
        a_figure(low=1, high=400.5, dimension={"post": "ig:media:1"}),
        a_figure().refuse("policy_off", "yt-derived"),
    ):
        assert list(validator.iter_errors(one.as_dict())) == []
