"""Alerts in their index `alerts-v1`: written by version, found by id and by state; and when each source was heard last."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from elasticsearch import Elasticsearch

from dengar.alerts.record import Alert
from dengar.index.bulk import Pause
from dengar.index.connection import plain_errors
from dengar.index.copies import operation
from dengar.index.written import write_all
from dengar.records import timestamp

INDEX, ALIAS = "alerts-v1", "alerts"
_ANYWHERE: dict[str, Any] = {"ignore_unavailable": True, "allow_no_indices": True}


def write(client: Elasticsearch, alerts: Sequence[Alert], *, pause: Pause = time.sleep) -> None:
    """Write alerts; an older version never overwrites a newer one. Raises IndexUnavailable, RuntimeError where one is refused."""
    if not alerts:
        return
    newest: dict[str, Alert] = {}
    for alert in sorted(alerts, key=lambda alert: alert["version"]):
        newest[alert["id"]] = alert
    write_all(client, [INDEX], [operation(INDEX, alert) for alert in newest.values()], "alert", pause=pause)
    with plain_errors():
        client.indices.refresh(index=INDEX)


def get(client: Elasticsearch, identity: str) -> Alert | None:
    """The alert of an id, None where there is none. Raises IndexUnavailable."""
    with plain_errors():
        page = client.search(index=ALIAS, query={"ids": {"values": [identity]}}, size=1, **_ANYWHERE)
    hits = page["hits"]["hits"]
    return hits[0]["_source"] if hits else None


def about(client: Elasticsearch, subject: str) -> list[Alert]:
    """Alerts about a subject, the oldest first, 1,000 at most. Raises IndexUnavailable."""
    with plain_errors():
        client.indices.refresh(index=ALIAS, **_ANYWHERE)
        page = client.search(
            index=ALIAS,
            query={"term": {"subject": subject}},
            sort=[{"created_at": "asc"}, {"id": "asc"}],
            size=1_000,
            **_ANYWHERE,
        )
    return [hit["_source"] for hit in page["hits"]["hits"]]


def since(client: Elasticsearch, moment: datetime, states: Sequence[str] = ()) -> list[Alert]:
    """Alerts created since a moment, in these states (any if none is named), the newest first, 10,000 at most. Raises IndexUnavailable."""
    filters: list[dict[str, Any]] = [{"range": {"created_at": {"gte": timestamp(moment)}}}]
    if states:
        filters.append({"terms": {"state": list(states)}})
    with plain_errors():
        client.indices.refresh(index=ALIAS, **_ANYWHERE)
        page = client.search(
            index=ALIAS,
            query={"bool": {"filter": filters}},
            sort=[{"created_at": "desc"}, {"id": "asc"}],
            size=10_000,
            **_ANYWHERE,
        )
    return [hit["_source"] for hit in page["hits"]["hits"]]


def last_heard(client: Elasticsearch, moment: datetime) -> dict[str, datetime]:
    """Source of the listeners → when it brought its last mention or message, of those heard since a moment. Raises IndexUnavailable.

    History that somebody walks, and files, say nothing about whether a source lives: they are left out.
    """
    live = {
        "bool": {
            "filter": [{"range": {"observed_at": {"gte": timestamp(moment)}}}],
            "must_not": [{"term": {"collected.backfill": True}}, {"prefix": {"collected.via": "archive."}}],
        }
    }
    with plain_errors():
        page = client.search(
            index=["mentions", "messages"],
            size=0,
            query=live,
            aggs={
                "sources": {
                    "terms": {"field": "collected.via", "size": 100},
                    "aggs": {"last": {"max": {"field": "observed_at"}}},
                }
            },
            **_ANYWHERE,
        )
    buckets = page.get("aggregations", {}).get("sources", {}).get("buckets", [])
    return {row["key"]: datetime.fromtimestamp(row["last"]["value"] / 1000, UTC) for row in buckets}
