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

    from dengar.registers import Registers
    from dengar.report.shelf import Shelf


@contextmanager
def _opened(run: Run) -> Iterator[tuple[Elasticsearch, Shelf, Registers]]:
    from upath import UPath

    from dengar.index import client
    from dengar.registers import load_registers
    from dengar.report.shelf import Shelf

    elasticsearch = client(run.settings)
    try:
        registers = load_registers(Path(run.settings.registers) if run.settings.registers else None)
        yield elasticsearch, Shelf(UPath(run.settings.stage)), registers
    finally:
        elasticsearch.close()


@task
def settle_reports() -> list[str]:
    """Settle the reports, or only `conf["week"]` (of `conf["campaign"]`); names of those to render."""
    from dengar.report.make import scope_of
    from dengar.report.rounds import settle_reports as settle

    run = Run()
    with noted_failure(run, "settle_reports"), _opened(run) as (elasticsearch, shelf, registers):
        now = datetime.now(UTC)
        return settle(
            shelf,
            registers,
            now,
            lambda week, campaign: scope_of(run.settings, elasticsearch, registers, week, now, campaign=campaign),
            week=run.conf.get("week"),
            campaign=run.conf.get("campaign"),
        )


# As with a note that fails, a page that cannot be drawn is not worth four tries: the figures are frozen.
@task(retries=1)
def render_reports(names: list[str]) -> str:
    """Render the reports and leave the note."""
    from dengar.report.indexed import IndexSource
    from dengar.report.rounds import render_reports as render

    run = Run()
    with noted_failure(run, "render_reports"), _opened(run) as (elasticsearch, shelf, registers):
        told = render(shelf, names, registers, IndexSource(elasticsearch))
    text = f"reports: {', '.join(told) or 'none'}; reports/weekly/*/laporan.html and .pdf"
    run.note(text[:1000])
    return text
