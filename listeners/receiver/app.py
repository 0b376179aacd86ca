"""The receiver's HTTP side. Order of work: size, signature over the raw bytes, parse, append and flush, answer, follow up."""

from __future__ import annotations

import hmac
import logging
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.concurrency import run_in_threadpool

from dengar.log import LogError
from listeners.bounds import MAX_BYTES, UnreadableError, read_json, read_xml
from listeners.context import Context
from listeners.instagram import webhook
from listeners.item import RawItem
from listeners.receiver.hydrate import Hydrator
from listeners.receiver.notices import Notices
from listeners.receiver.signature import signed_by_hub, signed_by_meta
from listeners.receiver.websub import Subscriptions
from listeners.youtube import atom

log_ = logging.getLogger(__name__)


@dataclass
class Received:
    """Counts since the start. `forged`: signature missing or wrong. `unreadable`: too large, too deep, not parsable, or of no shape."""

    requests: int = 0
    items: int = 0
    forged: int = 0
    unreadable: int = 0


@dataclass(frozen=True)
class Secrets:
    """What the receiver checks against."""

    app_secrets: tuple[str, ...]
    verify_token: str
    websub_secret: str

    def __repr__(self) -> str:
        return "Secrets(***)"


def create_app(
    secrets: Secrets,
    notices: Notices,
    hydrator: Hydrator,
    subscriptions: Subscriptions | None,
    close: Callable[[], None] = lambda: None,
    *,
    own_channels: Collection[str] = (),
) -> FastAPI:
    """The app; `close` is called after the last request, when the threads have ended. `own_channels`: YouTube ids of our own."""
    received = Received()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        hydrator.start()
        if subscriptions is not None:
            subscriptions.start()
        yield
        if subscriptions is not None:
            await run_in_threadpool(subscriptions.close)
        await run_in_threadpool(hydrator.close)
        close()

    async def accept(items: list[RawItem]) -> Response:
        """Persist, then answer; where Kafka does not acknowledge, 503: the platform delivers again."""
        if not items:
            received.unreadable += 1
            log_.warning("a signed body carried nothing that the receiver knows")
        try:
            await run_in_threadpool(notices.keep, items, hydrator.offer)
        except LogError as error:
            log_.warning("a delivery was not persisted: %s", error)
            return PlainTextResponse("not persisted, deliver again", 503)
        received.items += len(items)
        return PlainTextResponse("ok")

    app = FastAPI(title="dengar receiver", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)

    @app.get("/healthz")
    async def health() -> Response:
        state: dict[str, Any] = {"received": asdict(received), "hydrated": asdict(hydrator.fates)}
        state["waiting"] = hydrator.waiting
        state["websub"] = subscriptions.confirmed if subscriptions is not None else None
        return JSONResponse(state)

    @app.get("/instagram/webhook")
    async def handshake(request: Request) -> Response:
        query = request.query_params
        token = query.get("hub.verify_token", "").encode()
        wanted = bool(secrets.verify_token) and hmac.compare_digest(token, secrets.verify_token.encode())
        if query.get("hub.mode") != "subscribe" or not wanted:
            return PlainTextResponse("forbidden", 403)
        return PlainTextResponse(query.get("hub.challenge", ""))

    @app.post("/instagram/webhook")
    async def changes(request: Request) -> Response:
        received.requests += 1
        body = await _body(request)
        if body is None:
            received.unreadable += 1
            return PlainTextResponse("too large", 413)
        if not signed_by_meta(body, request.headers.get("x-hub-signature-256"), secrets.app_secrets):
            received.forged += 1
            return PlainTextResponse("forbidden", 403)
        try:
            items = webhook.split(read_json(body), most=None)
        except UnreadableError as error:
            received.unreadable += 1
            return PlainTextResponse(error.detail, 400)
        return await accept(items)

    @app.get("/youtube/websub")
    async def intent(request: Request) -> Response:
        query = request.query_params
        mode, topic = query.get("hub.mode", ""), query.get("hub.topic", "")
        if subscriptions is None:
            return PlainTextResponse("not found", 404)
        if mode == "denied":
            subscriptions.denied(topic)
            return PlainTextResponse("ok")
        if not subscriptions.confirm(mode, topic, query.get("hub.lease_seconds", "")):
            return PlainTextResponse("not found", 404)
        return PlainTextResponse(query.get("hub.challenge", ""))

    @app.post("/youtube/websub")
    async def push(request: Request) -> Response:
        received.requests += 1
        body = await _body(request)
        if body is None:
            received.unreadable += 1
            return PlainTextResponse("too large", 413)
        if not signed_by_hub(body, request.headers.get("x-hub-signature"), secrets.websub_secret):
            # WebSub, section 8: a mismatch is answered with success and discarded, so that a prober learns nothing.
            received.forged += 1
            return Response(status_code=202)
        try:
            items = atom.split(read_xml(body), Context("youtube/websub", "youtube.websub"))
        except UnreadableError as error:
            received.unreadable += 1
            return PlainTextResponse(error.detail, 400)
        return await accept([replace(i, ownership="owned") if i.account in own_channels else i for i in items])

    return app


async def _body(request: Request) -> bytes | None:
    """The raw body, None where it is larger than the cap (told by its length or found while reading)."""
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > MAX_BYTES:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            return None
    return bytes(body)
