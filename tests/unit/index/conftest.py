"""A stand-in for the server behind the real client, for the faults that a healthy server does not show.

It keeps versioned documents as Elasticsearch does and answers `_bulk`; a test scripts what goes wrong. What a healthy server does is
tested on the real one (tests/contracts/test_index.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from elastic_transport import ApiResponseMeta, BaseNode, ConnectionTimeout, HttpHeaders
from elastic_transport import ConnectionError as TransportConnectionError
from elastic_transport._node import NodeApiResponse
from elasticsearch import Elasticsearch
from elasticsearch.serializer import OrjsonSerializer

HEADERS = {"x-elastic-product": "Elasticsearch", "content-type": "application/json"}


class Server:
    """`faults` holds one entry per coming request: None, a status for the whole, "lost" (no answer, nothing done), "late" (done, no
    answer). `busy` = times an id is put off with 429; `poison` = ids that spoil a request; `refuse` = ids refused alone: id -> error."""

    def __init__(self) -> None:
        self.documents: dict[str, tuple[int, dict[str, Any]]] = {}
        self.faults: list[Any] = []
        self.busy: dict[str, int] = {}
        self.poison: set[str] = set()
        self.refuse: dict[str, dict[str, str]] = {}
        self.requests: list[list[str]] = []
        self.sizes: list[int] = []
        self.down = False

    def answer(self, body: bytes) -> tuple[int, Any]:
        lines = [json.loads(line) for line in body.splitlines()]
        pairs = [(lines[place]["index"], lines[place + 1]) for place in range(0, len(lines), 2)]
        self.requests.append([action["_id"] for action, _ in pairs])
        self.sizes.append(len(body))
        if self.down:
            raise TransportConnectionError("refused")
        fault = self.faults.pop(0) if self.faults else None
        if fault == "lost":
            raise ConnectionTimeout("no answer")
        if isinstance(fault, int):
            return fault, {
                "error": {"type": "busy", "reason": "busy", "root_cause": [{"reason": "busy"}]},
                "status": fault,
            }
        if any(action["_id"] in self.poison for action, _ in pairs):
            return 400, {
                "error": {"type": "illegal_argument_exception", "reason": "poison", "root_cause": [{"reason": "p"}]}
            }
        items = [{"index": self._write(action, source)} for action, source in pairs]
        if fault == "late":
            raise ConnectionTimeout("no answer")
        return 200, {"took": 1, "errors": any("error" in item["index"] for item in items), "items": items}

    def _write(self, action: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
        identity, version = action["_id"], action["version"]
        if identity in self.refuse:
            return {"_id": identity, "status": 400, "error": self.refuse[identity]}
        if self.busy.get(identity, 0) > 0:
            self.busy[identity] -= 1
            return {
                "_id": identity,
                "status": 429,
                "error": {"type": "es_rejected_execution_exception", "reason": "full"},
            }
        held = self.documents.get(identity)
        if held is not None and held[0] >= version:
            return {
                "_id": identity,
                "status": 409,
                "error": {"type": "version_conflict_engine_exception", "reason": "old"},
            }
        self.documents[identity] = (version, source)
        return {"_id": identity, "status": 200 if held else 201}


@pytest.fixture
def make_server() -> Callable[[], tuple[Server, Elasticsearch]]:
    """A new server and a client of it, as often as asked."""

    def make() -> tuple[Server, Elasticsearch]:
        server = Server()

        class Node(BaseNode):
            def perform_request(self, method, target, body=None, headers=None, request_timeout=None):  # type: ignore[no-untyped-def]
                status, answer = server.answer(body)
                meta = ApiResponseMeta(
                    node=self.config, duration=0.0, http_version="1.1", status=status, headers=HttpHeaders(HEADERS)
                )
                return NodeApiResponse(meta, json.dumps(answer).encode())

            def close(self) -> None:
                pass

        return server, Elasticsearch("http://127.0.0.1:1", node_class=Node, serializer=OrjsonSerializer())

    return make


@pytest.fixture
def served(make_server: Callable[[], tuple[Server, Elasticsearch]]) -> tuple[Server, Elasticsearch]:
    return make_server()
