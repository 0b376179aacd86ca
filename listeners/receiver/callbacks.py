"""Meta's data-deletion and deauthorise callbacks: a signed_request becomes an erasure; its code has a page of its own."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import parse_qs

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.concurrency import run_in_threadpool

from dengar.log import LogError
from listeners.receiver.erasures import Erasures, Reason
from listeners.receiver.rate import Rate
from listeners.receiver.signed_request import SignedRequestError, user_of

log_ = logging.getLogger(__name__)

DELETION, DEAUTHORISE = "/instagram/data-deletion", "/instagram/deauthorise"
MAX_FORM_BYTES = 16 * 1024
_MINUTE = "%Y-%m-%d %H:%M UTC"
_CODE = re.compile(r"[0-9a-f]{8,12}-[0-9a-f]{16}-[0-9a-f]{24}")


class Callbacks:
    """The routes. `public_url` is where people reach the receiver; `code` addresses are made from it, else from what Meta called.

    `done` looks up when a request was fulfilled. It may raise LogError: then the page says what it knows without.
    """

    def __init__(
        self,
        erasures: Erasures,
        app_secrets: Sequence[str],
        public_url: str,
        done: Callable[[str], datetime | None] = lambda _code: None,
    ) -> None:
        self._erasures, self._secrets, self._url = erasures, tuple(app_secrets), public_url.rstrip("/")
        self._done = done
        self.refused = 0

    def route(self, app: FastAPI, limit: Rate) -> None:
        """Add the routes to the receiver."""

        @app.post(DELETION)
        async def delete(request: Request) -> Response:
            base = self._url or str(request.base_url).rstrip("/")
            return await self._ask(request, limit, "data_deletion", lambda code: _answer(base, code))

        @app.post(DEAUTHORISE)
        async def deauthorise(request: Request) -> Response:
            return await self._ask(request, limit, "deauthorised", lambda _code: PlainTextResponse("ok"))

        @app.get(DELETION + "/{code}")
        async def status(request: Request, code: str) -> Response:
            if refused := limit.refusal(request):
                return refused
            received = self._erasures.requested_at(code) if _CODE.fullmatch(code) else None
            if received is None:
                return PlainTextResponse("There is no request with this code.", 404)
            day = received.strftime(_MINUTE)
            told = f"Permintaan {code} diterima {day}. / Request {code} was received {day}."
            try:
                done = await run_in_threadpool(self._done, code)
            except LogError as error:
                log_.warning("whether an erasure is fulfilled could not be looked up: %s", error)
                done = None
            if done is not None:
                day = done.strftime(_MINUTE)
                told += (
                    f" Selesai {day}; rekaman mentah terhapus paling lambat 31 hari kemudian."
                    f" / Fulfilled {day}; raw records are gone 31 days later at the latest."
                )
            return PlainTextResponse(told)

    async def _ask(self, request: Request, limit: Rate, reason: Reason, answer: Callable[[str], Response]) -> Response:
        if refused := limit.refusal(request):
            return refused
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_FORM_BYTES:
                return PlainTextResponse("too large", 413)
        given = parse_qs(body.decode("ascii", "replace")).get("signed_request", [""])[0]
        try:
            user = user_of(given, self._secrets)
        except SignedRequestError as error:
            self.refused += 1
            log_.warning("a %s callback was refused: %s", reason, error)
            return PlainTextResponse("forbidden", 403)
        try:
            code = await run_in_threadpool(self._erasures.request, user, reason)
        except LogError as error:
            log_.warning("a %s callback was not persisted: %s", reason, error)
            return PlainTextResponse("not persisted, ask again", 503)
        return answer(code)


def _answer(base: str, code: str) -> Response:
    return JSONResponse({"url": f"{base}{DELETION}/{code}", "confirmation_code": code})
