"""Complaints, questions, requests and reports without an answer of an official account, as the index shows them.

An answer is an official account's mention in the same conversation, or under the same post where the post itself asks, that is later.
What an official answered in a place that is not listened to is not seen: the page says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dengar.policy import Policy
from dengar.records import timestamp
from dengar.responses.classes import classes
from dengar.responses.clock import Reading, read_clock
from dengar.responses.worktime import working_time
from dengar.web.archive import LIVE, Archive
from dengar.web.seen import Seen, platforms_of, seen

MOST = 500
_BATCH = 500


@dataclass(frozen=True)
class Asked:
    """A mention that wants an answer. `answered_at`: when an official account first answered, None while nobody did."""

    seen: Seen
    reading: Reading
    answered_at: datetime | None

    @property
    def asked_at(self) -> datetime:
        """When it was published."""
        return datetime.fromisoformat(self.seen["published_at"])

    @property
    def state(self) -> str:
        """`answered`, `waiting` or `overdue`."""
        return self.reading.state


def asked(
    archive: Archive,
    policy: Policy,
    start: datetime,
    end: datetime,
    *,
    category: str | None = None,
    platform: str | None = None,
) -> tuple[list[Asked], bool]:
    """Actionable mentions published in [start, end), as they stood at `end`: overdue first, then by deadline; whether there are more.

    Raises IndexUnavailable.
    """
    allowed = [one for one in platforms_of(policy, ("actionable",)) if platform in (None, one)]
    if not allowed:
        return [], False
    filters: list[dict[str, Any]] = [
        LIVE,
        {"term": {"actionable": True}},
        {"terms": {"platform": allowed}},
        {"range": {"published_at": {"gte": timestamp(start), "lt": timestamp(end)}}},
    ]
    if category:
        filters.append({"term": {"category.label": category}})
    body = {"query": {"bool": {"filter": filters}}, "sort": [{"published_at": "desc"}, "id"], "size": MOST}
    mentions = archive.listed("mentions", body)
    answers = _answers(archive, mentions, end)
    working, promised = working_time(), classes()
    found = []
    for mention in mentions:
        at = answers.get(mention["id"])
        row = {
            "id": mention["id"],
            "asked_at": mention["published_at"],
            "answered_at": at.isoformat() if at else None,
            "category": (mention.get("category") or {}).get("label"),
            "urgency": (mention.get("urgency") or {}).get("label"),
        }
        found.append(Asked(seen(mention, policy), read_clock(row, promised, working, end), at))
    order = {"overdue": 0, "waiting": 1, "answered": 2}
    found.sort(key=lambda one: (order[one.state], one.reading.due_at))
    return found, len(mentions) == MOST


def _answers(archive: Archive, mentions: Sequence[Mapping[str, Any]], end: datetime) -> dict[str, datetime]:
    """id of a mention → when an official account first answered it."""
    places = sorted({mention["conversation_id"] for mention in mentions})
    said: dict[str, list[datetime]] = {}
    for start in range(0, len(places), _BATCH):
        some = places[start : start + _BATCH]
        body = {
            "query": {
                "bool": {
                    "filter": [
                        LIVE,
                        {"term": {"author.role": "official"}},
                        {"range": {"published_at": {"lt": timestamp(end)}}},
                    ],
                    "should": [{"terms": {"conversation_id": some}}, {"terms": {"parent_id": some}}],
                    "minimum_should_match": 1,
                }
            },
            "sort": ["published_at", "id"],
            "size": 10_000,
            "_source": ["conversation_id", "parent_id", "published_at"],
        }
        for answer in archive.listed("mentions", body):
            at = datetime.fromisoformat(answer["published_at"])
            for place in {answer["conversation_id"], answer.get("parent_id")}:
                said.setdefault(place, []).append(at)
    found = {}
    for mention in mentions:
        published = datetime.fromisoformat(mention["published_at"])
        later = [at for at in said.get(mention["conversation_id"], ()) if at > published]
        if later:
            found[mention["id"]] = min(later)
    return found
