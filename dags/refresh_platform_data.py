"""### refresh_platform_data: no record gets older than its clock

Every night (00:50 UTC) a run **asks the listeners again** for what was last verified 25 days ago or earlier (`infra/policy.yaml`,
section `records`): their sources `youtube.refresh` and `instagram.refresh` look it up within the quota, and publish it as it is, or as
gone. Then it **sweeps**: what would be older than its clock before the next run becomes a tombstone of reason `retention`; counters,
accounts, the journal and what failed runs left go too. Last it **tells the age** of the oldest record that nobody has verified since
(`dengar retention`, `dengar status`, `/metrics`), and alerts from day 28 on.

- A run that fails loses nothing: the next one asks and sweeps again. After days without a run, trigger it by hand, before day 30.
"""

from airflow.sdk import DAG, CronTriggerTimetable

from dengar.airflow.policy import DAG_POLICY
from dengar.airflow.retention import ask_again, sweep, tell_age

with DAG(
    "refresh_platform_data",
    schedule=CronTriggerTimetable("50 0 * * *", timezone="UTC"),
    doc_md=__doc__,
    tags=["retention"],
    **DAG_POLICY,
):
    asked = ask_again()
    tell_age(asked, sweep(asked))
