"""Signing in with the token, and out."""

from __future__ import annotations

import re

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from dengar.web.access import COOKIE, LASTS_S, matches
from dengar.web.desk import Desk, back

_NICKNAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


def router(desk: Desk) -> APIRouter:
    """Routes /sign-in and /sign-out."""
    routes = APIRouter()

    @routes.get("/sign-in")
    def ask(request: Request, then: str = "/") -> Response:
        return desk.page(request, "sign_in.html", then=then, problem=None)

    @routes.post("/sign-in")
    def sign_in(request: Request, token: str = Form(""), nickname: str = Form(""), then: str = Form("/")) -> Response:
        told = desk.words(request)

        def again(status: int, key: str) -> Response:
            return desk.page(request, "sign_in.html", status, then=then, problem=told(key))

        if desk.access.tired:
            return again(429, "sign.tired")
        if not _NICKNAME.fullmatch(nickname):
            return again(400, "sign.nick_wrong")
        cookie = desk.access.sign_in(token.strip(), nickname)
        if cookie is None:
            return again(403, "sign.wrong")
        answer = back(then)
        answer.set_cookie(COOKIE, cookie, max_age=LASTS_S, httponly=True, samesite="lax", secure=desk.secure)
        return answer

    @routes.post("/sign-out")
    def sign_out(request: Request, secret: str = Form("")) -> Response:
        session = desk.session(request)
        if session is not None and matches(session, secret):
            desk.access.sign_out(request.cookies.get(COOKIE))
        answer = back("/")
        answer.delete_cookie(COOKIE)
        return answer

    return routes
