"""The peer: what people write instead — one loop, kafka-python to the client's bulk helper, no Airflow, validation, masking or versions.

It is the ceiling to spend from, not a rival: it loses what it cannot parse, and a crash repeats or skips what it held.
"""

from __future__ import annotations

import time
from typing import Any

import orjson
from elasticsearch.helpers import bulk

from bench.load import produce
from dengar.index import client as open_client
from dengar.log import OffsetRange
from dengar.log.kafka import KafkaLog
from dengar.settings import Settings

INDEX = "bench-bare"


def measure(settings: Settings, *, records: int, seed: int) -> dict[str, Any]:
    """Append `records` to raw.youtube, then time until the loop has them in an index of its own, searchable.

    Run it while Airflow has nothing else to do: the pipeline reads the same records afterwards.
    """
    log, elasticsearch = KafkaLog(settings), open_client(settings)
    try:
        first = log.ends(["raw.youtube"])
        began = time.monotonic()
        produce(log, rate=0, seconds=records / 1000, seed=seed)
        for partition, end in log.ends(["raw.youtube"]).items():
            span = OffsetRange(partition.topic, partition.number, first[partition], end)
            bulk(elasticsearch, ({"_index": INDEX, **document(raw.value or b"{}")} for raw in log.read(span)))
        elasticsearch.indices.refresh(index=INDEX)
        seconds = time.monotonic() - began
        return {"records": records, "seconds": round(seconds, 1), "per_second": round(records / seconds)}
    finally:
        log.close()
        elasticsearch.close()


def document(value: bytes) -> dict[str, Any]:
    """The document of a comment: id, text, time and author as they came."""
    item = orjson.loads(value)
    snippet = item["snippet"]
    return {
        "_id": item["id"],
        "text": snippet["textOriginal"],
        "published_at": snippet["publishedAt"],
        "author": snippet["authorChannelId"]["value"],
    }
