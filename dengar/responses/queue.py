"""The queue: which conversations wait, the most pressing first. Searches of the desk's indices.

Order: urgency, then the deadline (so what is overdue stands first within it), then how many joined in, then how the people feel. One
grievance that a person brings up in several places is one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from elasticsearch import Elasticsearch

from dengar.enrich.signature import distance
from dengar.index.connection import plain_errors
from dengar.index.names import RESPONSE_INDICES
from dengar.policy import Policy
from dengar.policy.rules import PLATFORMS
from dengar.records import timestamp
from dengar.responses.record import Response
from dengar.responses.state import OPEN, STATES
from dengar.responses.store import Held, document, due_of, of_document

MAX_SHOWN = 500
NEAR = 6
"""Bits in which the signatures of near copies differ at most: the same text but for a word (decision 0013)."""
_SORT: list[Any] = [
    {"urgency_rank": "desc"},
    {"due_at": {"order": "asc", "missing": "_last"}},
    {"weight": {"order": "desc", "missing": "_last"}},
    {"mood_rank": "desc"},
    {"opened_at": "asc"},
    "id",
]
_WHERE: dict[str, Any] = {"index": RESPONSE_INDICES, "ignore_unavailable": True, "allow_no_indices": True}


_EXACT = ("platform", "category", "urgency", "directorate", "assigned_to", "post_id")


@dataclass(frozen=True)
class Asked:
    """What to list. Empty: no condition. `states` empty: what is open (new, waiting, overdue)."""

    states: tuple[str, ...] = ()
    platform: str | None = None
    category: str | None = None
    urgency: str | None = None
    directorate: str | None = None
    assigned_to: str | None = None
    unassigned: bool = False
    post_id: str | None = None
    due_before: datetime | None = None
    opened: tuple[datetime, datetime] | None = None
    """From, to (excluded)."""
    flag: str | None = None
    cause: tuple[str | None, str | None, str | None] | None = None

    def query(self) -> dict[str, Any]:
        """The Elasticsearch query."""
        must: list[dict[str, Any]] = [{"term": {"on_desk": True}}]
        must_not: list[dict[str, Any]] = []
        must.append({"terms": {"state": list(self.states)}} if self.states else {"term": {"open": True}})
        for name in _EXACT:
            if (value := getattr(self, name)) is not None:
                must.append({"term": {name: value}})
        if self.flag is not None:
            must.append({"term": {"flags": self.flag}})
        if self.due_before is not None:
            must.append({"range": {"due_at": {"lt": timestamp(self.due_before)}}})
        if self.opened is not None:
            edges = {"gte": timestamp(self.opened[0]), "lt": timestamp(self.opened[1])}
            must.append({"range": {"opened_at": edges}})
        if self.unassigned:
            must_not.append({"exists": {"field": "assigned_to"}})
        for name, value in zip(("programme", "place", "stage"), self.cause or (), strict=False):
            if value is None:
                must_not.append({"exists": {"field": f"cause.{name}"}})
            else:
                must.append({"term": {f"cause.{name}": value}})
        return {"bool": {"filter": must, "must_not": must_not}}

    def takes(self, response: Response) -> bool:
        """Whether `query` finds a conversation that stands so."""
        due, opened, cause = due_of(response), response["opened_at"], response["cause"]
        return (
            opened is not None
            and response["state"] in (self.states or OPEN)
            and all(getattr(self, name) in (None, response[name]) for name in _EXACT)
            and (self.flag is None or self.flag in response["flags"])
            and (self.due_before is None or (due is not None and datetime.fromisoformat(due) < self.due_before))
            and (self.opened is None or self.opened[0] <= datetime.fromisoformat(opened) < self.opened[1])
            and not (self.unassigned and response["assigned_to"])
            and (self.cause is None or self.cause == (cause["programme"], cause["place"], cause["stage"]))
        )


def pressing(held: Held) -> tuple[Any, ...]:
    """The order of the queue, as the index sorts it: a key."""
    body = document(held)
    due, weight = body["due_at"], body["weight"]
    ranks = -body["urgency_rank"], due is None, due or "", weight is None, -(weight or 0), -body["mood_rank"]
    return *ranks, body["opened_at"] or "", body["id"]


@dataclass(slots=True)
class Row:
    """A row of the queue: a conversation, and others of the same grievance by the same person."""

    held: Held
    others: list[Held] = field(default_factory=list)

    @property
    def response(self) -> Response:
        """The conversation that is most pressing of the row."""
        return self.held.response


def listed(client: Elasticsearch, asked: Asked, size: int = 50) -> tuple[list[Row], int]:
    """(rows, how many conversations match in all); up to `size` conversations, merged by grievance. Raises IndexUnavailable."""
    with plain_errors():
        page = client.search(
            **_WHERE, query=asked.query(), sort=_SORT, size=min(size, MAX_SHOWN), track_total_hits=True
        )
    return merged(of_document(hit["_source"]) for hit in page["hits"]["hits"]), page["hits"]["total"]["value"]


def merged(entries: Any) -> list[Row]:
    """One row a grievance, in the order of its most pressing conversation."""
    rows: dict[str, Row] = {}
    for entry in entries:
        key = entry.response["grievance"] or entry.response["id"]
        if key in rows:
            rows[key].others.append(entry)
        else:
            rows[key] = Row(entry)
    return list(rows.values())


def counted(client: Elasticsearch, asked: Asked = Asked()) -> dict[str, dict[str, int]]:
    """How many conversations of the desk match, by state, platform, category, directorate and urgency. Raises IndexUnavailable."""
    names = ("state", "platform", "category", "directorate", "urgency")
    with plain_errors():
        page = client.search(
            **_WHERE,
            query=asked.query(),
            size=0,
            track_total_hits=False,
            aggs={name: {"terms": {"field": name, "size": 50}} for name in names},
        )
    found = page.get("aggregations") or {name: {"buckets": []} for name in names}
    return {name: {bucket["key"]: bucket["doc_count"] for bucket in found[name]["buckets"]} for name in names}


def causes(client: Elasticsearch, policy: Policy, size: int = 50) -> list[dict[str, Any]]:
    """Root causes (programme × place × stage) of what is open, the most frequent first, and how often each came back after *resolved*.

    `recurred`: conversations opened after the last one of the same cause was resolved or closed. `platform` is `all` where policy lets
    judgements of both be counted together, else each has rows of its own. Raises IndexUnavailable.
    """
    sources: list[dict[str, Any]] = [
        {name: {"terms": {"field": f"cause.{name}", "missing_bucket": True}}}
        for name in ("programme", "place", "stage")
    ]
    if not policy.mixes(set(PLATFORMS), "mention.category"):
        sources.append({"platform": {"terms": {"field": "platform"}}})
    found: list[dict[str, Any]] = []
    after: dict[str, Any] | None = None
    with plain_errors():
        while True:
            composite: dict[str, Any] = {"size": 1_000, "sources": sources} | ({"after": after} if after else {})
            page = client.search(
                **_WHERE,
                query={"bool": {"filter": [{"term": {"on_desk": True}}]}},
                size=0,
                track_total_hits=False,
                aggs={
                    "causes": {
                        "composite": composite,
                        "aggs": {
                            "open": {
                                "filter": {"term": {"open": True}},
                                "aggs": {"oldest": {"min": {"field": "opened_at"}}},
                            },
                            "resolved": {
                                "filter": {"term": {"state": "resolved"}},
                                "aggs": {"last": {"max": {"field": "since"}}},
                            },
                        },
                    }
                },
            )
            told = (page.get("aggregations") or {}).get("causes", {"buckets": []})
            found += [_cause(bucket) for bucket in told["buckets"] if bucket["open"]["doc_count"]]
            after = told.get("after_key")
            if after is None:
                break
        found = sorted(found, key=lambda one: (-one["open"], one["platform"], str(one["cause"])))[:size]
        for one in found:
            one["recurred"] = _recurred(client, one)
    return found


def _cause(bucket: dict[str, Any]) -> dict[str, Any]:
    key = dict(bucket["key"])
    return {
        "platform": key.pop("platform", "all"),
        "cause": key,
        "conversations": bucket["doc_count"],
        "open": bucket["open"]["doc_count"],
        "oldest_at": bucket["open"]["oldest"].get("value_as_string"),
        "resolved": bucket["resolved"]["doc_count"],
        "last_resolved_at": bucket["resolved"]["last"].get("value_as_string"),
    }


def _recurred(client: Elasticsearch, one: dict[str, Any]) -> int:
    if one["last_resolved_at"] is None:
        return 0
    cause = one["cause"]
    platform = None if one["platform"] == "all" else one["platform"]
    asked = Asked(states=STATES, platform=platform, cause=(cause["programme"], cause["place"], cause["stage"]))
    query = asked.query()
    query["bool"]["filter"].append({"range": {"opened_at": {"gt": one["last_resolved_at"]}}})
    return int(client.count(**_WHERE, query=query)["count"])


def same_answer(client: Elasticsearch, response: Response) -> int:
    """How many other conversations have an official answer of this one, word for word. Raises IndexUnavailable."""
    copies = document(Held(response, None))["copies"]
    if not copies:
        return 0
    query = {"bool": {"filter": [{"terms": {"copies": copies}}], "must_not": [{"term": {"id": response["id"]}}]}}
    with plain_errors():
        return int(client.count(**_WHERE, query=query)["count"])


def near_copies(client: Elasticsearch, response: Response, size: int = 20) -> list[Response]:
    """Other conversations, on any platform, in which nearly the same text asks; the nearest first. Raises IndexUnavailable.

    Of 8 bands of 8 bits, two signatures that differ in 6 bits or less share two at least.
    """
    found: dict[str, tuple[int, Response]] = {}
    for signature in response["signatures"][:5]:
        bands = [{"term": {"bands": f"{n}{signature[2 * n : 2 * n + 2]}"}} for n in range(8)]
        query = {"bool": {"should": bands, "minimum_should_match": 2, "must_not": [{"term": {"id": response["id"]}}]}}
        with plain_errors():
            page = client.search(
                **_WHERE, query=query, size=MAX_SHOWN, sort=[{"opened_at": "desc"}], track_total_hits=False
            )
        for hit in page["hits"]["hits"]:
            other = of_document(hit["_source"]).response
            apart = min(_distances(signature, other["signatures"]), default=NEAR + 1)
            if apart <= NEAR:
                found[other["id"]] = min(
                    (apart, other), found.get(other["id"], (apart, other)), key=lambda pair: pair[0]
                )
    return [other for _, other in sorted(found.values(), key=lambda pair: (pair[0], pair[1]["id"]))][:size]


def _distances(signature: str, others: Sequence[str]) -> list[int]:
    return [distance(signature, other) for other in others]
