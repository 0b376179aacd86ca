"""Search: hits, facets, timeline."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from dengar.index.results import QueryError
from dengar.records import JAKARTA, moment
from dengar.web.desk import Desk
from dengar.web.export import FORMS, MEDIA, MOST, export
from dengar.web.figures import Figure, draw
from dengar.web.panels import panels
from dengar.web.question import JUDGED, SHOWN, Question, QuestionError
from dengar.web.seen import seen
from dengar.web.words import Words

PAGE = 20
_AROUND = 24


def router(desk: Desk) -> APIRouter:
    """Routes /search and /export."""
    routes = APIRouter()

    @routes.get("/export")
    def export_found(request: Request) -> Response:
        asked = request.query_params.get("form", "csv")
        form = next((one for one in FORMS if one == asked), None)
        if form is None:
            raise QuestionError("error.input")
        question = Question.read(request.query_params, desk.now())
        if question.messages:
            desk.signed_in(request)
        pieces = export(desk.archive, desk.policy, question, form)
        name = f"dengar-{desk.now().astimezone(JAKARTA):%Y-%m-%d-%H%M}.{form}"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return StreamingResponse(pieces, media_type=MEDIA[form], headers=headers)

    @routes.get("/search")
    def search(request: Request) -> Response:
        question = Question.read(request.query_params, desk.now())
        if question.messages:
            desk.signed_in(request)
        cursor = request.query_params.get("cursor")
        shown: dict[str, Any] = {
            "question": question,
            "cleared": replace(question, filters={}).address(),
            "plain_facets": SHOWN,
            "judged_facets": JUDGED,
            "paged": bool(cursor),
            "exports": [(form.upper(), question.address("/export", form=form)) for form in FORMS],
            "most": MOST,
            "saved": [(name, Question(text).address()) for name, text in desk.searches()],
            "page": None,
            "problem": None,
            "problem_at": None,
        }
        try:
            page = desk.archive.find(question, cursor=cursor, size=PAGE, facets=(*SHOWN, *JUDGED))
            timeline = timeline_of(desk, question, desk.words(request)) if page.total and not cursor else None
        except QueryError as error:
            told = {"problem": str(error), "problem_at": _place(question.text, error.position)}
            return desk.page(request, "search.html", 400, **{**shown, **told})
        hits = [(seen(hit.mention, desk.policy), hit.marked) for hit in page.hits]
        return desk.page(request, "search.html", **{**shown, "page": page, "hits": hits, "timeline": timeline})

    return routes


def timeline_of(desk: Desk, question: Question, words: Words) -> Figure:
    """The panel of mentions over time, of what a question finds."""
    first: datetime | None = None
    end = question.end or desk.now()
    if question.start is None:
        bounds = {"aggs": {"first": {"min": {"field": "published_at"}}, "last": {"max": {"field": "published_at"}}}}
        told = desk.archive.aggregate("mentions", bounds, question).get("aggregations", {})
        if (earliest := told.get("first", {}).get("value")) is not None:
            first = moment(int(earliest))
            end = max(first, min(end, moment(int(told["last"]["value"]) + 1)))
    panel = panels()["mentions_over_time"]
    return draw(panel, desk.archive, desk.policy, words, question.start, end, question=question, first=first)


def _place(text: str, position: int | None) -> tuple[str, str, str] | None:
    """The query around the character at fault: before it, itself, after it."""
    if position is None or not 0 <= position <= len(text):
        return None
    start = max(0, position - _AROUND)
    return text[start:position], text[position : position + 1] or "␣", text[position + 1 : position + _AROUND]
