"""### attribute_reach: mentions and counters of the index → topic `attribution`, index `attribution-v1`

Every hour (and sooner where much was said at once) a run reads the days that were spoken on since the last one, and tells who carried
which campaign: **engaged reach** of partners, what each adds, overlaps; **measured**, **potential** and **modelled** reach. What a run
costs hangs on what its days hold, not on history: weeks and campaigns are merged of cells of days (`sketches-v1`). The first run of a day
(from 01:00 WIB) is **full**: it reads all days of running campaigns again, so that late comments, deletions and edits are in the figures,
and tells **credit** and **lift**. A figure that cannot or may not be told is there with the reason.

- To work days again, trigger with `{"start": "2026-11-24T00:00:00+07:00", "end": "2026-11-25T00:00:00+07:00"}`; all: `{"full": true}`.
"""

from airflow.sdk import DAG, AssetOrTimeSchedule, CronTriggerTimetable

from dengar.airflow.attribution import ACTED, attribute
from dengar.airflow.policy import DAG_POLICY
from dengar.airflow.tasks import note

with DAG(
    "attribute_reach",
    schedule=AssetOrTimeSchedule(assets=[ACTED], timetable=CronTriggerTimetable("7 * * * *", timezone="UTC")),
    doc_md=__doc__,
    tags=["attribution"],
    **DAG_POLICY,
):
    note(attribute())
