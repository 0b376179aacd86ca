"""Campaigns and partners: the registers beside what was said, and a page for each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from dengar.policy.rules import PLATFORMS
from dengar.records import JAKARTA, timestamp
from dengar.web.archive import LIVE, Archive
from dengar.web.desk import Desk, span
from dengar.web.figures import draw
from dengar.web.panels import panels
from dengar.web.question import Question
from dengar.web.scorecard import Section, agenda, of_campaign, of_partner
from dengar.web.seen import seen
from dengar.web.taking_part import Day, participation
from dengar.web.words import Words

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
            campaigns=_rows(desk.archive, desk.registers.campaigns, _of_campaign, start, end),
            partners=_rows(desk.archive, desk.registers.partners, lambda one: _of_partner(desk, one), start, end),
            figures=[
                draw(panels()[name], desk.archive, desk.policy, told, start, end) for name in ("campaigns", "partners")
            ],
            leads=agenda(desk.archive, desk.policy, told, end),
        )

    @routes.get("/campaigns/{identity}")
    def campaign(request: Request, identity: str) -> Response:
        found = next((one for one in desk.registers.campaigns if one.id == identity), None)
        if found is None:
            raise HTTPException(404)
        period = None if found.start is None else f"{found.start} – {found.end or '…'}"
        kind = desk.words(request).label("campaign_kind", found.kind)
        asked = Question(filters={"campaign": identity})
        sections = of_campaign(desk.archive, desk.policy, _named(desk, request), identity, _end(desk, request))
        days = participation(desk.archive, desk.policy, identity, _end(desk, request))
        return _topic(desk, request, asked, found.name, kind, period, found.hashtags, sections, days)

    @routes.get("/partners/{identity}")
    def partner(request: Request, identity: str) -> Response:
        found = next((one for one in desk.registers.partners if one.id == identity), None)
        if found is None:
            raise HTTPException(404)
        kind = desk.words(request).label("partner_kind", found.kind)
        tier = f"{desk.words(request)('campaigns.tier')} {found.tier}" if found.tier else None
        asked = Question(
            " OR ".join([f"partner:{identity}", *(f'author:"{key}"' for key in _accounts(desk, identity))])
        )
        sections = of_partner(desk.archive, desk.policy, _named(desk, request), identity, _end(desk, request))
        return _topic(desk, request, asked, found.name, kind, tier, (), sections)

    return routes


def _topic(
    desk: Desk,
    request: Request,
    asked: Question,
    name: str,
    kind: str,
    period: str | None,
    hashtags: Sequence[str],
    sections: Sequence[Section],
    participants: Sequence[Day] = (),
) -> Response:
    told = desk.words(request)
    start, end, days, day = span(request.query_params, desk.now(), 30)
    question = replace(asked, sort="newest", start=start, end=end)
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
        attribution=sections,
        participants=participants,
        partners={one.id: one.name for one in desk.registers.partners},
        hits=[(seen(hit.mention, desk.policy), hit.marked) for hit in page.hits],
        search=replace(question, since=f"{start.astimezone(JAKARTA):%Y-%m-%d}", until=day).address(),
    )


def _of_campaign(one: Any) -> dict[str, Any]:
    return {"term": {"campaigns": one.id}}


def _of_partner(desk: Desk, one: Any) -> dict[str, Any]:
    """Mentions that name a partner, and those of the partner's own accounts."""
    named = {"term": {"partners": one.id}}
    own = {"terms": {"author.key": _accounts(desk, one.id)}}
    return {"bool": {"should": [named, own], "minimum_should_match": 1}}


def _accounts(desk: Desk, partner: str) -> list[str]:
    """Author keys of a partner's accounts in the register."""
    return [one.key for one in desk.registers.of_partner(partner)]


def _named(desk: Desk, request: Request) -> Words:
    """The words with the names of the registers."""
    registers = desk.registers
    names = {
        "campaign": {one.id: one.name for one in registers.campaigns},
        "partner": {one.id: one.name for one in registers.partners},
    }
    return desk.words(request).naming(names)


def _end(desk: Desk, request: Request) -> datetime:
    return span(request.query_params, desk.now(), 30)[1]


def _rows(
    archive: Archive, register: Sequence[Any], matching: Callable[[Any], dict[str, Any]], start: datetime, end: datetime
) -> list[Row]:
    """Figures of every entry of a register, without official accounts."""
    if not register:
        return []
    per_platform = {
        platform: {
            "filter": {"term": {"platform": platform}},
            "aggs": {"authors": {"cardinality": {"field": "author.key"}}},
        }
        for platform in PLATFORMS
    }
    body = {
        "query": {
            "bool": {
                "filter": [LIVE, {"range": {"published_at": {"gte": timestamp(start), "lt": timestamp(end)}}}],
                "must_not": [{"term": {"author.role": "official"}}],
            }
        },
        "aggs": {"entry": {"filters": {"filters": {one.id: matching(one) for one in register}}, "aggs": per_platform}},
    }
    answer = archive.aggregate("mentions", body).get("aggregations", {})
    found = answer.get("entry", {}).get("buckets", {})
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
