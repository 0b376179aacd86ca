"""The desk's measures over a period, from the indices: conversations, what official accounts put out, and what a teaching post changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from elasticsearch import Elasticsearch

from dengar.index.connection import plain_errors
from dengar.index.names import MENTIONS, MESSAGES, RESPONSE_INDICES
from dengar.labels.mentions import indexed_mentions
from dengar.policy import Policy
from dengar.records import timestamp
from dengar.responses import store
from dengar.responses.figures import Account, figures, wilson
from dengar.responses.record import Response
from dengar.responses.teaching import FORMULA, teaching_posts
from dengar.responses.worktime import WorkingTime

AROUND = timedelta(days=7)
"""How long before and after a teaching post complaints are compared."""
_NAMED = 50_000


def period(since: datetime | None, until: datetime | None, platform: str | None = None) -> dict[str, Any]:
    """Query of conversations opened in [since, until)."""
    edges = {name: timestamp(at) for name, at in (("gte", since), ("lt", until)) if at is not None}
    filters: list[dict[str, Any]] = [{"term": {"on_desk": True}}]
    if edges:
        filters.append({"range": {"opened_at": edges}})
    if platform is not None:
        filters.append({"term": {"platform": platform}})
    return {"bool": {"filter": filters}}


def conversations(client: Elasticsearch, query: dict[str, Any]) -> Iterator[Response]:
    """Conversations that a query finds, a page at a time. Raises IndexUnavailable."""
    for body in store.every(client, query):
        yield store.of_document(body).response


def measured(
    client: Elasticsearch,
    now: datetime,
    working: WorkingTime,
    policy: Policy,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    platform: str | None = None,
    by: str | None = None,
) -> list[dict[str, Any]]:
    """`figures` of a period; rows of whole platforms also tell which share of what official accounts put out answers somebody."""
    account = _accounts(client) if by == "account" else lambda response: None
    rows = figures(conversations(client, period(since, until, platform)), now, working, policy, by=by, account=account)
    if by is None:
        for row in rows:
            if "two_way" in row:
                put_out = official_output(client, since, until, None if row["platform"] == "all" else row["platform"])
                answers = min(row["two_way"]["answers"], put_out)
                interval = wilson(answers, put_out)
                row["two_way"] |= {
                    "official_output": put_out,
                    "answering_share": round(answers / put_out, 4) if put_out else None,
                    "answering_interval": None if interval is None else [round(edge, 4) for edge in interval],
                }
    return rows


def official_output(client: Elasticsearch, since: datetime | None, until: datetime | None, platform: str | None) -> int:
    """How many posts, comments, replies, chat lines and messages official accounts published. Raises IndexUnavailable."""
    edges = {name: timestamp(at) for name, at in (("gte", since), ("lt", until)) if at is not None}
    filters: list[dict[str, Any]] = [{"term": {"deleted": False}}, {"term": {"author.role": "official"}}]
    if edges:
        filters.append({"range": {"published_at": edges}})
    if platform is not None:
        filters.append({"term": {"platform": platform}})
    with plain_errors():
        found = client.count(
            index=[MENTIONS, MESSAGES],
            ignore_unavailable=True,
            allow_no_indices=True,
            query={"bool": {"filter": filters}},
        )
    return int(found["count"])


def completeness(
    client: Elasticsearch, policy: Policy, platform: str, taught_at: datetime, around: timedelta = AROUND
) -> dict[str, Any]:
    """Share of complaints that tell enough to act on, before and after a post that teaches how to complain; Wilson intervals.

    {"before": {n, share, interval}, "after": …}, or {"off", "enable"} where policy does not allow it. Raises IndexUnavailable.
    """
    verdict = policy.verdict("derive", platform, "mention.complaint")
    if not verdict:
        return {"off": verdict.reason, "enable": verdict.enable}
    spans = {"before": (taught_at - around, taught_at), "after": (taught_at, taught_at + around)}
    return {name: _complete(client, platform, *span) for name, span in spans.items()}


def around_posts(
    client: Elasticsearch,
    policy: Policy,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    platform: str | None = None,
) -> Iterator[dict[str, Any]]:
    """`completeness` around each official post that teaches how to complain, with post_id, platform and taught_at; the oldest first.

    Posts less than AROUND apart share complaints: their figures are not independent. Raises IndexUnavailable.
    """
    for post in teaching_posts(client, since, until, platform):
        at = datetime.fromisoformat(post["published_at"])
        head = {
            "post_id": post["id"],
            "platform": post["platform"],
            "taught_at": post["published_at"],
            "formula": FORMULA,
        }
        yield head | completeness(client, policy, post["platform"], at)


def _complete(client: Elasticsearch, platform: str, since: datetime, until: datetime) -> dict[str, Any]:
    query = period(since, until, platform)
    query["bool"]["filter"] += [{"term": {"intent": "complaint"}}, {"exists": {"field": "complete"}}]
    with plain_errors():
        client.indices.refresh(index=RESPONSE_INDICES, ignore_unavailable=True, allow_no_indices=True)
        page = client.search(
            index=RESPONSE_INDICES,
            ignore_unavailable=True,
            allow_no_indices=True,
            query=query,
            size=0,
            track_total_hits=True,
            aggs={"complete": {"filter": {"term": {"complete": True}}}},
        )
    whole = page["hits"]["total"]["value"]
    part = page["aggregations"]["complete"]["doc_count"] if whole else 0
    interval = wilson(part, whole)
    return {
        "n": whole,
        "share": round(part / whole, 4) if whole else None,
        "interval": None if interval is None else [round(edge, 4) for edge in interval],
    }


def _accounts(client: Elasticsearch) -> Account:
    """Names the official account below whose post a conversation is held; None where the post is nobody's of ours, or not known."""
    known: dict[str, str | None] = {}

    def account(response: Response) -> str | None:
        post = response["post_id"]
        if post not in known:
            if len(known) >= _NAMED:
                known.clear()
            found = indexed_mentions(client, [post]).get(post)
            author = found["author"] if found is not None and not found["deleted"] else None
            known[post] = author["handle"] if author is not None and author["role"] == "official" else None
        return known[post]

    return account
