"""Which of the mentions just indexed the saved searches find, and the alerts that come of it.

One request for all searches and up to a thousand mentions (`_msearch`, filtered by ids). An alert's id is made of search and mention and
its time is the mention's, so a batch that is indexed again raises the same alert, not another; what the index of alerts holds already is
left alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.dsl import query as q

from dengar.alerts.record import Alert, alert
from dengar.index.connection import plain_errors
from dengar.index.names import MENTIONS
from dengar.index.query import DEADLINE, ask
from dengar.policy import Policy
from dengar.searches.saved import SEVERITY, Saved

RULE = "saved-search"
NEWS = timedelta(hours=6)
"""What was observed longer ago is recorded and not delivered: it is no news."""
EACH = 20
"""Alerts a search and batch; of more mentions than that one alert tells, with the first of them."""
_BATCH = 1_000
_ALERTS = "alerts"

Found = dict[str, list[dict[str, Any]]]


def found_by(
    client: Elasticsearch, searches: Sequence[Saved], ids: Sequence[str], policy: Policy, now: datetime
) -> tuple[Found, list[str]]:
    """Search → its mentions (id, platform, observed_at) among these ids, oldest first; and names of searches that the index refused.

    Direct messages are never among them. Raises IndexUnavailable.
    """
    found: Found = {}
    refused: list[str] = []
    for start in range(0, len(ids) if searches else 0, _BATCH):
        asked: list[dict[str, Any]] = []
        for one in searches:
            wanted = q.Bool(
                must=[ask(one.query, policy=policy, now=now).query],
                filter=[q.Ids(values=list(ids[start : start + _BATCH]))],
            )
            asked += [
                {"index": MENTIONS, "ignore_unavailable": True},
                {
                    "query": wanted.to_dict(), "size": _BATCH, "timeout": DEADLINE, "sort": ["observed_at", "id"],
                    "_source": ["id", "platform", "observed_at"], "track_total_hits": False,
                },
            ]  # fmt: skip
        with plain_errors():
            answers = client.msearch(searches=asked)["responses"]
        for one, answer in zip(searches, answers, strict=True):
            if "error" in answer:
                refused.append(one.name)
            elif hits := answer["hits"]["hits"]:
                found.setdefault(one.name, []).extend(hit["_source"] for hit in hits)
    return found, list(dict.fromkeys(refused))


def raised(
    searches: Sequence[Saved], found: Mapping[str, Sequence[Mapping[str, Any]]], now: datetime, *, mute: bool
) -> list[Alert]:
    """The alerts of what was found. Pure, and the same for the same mentions; `mute`: recorded, not delivered."""
    alerts: list[Alert] = []
    for one in searches:
        mentions = found.get(one.name, ())
        if len(mentions) <= EACH:
            alerts += [_alert(one, [mention], str(mention["id"]), now, mute) for mention in mentions]
        else:
            digest = hashlib.blake2b(
                " ".join(sorted(str(mention["id"]) for mention in mentions)).encode(), digest_size=16
            )
            alerts.append(_alert(one, mentions, digest.hexdigest(), now, mute))
    return alerts


def unheard(client: Elasticsearch, alerts: Sequence[Alert]) -> list[Alert]:
    """Those that the index of alerts does not hold. Raises IndexUnavailable."""
    held: set[str] = set()
    for start in range(0, len(alerts), _BATCH):
        wanted = [one["id"] for one in alerts[start : start + _BATCH]]
        with plain_errors():
            page = client.search(
                index=_ALERTS,
                ignore_unavailable=True,
                query={"ids": {"values": wanted}},
                source=False,
                size=_BATCH,
                track_total_hits=False,
            )
        held |= {hit["_id"] for hit in page["hits"]["hits"]}
    return [one for one in alerts if one["id"] not in held]


def _alert(one: Saved, mentions: Sequence[Mapping[str, Any]], occurrence: str, now: datetime, mute: bool) -> Alert:
    times = [datetime.fromisoformat(mention["observed_at"]) for mention in mentions]
    platforms = {mention["platform"] for mention in mentions}
    count = len(mentions)
    return alert(
        rule=RULE,
        kind="saved_search",
        level=one.level,
        severity=SEVERITY[one.level],
        subject=one.subject,
        occurrence=occurrence,
        title={
            "id": f"Pencarian {one.name}: {count} temuan baru",
            "en": f"Search {one.name}: {count} new {'mention' if count == 1 else 'mentions'}",
        },
        period=(min(times), max(times) + timedelta(milliseconds=1)),
        created_at=max(times),
        platform=platforms.pop() if len(platforms) == 1 else None,
        reasons=["saved_search"],
        links=[str(mention["id"]) for mention in mentions],
        muted=mute or now - max(times) > NEWS,
    )
