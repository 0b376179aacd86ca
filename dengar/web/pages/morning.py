"""Pagi ini: one screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dengar.log import LogError
from dengar.policy.rules import PLATFORMS
from dengar.records import JAKARTA
from dengar.responses.worktime import working_time
from dengar.web.backlog import soon
from dengar.web.collection import Fares
from dengar.web.desk import Desk, span
from dengar.web.figures import draw
from dengar.web.morning import counts, cut, newest
from dengar.web.panels import panels
from dengar.web.planned import calendar
from dengar.web.raised import waiting as alerts_waiting
from dengar.web.rises import rises
from dengar.web.seen import verdict_of
from dengar.web.waiting import Asked, asked, on_desk, sums_of

SHOWN = 7
LOOK_BACK = timedelta(days=14)
CHART = timedelta(days=7)


def router(desk: Desk) -> APIRouter:
    """Route /."""
    routes = APIRouter()

    @routes.get("/")
    def morning(request: Request) -> Response:
        told, now = desk.words(request), desk.now()
        day = request.query_params.get("day", "").strip()
        end = _end_of(day, now) if day else now
        start = cut(end)
        made = [
            replace(one, off=verdict_of(desk.policy, one.platform, ("actionable", "urgency", "sentiment")))
            for one in counts(desk.archive, desk.policy, start, end)
        ]
        held = None if day else on_desk(desk.archive, desk.policy, end - LOOK_BACK, end)
        everything, _ = held or asked(desk.archive, desk.policy, end - LOOK_BACK, end)
        waiting = [one for one in everything if one.state != "answered"]
        tonight = end.astimezone(working_time().zone).replace(hour=23, minute=59, second=59)
        latest = newest(desk.archive)
        return desk.page(
            request,
            "morning.html",
            start=start,
            end=end,
            start_text=start.astimezone(JAKARTA).isoformat(timespec="minutes"),
            end_text=end.astimezone(JAKARTA).isoformat(timespec="minutes"),
            day=day or f"{end.astimezone(JAKARTA):%Y-%m-%d}",
            asked_day=bool(day),
            newest=latest,
            newest_day=None if latest is None else f"{latest.astimezone(JAKARTA):%Y-%m-%d}",
            counts=made,
            soon=soon(desk.archive, desk.policy, end) if held else [],
            waiting=waiting[:SHOWN],
            sums=sums_of(((one.seen["platform"], _when(one, tonight)) for one in waiting), desk.policy),
            waiting_off={
                one: why for one in PLATFORMS if (why := verdict_of(desk.policy, one, ("actionable",))) is not None
            },
            rising=rises(desk.archive, told, start, end),
            alerts=alerts_waiting(desk.archive, told, end - CHART, end),
            fares=_fares(desk),
            timeline=draw(
                panels()["mentions_over_time"],
                desk.archive,
                desk.policy,
                told,
                end - CHART,
                end,
                plans=calendar(desk.archive, end - CHART, end, now).all,
            ),
        )

    return routes


def _when(one: Asked, tonight: datetime) -> str:
    """Of somebody who waits: overdue, due by tonight, or later."""
    return "overdue" if one.state == "overdue" else "today" if one.due_at <= tonight else "later"


def _end_of(day: str, now: datetime) -> datetime:
    """The end of a past day: everything of it is on its page. Raises QuestionError."""
    _, end, _, _ = span({"day": day}, now, 1)
    return end


def _fares(desk: Desk) -> Fares | None:
    """How collection fares; None where Kafka does not answer or is not there: then nobody knows."""
    try:
        return None if desk.collection is None else desk.collection.state()
    except LogError:
        return None
