"""The receiver's HTTP side. Order of work: rate, size, signature over the raw bytes, parse, append and flush, answer, follow up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.concurrency import run_in_threadpool

from dengar.log import LogError
from dengar.trace import accept
from listeners.bounds import MAX_BYTES, UnreadableError
from listeners.receiver.callbacks import Callbacks
from listeners.receiver.hydrate import Hydrator
from listeners.receiver.notices import Notices
from listeners.receiver.rate import Rate
from listeners.receiver.websub import Subscriptions
from listeners.receiver.youtube_websub import YouTubeWebSub
from listeners.source import PushSource
from listeners.source import Request as Pushed

log_ = logging.getLogger(__name__)


@dataclass
class Received:
    """Counts since the start. `forged`: signature missing or wrong. `unreadable`: too large, too deep, not parsable, or of no shape.

    `refused`: over the rate cap. `unkept`: Kafka did not take it, the platform was asked to deliver again.
    """

    requests: int = 0
    items: int = 0
    forged: int = 0
    unreadable: int = 0
    refused: int = 0
    unkept: int = 0


def create_app(
    sources: Sequence[PushSource],
    notices: Notices,
    hydrator: Hydrator,
    *,
    callbacks: Callbacks | None = None,
    metrics: Callable[[dict[str, int]], bytes] | None = None,
    heard: Callable[[str, int], None] = lambda _source, _items: None,
    close: Callable[[], None] = lambda: None,
    rate: Rate | None = None,
) -> FastAPI:
    """The app; `close` is called after the last request, when the threads have ended.

    `metrics` is told the counts and gives the text of /metrics; `heard` is told of every delivery that was kept: (source, items).
    """
    received, limit = Received(), rate or Rate()
    subscriptions = _subscriptions(sources)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        notices.start()
        hydrator.start()
        if subscriptions is not None:
            subscriptions.start()
        yield
        if subscriptions is not None:
            await run_in_threadpool(subscriptions.close)
        await run_in_threadpool(notices.close)
        await run_in_threadpool(hydrator.close)
        close()

    app = FastAPI(title="dengar receiver", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)

    @app.get("/healthz")
    async def health() -> Response:
        state: dict[str, Any] = {"received": asdict(received), "hydrated": asdict(hydrator.fates)}
        state["waiting"] = hydrator.waiting
        state["sources"] = [source.name for source in sources]
        state["websub"] = subscriptions.confirmed if subscriptions is not None else None
        return JSONResponse(state, 200 if hydrator.alive and notices.alive else 503)

    if metrics is not None:
        scrape = metrics

        @app.get("/metrics")
        async def tell() -> Response:
            try:
                text = await run_in_threadpool(scrape, asdict(received) | {"waiting": hydrator.waiting})
            except LogError:
                return PlainTextResponse("Kafka does not answer: is it up?", 503)
            return Response(text, media_type="text/plain; version=0.0.4")

    for source in sources:
        _route(app, source, notices, received, limit, heard)
    if callbacks is not None:
        callbacks.route(app, limit)
    return app


def _subscriptions(sources: Sequence[PushSource]) -> Subscriptions | None:
    return next((source.subscriptions for source in sources if isinstance(source, YouTubeWebSub)), None)


def _route(
    app: FastAPI,
    source: PushSource,
    notices: Notices,
    received: Received,
    limit: Rate,
    heard: Callable[[str, int], None],
) -> None:
    @app.get(source.path)
    async def handshake(request: Request) -> Response:
        if refused := limit.refusal(request):
            return refused
        status, text = source.handshake(dict(request.query_params))
        return PlainTextResponse(text, status)

    @app.post(source.path)
    async def push(request: Request) -> Response:
        received.requests += 1
        if refused := limit.refusal(request):
            received.refused += 1
            return refused
        body = await read_body(request)
        if body is None:
            received.unreadable += 1
            return PlainTextResponse("too large", 413)
        pushed = Pushed({name.lower(): value for name, value in request.headers.items()}, body)
        if not source.signed(pushed):
            received.forged += 1
            return Response(status_code=source.refusal)
        try:
            items = source.receive(pushed)
        except UnreadableError as error:
            received.unreadable += 1
            return PlainTextResponse(error.detail, 400)
        if not items:
            received.unreadable += 1
            log_.warning("%s: a signed body carried nothing that the receiver knows", source.name)
            return PlainTextResponse("ok")
        try:
            trace = accept(request.headers.getlist("traceparent"), request.headers.getlist("tracestate"))
            await asyncio.wrap_future(notices.submit([replace(item, trace=trace) for item in items]))
        except LogError as error:
            received.unkept += 1
            log_.warning("a delivery was not persisted: %s", error)
            return PlainTextResponse("not persisted, deliver again", 503)
        received.items += len(items)
        heard(source.name, len(items))
        return PlainTextResponse("ok")


async def read_body(request: Request, most: int = MAX_BYTES) -> bytes | None:
    """The raw body, None where it is larger than the cap (told by its length or found while reading)."""
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > most:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)
