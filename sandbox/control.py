"""The sandbox's own routes under /sandbox: clock, truth, faults, state."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from dengar.records import timestamp
from sandbox.clock import ClockError
from sandbox.scenario.truth import obtainable, truth
from sandbox.state import State


class ClockMove(BaseModel):
    """Either a number of seconds or a time with a zone."""

    advance_seconds: float | None = Field(default=None, ge=0)
    to: datetime | None = None


class FaultOrder(BaseModel):
    """Share of platform calls that fail, and how."""

    status: int = Field(default=500, ge=400, le=599)
    share: float = Field(ge=0, le=1)
    seed: int = 0


class OutageOrder(BaseModel):
    """What is out of order between two virtual moments: hub, token or webhooks."""

    what: str
    begin: datetime
    end: datetime


class ReplayOrder(BaseModel):
    """Share of pushes that are sent twice."""

    share: float = Field(ge=0, le=1)
    seed: int = 0


def _json(value: Any) -> Response:
    return Response(orjson.dumps(value), media_type="application/json")


def summary(state: State) -> dict[str, Any]:
    """Where the sandbox stands."""
    world, now = state.world, state.clock.now
    return {
        "scenario": world.name,
        "seed": world.seed,
        "start": timestamp(world.start),
        "end": timestamp(world.end),
        "now": timestamp(now),
        "published": sum(item.published_at <= now for item in world.items),
        "items": len(world.items),
        "youtube_quota": {
            "limits": state.youtube_quota.limits,
            "spent": state.youtube_quota.spent,
            "refused": state.youtube_quota.refused,
        },
        "calls": {"youtube": state.youtube_quota.calls, "instagram": state.instagram_limits.calls},
        "pushes": {
            **state.pushes.outbox.counts(),
            "websub": len(state.pushes.hub.active(now)),
            "webhooks": len(state.pushes.webhooks.registrations),
        },
        "faults": {
            "status": state.faults.status,
            "share": state.faults.share,
            "struck": state.faults.struck,
            "replayed": state.faults.replayed,
        },
    }


def router(state: State) -> APIRouter:
    """Control routes."""
    routes = APIRouter(prefix="/sandbox")

    @routes.get("/state")
    async def read_state() -> Response:
        return _json(summary(state))

    @routes.post("/clock")
    async def move_clock(order: ClockMove) -> Response:
        if (order.advance_seconds is None) == (order.to is None):
            raise HTTPException(400, "Give either advance_seconds or to.")
        try:
            if order.to is not None:
                state.clock.move(order.to)
            else:
                state.clock.advance(order.advance_seconds or 0.0)
        except ClockError as error:
            raise HTTPException(400, str(error)) from error
        await state.pushes.deliver(state.clock.now)
        return _json(summary(state))

    @routes.get("/truth")
    async def read_truth(final: bool = False) -> Response:
        return _json(truth(state.world, None if final else state.clock.now))

    @routes.get("/obtainable")
    async def read_obtainable() -> Response:
        return _json(obtainable(state.world, state.clock.now))

    @routes.post("/faults")
    async def set_faults(order: FaultOrder) -> Response:
        state.faults.set(order.status, order.share, order.seed)
        return _json(summary(state))

    @routes.post("/outages")
    async def plan_outage(order: OutageOrder) -> Response:
        try:
            state.faults.plan_outage(order.what, order.begin, order.end)
        except (ValueError, TypeError) as error:
            raise HTTPException(400, str(error)) from error
        return _json(summary(state))

    @routes.post("/replays")
    async def set_replays(order: ReplayOrder) -> Response:
        state.faults.set_replays(order.share, order.seed)
        return _json(summary(state))

    return routes
