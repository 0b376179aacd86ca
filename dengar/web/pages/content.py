"""Content: what official accounts and partners posted, for what, in which form."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dengar.records import timestamp
from dengar.web.archive import LIVE
from dengar.web.desk import Desk, span
from dengar.web.figures import draw
from dengar.web.panels import panels
from dengar.web.seen import seen

NEWEST = 12


def router(desk: Desk) -> APIRouter:
    """Route /content."""
    routes = APIRouter()

    @routes.get("/content")
    def content(request: Request) -> Response:
        told = desk.words(request)
        start, end, days, day = span(request.query_params, desk.now(), 30)
        filters = [
            LIVE,
            {"term": {"kind": "post"}},
            {"terms": {"author.role": ["official", "partner", "influencer"]}},
            {"range": {"published_at": {"gte": timestamp(start), "lt": timestamp(end)}}},
        ]
        body = {"query": {"bool": {"filter": filters}}, "sort": [{"published_at": "desc"}, "id"], "size": NEWEST}
        return desk.page(
            request,
            "content.html",
            days=days,
            day=day,
            figures=[draw(panels()["purpose_by_format"], desk.archive, desk.policy, told, start, end)],
            newest=[seen(post, desk.policy) for post in desk.archive.listed("mentions", body)],
        )

    return routes
