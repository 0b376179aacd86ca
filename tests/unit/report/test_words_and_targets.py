"""Both catalogues say the same things; figures are written as each language writes them; targets are checked."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import yaml
from typer.testing import CliRunner

from dengar.cli import build as build_cli
from dengar.report import targets
from dengar.report.figure import Figure
from dengar.report.week import Week, WeekError
from dengar.report.words import FOLDER, report_words

PLACE = re.compile(r"\{(\w+)\}")


def test_the_catalogues_have_the_same_sentences_with_the_same_places():
    own, other = (yaml.safe_load((FOLDER / f"{one}.yaml").read_text())["sentences"] for one in ("id", "en"))
    assert set(own) == set(other)
    for name, sentence in own.items():
        assert set(PLACE.findall(sentence)) == set(PLACE.findall(other[name])), name


@pytest.mark.parametrize(
    ("unit", "value", "indonesian", "english"),
    [
        ("count", 12_345, "12.345", "12,345"),
        ("count", 1_976.5, "1.976,5", "1,976.5"),
        ("share", 0.384, "38%", "38%"),
        ("share", 0.0004, "0,0%", "0.0%"),
        ("share", 1.873, "187%", "187%"),
        ("points", -12.5, "−12,5", "−12.5"),
        ("points", -20, "−20", "−20"),
        ("points", 0, "0", "0"),
        ("seconds", 24_000, "6 jam 40 mnt", "6 h 40 min"),
        ("seconds", 86_400, "24 jam", "24 h"),
        ("seconds", 200_000, "2 hari 8 jam", "2 d 8 h"),
        ("seconds", 20, "0 mnt", "0 min"),
        ("count", None, "–", "–"),
    ],
)
def test_values_as_people_write_them(unit, value, indonesian, english):
    assert report_words("id").value(unit, value) == indonesian
    assert report_words("en").value(unit, value) == english


def test_a_share_that_misses_its_target_by_little_does_not_read_as_the_target():
    words, row = report_words("id"), Figure("complaint_share", "x", value=0.354, unit="share")
    assert (words.apart(row, 0.35), words.apart(row, 0.4), words.apart(row, None)) == ("35,4%", "35%", "35%")


def test_the_period_of_a_week():
    assert report_words("id").period(Week.parse("2026-W47")) == "16–22 November 2026"
    assert report_words("id").period(Week.parse("2026-W53")) == "28 Desember – 3 Januari 2027"


@pytest.mark.parametrize("text", ["2026", "2026-W54", "W47", "2026-47", ""])
def test_what_is_no_week_is_told_with_the_form(text):
    with pytest.raises(WeekError, match="2026-W47"):
        Week.parse(text)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"targets": {"likes": {"at_least": 1, "source": "x", "read": date(2026, 11, 1)}}}, "none of"),
        ({"targets": {"reply_share": {"source": "x", "read": date(2026, 11, 1)}}}, "one number"),
        ({"targets": {"reply_share": {"at_least": 0.8}}}, "no source"),
        ({"goals": {}}, "not of its form"),
    ],
)
def test_a_mistake_in_the_targets_is_one_sentence(tmp_path, body, told):
    file = tmp_path / "targets.yaml"
    file.write_text(yaml.safe_dump(body))
    with pytest.raises(targets.TargetsError, match=told):
        targets.read(file)


def test_the_shipped_targets_can_be_read_and_missed():
    shipped = targets.read()
    assert shipped["reply_share"].met(0.8)
    assert not shipped["reply_share"].met(0.79)
    assert shipped["first_response"].met(3_600)
    assert not shipped["first_response"].met(timedelta(days=2).total_seconds())


@pytest.mark.parametrize(("week", "told"), [("kemarin", "2026-W47"), ("2199-W01", "has not begun")])
def test_a_week_that_cannot_be_told_ends_with_status_2(week, told):
    done = CliRunner().invoke(build_cli(), ["report", "weekly", "--week", week])
    assert done.exit_code == 2
    assert told in done.output


def test_without_an_index_it_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("DENGAR_STATE", str(tmp_path / "none"))
    monkeypatch.delenv("DENGAR_ELASTICSEARCH_URL", raising=False)
    done = CliRunner().invoke(build_cli(), ["report", "weekly", "--week", "2026-W47"])
    assert done.exit_code == 1
    assert "dengar up" in done.output
