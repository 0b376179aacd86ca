"""Asking a server on loopback how it is. Plain http.client: no proxy of the environment may stand between."""

import http.client
import json
from typing import Any

from dengar.local.ports import HOST


def get_json(port: int, path: str, timeout: float = 3.0) -> Any:
    """The JSON answered with status 200 at http://127.0.0.1:port/path, or None if there is no such answer."""
    connection = http.client.HTTPConnection(HOST, port, timeout=timeout)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
        return json.loads(body) if response.status == 200 else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
