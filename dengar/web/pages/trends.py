"""Trends and crises: what rose, what was alerted, and the series behind them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dengar.web.desk import Desk, span
from dengar.web.figures import draw
from dengar.web.panels import panels
from dengar.web.rises import alerts, rises

FIGURES = ("mentions_over_time", "sentiment_over_time", "intent", "hashtags", "roles")


def router(desk: Desk) -> APIRouter:
    """Route /trends."""
    routes = APIRouter()

    @routes.get("/trends")
    def trends(request: Request) -> Response:
        told = desk.words(request)
        start, end, days, day = span(request.query_params, desk.now(), 30)
        return desk.page(
            request,
            "trends.html",
            days=days,
            day=day,
            rises=rises(desk.archive, told, start, end),
            alerts=alerts(desk.archive, told, start, end),
            figures=[draw(panels()[name], desk.archive, desk.policy, told, start, end) for name in FIGURES],
        )

    return routes
