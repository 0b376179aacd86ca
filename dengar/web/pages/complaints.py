"""Who waits for an answer, and for how long."""

from __future__ import annotations

from collections import Counter

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dengar.policy.rules import PLATFORMS
from dengar.web.desk import Desk, span
from dengar.web.figures import draw
from dengar.web.panels import panels
from dengar.web.question import QuestionError
from dengar.web.seen import verdict_of
from dengar.web.text import with_query
from dengar.web.waiting import MOST, asked, on_desk

STATES = ("open", "overdue", "waiting", "answered", "all")
PAGE = 25


def router(desk: Desk) -> APIRouter:
    """Route /complaints."""
    routes = APIRouter()

    @routes.get("/complaints")
    def complaints(request: Request) -> Response:
        told, address = desk.words(request), request.query_params
        start, end, days, day = span(address, desk.now(), 14)
        state, platform, category = (address.get(name, "").strip() for name in ("state", "platform", "category"))
        number = address.get("page", "1")
        if platform not in ("", *PLATFORMS) or state not in ("", *STATES) or not number.isdigit() or len(number) > 4:
            raise QuestionError("error.input")
        narrowed = {"category": category or None, "platform": platform or None}
        held = None if day else on_desk(desk.archive, desk.policy, start, end, **narrowed)
        found, more = held or asked(desk.archive, desk.policy, start, end, **narrowed)
        state = state or "open"
        wanted = {"open": ("overdue", "waiting"), "all": ("overdue", "waiting", "answered")}.get(state, (state,))
        chosen = [one for one in found if one.state in wanted]
        first = max(0, int(number) - 1) * PAGE
        keep = {
            "state": state,
            "platform": platform or None,
            "category": category or None,
            "days": days,
            "day": day or None,
        }
        following = with_query("/complaints", keep, page=int(number) + 1) if len(chosen) > first + PAGE else None
        return desk.page(
            request,
            "complaints.html",
            states=STATES,
            state=state,
            platform=platform,
            category=category,
            days=days,
            day=day,
            end=end,
            lead="complaints.desk" if held else "complaints.lead",
            sums=Counter(one.state for one in found),
            listed=chosen[first : first + PAGE],
            more=more,
            most=MOST,
            next_page=following,
            off={
                one: why
                for one in PLATFORMS
                if not held and (why := verdict_of(desk.policy, one, ("actionable",))) is not None
            },
            categories=draw(panels()["complaint_categories"], desk.archive, desk.policy, told, start, end),
        )

    return routes
