"""The FastAPI application of a sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email.utils import format_datetime

from fastapi import FastAPI, Request, Response

from sandbox import control
from sandbox.instagram import routes as instagram
from sandbox.push import routes as push
from sandbox.state import State
from sandbox.youtube import routes as youtube


def create_app(state: State) -> FastAPI:
    """An application over one state: platform routes and the control routes."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await state.pushes.close()

    app = FastAPI(title="dengar sandbox", docs_url=None, redoc_url=None, lifespan=lifespan)

    @app.middleware("http")
    async def tell_time(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        """A platform's answers carry its own time; whoever reads it need not know that it is virtual."""
        response = await answer(request)
        response.headers["Date"] = format_datetime(state.clock.now, usegmt=True)
        return response

    app.include_router(control.router(state))
    app.include_router(push.router(state))
    app.include_router(youtube.router(state))
    app.include_router(instagram.router(state))
    return app
