"""The response desk watched: what will be overdue, what has waited long, what was asked for in public → topic `alerts`, each once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dengar.alerts.desk import Asking, Waiting, for_backlog, for_breaches, for_privacy, hours_of
from dengar.alerts.record import append_alert
from dengar.alerts.rules import Rule
from dengar.index.connection import plain_errors
from dengar.index.names import RESPONSE_INDICES
from dengar.log import Log
from dengar.records import timestamp
from dengar.responses import store
from dengar.responses.breaches import breaches, end_of_day
from dengar.responses.routing import Routing
from dengar.responses.worktime import WorkingTime
from dengar.searches.matching import unheard
from dengar.stages.trends import pending

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

NEWS = timedelta(days=2)
"""An answer older than this is no news."""
PRIVACY = "asks_private_data"


def watch(
    log: Log, client: Elasticsearch, rules: Sequence[Rule], working: WorkingTime, routing: Routing, now: datetime
) -> dict[str, Any]:
    """Raise what the rules of the desk want told and was not told yet; counts for a run's note. Raises IndexUnavailable, LogError."""
    wanted = {rule.what for rule in rules} & {"breach", "backlog", "privacy"}
    if not wanted:
        return {}
    with plain_errors():
        client.indices.refresh(index=RESPONSE_INDICES, ignore_unavailable=True, allow_no_indices=True)
    rows = breaches(client, now, end_of_day(working, now))
    made = for_breaches(rows, rules, now, routing.directorates)
    made += for_backlog([one for hours in hours_of(rules) for one in waiting(client, hours, now)], rules, now)
    made += for_privacy(list(asking(client, now)) if "privacy" in wanted else (), rules, now)
    told = {one["id"] for one in pending(log)} if made else set()
    raised = unheard(client, [one for one in made if one["id"] not in told])
    for one in raised:
        append_alert(log, one)
    log.flush()
    return {"alerts": len(raised)} if raised else {}


def waiting(client: Elasticsearch, hours: int, now: datetime) -> list[Waiting]:
    """Who has waited for so long, a platform each. Raises IndexUnavailable."""
    since = {"lte": timestamp(now - timedelta(hours=hours))}
    filters = [{"term": {"on_desk": True}}, {"term": {"open": True}}, {"range": {"waiting_since": since}}]
    oldest = {"oldest": {"min": {"field": "waiting_since", "format": "strict_date_time"}}}
    with plain_errors():
        page = client.search(
            index=RESPONSE_INDICES,
            ignore_unavailable=True,
            allow_no_indices=True,
            size=0,
            track_total_hits=False,
            query={"bool": {"filter": filters}},
            aggs={"platform": {"terms": {"field": "platform", "size": 10}, "aggs": oldest}},
        )
    buckets = (page.get("aggregations") or {}).get("platform", {}).get("buckets", ())
    return [
        Waiting(one["key"], hours, one["doc_count"], datetime.fromisoformat(one["oldest"]["value_as_string"]))
        for one in sorted(buckets, key=lambda one: str(one["key"]))
    ]


def asking(client: Elasticsearch, now: datetime) -> Iterator[Asking]:
    """Answers of the last days that ask for private data in public and stand. Raises IndexUnavailable."""
    filters = [{"term": {"flags": PRIVACY}}, {"range": {"changed_at": {"gte": timestamp(now - NEWS)}}}]
    for body in store.every(client, {"bool": {"filter": filters}}, fields=["id", "platform", "turns"]):
        yield from asked_in(body, now)


def asked_in(response: Mapping[str, Any], now: datetime) -> Iterator[Asking]:
    """Those of one conversation."""
    for turn in response["turns"]:
        if PRIVACY in turn["flags"] and turn["gone"] is None and turn["at"] is not None:
            at = datetime.fromisoformat(turn["at"])
            if at > now - NEWS:
                yield Asking(response["id"], turn["id"], response["platform"], at)
