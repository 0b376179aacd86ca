"""The FastAPI application of a sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

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
    app.include_router(control.router(state))
    app.include_router(push.router(state))
    app.include_router(youtube.router(state))
    app.include_router(instagram.router(state))
    return app
