"""The sandbox behind the real SDK without a network: every call is counted, and chosen calls are refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httplib2
import orjson
from fastapi.testclient import TestClient

from sandbox.state import State

KEY = "canary-of-the-api-key"
Parameters = dict[str, str]


@dataclass
class Refusal:
    """`times` calls of `method` (None: all) that `when` picks are answered so; `body` in place of an error."""

    method: str
    status: int
    reason: str
    when: Callable[[Parameters], bool] = lambda _parameters: True
    times: int | None = None
    body: dict[str, Any] | None = None

    def content(self) -> bytes:
        error = {"code": self.status, "message": f"key={KEY}", "errors": [{"domain": "d", "reason": self.reason}]}
        return orjson.dumps({"error": error} if self.body is None else self.body)


class SandboxWire:
    """In place of httplib2.Http. `asked` is (path, parameters without the key) of every call, also of the refused."""

    timeout: float | None = None

    def __init__(self, client: TestClient, state: State) -> None:
        self._client, self._clock = client, state.clock
        self.asked: list[tuple[str, Parameters]] = []
        self.refusals: list[Refusal] = []

    def request(
        self, uri: str, method: str = "GET", body: Any = None, headers: Any = None, **_: Any
    ) -> tuple[Any, bytes]:
        url = urlsplit(uri)
        path = url.path.removeprefix("/youtube/v3/")
        parameters = dict(parse_qsl(url.query or str(body or "")))
        assert parameters.pop("key") == KEY
        self.asked.append((path, parameters))
        date = format_datetime(self._clock.now, usegmt=True)
        for refusal in self.refusals:
            if refusal.times != 0 and refusal.method in (path, "*") and refusal.when(parameters):
                refusal.times = None if refusal.times is None else refusal.times - 1
                return httplib2.Response({"status": refusal.status, "date": date}), refusal.content()
        answer = self._client.request(
            method, f"{url.path}?{url.query}", content=body, headers={k: str(v) for k, v in (headers or {}).items()}
        )
        return httplib2.Response({"status": answer.status_code, **dict(answer.headers)}), answer.content

    def calls(self, path: str) -> list[Parameters]:
        """Parameters of the calls of a path."""
        return [parameters for called, parameters in self.asked if called == path]
