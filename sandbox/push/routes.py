"""HTTP side of the pushes: the WebSub hub and the registration of webhooks."""

from __future__ import annotations

import asyncio

import orjson
from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel

from sandbox.push.callbacks import signed_request
from sandbox.push.delivery import PushError, check_loopback
from sandbox.state import State


class WebhookOrder(BaseModel):
    """Where Instagram webhooks go to."""

    url: str
    app_secret: str
    verify_token: str


class CallbackOrder(BaseModel):
    """A data-deletion or deauthorise callback: where to, and of which app-scoped user."""

    url: str
    app_secret: str
    user_id: str


def router(state: State) -> APIRouter:
    """/hub (and the hub's own /subscribe) and /sandbox/webhooks."""
    routes = APIRouter()
    running: set[asyncio.Task[bool]] = set()

    @routes.post("/hub")
    @routes.post("/subscribe")
    async def subscribe(request: Request) -> Response:
        form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
        hub = state.pushes.hub
        if state.faults.out("hub", state.clock.now):
            return Response("the hub is out of order", 503, media_type="text/plain")
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

    @routes.post("/sandbox/callbacks")
    async def call_back(order: CallbackOrder) -> Response:
        """POST a signed_request as Meta does when a person asks for deletion or withdraws the app's access."""
        try:
            check_loopback(order.url)
        except PushError as error:
            raise HTTPException(400, str(error)) from error
        form = {"signed_request": signed_request(order.app_secret, order.user_id, state.clock.now)}
        answer = await state.pushes.outbox.client.post(order.url, data=form)
        return Response(
            orjson.dumps({"status": answer.status_code, "answer": answer.text}), media_type="application/json"
        )

    @routes.post("/sandbox/webhooks")
    async def register(order: WebhookOrder) -> Response:
        try:
            await state.pushes.webhooks.register(order.url, order.app_secret, order.verify_token)
        except PushError as error:
            raise HTTPException(400, str(error)) from error
        return Response(orjson.dumps({"registered": order.url}), media_type="application/json")

    return routes
