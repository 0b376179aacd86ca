"""Freshness: append to the raw topic → found by a search, at a steady rate, through the event-driven Airflow."""

from __future__ import annotations

import time
from typing import Any

from bench.load import produce
from dengar.demo.account import backlog
from dengar.freshness import FreshnessProbe
from dengar.index import client as open_client
from dengar.log.kafka import KafkaLog
from dengar.settings import Settings
from dengar.topics import ENRICH_GROUP, ENRICHED_TOPICS, INDEX_GROUP, RAW_TOPICS


def measure(settings: Settings, *, rate: float, seconds: float, seed: int) -> dict[str, Any]:
    """p50 and p95 in seconds over a sample of the records, and how many never arrived (0 unless something is wrong)."""
    log, probe_log, elasticsearch = KafkaLog(settings), KafkaLog(settings), open_client(settings)
    try:
        # A first batch warms the JVMs and Airflow's imports; it is not in the figures.
        produce(log, rate=rate, seconds=5, seed=seed + 1)
        drain(log)
        with FreshnessProbe(probe_log, elasticsearch, RAW_TOPICS) as probe:
            produced = produce(log, rate=rate, seconds=seconds, seed=seed)
            drained = drain(log)
            deadline = time.monotonic() + 15
            while probe.pending and time.monotonic() < deadline:
                time.sleep(0.2)
            found = probe.percentiles()
            return {
                "rate": rate,
                "records": produced,
                "sampled": len(probe.seconds),
                "p50_s": found["p50"],
                "p95_s": found["p95"],
                "never_found": probe.pending,
                "drained_s": round(drained, 1),
            }
    finally:
        log.close()
        probe_log.close()
        elasticsearch.close()


def drain(log: KafkaLog, patience: float = 180.0) -> float:
    """Wait until nothing is left to enrich or index; seconds waited. Raises TimeoutError."""
    began = time.monotonic()
    while backlog(log, ENRICH_GROUP, RAW_TOPICS) or backlog(log, INDEX_GROUP, ENRICHED_TOPICS):
        if time.monotonic() - began > patience:
            raise TimeoutError(f"the backlog did not drain within {patience:.0f} s")
        time.sleep(0.2)
    return time.monotonic() - began
