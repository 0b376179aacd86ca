"""HTTP side of the YouTube stand-in: key, quota, faults, ETag."""

from __future__ import annotations

from urllib.parse import parse_qsl

import orjson
from fastapi import APIRouter, Request, Response

from sandbox.state import State
from sandbox.youtube.errors import YouTubeError, bad, forbidden, missing
from sandbox.youtube.fields import trim
from sandbox.youtube.methods import METHODS, Query

JSON = "application/json; charset=UTF-8"


def router(state: State) -> APIRouter:
    """Routes under /youtube/v3."""
    routes = APIRouter()

    @routes.api_route("/youtube/v3/{path:path}", methods=["GET", "POST"], include_in_schema=False)
    async def call(path: str, request: Request) -> Response:
        # The SDK sends a query of more than 2,048 characters (fifty ids of replies) as a form that stands for a GET.
        overridden = request.headers.get("x-http-method-override") == "GET"
        form = parse_qsl((await request.body()).decode(), keep_blank_values=True) if overridden else []
        query = Query([*request.query_params.multi_items(), *form])
        if request.method == "POST" and not overridden:
            return Response(orjson.dumps(missing("notFound", "There is nothing to write here.").body()), 404)
        try:
            body = _answer(state, path, query, request.headers.get("authorization"))
            shown = trim(body, query.one("fields"))
        except YouTubeError as error:
            return Response(orjson.dumps(error.body()), error.code, media_type=JSON)
        tag = f'"{body["etag"]}"'
        if request.headers.get("if-none-match", "").strip('W/"') == body["etag"]:
            return Response(status_code=304, headers={"etag": tag})
        return Response(orjson.dumps(shown), headers={"etag": tag}, media_type=JSON)

    return routes


def _answer(state: State, path: str, query: Query, authorization: str | None) -> dict[str, object]:
    if path not in METHODS:
        raise missing("notFound", f"Method not found: {path}")
    key = query.one("key")
    if not key and not authorization:
        raise forbidden(
            "forbidden",
            "Method doesn't allow unregistered callers. Please use an API key.",
        )
    if key and key in state.refused_keys:
        raise bad("keyInvalid", "API key not valid. Please pass a valid API key.")
    status = state.faults.strike()
    if status == 403:
        raise forbidden("rateLimitExceeded", "The request rate is too high.")
    if status == 400:
        raise bad("processingFailure", "The API server failed to successfully process the request.")
    if status is not None:
        raise YouTubeError(status, "backendError", "Backend Error")
    method, answer = METHODS[path]
    state.youtube_quota.spend(method, state.clock.now)
    return answer(state.world, state.clock.now, query)
