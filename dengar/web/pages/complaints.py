"""Who waits for an answer, and for how long; those who signed in decide about several at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dengar.log import LogError
from dengar.policy.rules import PLATFORMS
from dengar.responses.actions import KINDS, REASONS
from dengar.responses.routing import routing
from dengar.web import queue
from dengar.web.backlog import PANELS, soon
from dengar.web.desk import Desk, span
from dengar.web.figures import draw
from dengar.web.panels import panels
from dengar.web.question import QuestionError
from dengar.web.seen import verdict_of
from dengar.web.text import with_query
from dengar.web.waiting import MOST, asked, on_desk, sums_of

STATES = ("open", "overdue", "waiting", "answered", "all")
PAGE = 25


def router(desk: Desk) -> APIRouter:
    """Route /complaints."""
    routes = APIRouter()

    @routes.get("/complaints")
    def complaints(request: Request) -> Response:
        told, address = desk.words(request), request.query_params
        start, end, days, day = span(address, desk.now(), 14)
        asked_for = ("state", "platform", "category", "directorate", "held")
        state, platform, category, directorate, held_by = (address.get(name, "").strip()[:64] for name in asked_for)
        post = address.get("post", "").strip()[:256]
        number, count = address.get("page", "1"), address.get("n", "1")
        directorates = routing().directorates
        known = platform in ("", *PLATFORMS) and state in ("", *STATES) and directorate in ("", *directorates)
        if not known or not (number.isascii() and number.isdigit()) or len(number) > 4:
            raise QuestionError("error.input")
        narrowed = {"category": category or None, "platform": platform or None}
        routed = {**narrowed, "directorate": directorate or None, "post": post or None}
        state = state or "open"
        wanted = {"open": ("overdue", "waiting"), "all": ("overdue", "waiting", "answered")}.get(state, (state,))
        first = max(0, int(number) - 1) * PAGE
        held = None if day else on_desk(desk.archive, desk.policy, start, end, **routed)
        shown = (
            _queue(desk, request, (start, end), wanted, first, {**routed, "held_by": held_by or None}) if held else None
        )
        decides = shown is not None
        if shown is None:
            found, more = held or asked(desk.archive, desk.policy, start, end, **narrowed)
            chosen = [one for one in found if one.state in wanted]
            sums = sums_of(((one.seen["platform"], one.state) for one in found), desk.policy)
            follows = len(chosen) > first + PAGE
            shown = queue.Page(chosen[first : first + PAGE], sums, more, follows)
        keep = {
            "state": state,
            "platform": platform or None,
            "category": category or None,
            "directorate": directorate or None,
            "held": held_by or None,
            "post": post or None,
            "days": days,
            "day": day or None,
        }
        following = with_query("/complaints", keep, page=int(number) + 1) if shown.follows else None
        return desk.page(
            request,
            "complaints.html",
            states=STATES,
            state=state,
            platform=platform,
            category=category,
            directorate=directorate,
            directorates=directorates,
            days=days,
            day=day,
            end=end,
            lead="complaints.desk" if held else "complaints.lead",
            held_by=held_by,
            decides=decides,
            post=post,
            causes=shown.causes,
            card=_card(desk, shown.card),
            done=address.get("done", "") if address.get("done", "") in KINDS else None,
            done_count=int(count) if count.isascii() and count.isdigit() and len(count) < 5 else 1,
            here=with_query("/complaints", keep, page=number),
            reasons=REASONS,
            sums=shown.sums,
            listed=shown.listed,
            more=shown.more,
            most=MOST,
            next_page=following,
            off={
                one: why
                for one in PLATFORMS
                if not held and (why := verdict_of(desk.policy, one, ("actionable",))) is not None
            },
            soon=soon(desk.archive, desk.policy, end) if held else [],
            figures=[
                draw(panels()[name], desk.archive, desk.policy, told, start, end)
                for name in (*(PANELS if held else ()), "complaint_categories")
            ],
        )

    return routes


def _card(desk: Desk, card: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The card of a session, with the counters that may be shown and the verdicts on those that may not."""
    if card is None:
        return None
    platform = "youtube" if card["post_id"].startswith("yt:") else "instagram"
    verdicts = {name: desk.policy.verdict("show", platform, f"metrics.{name}") for name in card["counters"]}
    shown = {name: value for name, value in card["counters"].items() if verdicts[name] and value is not None}
    off = [verdict for name, verdict in verdicts.items() if not verdict and card["counters"][name] is not None]
    return {**card, "counters": shown, "off": off[0] if off else None}


def _queue(
    desk: Desk,
    request: Request,
    span: tuple[datetime, datetime],
    states: Sequence[str],
    first: int,
    narrowed: Mapping[str, str | None],
) -> queue.Page | None:
    """What a responder sees: decisions of a moment ago too. None where nobody signed in, or Kafka does not answer: reading goes on."""
    session = desk.session(request)
    if session is None or desk.responder is None:
        return None
    try:
        with desk.responder(session.nickname) as responder:
            return queue.page(responder, desk.policy, span, states, first, PAGE, **narrowed)
    except LogError:
        return None
