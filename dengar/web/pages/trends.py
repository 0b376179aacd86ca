"""Trends and crises: what rose, what was alerted and who takes care of it, what was planned, and the series behind them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dengar.web.desk import Desk, span
from dengar.web.figures import draw
from dengar.web.panels import panels
from dengar.web.planned import calendar
from dengar.web.raised import raised
from dengar.web.rises import rises

TIMELINE = "mentions_over_time"
FIGURES = (TIMELINE, "sentiment_over_time", "intent", "hashtags", "roles")


def router(desk: Desk) -> APIRouter:
    """Route /trends."""
    routes = APIRouter()

    @routes.get("/trends")
    def trends(request: Request) -> Response:
        told = desk.words(request)
        now = desk.now()
        start, end, days, day = span(request.query_params, now, 30)
        plans = calendar(desk.archive, start, end, now)
        return desk.page(
            request,
            "trends.html",
            days=days,
            day=day,
            rises=rises(desk.archive, told, start, end),
            alerts=raised(desk.archive, told, start, end, now),
            can_act=desk.labeller is not None,
            calendar=plans,
            figures=[
                draw(
                    panels()[name],
                    desk.archive,
                    desk.policy,
                    told,
                    start,
                    end,
                    plans=plans.all if name == TIMELINE else (),
                )
                for name in FIGURES
            ],
        )

    return routes
