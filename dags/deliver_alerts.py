"""### deliver_alerts: topic `alerts` → index `alerts-v1` and the channels

Woken when somebody raises or answers an alert (or every five minutes), a run **claims** `[committed, end)` of topic `alerts`, **takes up**
what is there into the index, and **delivers** what is due by the rules of `infra/alerts`: quiet hours, escalation, ended snoozes. Each
delivery has a slip below `DENGAR_STAGE`, in `alerts/outbox/`, and is made once in effect, whichever worker dies when.

- Channels are named in `DENGAR_ALERT_CHANNELS`. A run's note counts `sent`, `failed` (tried again, for a day) and `given_up`.
- To rebuild `alerts-v1`, trigger with `{"offsets": [{"topic": "alerts", "partition": 0, "start": 0, "end": <end of the topic>}]}`:
  nothing is delivered.
"""

from airflow.sdk import DAG, AssetOrTimeSchedule

from dengar.airflow.policy import DAG_POLICY, SWEEP
from dengar.airflow.tasks import claim, note
from dengar.airflow.trends import RAISED, deliver, take_up
from dengar.alerts import DELIVER_GROUP, TOPIC

with DAG(
    "deliver_alerts",
    schedule=AssetOrTimeSchedule(assets=[RAISED], timetable=SWEEP),
    doc_md=__doc__,
    tags=["trends"],
    **DAG_POLICY,
):
    note(deliver(take_up(claim(DELIVER_GROUP, [TOPIC]), DELIVER_GROUP)))
