"""The journey of one record, as `dengar why` tells it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dengar.journey.permalink import NotAnIdError
from dengar.web.desk import Desk, Told

LONGEST = 2_000


def router(desk: Desk) -> APIRouter:
    """Route /why."""
    routes = APIRouter()

    @routes.get("/why")
    def why(request: Request, asked: str = "") -> Response:
        told: Told | None = None
        problem: str | None = None
        asked = asked.strip()[:LONGEST]
        if desk.why is None:
            problem = desk.words(request)("why.absent")
        elif asked:
            try:
                told = desk.why(asked)
            except NotAnIdError as error:
                problem = desk.words(request)("why.unread", reason=str(error))
        return desk.page(request, "why.html", 400 if problem else 200, asked=asked, told=told, problem=problem)

    return routes
