"""Throughput: how fast a filled raw topic becomes searchable, through Airflow, everything on."""

from __future__ import annotations

import time
from typing import Any

from bench.freshness import drain
from bench.load import produce
from dengar.log.kafka import KafkaLog
from dengar.settings import Settings


def measure(settings: Settings, *, records: int, seed: int) -> dict[str, Any]:
    """Append `records` as fast as it goes, then time until both consumer groups have committed them all."""
    log = KafkaLog(settings)
    try:
        began = time.monotonic()
        produce(log, rate=0, seconds=records / 1000, seed=seed)
        drain(log, patience=900)
        seconds = time.monotonic() - began
        return {"records": records, "seconds": round(seconds, 1), "per_second": round(records / seconds)}
    finally:
        log.close()
