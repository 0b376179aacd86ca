"""The tasks of report_weekly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from airflow.sdk import task

from dengar.airflow.run import Run, noted_failure

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from dengar.report.shelf import Shelf

FORMS = ("html", "pdf")


@contextmanager
def _opened(run: Run) -> Iterator[tuple[Elasticsearch, Shelf]]:
    from upath import UPath

    from dengar.index import client
    from dengar.report.shelf import Shelf

    elasticsearch = client(run.settings)
    try:
        yield elasticsearch, Shelf(UPath(run.settings.stage))
    finally:
        elasticsearch.close()


@task
def settle_reports() -> list[str]:
    """Freeze the week that is over and settle what was frozen before, or only `conf["week"]` (of `conf["campaign"]`); names to render."""
    from dengar.registers import load_registers
    from dengar.report.make import scope_of, settled
    from dengar.report.week import Week

    run = Run()
    with noted_failure(run, "settle_reports"), _opened(run) as (elasticsearch, shelf):
        now = datetime.now(UTC)
        registers = load_registers(Path(run.settings.registers) if run.settings.registers else None)
        own = Week.parse(run.conf["week"]) if run.conf.get("week") else Week.of(now).back(1)
        asked = {(own.name, run.conf.get("campaign"))}
        asked |= {_parts(name) for name in shelf.names()} if not run.conf.get("week") else set()
        done = []
        for week, campaign in sorted(asked, key=lambda one: (one[0], one[1] or "")):
            if campaign is not None and campaign not in {one.id for one in registers.campaigns}:
                continue  # it left the registers: what was frozen of it stays as it is
            scope = scope_of(run.settings, elasticsearch, registers, Week.parse(week), now, campaign=campaign)
            report = settled(scope, shelf)
            if report.final and (report.retired_at is None or not _rendered(shelf, report.name)):
                done.append(report.name)
    return done


# As with a note that fails, a page that cannot be drawn is not worth four tries: the figures are frozen.
@task(retries=1)
def render_reports(names: list[str]) -> str:
    """Write the page and the PDF of each beside its versions, with the examples that live today, and leave the note."""
    from dengar.registers import load_registers
    from dengar.report.indexed import IndexSource
    from dengar.report.make import rendered

    run = Run()
    with noted_failure(run, "render_reports"), _opened(run) as (elasticsearch, shelf):
        registers = load_registers(Path(run.settings.registers) if run.settings.registers else None)
        told = []
        for name in names:
            report = shelf.newest(name)
            if report is None:
                continue
            for form in FORMS:
                body = rendered(report, form, "id", registers, IndexSource(elasticsearch))
                (shelf.folder(name) / f"laporan.{form}").write_bytes(body)
            told.append(f"{name} v{report.version}")
    text = f"reports: {', '.join(told) or 'none'}; reports/weekly/*/laporan.html and .pdf"
    run.note(text[:1000])
    return text


def _parts(name: str) -> tuple[str, str | None]:
    """(week, campaign) of a report's name."""
    week, campaign = name[:8], name[9:]
    return week, campaign or None


def _rendered(shelf: Shelf, name: str) -> bool:
    return bool((shelf.folder(name) / "laporan.html").exists())
