"""A network for the Graph API whose answers are scripted; what was asked is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson
import requests
from requests.adapters import BaseAdapter

TOKEN = "canary-of-the-token"

Answer = tuple[int, Any] | tuple[int, Any, dict[str, str]] | Exception
Script = Callable[[str, dict[str, str]], Answer]


class Wire(BaseAdapter):
    """Stands in for the network: `script(path, parameters)` answers, or each of a list in order (the last one for ever)."""

    def __init__(self, script: Script | list[Answer]) -> None:
        super().__init__()
        self._script = script
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.timeouts: list[Any] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **options: Any) -> requests.Response:
        parts = urlsplit(str(request.url))
        path = parts.path.removeprefix("/v26.0/")
        parameters = dict(parse_qsl(parts.query))
        self.asked.append((path, parameters))
        self.timeouts.append(options.get("timeout"))
        if isinstance(self._script, list):
            answer = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        else:
            answer = self._script(path, parameters)
        if isinstance(answer, Exception):
            raise answer
        response = requests.Response()
        response.status_code = answer[0]
        response._content = answer[1] if isinstance(answer[1], bytes) else orjson.dumps(answer[1])
        response.headers.update(answer[2] if len(answer) == 3 else {})
        response.url = str(request.url)
        response.request = request
        return response

    def close(self) -> None:
        """Nothing is open."""

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


def refusal(status: int, code: int, subcode: int = 0, message: str = "", **more: Any) -> Answer:
    """An error answer that carries what must not be told."""
    error = {"message": message or f"access_token={TOKEN}", "type": "OAuthException", "code": code, **more}
    return status, {"error": error | ({"error_subcode": subcode} if subcode else {})}
