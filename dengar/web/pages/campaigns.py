"""Campaigns and partners: the registers beside what was said, and a page for each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from dengar.policy.rules import PLATFORMS
from dengar.records import timestamp
from dengar.web.archive import LIVE, Archive
from dengar.web.desk import Desk, span
from dengar.web.figures import draw
from dengar.web.panels import panels
from dengar.web.question import Question
from dengar.web.seen import seen

FIGURES = ("mentions_over_time", "intent", "roles")
NEWEST = 6


@dataclass(frozen=True)
class Row:
    """A campaign or partner of the registers with its figures by platform. `authors` are approximate."""

    id: str
    name: str
    kind: str
    mentions: Mapping[str, int]
    authors: Mapping[str, int]


def router(desk: Desk) -> APIRouter:
    """Routes /campaigns, /campaigns/… and /partners/…."""
    routes = APIRouter()

    @routes.get("/campaigns")
    def overview(request: Request) -> Response:
        told = desk.words(request)
        start, end, days, day = span(request.query_params, desk.now(), 30)
        return desk.page(
            request,
            "campaigns.html",
            days=days,
            day=day,
            campaigns=_rows(desk.archive, "campaigns", desk.registers.campaigns, start, end),
            partners=_rows(desk.archive, "partners", desk.registers.partners, start, end),
            figures=[
                draw(panels()[name], desk.archive, desk.policy, told, start, end) for name in ("campaigns", "partners")
            ],
        )

    @routes.get("/campaigns/{identity}")
    def campaign(request: Request, identity: str) -> Response:
        found = next((one for one in desk.registers.campaigns if one.id == identity), None)
        if found is None:
            raise HTTPException(404)
        period = None if found.start is None else f"{found.start} – {found.end or '…'}"
        kind = desk.words(request).label("campaign_kind", found.kind)
        return _topic(desk, request, "campaign", identity, found.name, kind, period, found.hashtags)

    @routes.get("/partners/{identity}")
    def partner(request: Request, identity: str) -> Response:
        found = next((one for one in desk.registers.partners if one.id == identity), None)
        if found is None:
            raise HTTPException(404)
        kind = desk.words(request).label("partner_kind", found.kind)
        tier = f"{desk.words(request)('campaigns.tier')} {found.tier}" if found.tier else None
        return _topic(desk, request, "partner", identity, found.name, kind, tier, ())

    return routes


def _topic(
    desk: Desk,
    request: Request,
    filter_: str,
    identity: str,
    name: str,
    kind: str,
    period: str | None,
    hashtags: Sequence[str],
) -> Response:
    told = desk.words(request)
    start, end, days, day = span(request.query_params, desk.now(), 30)
    question = Question(filters={filter_: identity}, since=f"{days}d", sort="newest", start=start, end=end)
    page = desk.archive.find(question, cursor=None, size=NEWEST, facets=())
    return desk.page(
        request,
        "topic.html",
        name=name,
        kind=kind,
        period=period,
        hashtags=hashtags,
        path=request.url.path,
        days=days,
        day=day,
        figures=[
            draw(panels()[one], desk.archive, desk.policy, told, start, end, question=question) for one in FIGURES
        ],
        attribution=None,
        hits=[(seen(hit.mention, desk.policy), hit.marked) for hit in page.hits],
        search=Question(filters={filter_: identity}, since=f"{days}d", until=day, sort="newest").address(),
    )


def _rows(archive: Archive, field: str, register: Sequence[Any], start: datetime, end: datetime) -> list[Row]:
    """Figures of every entry of a register, without official accounts."""
    body = {
        "query": {
            "bool": {
                "filter": [LIVE, {"range": {"published_at": {"gte": timestamp(start), "lt": timestamp(end)}}}],
                "must_not": [{"term": {"author.role": "official"}}],
            }
        },
        "aggs": {
            "entry": {
                "terms": {"field": field, "size": 500},
                "aggs": {
                    platform: {
                        "filter": {"term": {"platform": platform}},
                        "aggs": {"authors": {"cardinality": {"field": "author.key"}}},
                    }
                    for platform in PLATFORMS
                },
            }
        },
    }
    answer = archive.aggregate("mentions", body).get("aggregations", {})
    found = {bucket["key"]: bucket for bucket in answer.get("entry", {}).get("buckets", ())}
    return [
        Row(
            one.id,
            one.name,
            one.kind,
            {platform: found[one.id][platform]["doc_count"] if one.id in found else 0 for platform in PLATFORMS},
            {platform: found[one.id][platform]["authors"]["value"] if one.id in found else 0 for platform in PLATFORMS},
        )
        for one in register
    ]
