"""The tasks of report_validation."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from airflow.sdk import task

from dengar.airflow.run import Run, noted_failure

if TYPE_CHECKING:
    from dengar.validate.days import Day


@task
def fold_validations() -> str:
    """Fold the results of `conf["day"]`, yesterday (UTC) by default; the day."""
    from upath import UPath

    from dengar.validate.days import fold, retain

    run = Run()
    with noted_failure(run, "fold_validations"):
        today = datetime.now(UTC).date()
        day = date.fromisoformat(run.conf["day"]) if run.conf.get("day") else today - timedelta(days=1)
        results = UPath(run.settings.stage) / "results"
        fold(results, day)
        retain(results, today)
    return day.isoformat()


# As a note that fails, a page that cannot be built is not worth four tries: the day is folded.
@task(retries=1)
def build_data_docs(day: str) -> str:
    """Build the Data Docs of the two weeks up to `day` and leave the note: pages, quarantined, what drifted."""
    from upath import UPath

    from dengar.validate.days import DOCS_DAYS, read_day
    from dengar.validate.docs import build_docs

    run = Run()
    with noted_failure(run, "build_data_docs"):
        root, last = UPath(run.settings.stage), date.fromisoformat(day)
        found = [read_day(root / "results", last - timedelta(days=back)) for back in range(DOCS_DAYS)]
        days = [one for one in found if one is not None]
        pages = build_docs(days, root / "docs" / "validation")
    own: Day = next((one for one in days if one["day"] == day), {"types": {}, "drift": []})
    failed = sum(told["failed"] for told in own["types"].values())
    text = f"{day}: quarantined={failed} pages={pages}; docs/validation/index.html"
    run.note(" · ".join([text, *(f"drift: {sentence}" for sentence in own["drift"])])[:1000])
    return text
