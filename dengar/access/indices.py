"""Bring Elasticsearch's roles in line with infra/elasticsearch/roles/: one JSON file a role, its name the role's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from elasticsearch import ApiError, Elasticsearch

from dengar.access import AccessError
from dengar.index.connection import plain_errors
from dengar.paths import INFRA

FOLDER = INFRA / "elasticsearch" / "roles"
_FIELDS = {"description", "cluster", "indices"}


def roles(folder: Path = FOLDER) -> dict[str, dict[str, Any]]:
    """Role name → body. Raises AccessError."""
    found = {}
    for path in sorted(folder.glob("*.json")):
        try:
            body = orjson.loads(path.read_bytes())
        except orjson.JSONDecodeError as error:
            raise AccessError(f"{path.name} is not JSON: {error}.") from error
        if not isinstance(body, dict) or set(body) != _FIELDS:
            raise AccessError(f"{path.name}: a role has exactly {', '.join(sorted(_FIELDS))}.")
        found[path.stem] = body
    return found


def apply_roles(client: Elasticsearch, wanted: dict[str, dict[str, Any]], *, dry_run: bool = False) -> list[str] | None:
    """Write the roles that are missing or differ; a sentence a change. None where the server has no security.

    Roles that the files do not name stay. Raises IndexUnavailable.
    """
    with plain_errors():
        try:
            held = client.security.get_role()
        except ApiError as error:
            if error.meta.status in (400, 404, 405, 500):
                return None  # a server without the security module knows no such address
            raise
        changed = [
            name
            for name, body in wanted.items()
            if any(held.get(name, {}).get(field) is None for field in body) or _differs(held[name], body)
        ]
        if not dry_run:
            for name in changed:
                client.security.put_role(name=name, **wanted[name])
    return [f"wrote role {name}" for name in changed]


def _differs(held: dict[str, Any], body: dict[str, Any]) -> bool:
    """The server adds fields of its own to what it was given."""
    if sorted(held["cluster"]) != sorted(body["cluster"]) or held["description"] != body["description"]:
        return True
    given = [(sorted(one["names"]), sorted(one["privileges"])) for one in body["indices"]]
    return [(sorted(one["names"]), sorted(one["privileges"])) for one in held["indices"]] != given
