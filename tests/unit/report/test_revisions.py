"""Figures are frozen with a version; what changes later shows, with what it was and since when."""

from __future__ import annotations

from datetime import UTC, timedelta

import orjson
import pytest
from upath import UPath

from dengar.report.make import settled
from dengar.report.pdf import pdf
from dengar.report.shelf import Shelf
from dengar.report.week import Week
from dengar.report.weekly import Report
from tests.unit.report.corpus import NOW, WEEK_TOLD, MemorySource, corpus
from tests.unit.report.told import page, scope, written

LATER = NOW + timedelta(days=1)


@pytest.fixture
def shelf(tmp_path):
    return Shelf(UPath(tmp_path))


def as_json(report):
    return orjson.loads(orjson.dumps(report.as_dict()))


def public(source, count):
    rows = [
        row
        for row in source.rows.values()
        if row["author"]["role"] == "public" and WEEK_TOLD.since.isoformat() <= row["published_at"]
    ]
    return [row["id"] for row in rows][:count]


def test_what_did_not_change_stays_the_version_it_was(shelf):
    source = MemorySource(corpus(weeks=2, per_day=4))
    first = settled(scope(source), shelf)
    source.counted = {
        row["id"]: {"likes": 9_999, "comments": 9} for row in source.rows.values() if row["kind"] == "post"
    }
    again = settled(scope(source, now=LATER), shelf)
    assert (first.version, again.version, again.made_at) == (1, 1, first.made_at)
    assert len(list(shelf.folder("2026-W47").iterdir())) == 1


def test_a_deletion_shows_as_a_revision_with_what_it_was(shelf):
    source = MemorySource(corpus(weeks=2, per_day=4))
    first = settled(scope(source), shelf)
    was = first.figures.value("mentions")
    source.delete(*public(source, 3))
    second = settled(scope(source, now=LATER), shelf)
    assert second.version == 2
    assert second.figures.value("mentions") == was - 3
    (revision,) = second.revisions
    assert revision.since == first.made_at
    assert dict(revision.deleted) == dict(source.deleted)
    change = next(one for one in revision.changes if (one.id, one.platform) == ("mentions", None))
    assert (change.before, change.after) == (was, was - 3)
    told = written(second, source)
    assert "Revisi 2" in told
    assert f"Sebutan publik {was} {was - 3}" in told
    assert pdf(page(second, source), made_at=LATER).startswith(b"%PDF")
    assert as_json(shelf.newest("2026-W47")) == as_json(second) == as_json(Report.read(as_json(second)))


def test_an_example_that_was_deleted_is_shown_no_more(shelf):
    source = MemorySource(corpus(weeks=2, per_day=3))
    first = settled(scope(source), shelf)
    examples = [identity for row in first.figures.all("grievance") for identity in row.detail["samples"]]
    gone = source.rows[examples[0]]["text"]
    before = written(first, source)
    copies = [row["id"] for row in source.rows.values() if row["text"] == gone]
    source.delete(*copies)
    assert gone in before
    assert gone not in written(first, source), "not even by the version that chose it"
    settled(scope(source, now=LATER), shelf)
    kept = (shelf.folder("2026-W47") / "v0001.json").read_text()
    assert not [identity for identity in examples if identity in kept], "a version that another follows holds no ids"


def test_another_profile_is_told_as_a_reason(shelf):
    source = MemorySource(corpus(weeks=2, per_day=4))
    settled(scope(source), shelf)
    second = settled(scope(source, profile="strict", now=LATER), shelf)
    assert second.revisions[-1].profile_before == "sandbox"
    assert "Profil kebijakan sebelumnya sandbox" in written(second, source)


def test_a_week_that_lasts_is_not_frozen(shelf):
    source = MemorySource(corpus(weeks=2, per_day=4))
    report = settled(scope(source, now=WEEK_TOLD.until - timedelta(hours=1)), shelf)
    assert (report.version, shelf.names()) == (0, [])
    assert "Sementara" in written(report, source)


def test_figures_that_may_not_outlive_their_records_are_taken_out(shelf):
    source = MemorySource(corpus(weeks=2, per_day=12))
    frozen = settled(scope(source), shelf)
    (shelf.folder(frozen.name) / "laporan.html").write_text("…")
    source.rows.clear()
    kept = settled(scope(source, now=WEEK_TOLD.until + timedelta(days=31)), shelf)
    assert kept.version == frozen.version
    assert kept.retired_at is not None
    assert kept.figures.get("mentions", "youtube").missing.kind == "retired", "YouTube lets no aggregate stay"
    assert kept.figures.get("mentions").missing.kind == "retired", "what is of both is of YouTube too"
    assert kept.figures.value("mentions", "instagram") == frozen.figures.value("mentions", "instagram")
    small = [row for row in kept.figures if row.platform == "instagram" and row.value is not None and (row.n or 0) < 10]
    assert {row.id for row in small} <= {"own_posts", "engagement", "coverage"}, "small cells go, our own work stays"
    assert [path.name for path in shelf.folder(frozen.name).iterdir()] == ["v0001.json"]
    assert b"ig:comment" not in (shelf.folder(frozen.name) / "v0001.json").read_bytes()
    assert "tidak boleh hidup lebih lama dari datanya" in written(kept, source)
    again = settled(scope(source, now=WEEK_TOLD.until + timedelta(days=60)), shelf)
    assert as_json(again) == as_json(kept)


def test_the_frozen_file_is_plain_json_with_n_and_formula(shelf):
    settled(scope(), shelf)
    body = orjson.loads((shelf.folder("2026-W47") / "v0001.json").read_bytes())
    assert body["form"] == "report-weekly/1"
    row = next(one for one in body["figures"] if one["id"] == "net_sentiment" and one["platform"] is None)
    assert {"value", "n", "formula", "unit", "before", "weeks", "missing"} <= set(row)


def test_weeks_are_told_in_jakarta():
    week = Week.parse("2026-W47")
    assert week.since.astimezone(UTC).isoformat() == "2026-11-15T17:00:00+00:00"
    assert Week.of(week.since) == week
    assert Week.of(week.since - timedelta(seconds=1)) == week.back(1)
    assert week.line()[0].name == "2026-W35"
