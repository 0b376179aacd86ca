"""### index_mentions: mentions, metrics, accounts → Elasticsearch

Woken when group `index-mentions` lags (or every five minutes), a run **claims** `[committed, end)` of the enriched topics and
**indexes and commits** each claim. Writes carry external versions: an older version never overwrites a newer one, so any range may
be indexed any number of times. What Elasticsearch refuses goes to the quarantine. Saved searches (`infra/searches`) are asked of the
mentions of each claim; a find is appended to topic `alerts`, once.
"""

from airflow.sdk import DAG, AssetOrTimeSchedule

from dengar.airflow.assets import ENRICHED
from dengar.airflow.policy import DAG_POLICY, SWEEP
from dengar.airflow.tasks import claim, index, note
from dengar.topics import ENRICHED_TOPICS, INDEX_GROUP

with DAG(
    "index_mentions",
    schedule=AssetOrTimeSchedule(assets=[ENRICHED], timetable=SWEEP),
    doc_md=__doc__,
    tags=["pipeline"],
    **DAG_POLICY,
):
    claims = claim(INDEX_GROUP, list(ENRICHED_TOPICS))
    note(index.partial(group=INDEX_GROUP).expand(claimed=claims))
