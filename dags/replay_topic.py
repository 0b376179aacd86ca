"""### replay_topic: work on given offsets again

Trigger with `{"offsets": [{"topic": "raw.youtube", "partition": 0, "start": 0, "end": 100}]}`. Raw ranges are enriched, validated and
published again; enriched ranges are indexed again. Nothing is committed, and nothing changes where the result is the same: equal
ids and versions are repeats, older ones never win. Optional: `"quarantine_limit": 1.0`, and
`"enrichment_revision": N` to publish raw ranges as a newer revision.
"""

from airflow.sdk import DAG, task_group

from dengar.airflow.policy import DAG_POLICY
from dengar.airflow.tasks import claim, enrich, index, note, publish, validate
from dengar.topics import ENRICH_GROUP, ENRICHED_TOPICS, INDEX_GROUP, RAW_TOPICS

with DAG("replay_topic", schedule=None, doc_md=__doc__, tags=["repair"], params={"offsets": []}, **DAG_POLICY):

    @task_group
    def raw_range(claimed):
        return publish(validate(enrich(claimed)), group=ENRICH_GROUP)

    raw = claim.override(task_id="claim_raw")(ENRICH_GROUP, list(RAW_TOPICS), replay=True)
    enriched = claim.override(task_id="claim_enriched")(INDEX_GROUP, list(ENRICHED_TOPICS), replay=True)
    note(raw_range.expand(claimed=raw), index.partial(group=INDEX_GROUP).expand(claimed=enriched))
