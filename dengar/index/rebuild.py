"""Rebuild an index under the templates of today while it is read and written, and put it in the old one's place at one stroke.

The new index is made behind the same alias with a filter that lets nothing through, filled from a point in time of the old one (this
server has no reindex), then from what was written meanwhile, told by sequence numbers. For the last of it the old index refuses writes,
which writers take for a busy server and send again (dengar.index.bulk); then one request takes the old index away, gives its name to the
new one as an alias and lifts the filter. Every document carries its external version, so copying it twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from elasticsearch import Elasticsearch

from dengar.index.bulk import Bulk, Operation
from dengar.index.connection import plain_errors
from dengar.index.names import generation, written_as
from dengar.index.templates import apply_templates, templates

_NOTHING: dict[str, Any] = {"bool": {"must_not": [{"match_all": {}}]}}
_BATCH = 1_000
_KEEP_ALIVE = "5m"
_FEW = 500
_MAX_ROUNDS = 20

Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """`documents` were copied (repeats counted), in `rounds` the last of which was under the block."""

    name: str
    index: str
    documents: int
    rounds: int


class RebuildError(RuntimeError):
    """The rebuild was given up; the old index serves on as before. The message says why."""


def outdated(client: Elasticsearch, pattern: str = "*") -> list[str]:
    """Names under which indices of ours are written whose mappings are older than their template's. Raises IndexUnavailable."""
    with plain_errors():
        return [name for name, index in _indices(client, pattern).items() if _version(client, index) < _current(name)]


def every(client: Elasticsearch, pattern: str = "*") -> list[str]:
    """Names under which indices of ours are written. Raises IndexUnavailable."""
    with plain_errors():
        return list(_indices(client, pattern))


def rebuild(client: Elasticsearch, name: str, told: Told = lambda count: None) -> Rebuilt:
    """Rebuild the index that is written as `name`. `told` hears how many more documents were copied.

    Raises RebuildError, IndexUnavailable; the old index is then as it was, and writable.
    """
    with plain_errors():
        apply_templates(client)
        old = _indices(client, name).get(name)
        if old is None:
            raise RebuildError(f"There is no index {name}: `dengar index list` shows them.")
        new = _made(client, name, old)
        try:
            return _moved(client, name, old, new, told)
        except BaseException:
            if client.indices.exists(index=old):  # else the swap went through, and the answer was lost
                _block(client, old, False)
                client.indices.delete(index=new, ignore_unavailable=True)
            raise


def _moved(client: Elasticsearch, name: str, old: str, new: str, told: Told) -> Rebuilt:
    bulk = Bulk(client)
    done, rounds = 0, 0
    seen: dict[int, int] = {}
    while rounds < _MAX_ROUNDS:
        copied = _copied(client, bulk, old, new, seen, told)
        done, rounds = done + copied, rounds + 1
        if copied <= _FEW:
            break
    _block(client, old, True)
    done, rounds = done + _copied(client, bulk, old, new, seen, told), rounds + 1
    client.indices.refresh(index=new)
    if (had := _count(client, old)) != (has := _count(client, new)):
        raise RebuildError(
            f"The copy of {name} has {has} documents instead of {had}: nothing was changed, run it again."
        )
    added = [{"add": {"index": new, "alias": alias}} for alias in (name, *_read_as(name))]
    client.indices.update_aliases(actions=[{"remove_index": {"index": old}}, *added])
    return Rebuilt(name, new, done, rounds)


def _copied(client: Elasticsearch, bulk: Bulk, old: str, new: str, seen: dict[int, int], told: Told) -> int:
    """Copy what was written since `seen` (shard → sequence number), and move it on. Returns how many."""
    client.indices.refresh(index=old)
    shards = int(client.indices.get_settings(index=old)[old]["settings"]["index"]["number_of_shards"])
    count = 0
    for shard in range(shards):
        for hits in _pages(client, old, shard, seen.get(shard, -1)):
            replies = bulk.send([_operation(new, hit) for hit in hits])
            if refused := next((reply for reply in replies if reply.outcome == "refused"), None):
                raise RebuildError(f"A document of {old} does not fit the templates of today. {refused.detail}")
            seen[shard] = max(seen.get(shard, -1), *(hit["_seq_no"] for hit in hits))
            count += len(hits)
            told(len(hits))
    return count


