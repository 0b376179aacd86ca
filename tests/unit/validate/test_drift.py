"""Profiles, drift against the trailing week, folded days and their Data Docs."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta

import orjson
import pytest
from upath import UPath

from dengar.validate import validate_records
from dengar.validate.days import fold, read_day, retain, week
from dengar.validate.drift import share_drift, volume_drift
from dengar.validate.profile import merged, profile

DAY = date(2026, 11, 24)
URL = "http://127.0.0.1:8080/dags/enrich_mentions/runs/scheduled__2026-11-24T10%3A00"


def source(records: int, *, su: float = 0.0, null: float = 0.0, via: str = "youtube.comments") -> dict:
    """A day's profile of one source."""
    languages = {"id": round(records * (1 - su)), "su": round(records * su)}
    return {
        via: {
            "records": records,
            "mentions": records,
            "languages": languages,
            "nulls": {"sentiment": round(records * null)},
        }
    }


def test_a_profile_counts_sources_languages_and_nulls(mention, metrics, deletion):
    found = profile(
        [
            ("mention", mention(1)),
            ("mention", mention(2, language=None)),
            ("metrics", metrics()),
            ("deletion", deletion()),
        ]
    )
    assert found.keys() == {"youtube.comments"}
    own = found["youtube.comments"]
    assert (own["records"], own["mentions"], own["languages"]) == (3, 2, {"id": 1, "none": 1})
    assert (own["nulls"]["language"], own["nulls"].get("signature")) == (1, 2)
    assert merged([found, found])["youtube.comments"]["records"] == 6


def test_a_profile_stays_bounded(mention):
    many = [
        ("mention", mention(n, collected={"via": f"via{n}"}, language={"code": f"l{n}", "confidence": 1}))
        for n in range(300)
    ]
    found = profile(many)
    assert len(found) == 65
    assert sum(own["records"] for own in found.values()) == 300
    assert len(found["other"]["languages"]) <= 41


def test_shares_that_move_are_told_in_words_and_small_moves_are_not():
    days = [source(500, su=0.03, null=0.02) for _ in range(7)]
    assert share_drift(source(400, su=0.05, null=0.04), days) == []
    assert share_drift(source(400, su=0.34), days) == [
        "youtube.comments: language id is 66% of 400 mentions, 97% of 3500 in the week before.",
        "youtube.comments: language su is 34% of 400 mentions, 3% of 3500 in the week before.",
    ]
    assert share_drift(source(400, su=0.03, null=1.0), days) == [
        "youtube.comments: sentiment is null in 100% of 400 mentions, 2% of 3500 in the week before."
    ]
    assert share_drift(source(40, su=1.0), days) == [], "a small batch says nothing"
    assert share_drift(source(400, su=1.0), []) == [], "nor does a week that nobody saw"


def test_a_source_that_falls_silent_or_floods_is_told():
    days = [source(count) for count in (300, 320, 280, 310, 290, 305, 315)]
    assert volume_drift(source(200), days) == []
    assert volume_drift({}, days) == ["youtube.comments: no record on this day, 305 on a usual day of the week before."]
    assert volume_drift(source(2000), days) == [
        "youtube.comments: 2000 records on this day, 305 on a usual day of the week before."
    ]
    assert volume_drift(source(50), days) == [
        "youtube.comments: 50 records on this day, 305 on a usual day of the week before."
    ]
    assert volume_drift({}, days[:2]) == []


@pytest.fixture
def results(tmp_path, mention) -> UPath:
    """Results of two runs of a day and of one a month ago, after a week of days."""
    root = UPath(tmp_path) / "results"
    for back in range(1, 8):
        path = root / "days" / f"{DAY - timedelta(days=back)}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            orjson.dumps(
                {
                    "day": str(DAY - timedelta(days=back)),
                    "types": {},
                    "drift": [],
                    "worst_runs": [],
                    "profile": source(400),
                }
            )
        )
    now = datetime(2026, 11, 24, 10, 1, tzinfo=UTC)
    batch = [mention(number, language={"code": "su", "confidence": 1}) for number in range(200)]
    batch[3]["hashtags"] = ["Bad"]
    for run, quarantined in (
        ("scheduled__2026-11-24T10-00", 1),
        ("asset_triggered__2026-11-24T10-05", 0),
        ("scheduled__2026-10-20T10-00", 0),
    ):
        report = validate_records("mention", batch if quarantined else batch[4:], now=now)
        kept = {
            "mention": report.result,
            "profile": profile(("mention", record) for record in batch),
            "quarantined": {"rows": 200, "quarantined": quarantined},
            "run": {"dag_id": "enrich_mentions", "run_id": run, "url": URL},
        }
        path = root / "enrich_mentions" / run / "validation-0000.json"
        path.parent.mkdir(parents=True)
        path.write_bytes(orjson.dumps(kept))
    return root


def test_a_day_is_folded_held_against_the_week_and_kept(results):
    day = fold(results, DAY)
    assert read_day(results, DAY) == day
    assert day["validations"] == 2
    told = day["types"]["mention"]
    assert (told["rows"], told["failed"], told["reasons"]) == (396, 1, {"hashtags.malformed": 1})
    assert told["rules"]["hashtags.malformed"] == {"evaluated": 396, "unexpected": 1, "broken": 1}
    assert any("language su is 100% of 400 mentions, 0% of 2800" in sentence for sentence in day["drift"])
    assert [run["url"] for run in day["worst_runs"]] == [URL]
    assert len(week(results, DAY + timedelta(days=1))) == 7


def test_old_results_are_removed(results):
    fold(results, DAY)
    assert retain(results, DAY) == 1
    assert sorted(path.name for path in (results / "enrich_mentions").iterdir()) == [
        "asset_triggered__2026-11-24T10-05",
        "scheduled__2026-11-24T10-00",
    ]
    retain(results, DAY + timedelta(days=63))
    assert [path.stem for path in sorted((results / "days").glob("*.json"))] == []  # DAY itself is 63 days old


def test_a_run_with_a_name_of_its_own_belongs_to_the_day_it_was_written(results):
    own = results / "enrich_mentions" / "repair" / "validation-0000.json"
    own.parent.mkdir()
    own.write_bytes((results / "enrich_mentions" / "scheduled__2026-11-24T10-00" / "validation-0000.json").read_bytes())
    moment = datetime(2026, 11, 24, 15, tzinfo=UTC).timestamp()
    os.utime(str(own), (moment, moment))
    assert fold(results, DAY)["validations"] == 3


def test_data_docs_show_the_day_and_link_to_the_run(results, tmp_path):
    from dengar.validate.docs import build_docs

    days = [fold(results, DAY)]
    target = UPath(tmp_path) / "docs"
    stale = target / "validations" / "old.html"
    stale.parent.mkdir(parents=True)
    stale.write_text("gone")
    assert build_docs(days, target) == 1
    assert not stale.exists()
    assert (target / "index.html").exists()
    (page,) = (target / "validations").rglob("*.html")
    text = page.read_text()
    assert f'<a href="{URL}">' in text
    assert "language su is 100%" in text
    assert "Bansos bulan ini" not in text
