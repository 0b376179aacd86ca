"""The explorer's app: the pages, what stands around them, and a plain page for everything that can fail."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractContextManager, asynccontextmanager
from importlib.resources import files

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from dengar.index.connection import IndexUnavailable
from dengar.index.results import QueryError
from dengar.log import LogError
from dengar.web.desk import Desk, SignInError, View, back, guard
from dengar.web.pages import PARTS, alerting, signing
from dengar.web.question import QuestionError
from dengar.web.shield import LOOPBACK, Shield


def create_app(
    desk: Desk,
    *,
    watcher: Callable[[str], AbstractContextManager[alerting.Watcher]] | None = None,
    hosts: Iterable[str] = LOOPBACK,
    close: Callable[[], None] = lambda: None,
    warm: bool = False,
) -> FastAPI:
    """The app. `watcher`: nickname → a session at the alerts, None without Kafka. `hosts`: names it answers to. `close` is called after the
    last request. `warm`: load the renderer of figures at the start.

    Pages are plain functions: they run in threads, so that none waits in the event loop.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        if warm:
            from dengar.web.figures import render

            await run_in_threadpool(render, '{"mark": "bar", "data": {"values": []}}', "id")
        yield
        await run_in_threadpool(close)

    app = FastAPI(title="dengar", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.mount("/static", StaticFiles(directory=str(files("dengar.web") / "static")), name="static")
    app.include_router(signing.router(desk))
    for part in PARTS:
        app.include_router(part.router(desk), dependencies=[Depends(guard(desk))])
    app.include_router(alerting.router(desk, watcher), dependencies=[Depends(guard(desk))])
    _failures(app, desk)
    app.add_middleware(Shield, hosts=hosts)
    return app


def _failures(app: FastAPI, desk: Desk) -> None:
    def page(request: Request, status: int, title: str, sentence: str, *, retry: bool = False) -> Response:
        told = desk.words(request)
        again = View(request, desk).here if retry and request.method == "GET" else None
        return desk.page(request, "error.html", status, title=told(title), sentence=sentence, retry=again)

    @app.exception_handler(IndexUnavailable)
    def no_index(request: Request, _error: Exception) -> Response:
        return page(request, 503, "error.index", desk.words(request)("error.index.lead"), retry=True)

    @app.exception_handler(LogError)
    def no_log(request: Request, _error: Exception) -> Response:
        return page(request, 503, "error.kafka", desk.words(request)("error.kafka.lead"), retry=True)

    @app.exception_handler(QueryError)
    def bad_query(request: Request, error: Exception) -> Response:
        return page(request, 400, "error.query", str(error))

    @app.exception_handler(QuestionError)
    def bad_question(request: Request, error: QuestionError) -> Response:
        return page(request, 400, "error.title", desk.words(request)(error.key, **error.values))

    @app.exception_handler(RequestValidationError)
    def bad_input(request: Request, _error: Exception) -> Response:
        return page(request, 400, "error.title", desk.words(request)("error.input"))

    @app.exception_handler(SignInError)
    def stranger(request: Request, _error: Exception) -> Response:
        return back(View(request, desk).sign_in)

    @app.exception_handler(HTTPException)
    def missing(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            return page(request, 404, "error.missing", desk.words(request)("error.missing.lead"))
        return page(request, error.status_code, "error.title", str(error.detail))
