"""The assets that wake DAGs, each watched by a lag probe (design: an event is a wake-up, never the work)."""

from __future__ import annotations

from airflow.sdk import Asset, AssetWatcher

from dengar.airflow.trigger import KafkaLagTrigger
from dengar.labels import APPLY_GROUP
from dengar.labels import TOPIC as LABELS_TOPIC
from dengar.responses import ACTIONS, TRACK_GROUP
from dengar.topics import ENRICH_GROUP, ENRICHED_TOPICS, INDEX_GROUP, MENTION_TOPICS, RAW_TOPICS

RAW = Asset(
    name="raw",
    uri="kafka://dengar/raw",
    watchers=[AssetWatcher(name=f"{ENRICH_GROUP}-lag", trigger=KafkaLagTrigger(list(RAW_TOPICS), ENRICH_GROUP))],
)

# People label one mention at a time and wait to see it: any label wakes the DAG.
LABELS = Asset(
    name="labels",
    uri="kafka://dengar/labels",
    watchers=[
        AssetWatcher(
            name=f"{APPLY_GROUP}-lag",
            trigger=KafkaLagTrigger([LABELS_TOPIC], APPLY_GROUP, min_messages=100, max_wait=0.5, poll_interval=0.5),
        )
    ],
)

# enrich_mentions has this asset as an outlet, which wakes index_mentions sooner than a probe can. The probe stands behind it, for
# what others publish and for wake-ups that got lost: so it waits longer, and does not add a run to every run.
ENRICHED = Asset(
    name="enriched",
    uri="kafka://dengar/enriched",
    watchers=[
        AssetWatcher(
            name=f"{INDEX_GROUP}-lag",
            trigger=KafkaLagTrigger(list(ENRICHED_TOPICS), INDEX_GROUP, min_messages=5_000, max_wait=3.0),
        )
    ],
)

# The desk counts in working hours, and shows at once what responders decide (it reads the tail): runs are few and large.
DESK = Asset(
    name="desk",
    uri="kafka://dengar/desk",
    watchers=[
        AssetWatcher(
            name=f"{TRACK_GROUP}-lag",
            trigger=KafkaLagTrigger(
                [*MENTION_TOPICS, ACTIONS],
                TRACK_GROUP,
                min_messages=5_000,
                max_wait=20.0,
                poll_interval=2.0,
                refire_after=60.0,
            ),
        )
    ],
)
