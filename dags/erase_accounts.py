"""### erase_accounts: requests to be forgotten → every store

Every hour (minute 35) a run **erases** the accounts of the requests that wait on topic `erasures`: those of Instagram's data-deletion and
deauthorise callbacks, and those of a `dengar erase` that was stopped half-way. Each leaves a receipt, `erasures/<id>.json` below
`DENGAR_STAGE`; `dengar erase status ID` shows it, with the subscribers that have acknowledged. While a request waits, nothing new of the
account passes enrichment.

- At once: trigger it by hand, or `dengar erase --waiting`.
"""

from airflow.sdk import DAG, CronTriggerTimetable

from dengar.airflow.erasure import erase, tell_erased
from dengar.airflow.policy import DAG_POLICY

with DAG(
    "erase_accounts",
    schedule=CronTriggerTimetable("35 * * * *", timezone="UTC"),
    doc_md=__doc__,
    tags=["privacy"],
    **DAG_POLICY,
):
    tell_erased(erase())
