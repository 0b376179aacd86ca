"""### apply_labels: hand labels → index `labels-v1` and the mentions

Woken when somebody labels (or every five minutes), a run **claims** `[committed, end)` of topic `labels` and **applies and commits**: the
labels go to their index, where enrichment finds them from then on, and are laid over the mentions as they are now, which are published
again under a version of their own. A label whose mention is not there yet waits for it.

- To rebuild `labels-v1`, trigger with `{"offsets": [{"topic": "labels", "partition": 0, "start": 0, "end": <end of the topic>}]}`.
"""

from airflow.sdk import DAG, AssetOrTimeSchedule

from dengar.airflow.assets import LABELS
from dengar.airflow.policy import DAG_POLICY, SWEEP
from dengar.airflow.tasks import apply, claim, note
from dengar.labels import APPLY_GROUP, TOPIC

with DAG(
    "apply_labels",
    schedule=AssetOrTimeSchedule(assets=[LABELS], timetable=SWEEP),
    doc_md=__doc__,
    tags=["pipeline"],
    **DAG_POLICY,
):
    note(apply.partial(group=APPLY_GROUP).expand(claimed=claim(APPLY_GROUP, [TOPIC])))
