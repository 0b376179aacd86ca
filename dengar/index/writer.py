"""Write records so that any order and any number of repeats ends in the same index.

- Every write carries the record's version as Elasticsearch's external version: older and equal ones come back as 409, which is done.
- A deletion writes its tombstone first, then overwrites what it finds of the mention. A mention looks for tombstones before its write
  and again after it. Two writers at the same moment therefore cannot miss each other: whichever looks second sees the other.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from elasticsearch import Elasticsearch

from dengar.index.bulk import Bulk, Operation, Pause
from dengar.index.connection import plain_errors
from dengar.index.copies import burial, live_copies, operation, strays, tombstones
from dengar.index.names import index_of
from dengar.index.report import Rejected, WriteReport
from dengar.index.templates import ensure_indices

MAX_ID_BYTES = 512
MAX_DOCUMENT_BYTES = 4 * 1024 * 1024

Planned = tuple[str, dict[str, Any], Operation]


def write_records(
    client: Elasticsearch, items: Iterable[tuple[str, dict[str, Any]]], *, pause: Pause = time.sleep
) -> WriteReport:
    """Write (record_type, record) items: mention, metrics, account, deletion. Of several versions of an id the highest is written.

    Raises IndexUnavailable if the server stays away or too busy; then nothing is decided and everything can be written again.
    """
    report = WriteReport()
    bulk = Bulk(client, pause)
    planned, indices = _plan(items, report)
    with plain_errors():
        ensure_indices(client, indices)
        deletions = [plan for plan in planned if plan[0] == "deletion"]
        mentions = _without_buried(client, [plan for plan in planned if plan[0] == "mention"], report)
        rest = [plan for plan in planned if plan[0] in ("metrics", "account")]
        _send(bulk, [*deletions, *rest, *mentions], report)
        _bury_deleted(client, bulk, [record for _, record, _ in deletions])
        _bury_late(client, bulk, [record for _, record, _ in mentions])
        _bury_moved(client, bulk, [record for _, record, _ in mentions])
    report.requests = bulk.requests
    return report


def _plan(items: Iterable[tuple[str, dict[str, Any]]], report: WriteReport) -> tuple[list[Planned], set[str]]:
    """Operations of the records that can be written, one an id, and the indices they need."""
    newest: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {}
    for record_type, record in items:
        refused = _unfit(record)
        if refused is not None:
            report.rejected.append(refused)
            continue
        key = ("mention" if record_type == "deletion" else record_type, record["id"])
        held = newest.get(key)
        if held is not None:
            report.stale += 1
        if held is None or record["version"] > held[1]["version"]:
            newest[key] = (record_type, record)
    planned, indices = [], set()
    for record_type, record in newest.values():
        placed = _placed(record_type, record)
        if isinstance(placed, Rejected):
            report.rejected.append(placed)
        else:
            planned.append((record_type, record, placed[1]))
            indices.add(placed[0])
    return planned, indices


def _placed(record_type: str, record: dict[str, Any]) -> tuple[str, Operation] | Rejected:
    """The index and operation of a record, or why there is none."""
    identity = record["id"]
    try:
        index = index_of(record_type, record)
        one = operation(index, record)
    except orjson.JSONEncodeError:
        return Rejected(identity, "index.not_json", "The record cannot be written as JSON.")
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        detail = f"The record does not say which index it belongs to ({type(error).__name__})."
        return Rejected(identity, "index.no_place", detail)
    if one.size > MAX_DOCUMENT_BYTES:
        detail = f"The document has {one.size} bytes; {MAX_DOCUMENT_BYTES} is the limit."
        return Rejected(identity, "index.too_large", detail)
    return index, one


def _unfit(record: dict[str, Any]) -> Rejected | None:
    """What would make Elasticsearch refuse the whole request, known before it is sent."""
    identity, version = record["id"], record.get("version")
    size = len(identity.encode(errors="surrogatepass"))
    if not 1 <= size <= MAX_ID_BYTES:
        return Rejected(identity, "index.id_length", f"The id has {size} bytes; 1 to {MAX_ID_BYTES} can be stored.")
    if type(version) is not int or not 0 <= version < 1 << 63:
        return Rejected(identity, "index.version", "The version is not a positive 64-bit integer.")
    return None


def _send(bulk: Bulk, plans: Sequence[Planned], report: WriteReport) -> None:
    for (_, record, _), reply in zip(plans, bulk.send([one for *_, one in plans]), strict=True):
        if reply.outcome == "done":
            report.indexed += 1
        elif reply.outcome == "stale":
            report.stale += 1
        else:
            report.rejected.append(Rejected(record["id"], reply.reason, reply.detail))


def _without_buried(client: Elasticsearch, plans: list[Planned], report: WriteReport) -> list[Planned]:
    """The mentions that no tombstone of their own version or a newer one forbids."""
    buried = tombstones(client, [record["id"] for _, record, _ in plans]) if plans else {}
    kept = [plan for plan in plans if plan[1]["version"] > buried.get(plan[1]["id"], {"version": -1})["version"]]
    report.stale += len(plans) - len(kept)
    return kept


def _bury_deleted(client: Elasticsearch, bulk: Bulk, deletions: Sequence[dict[str, Any]]) -> None:
    by_id = {deletion["id"]: deletion for deletion in deletions}
    _bury(
        bulk,
        [
            burial(copy, by_id[copy.id]["version"], by_id[copy.id]["reason"], by_id[copy.id]["observed_at"])
            for copy in live_copies(client, list(by_id))
            if copy.version < by_id[copy.id]["version"]
        ],
    )


def _bury_late(client: Elasticsearch, bulk: Bulk, mentions: Sequence[dict[str, Any]]) -> None:
    """Bury what another writer's tombstone overtook between our look and our write."""
    versions = {mention["id"]: mention["version"] for mention in mentions}
    buried = tombstones(client, list(versions)) if versions else {}
    late = {identity: stone for identity, stone in buried.items() if stone["version"] >= versions[identity]}
    _bury_deleted(client, bulk, [{**stone, "id": identity} for identity, stone in late.items()])


def _bury_moved(client: Elasticsearch, bulk: Bulk, mentions: Sequence[dict[str, Any]]) -> None:
    """Only a post's time of publication ever changes; what people say under it keeps its own."""
    posts = [mention["id"] for mention in mentions if mention["kind"] == "post"]
    if posts:
        _bury(bulk, strays(live_copies(client, posts)))


def _bury(bulk: Bulk, burials: Sequence[Operation]) -> None:
    """Raises RuntimeError where a burial is refused: the text would stay, so the batch must not count as done."""
    for one, reply in zip(burials, bulk.send(burials), strict=True):
        if reply.outcome == "refused":
            raise RuntimeError(f"The deletion of {one.id} cannot be written: {reply.detail}")
