"""One decision about several conversations of the queue, each audited for itself."""

from __future__ import annotations

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from dengar.responses.actions import ActionError
from dengar.responses.session import NoConversationError
from dengar.web.access import matches
from dengar.web.desk import Desk, back
from dengar.web.pages.responding import details_of, responder_of

QUEUE = "/complaints"


def router(desk: Desk) -> APIRouter:
    """Route /complaints/act: only for those who signed in."""
    routes = APIRouter()

    @routes.post("/complaints/act")
    def act(
        request: Request,
        secret: str = Form(""),
        kind: str = Form(""),
        chosen: list[str] = Form([]),
        to: str = Form(""),
        reason: str = Form(""),
        reference: str = Form(""),
        note: str = Form(""),
        then: str = Form(QUEUE),
    ) -> Response:
        session, told = desk.signed_in(request), desk.words(request)
        again = then if then.startswith(f"{QUEUE}?") else QUEUE

        def refused(status: int, sentence: str) -> Response:
            return desk.page(request, "error.html", status, title=told("desk.title"), sentence=sentence, retry=again)

        if not matches(session, secret):
            return refused(403, told("error.form"))
        stood = {identity: at for at, _, identity in (one.partition(" ") for one in chosen)}
        if not stood:
            return refused(400, told("desk.several.none"))
        details = details_of(kind, {"to": to, "reason": reason, "reference": reference, "note": note})
        try:
            with responder_of(desk, session) as responder:
                # As on the page of one: nothing is decided over the head of a colleague, nor twice.
                now = {identity: responder.held(identity).response["desk_at"] or "" for identity in stood}
                if changed := sorted(identity for identity in stood if now[identity] != stood[identity]):
                    return refused(409, told("desk.several.meanwhile", ids=", ".join(changed)))
                responder.act(list(stood), kind, **details)
        except (ActionError, NoConversationError) as error:
            return refused(400, str(error))
        return back(f"{again}{'&' if '?' in again else '?'}done={kind}&n={len(stood)}")

    return routes
