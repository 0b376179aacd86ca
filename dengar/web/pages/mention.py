"""A mention, its conversation, and the correction of its labels."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import Response

from dengar.labels import FIELDS, LabelError
from dengar.labels.decisions import choices
from dengar.labels.session import NoMentionError
from dengar.web.access import Session, matches
from dengar.web.archive import LIVE
from dengar.web.desk import Desk, back
from dengar.web.seen import JUDGED, seen
from dengar.web.text import mention_page

LONGEST = 500


def router(desk: Desk) -> APIRouter:
    """Routes /mentions/… and /conversations/…."""
    routes = APIRouter()

    @routes.get("/mentions/{identity:path}")
    def mention(request: Request, identity: str, saved: int | None = None) -> Response:
        return _mention(desk, request, identity, saved=saved)

    @routes.post("/mentions/{identity:path}/labels")
    async def correct(request: Request, identity: str) -> Response:
        form = await request.form()
        told = {name: str(form.get(name) or "").strip() for name in (*FIELDS, "note", "secret")}
        from starlette.concurrency import run_in_threadpool

        return await run_in_threadpool(_correct, desk, request, identity, told)

    @routes.post("/mentions/{identity:path}/withdraw")
    def withdraw(request: Request, identity: str, field: str = Form(""), secret: str = Form("")) -> Response:
        session = desk.signed_in(request)
        if not matches(session, secret):
            return _mention(desk, request, identity, status=403, problem=desk.words(request)("error.form"))
        try:
            with _labeller(desk, session) as labeller:
                label = labeller.withdraw(labeller.mention(identity), [field])
        except (LabelError, NoMentionError) as error:
            return _mention(desk, request, identity, status=400, problem=str(error))
        return back(f"{mention_page(identity)}?saved={label['revision']}")

    @routes.get("/conversations/{identity:path}")
    def conversation(request: Request, identity: str, at: str | None = None) -> Response:
        session = desk.session(request)
        body = {
            "query": {"bool": {"filter": [{"term": {"conversation_id": identity}}, LIVE]}},
            "sort": ["published_at", "id"],
            "size": LONGEST,
        }
        turns = desk.archive.listed("mentions,messages" if session else "mentions", body)
        if not turns:
            raise HTTPException(404)
        first = turns[0]
        post = desk.archive.documents([first["post_id"]]).get(first["post_id"]) if first["post_id"] else None
        shown = post if post and not post["deleted"] and post["id"] not in {turn["id"] for turn in turns} else None
        answers = [turn["published_at"] for turn in turns[1:] if turn["author"]["role"] == "official"]
        return desk.page(
            request,
            "conversation.html",
            turns=[seen(turn, desk.policy) for turn in turns],
            post=seen(shown, desk.policy) if shown else None,
            here=at,
            cut=len(turns) == LONGEST,
            answered_at=min(answers, default=None),
        )

    return routes


def _correct(desk: Desk, request: Request, identity: str, form: dict[str, str]) -> Response:
    session, told = desk.signed_in(request), desk.words(request)
    if not matches(session, form["secret"]):
        return _mention(desk, request, identity, status=403, problem=told("error.form"))
    decided = {field: form[field] for field in FIELDS if form[field]}
    if not decided:
        return _mention(desk, request, identity, status=400, problem=told("label.nothing"))
    try:
        with _labeller(desk, session) as labeller:
            label = labeller.set(labeller.mention(identity), decided, note=form["note"][:1000] or None)
    except (LabelError, NoMentionError) as error:
        return _mention(desk, request, identity, status=400, problem=str(error))
    return back(f"{mention_page(identity)}?saved={label['revision']}")


def _labeller(desk: Desk, session: Session) -> Any:
    if desk.labeller is None:
        raise LabelError("There is nothing to label without Kafka: start the stack with `dengar up`.")
    return desk.labeller(session.nickname)


def _mention(
    desk: Desk,
    request: Request,
    identity: str,
    *,
    status: int = 200,
    problem: str | None = None,
    saved: int | None = None,
) -> Response:
    told, session = desk.words(request), desk.session(request)
    document = desk.archive.documents([identity]).get(identity)
    if document is None or document["deleted"]:
        sentence = told("mention.deleted") if document else told("mention.unknown", id=identity)
        return desk.page(request, "error.html", 404, title=told("mention.title"), sentence=sentence, retry=None)
    if document["kind"] == "dm":
        desk.signed_in(request)
    label = None
    if session is not None and desk.labeller is not None:
        with desk.labeller(session.nickname) as labeller:
            label = labeller.label_of(identity)
    verdict = desk.policy.verdict("derive", document["platform"], "hand.label")
    return desk.page(
        request,
        "mention.html",
        status,
        seen=seen(document, desk.policy),
        judged=[name for name in JUDGED if name != "purpose" or document["kind"] == "post"],
        masked=", ".join(f"{told.label('pii', name)} {n}" for name, n in (document.get("pii") or {}).items() if n),
        stands=[
            (name, label["labels"][name])
            for name in FIELDS
            if name in label["labels"] and (verdict or name == "language")
        ]
        if label
        else [],
        hand_off=None if verdict else verdict,
        choices=choices(),
        problem=problem,
        saved=saved,
    )
