"""Indices of their own for an exercise: a client that can reach nothing else.

Its transport puts a prefix before every index, alias and template that a request names, and refuses what names none. The same code that
writes and reads the real indices works on it unchanged, and cannot touch them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

import orjson
from elastic_transport import Transport, TransportApiResponse
from elasticsearch import Elasticsearch

from dengar.index.connection import client, plain_errors
from dengar.settings import Settings

PREFIX = "exercise-"
_TEMPLATES = ("_index_template", "_component_template")


class OutsideError(RuntimeError):
    """A request of an exercise would have reached beyond its own indices: a defect, and nothing was sent."""


class Apart(Transport):
    """Sends requests with every name prefixed."""

    def perform_request(self, method: str, target: str, *, body: Any = None, **more: Any) -> TransportApiResponse:
        """See elastic_transport.Transport. Raises OutsideError."""
        path, mark, query = target.partition("?")
        path, body = apart(path, body)
        return super().perform_request(method, path + mark + query, body=body, **more)


def apart(path: str, body: Any) -> tuple[str, Any]:
    """Path and body of a request with every name prefixed. Raises OutsideError where they name nothing that could be."""
    first, *rest = path.strip("/").split("/")
    if first == "_bulk":
        return path, [line if place % 2 else _action(line) for place, line in enumerate(body)]
    if first in _TEMPLATES and rest:
        return f"/{first}/{_names(rest[0])}", _template(body) if isinstance(body, Mapping) else body
    if not first or first.startswith("_"):
        raise OutsideError(f"{path} is not of an exercise.")
    return "/" + "/".join((_names(first), *rest)), body


def _names(part: str) -> str:
    return quote(",".join(prefixed(name) for name in unquote(part).split(",")), safe=",*")


def prefixed(name: str) -> str:
    """The exercise's name of an index, alias, pattern or template."""
    return name if name.startswith(PREFIX) else PREFIX + name


def _action(line: bytes) -> bytes:
    ((kind, told),) = orjson.loads(line).items()
    return orjson.dumps({kind: {**told, "_index": prefixed(told["_index"])}})


def _template(body: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(body)
    for name in ("index_patterns", "composed_of", "ignore_missing_component_templates"):
        if name in made:
            made[name] = [prefixed(one) for one in made[name]]
    aliases = made.get("template", {}).get("aliases")
    if aliases:
        made["template"] = {**made["template"], "aliases": {prefixed(name): one for name, one in aliases.items()}}
    return made


def separate(settings: Settings) -> Elasticsearch:
    """A client of the deployment that reaches only an exercise's indices."""
    return client(settings, transport=Apart)


def clear(elasticsearch: Elasticsearch) -> int:
    """Remove the indices and templates of exercises; how many indices there were. `elasticsearch` is one of `separate`.

    Raises IndexUnavailable.
    """
    asked = elasticsearch.options(ignore_status=404)  # where no template fits the answer is 404
    with plain_errors():
        names = sorted(elasticsearch.indices.get(index="*", allow_no_indices=True, filter_path="*.aliases").body)
        for name in names:
            elasticsearch.indices.delete(index=name)
        held = asked.indices.get_index_template(name="*", filter_path="index_templates.name")
        for row in held.get("index_templates", []):
            elasticsearch.indices.delete_index_template(name=row["name"])
        parts = asked.cluster.get_component_template(name="*", filter_path="component_templates.name")
        for row in parts.get("component_templates", []):
            elasticsearch.cluster.delete_component_template(name=row["name"])
    return len(names)
