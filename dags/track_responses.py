"""### track_responses: mentions and desk actions → topic `responses`, indices `responses-v1` and `private-responses-v1`

Woken when group `track-responses` lags (or every five minutes), a run **claims** what is indexed of topic `mentions` and all of
`desk-actions`, **tracks and commits**: each record changes its conversation and no other, and each change of a conversation is one
record of topic `responses`. Then it moves on what fell due: that needs no record, only the clock.

- To rebuild the indices, delete both and trigger with `{"offsets": [{"topic": "desk-actions", …}, …]}`: each partition of `desk-actions`,
  `responses`, `mentions` and `messages` from its first offset to its end. What is told already is not published again.
"""

from airflow.sdk import DAG, AssetOrTimeSchedule

from dengar.airflow.assets import DESK
from dengar.airflow.policy import DAG_POLICY, SWEEP
from dengar.airflow.tasks import claim, note, track
from dengar.responses import TRACK_GROUP, TRACKED
from dengar.topics import INDEX_GROUP

with DAG(
    "track_responses",
    schedule=AssetOrTimeSchedule(assets=[DESK], timetable=SWEEP),
    doc_md=__doc__,
    tags=["desk"],
    **DAG_POLICY,
):
    note(track(claim(TRACK_GROUP, list(TRACKED), behind=INDEX_GROUP), TRACK_GROUP))
