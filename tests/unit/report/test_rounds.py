"""The morning's work: the week that is over is frozen, earlier ones are revised, old ones retired, pages are made anew."""

from __future__ import annotations

from datetime import timedelta

from upath import UPath

from dengar.registers import Registers, load_registers
from dengar.report.rounds import render_reports, settle_reports
from dengar.report.shelf import Shelf
from tests.unit.report.corpus import NOW, WEEK_TOLD, MemorySource, corpus
from tests.unit.report.told import scope


def settle(shelf, source, now, registers=None, **asked):
    known = registers or load_registers()
    campaigns = {one.id: one for one in known.campaigns}

    def scope_for(week, campaign):
        return scope(source, week=week, now=now, campaign=campaigns.get(campaign))

    return settle_reports(shelf, known, now, scope_for, **asked)


def test_mornings(tmp_path):
    shelf, source = Shelf(UPath(tmp_path)), MemorySource(corpus(weeks=2, per_day=3))
    registers = load_registers()
    assert settle(shelf, source, NOW) == ["2026-W47"]
    assert render_reports(shelf, ["2026-W47"], registers, source) == ["2026-W47 v1"]
    folder = shelf.folder("2026-W47")
    assert (folder / "laporan.pdf").read_bytes().startswith(b"%PDF")
    page = (folder / "laporan.html").read_text()

    assert settle(shelf, source, NOW, week="2026-W47", campaign="kemensos_peduli") == ["2026-W47-kemensos_peduli"]
    gone = next(
        iter(
            row["id"] for row in source.rows.values() if row["kind"] == "comment" and row["published_at"] > "2026-11-17"
        )
    )
    source.delete(gone)
    a_week_later = NOW + timedelta(days=7)
    assert settle(shelf, source, a_week_later) == ["2026-W47", "2026-W47-kemensos_peduli", "2026-W48"]
    assert shelf.newest("2026-W47").version == 2
    render_reports(shelf, ["2026-W47"], registers, source)
    assert "Revisi 2" in (folder / "laporan.html").read_text() != page

    late = WEEK_TOLD.until + timedelta(days=40)
    names = settle(shelf, source, late)
    assert "2026-W47" in names, "its page is made anew without what may not stay"
    render_reports(shelf, names, registers, source)
    assert "2026-W47" not in settle(shelf, source, late + timedelta(days=1)), "and once is enough"


def test_a_campaign_that_left_the_registers_stays_as_it_was_told(tmp_path):
    shelf, source = Shelf(UPath(tmp_path)), MemorySource(corpus(weeks=2, per_day=3))
    settle(shelf, source, NOW, week="2026-W47", campaign="kemensos_peduli")
    assert settle(shelf, source, NOW, Registers()) == ["2026-W47"]
    assert shelf.newest("2026-W47-kemensos_peduli").version == 1
