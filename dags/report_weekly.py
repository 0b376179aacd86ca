"""### report_weekly: the week for a director, frozen and revised

Every morning (05:30 WIB) the last week that is over is **settled**: its figures are computed from the index and frozen
(`reports/weekly/<week>/v0001.json` below `DENGAR_STAGE`). Reports frozen before are computed again: where a deletion, a corrected label or
late data changed a figure, a new version tells what it was and what it is. What may not outlive its records is taken out (policy).
Then the page and the PDF are **rendered** beside the versions, with the examples that still exist.

- One week or campaign: trigger with `{"week": "2026-W47", "campaign": "kemensos_peduli"}`.
"""

from airflow.sdk import DAG, CronTriggerTimetable

from dengar.airflow.policy import DAG_POLICY
from dengar.airflow.weekly import render_reports, settle_reports

with DAG(
    "report_weekly",
    schedule=CronTriggerTimetable("30 5 * * *", timezone="Asia/Jakarta"),
    doc_md=__doc__,
    tags=["report"],
    **DAG_POLICY,
):
    render_reports(settle_reports())
