"""A week of which nothing was collected: every figure says so, none is 0."""

from __future__ import annotations

import pytest

from dengar.report.pdf import pdf
from dengar.report.targets import HEADLINES
from dengar.report.weekly import build
from tests.unit.report.corpus import NOW, WEEK_TOLD, MemorySource, corpus
from tests.unit.report.told import page, scope, written


@pytest.mark.parametrize("profile", ["strict", "sandbox"])
@pytest.mark.parametrize(
    "rows", [[], corpus(weeks=2, per_day=3, week=WEEK_TOLD.back(2))], ids=["nothing at all", "nothing this week"]
)
def test_nothing_is_zero(profile, rows):
    source = MemorySource(rows)
    report = build(scope(source, profile=profile))
    for id in HEADLINES:
        assert report.figures.all(id)
        assert all(row.value is None and row.missing is not None for row in report.figures.all(id)), id
    told = written(report, source)
    assert "belum berarti publik diam" in told
    assert "tidak teramati" in told
    assert any(one.rule == "mend_collection" for one in report.decisions)
    assert pdf(page(report, source), made_at=NOW).startswith(b"%PDF")


def test_a_source_that_fell_silent_is_named_with_its_last_word():
    source = MemorySource(corpus(weeks=2, per_day=3, week=WEEK_TOLD.back(2)))
    report = build(scope(source))
    rows = report.figures.all("silent_source")
    assert {row.key for row in rows} == {"instagram.comments", "instagram.posts", "youtube.comments", "youtube.posts"}
    assert all(row.value is None for row in rows)
    assert "diam sejak" in written(report, source)
