"""### report_validation: yesterday's validation, and Data Docs of the last two weeks

Every night (00:20 UTC) the results that the runs left are **folded** into one file a day (`results/days/`), held against the week before
(*drift*: language mix, nulls by field, records by source; always a warning, in the run's note), and **built** into Great Expectations'
Data Docs (`docs/validation/index.html` below `DENGAR_STAGE`). Runs' results older than two weeks and days older than sixty are removed.

- Another day: trigger with `{"day": "2026-11-24"}`.
"""

from airflow.sdk import DAG, CronTriggerTimetable

from dengar.airflow.policy import DAG_POLICY
from dengar.airflow.reports import build_data_docs, fold_validations

with DAG(
    "report_validation",
    schedule=CronTriggerTimetable("20 0 * * *", timezone="UTC"),
    doc_md=__doc__,
    tags=["report"],
    **DAG_POLICY,
):
    build_data_docs(fold_validations())