def _pages(client: Elasticsearch, index: str, shard: int, after: int) -> Iterator[list[dict[str, Any]]]:
    pit = client.open_point_in_time(index=index, keep_alive=_KEEP_ALIVE, preference=f"_shards:{shard}")["id"]
    place: list[Any] | None = None
    try:
        while True:
            page = client.search(
                pit={"id": pit, "keep_alive": _KEEP_ALIVE},
                query={"range": {"_seq_no": {"gt": after}}},
                sort=["_seq_no"],
                search_after=place,
                size=_BATCH,
                version=True,
                seq_no_primary_term=True,
                track_total_hits=False,
                allow_partial_search_results=False,
            )
            pit = page["pit_id"]
            hits = page["hits"]["hits"]
            if not hits:
                return
            yield hits
            place = hits[-1]["sort"]
    finally:
        client.close_point_in_time(id=pit)


def _operation(index: str, hit: dict[str, Any]) -> Operation:
    action = {"_index": index, "_id": hit["_id"], "version": hit["_version"], "version_type": "external"}
    return Operation(hit["_id"], orjson.dumps({"index": action}), orjson.dumps(hit["_source"]))


def _made(client: Elasticsearch, name: str, old: str) -> str:
    """The new index, empty and unseen; one that an earlier attempt left is removed, and the old one is writable."""
    new = f"{name}-r{generation(old) + 1}"
    client.indices.delete(index=new, ignore_unavailable=True)
    _block(client, old, False)
    client.indices.create(index=new, aliases={alias: {"filter": _NOTHING} for alias in _read_as(name)})
    return new


def _block(client: Elasticsearch, index: str, refused: bool) -> None:
    client.indices.put_settings(index=index, settings={"index.blocks.write": True if refused else None})


def _count(client: Elasticsearch, index: str) -> int:
    return int(client.count(index=index)["count"])


def _indices(client: Elasticsearch, pattern: str) -> dict[str, str]:
    """Name written to → index behind it; an index that a rebuild has not finished is none of them."""
    found: dict[str, str] = {}
    held = client.indices.get(index=_patterns(), allow_no_indices=True, filter_path="*.aliases")
    for index, body in sorted(held.items()):
        name = written_as(index)
        if (name == index or name in body.get("aliases", {})) and _fits(name, pattern):
            found[name] = index
    return found


def _fits(name: str, pattern: str) -> bool:
    from fnmatch import fnmatchcase

    return fnmatchcase(name, pattern)


def _patterns() -> list[str]:
    return [pattern for body in templates().values() for pattern in body.get("index_patterns", [])]


def _template(name: str) -> dict[str, Any]:
    return next(body for body in templates().values() if any(_fits(name, p) for p in body.get("index_patterns", [])))


def _read_as(name: str) -> list[str]:
    """The aliases that an index of this name is read by."""
    return list(_template(name)["template"].get("aliases", {}))


def _current(name: str) -> int:
    """Version of the mappings that an index of this name would get today."""
    bodies = templates()
    parts = [bodies[part] for part in _template(name)["composed_of"] if part in bodies]
    return max(_told(part) for part in (*parts, _template(name)))


def _version(client: Elasticsearch, index: str) -> int:
    mappings = client.indices.get_mapping(index=index)[index]["mappings"]
    return int(mappings.get("_meta", {}).get("template_version", 0))


def _told(body: dict[str, Any]) -> int:
    return int(body["template"].get("mappings", {}).get("_meta", {}).get("template_version", 0))
