"""HTTP side of the pushes: the WebSub hub and the registration of webhooks."""

from __future__ import annotations

import asyncio

import orjson
from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel

from sandbox.push.delivery import PushError
from sandbox.state import State


class WebhookOrder(BaseModel):
    """Where Instagram webhooks go to."""

    url: str
    app_secret: str
    verify_token: str


def router(state: State) -> APIRouter:
    """/hub (and the hub's own /subscribe) and /sandbox/webhooks."""
    routes = APIRouter()
    running: set[asyncio.Task[bool]] = set()

    @routes.post("/hub")
    @routes.post("/subscribe")
    async def subscribe(request: Request) -> Response:
        form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
        hub = state.pushes.hub
        try:
            hub.check(form)
        except PushError as error:
            return Response(str(error), 400, media_type="text/plain")
        if form.get("hub.verify", "async") == "sync":
            done = await hub.verify(form, state.clock.now)
            return Response(status_code=204 if done else 409)
        task = asyncio.create_task(hub.verify(form, state.clock.now))
        running.add(task)
        task.add_done_callback(running.discard)
        return Response(status_code=202)

    @routes.post("/sandbox/webhooks")
    async def register(order: WebhookOrder) -> Response:
        try:
            await state.pushes.webhooks.register(order.url, order.app_secret, order.verify_token)
        except PushError as error:
            raise HTTPException(400, str(error)) from error
        return Response(orjson.dumps({"registered": order.url}), media_type="application/json")

    return routes
