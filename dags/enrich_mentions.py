"""### enrich_mentions: raw records → mentions, metrics, accounts, quarantine

Woken when group `enrich-mentions` lags (or every five minutes), a run **claims** `[committed, end)` of the raw topics, and for each
claim **enriches** (parse, map, drop duplicates, mask, enrich), **validates** (Great Expectations) and **publishes and commits**.
Stage files are Parquet in the object storage of `DENGAR_STAGE`; the last task leaves a one-line note on the run.

- A run failed with *stopped in …*: too many records would be quarantined, so nothing was published or committed. Repair the cause, and
  the next run takes the same records again; or trigger with `{"quarantine_limit": 1.0}` to let them pass.
- To work on given offsets again, trigger `replay_topic`.
"""

from airflow.sdk import DAG, AssetOrTimeSchedule, task_group

from dengar.airflow.assets import RAW
from dengar.airflow.policy import DAG_POLICY, SWEEP
from dengar.airflow.tasks import claim, enrich, note, publish, validate
from dengar.topics import ENRICH_GROUP, RAW_TOPICS

with DAG(
    "enrich_mentions",
    schedule=AssetOrTimeSchedule(assets=[RAW], timetable=SWEEP),
    doc_md=__doc__,
    tags=["pipeline"],
    **DAG_POLICY,
):

    @task_group
    def claimed_range(claimed):
        return publish(validate(enrich(claimed)), group=ENRICH_GROUP)

    note(claimed_range.expand(claimed=claim(ENRICH_GROUP, list(RAW_TOPICS))))
