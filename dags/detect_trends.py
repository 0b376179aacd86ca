"""### detect_trends: mentions of the index → topics `trends` and `alerts`, index `trends-v1`

Woken when group `detect-trends` lags (or every five minutes), a run hears the mentions since the newest checkpoint (two to three hours,
so that what comes late is heard in its place), and tells **topics**, **crises** and **hoax families** that began or changed. Checkpoints
lie below `DENGAR_STAGE`, in `trends/`.

- To work a period again, trigger with `{"start": "2026-11-24T00:00:00+07:00", "end": "2026-11-25T00:00:00+07:00"}`: the same records under
  the same ids, and no alert is delivered.
- After a backfill trigger with `{"anew": true}`: checkpoints are forgotten, and the last fortnight is heard as if for the first time.
- Payouts of `infra/calendar.yaml` and days of rest of `infra/working_time.yaml` enter the expectation. A calendar that cannot be read is a
  warning in the task's log, and the run goes on without it.
"""

from airflow.sdk import DAG, AssetOrTimeSchedule

from dengar.airflow.policy import DAG_POLICY, SWEEP
from dengar.airflow.tasks import note
from dengar.airflow.trends import TALK, detect

with DAG(
    "detect_trends",
    schedule=AssetOrTimeSchedule(assets=[TALK], timetable=SWEEP),
    doc_md=__doc__,
    tags=["trends"],
    **DAG_POLICY,
):
    note(detect())
