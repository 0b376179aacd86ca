"""Index and component templates of infra/elasticsearch/templates/, and the indices that depend on them.

An index is made only when its template is there: an index that Elasticsearch creates by itself, from guesses, would take any field.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from elasticsearch import BadRequestError, Elasticsearch

from dengar.index.connection import plain_errors
from dengar.index.families import rules
from dengar.index.names import ACCOUNT_INDEX, LABEL_INDEX, TOMBSTONE_INDEX
from dengar.paths import INFRA

TEMPLATES = INFRA / "elasticsearch" / "templates"
_BATCH = 50

_known_indices: WeakKeyDictionary[Elasticsearch, set[str]] = WeakKeyDictionary()


def templates(folder: Path = TEMPLATES) -> dict[str, dict[str, Any]]:
    """Templates by name; those with `index_patterns` are index templates, the others components.

    A filter's `rules_path` names a file beside the folder, and goes out as `rules`: the server has no such file.
    """
    return {
        path.stem: _inlined(orjson.loads(path.read_bytes()), folder.parent) for path in sorted(folder.glob("*.json"))
    }


def _inlined(body: dict[str, Any], folder: Path) -> dict[str, Any]:
    analysis = body["template"].get("settings", {}).get("index", {}).get("analysis", {})
    for kind in analysis.get("filter", {}).values():
        if "rules_path" in kind:
            kind["rules"] = rules(folder / kind.pop("rules_path"))
    return body


def apply_templates(client: Elasticsearch) -> list[str]:
    """Write all templates, components first, and make the three indices that exist once. Repeating it changes nothing.

    Indices made earlier get the fields that are new; what an existing field is does not change. Returns the names written.
    Raises IndexUnavailable.
    """
    bodies = templates()
    components = {name: body for name, body in bodies.items() if "index_patterns" not in body}
    with plain_errors():
        for name, body in components.items():
            client.cluster.put_component_template(name=name, body=body)
        for name, body in bodies.items():
            if name in components:
                continue
            client.indices.put_index_template(name=name, body=body)
            _extend(client, body, bodies)
        for index in (ACCOUNT_INDEX, LABEL_INDEX, TOMBSTONE_INDEX):
            _create(client, index)
    return [*components, *(name for name in bodies if name not in components)]


def ensure_indices(client: Elasticsearch, names: Iterable[str]) -> None:
    """Make the indices that are missing, writing the templates first where they are missing or older than ours."""
    known = _known_indices.setdefault(client, set())
    unseen = sorted(set(names) - known)
    if not unseen:
        return
    there: set[str] = set()
    for start in range(0, len(unseen), _BATCH):
        asked = unseen[start : start + _BATCH]
        for index, body in client.indices.get(index=asked, ignore_unavailable=True, filter_path="*.aliases").items():
            there |= {index, *body.get("aliases", {})}  # a rebuilt index has its first name as an alias
    if not _current(client):
        apply_templates(client)
    for name in [name for name in unseen if name not in there]:
        _create(client, name)
    known.update(unseen)


def _current(client: Elasticsearch) -> bool:
    """Whether the server's index templates are at least of our versions."""
    held = client.indices.get_index_template(
        name="dengar-*", filter_path="index_templates.name,index_templates.index_template.version"
    )
    versions = {entry["name"]: entry["index_template"].get("version", 0) for entry in held.get("index_templates", [])}
    return all(
        versions.get(name, 0) >= body["version"] for name, body in templates().items() if "index_patterns" in body
    )


def _extend(client: Elasticsearch, body: dict[str, Any], bodies: dict[str, dict[str, Any]]) -> None:
    """Add the fields of an index template to the indices that it made: mappings are strict, a new field needs its place."""
    parts = [*(bodies[name] for name in body.get("composed_of", []) if name in bodies), body]
    properties: dict[str, Any] = {}
    for part in parts:
        properties |= part.get("template", {}).get("mappings", {}).get("properties", {})
    limit = bodies["dengar-settings"]["template"]["settings"]["index"]["mapping"]["total_fields"]["limit"]
    held = client.indices.get(index=body["index_patterns"], allow_no_indices=True, filter_path="*.mappings.properties")
    for index, found in held.items():
        if new := _missing(found["mappings"]["properties"], properties):
            client.indices.put_settings(index=index, settings={"index.mapping.total_fields.limit": limit})
            client.indices.put_mapping(index=index, properties=new)


def _missing(held: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """The fields of `wanted` that `held` lacks, at any depth."""
    new: dict[str, Any] = {}
    for name, field in wanted.items():
        if name not in held:
            new[name] = field
        elif inner := _missing(held[name].get("properties", {}), field.get("properties", {})):
            new[name] = {"properties": inner}
    return new


def _create(client: Elasticsearch, name: str) -> None:
    try:
        client.indices.create(index=name)
    except BadRequestError as error:
        # Another writer was quicker, or the name is the alias of a rebuilt index.
        if error.error not in ("resource_already_exists_exception", "invalid_index_name_exception"):
            raise
