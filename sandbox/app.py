"""The FastAPI application of a sandbox."""

from __future__ import annotations

from fastapi import FastAPI

from sandbox import control
from sandbox.instagram import routes as instagram
from sandbox.state import State
from sandbox.youtube import routes as youtube


def create_app(state: State) -> FastAPI:
    """An application over one state: platform routes and the control routes."""
    app = FastAPI(title="dengar sandbox", docs_url=None, redoc_url=None)
    app.include_router(control.router(state))
    app.include_router(youtube.router(state))
    app.include_router(instagram.router(state))
    return app
