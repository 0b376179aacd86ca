"""HTTP side of the Instagram stand-in: version prefix, token, faults, usage headers."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Request, Response

from sandbox.instagram.calls import Calls
from sandbox.instagram.errors import GraphError
from sandbox.instagram.tokens import PATHS, token_answer
from sandbox.state import State

JSON = "application/json; charset=UTF-8"


def router(state: State) -> APIRouter:
    """Routes under /v<major>.<minor>/."""
    calls = Calls(state.world, state.instagram_limits, lambda: state.clock.now)
    routes = APIRouter()

    @routes.get("/v{major:int}.{minor:int}/{path:path}", include_in_schema=False)
    async def call(major: int, minor: int, path: str, request: Request) -> Response:
        try:
            _check(state, request.query_params.get("access_token"), request.headers.get("authorization"))
            address = str(request.url.replace(query="", fragment=""))
            parts = [part for part in path.split("/") if part]
            if parts in PATHS:
                told = token_answer(parts, request.query_params, state.world.start, state.clock.now)
                return Response(orjson.dumps(told), media_type=JSON)
            if not parts or len(parts) > 2:
                raise GraphError(2500, "Unknown path components: /" + path)
            body, headers = calls.answer(parts, dict(request.query_params), address)
        except GraphError as error:
            return Response(orjson.dumps(error.body()), error.status, media_type=JSON)
        return Response(
            orjson.dumps(body), headers={**headers, "facebook-api-version": f"v{major}.{minor}"}, media_type=JSON
        )

    @routes.post("/v{major:int}.{minor:int}/{node}/subscribed_apps", include_in_schema=False)
    async def subscribe(node: str, request: Request) -> Response:
        try:
            _check(state, request.query_params.get("access_token"), request.headers.get("authorization"))
        except GraphError as error:
            return Response(orjson.dumps(error.body()), error.status, media_type=JSON)
        return Response(orjson.dumps({"success": node in calls.own}), media_type=JSON)

    return routes


def _check(state: State, token: str | None, authorization: str | None) -> None:
    """Raises GraphError 104 without a token, 190 with an expired one, and what the faults say."""
    token = token or (authorization or "").removeprefix("Bearer ").strip()
    if not token:
        raise GraphError(104, "An access token is required to request this resource.")
    if token in state.refused_keys or state.faults.out("token", state.clock.now):
        raise GraphError(190, "Error validating access token: Session has expired.", status=401, subcode=463)
    status = state.faults.strike()
    if status == 403:
        raise GraphError(4, "(#4) Application request limit reached", status=403, transient=True)
    if status is not None:
        raise GraphError(
            2, "An unexpected error has occurred. Please retry your request later.", status=status, transient=True
        )
