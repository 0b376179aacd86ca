"""What DAG report_weekly does every morning: settle the week that is over and what was frozen before, then render what stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from upath import UPath

from dengar.registers import Registers
from dengar.report.make import rendered, settled
from dengar.report.scope import Scope
from dengar.report.shelf import Shelf
from dengar.report.source import Source
from dengar.report.week import Week

FORMS = ("html", "pdf")
PAGE = "laporan"


def settle_reports(
    shelf: Shelf,
    registers: Registers,
    now: datetime,
    scope_for: Callable[[Week, str | None], Scope],
    *,
    week: str | None = None,
    campaign: str | None = None,
) -> list[str]:
    """Freeze the last week that is over and settle all that was frozen before, or only the `week` (of a `campaign`) asked for.

    Returns the names of the reports whose page must be made anew. What a campaign told that has left the registers stays as it is.
    Raises WeekError, IndexUnavailable.
    """
    known = {one.id for one in registers.campaigns}
    asked = {(Week.parse(week) if week else Week.of(now).back(1), campaign)}
    if week is None:
        asked |= {_parts(name) for name in shelf.names()}
    names = []
    for own, about in sorted(asked, key=lambda one: (one[0], one[1] or "")):
        if about is not None and about not in known:
            continue
        report = settled(scope_for(own, about), shelf)
        if report.final and (report.retired_at is None or not _page(shelf, report.name).exists()):
            names.append(report.name)
    return names


def render_reports(shelf: Shelf, names: Sequence[str], registers: Registers, source: Source) -> list[str]:
    """Write page and PDF of each beside its versions, with the examples that live today; `2026-W47 v2` of each. Raises PdfError."""
    told = []
    for name in names:
        report = shelf.newest(name)
        if report is None:
            continue
        for form in FORMS:
            (shelf.folder(name) / f"{PAGE}.{form}").write_bytes(rendered(report, form, "id", registers, source))
        told.append(f"{name} v{report.version}")
    return told


def _page(shelf: Shelf, name: str) -> UPath:
    return shelf.folder(name) / f"{PAGE}.html"


def _parts(name: str) -> tuple[Week, str | None]:
    """(week, campaign) of a report's name."""
    return Week.parse(name[:8]), name[9:] or None
