"""The assets that wake DAGs, each watched by a lag probe."""

from __future__ import annotations

from airflow.sdk import Asset, AssetWatcher

from dengar.airflow.trigger import KafkaLagTrigger
from dengar.topics import ENRICHED_TOPICS, RAW_TOPICS

ENRICH_GROUP = "enrich-mentions"
INDEX_GROUP = "index-mentions"


def _lag(topics: tuple[str, ...], group: str) -> AssetWatcher:
    return AssetWatcher(name=f"{group}-lag", trigger=KafkaLagTrigger(list(topics), group))


RAW = Asset(name="raw", uri="kafka://dengar/raw", watchers=[_lag(RAW_TOPICS, ENRICH_GROUP)])
ENRICHED = Asset(name="enriched", uri="kafka://dengar/enriched", watchers=[_lag(ENRICHED_TOPICS, INDEX_GROUP)])
