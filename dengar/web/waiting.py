"""Complaints, questions, requests and reports without an answer of an official account, as the index shows them.

An answer is an official account's mention in the same conversation, or under the same post where the post itself asks, that is later.
What an official answered in a place that is not listened to is not seen: the page says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dengar.policy import Policy
from dengar.records import timestamp
from dengar.responses.breaches import CLOCK
from dengar.responses.classes import classes
from dengar.responses.clock import read_clock
from dengar.responses.worktime import working_time
from dengar.web.archive import LIVE, Archive
from dengar.web.seen import Seen, platforms_of, seen

DESK = "responses"
MOST = 500
_BATCH = 500


@dataclass(frozen=True)
class Asked:
    """Somebody who wants an answer. `state`: answered, waiting or overdue. `answered_at`: when that ended, None while it lasts.

    `due_certain` is false where holidays up to the deadline are not decreed yet. At the response desk: `conversation` is its id there,
    `desk_state` how it stands (dengar.responses.state), `desk_at` when somebody decided last; `others` are further conversations with
    the same grievance, as (id, desk_at).
    """

    seen: Seen
    state: str
    asked_at: datetime
    due_at: datetime
    due_certain: bool
    answered_at: datetime | None
    conversation: str | None = None
    desk_state: str | None = None
    desk_at: str = ""
    assigned_to: str | None = None
    others: Sequence[tuple[str, str]] = ()


Sums = list[tuple[str | None, Counter[str]]]
"""(platform, conversations by state); platform None: both, where policy lets their clocks be mixed."""


def sums_of(states: Iterable[tuple[str, str]], policy: Policy) -> Sums:
    """Counts of (platform, state) of conversations: one row, or a row a platform; one row of nothing where there is none."""
    by: dict[str, Counter[str]] = {}
    for platform, state in states:
        by.setdefault(platform, Counter())[state] += 1
    if len(by) < 2 or policy.mixes(set(by), CLOCK):
        return [(None, sum(by.values(), Counter()))]
    return sorted(by.items())


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
        read = read_clock(row, promised, working, end)
        asked_at = datetime.fromisoformat(mention["published_at"])
        found.append(Asked(seen(mention, policy), read.state, asked_at, read.due_at, read.due_certain, at))
    return _ordered(found), len(mentions) == MOST


def on_desk(
    archive: Archive,
    policy: Policy,
    start: datetime,
    end: datetime,
    *,
    category: str | None = None,
    platform: str | None = None,
    directorate: str | None = None,
    post: str | None = None,
) -> tuple[list[Asked], bool] | None:
    """The same from the response desk (index of DAG track_responses), as it stands now; None while there is no desk.

    What people decided there counts: a conversation that was resolved, dismissed or handed over waits no longer. Raises IndexUnavailable.
    """
    if not archive.exists(DESK):
        return None
    narrowed = {"category": category, "platform": platform, "directorate": directorate, "post_id": post}
    filters: list[dict[str, Any]] = [
        {"term": {"on_desk": True}},
        {"range": {"opened_at": {"gte": timestamp(start), "lt": timestamp(end)}}},
        *({"term": {name: value}} for name, value in narrowed.items() if value),
    ]
    body = {"query": {"bool": {"filter": filters}}, "sort": [{"opened_at": "desc"}, "id"], "size": MOST}
    conversations = [one for one in archive.listed(DESK, body) if one["rounds"]]
    asking = {
        one["id"]: next((turn["id"] for turn in one["turns"] if turn["asks"]), one["id"]) for one in conversations
    }
    mentions = archive.documents(list(asking.values()))
    found = []
    for one in conversations:
        mention = mentions.get(asking[one["id"]])
        if mention is None or mention["deleted"] or mention["kind"] == "dm":
            continue
        found.append(of_desk(one, mention, policy, end, is_open=one["open"]))
    return _ordered(found), len(conversations) == MOST


def of_desk(
    response: Mapping[str, Any],
    mention: Mapping[str, Any],
    policy: Policy,
    now: datetime,
    *,
    is_open: bool,
    others: Sequence[tuple[str, str]] = (),
) -> Asked:
    """A conversation of the desk that has a round; `mention` is what asks in it."""
    last = response["rounds"][-1]
    due_at, ended = datetime.fromisoformat(last["due_at"]), last["ended_at"]
    state = "answered" if not is_open else "overdue" if due_at < now else "waiting"
    return Asked(
        seen(mention, policy),
        state,
        datetime.fromisoformat(last["asked_at"]),
        due_at,
        last["due_certain"],
        datetime.fromisoformat(ended or response["since"]) if state == "answered" else None,
        response["id"],
        response["state"],
        response.get("desk_at") or "",
        response.get("assigned_to"),
        others,
    )


def _ordered(found: list[Asked]) -> list[Asked]:
    order = {"overdue": 0, "waiting": 1, "answered": 2}
    return sorted(found, key=lambda one: (order[one.state], one.due_at))


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
