"""Collection health: silence is not zero."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dengar.log import LogError
from dengar.obtainable import table
from dengar.web.desk import Desk, span
from dengar.web.figures import draw
from dengar.web.panels import panels


def router(desk: Desk) -> APIRouter:
    """Route /health."""
    routes = APIRouter()

    @routes.get("/health")
    def health(request: Request) -> Response:
        told = desk.words(request)
        start, end, _, _ = span(request.query_params, desk.now(), 14)
        try:
            fares = None if desk.collection is None else desk.collection.state()
        except LogError:
            fares = None
        return desk.page(
            request,
            "health.html",
            fares=fares,
            collected=draw(panels()["collected"], desk.archive, desk.policy, told, start, end),
            withheld=[cell for cells in table().values() for cell in cells.values() if not cell.obtainable],
        )

    return routes
