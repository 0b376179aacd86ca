"""A conversation at the response desk: what was asked, what was decided by whom, cases like it, and the next decision."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from dengar.responses.actions import KINDS, REASONS, ActionError, fits
from dengar.responses.routing import routing
from dengar.responses.session import NoConversationError
from dengar.web.access import Session, matches
from dengar.web.desk import Desk, Responder, back
from dengar.web.seen import seen, verdict_of
from dengar.web.text import desk_page

_LONGEST = {"to": 64, "reason": 64, "reference": 64, "note": 1000}
_TAKES = {"assign": ("to", "note"), "hand_over": ("reference", "note"), "dismiss": ("reason", "note")}
BARE = ("close", "resolve", "answered_live", "reopen")
"""Actions that want nothing but a note at most."""


def router(desk: Desk) -> APIRouter:
    """Routes /desk/…: only for those who signed in."""
    routes = APIRouter()

    @routes.get("/desk/{identity:path}")
    def conversation(request: Request, identity: str, done: str = "") -> Response:
        return _conversation(desk, request, identity, done=done if done in KINDS else None)

    @routes.post("/desk/{identity:path}/act")
    def act(
        request: Request,
        identity: str,
        secret: str = Form(""),
        kind: str = Form(""),
        stood: str = Form(""),
        to: str = Form(""),
        reason: str = Form(""),
        reference: str = Form(""),
        note: str = Form(""),
    ) -> Response:
        session, told = desk.signed_in(request), desk.words(request)
        if not matches(session, secret):
            return _conversation(desk, request, identity, status=403, problem=told("error.form"))
        details = details_of(kind, {"to": to, "reason": reason, "reference": reference, "note": note})
        try:
            with responder_of(desk, session) as responder:
                # Somebody decided since the page was made, or the form was sent twice: look again, rather than decide blindly.
                if (responder.held(identity).response["desk_at"] or "") != stood:
                    return _conversation(desk, request, identity, status=409, problem=told("desk.meanwhile"))
                responder.act([identity], kind, **details)
        except ActionError as error:
            return _conversation(desk, request, identity, status=400, problem=str(error))
        except NoConversationError:
            return _conversation(desk, request, identity, status=404)
        return back(f"{desk_page(identity)}?done={kind}")

    return routes


def details_of(kind: str, given: Mapping[str, str]) -> dict[str, str | None]:
    """What an action of this kind takes of a form's fields; None where it was left empty."""
    return {name: given[name].strip()[: _LONGEST[name]] or None for name in _TAKES.get(kind, ("note",))}


def responder_of(desk: Desk, session: Session) -> AbstractContextManager[Responder]:
    """A responder's session. Raises NoConversationError where there is no desk."""
    if desk.responder is None:
        raise NoConversationError("There is no desk without Kafka: start the stack with `dengar up`.")
    return desk.responder(session.nickname)


def _conversation(
    desk: Desk,
    request: Request,
    identity: str,
    *,
    status: int = 200,
    problem: str | None = None,
    done: str | None = None,
) -> Response:
    session, told = desk.signed_in(request), desk.words(request)
    try:
        with responder_of(desk, session) as responder:
            opened = responder.open(identity)
            cases, copies = responder.similar(opened), responder.copies(opened)
    except NoConversationError:
        key = "desk.unknown" if desk.responder is not None else "desk.absent"
        return desk.page(
            request, "error.html", 404, title=told("desk.title"), sentence=told(key, id=identity), retry=None
        )
    response = opened.response
    waits = [one for one in response["rounds"] if one["ended_at"] is None]
    return desk.page(
        request,
        "desk.html",
        status,
        one=response,
        due_at=datetime.fromisoformat(waits[-1]["due_at"]) if waits else None,
        post=seen(opened.post, desk.policy) if opened.post else None,
        turns=[seen(one, desk.policy) for one in opened.mentions],
        actions=opened.actions["actions"] if opened.actions else [],
        cases=[(case.response["id"], seen(case.asked, desk.policy), seen(case.answer, desk.policy)) for case in cases],
        copies=copies,
        flags=opened.flags,
        routed_off=verdict_of(desk.policy, response["platform"], ("category",)),
        directorates=routing().directorates,
        reasons=REASONS,
        bare=[kind for kind in BARE if _fits(response, kind)],
        problem=problem,
        done=done,
    )


def _fits(response: dict[str, Any], kind: str) -> bool:
    try:
        fits(response, kind)
    except ActionError:
        return False
    return True
