"""Sweep: what its clock ran out for is removed.

A sweep comes once a day and takes what would run out before the next one, and half a day more, in which brokers compact what it overwrites:
so nothing is ever older than its clock.

- A mention becomes a tombstone of reason `retention` on topic `mentions`; index_mentions then empties its document. The tombstone's version
  is that of the observation that ran out, so that an older copy never comes back, and one that was verified meanwhile stays.
- Counters and accounts are deleted in the index, accounts in their compacted topic too. Topics that forget by time do so themselves.
- Hand labels of what was deleted longer ago than any raw record is kept are deleted; tombstones, and the documents that they emptied, when
  their own clock runs out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import scan

from dengar.index import known_versions, newest_versions
from dengar.index.connection import IndexUnavailable, plain_errors
from dengar.index.names import ACCOUNTS, LABEL_INDEX, MENTIONS, MESSAGES, METRICS, TOMBSTONES
from dengar.log import Log
from dengar.policy.clocks import Clock
from dengar.records import deletion_version, milliseconds, timestamp, unpack_version
from dengar.retention.due import PREFIX, STATE_TOPIC
from dengar.stages.publish import append_record
from dengar.stages.superseded import COMPACTED, keep_newest_last, standing_versions
from dengar.topics import mention_topic

HORIZON = timedelta(hours=38)
_BATCH = 1_000
_DONE = (200, 404, 409)  # deleted; not there; a newer version is

Hit = dict[str, Any]


def sweep(client: Elasticsearch, log: Log, clocks: Mapping[str, Clock], now: datetime) -> dict[str, int]:
    """Remove what runs out within HORIZON of `now` (aware); counts by kind of record. Repeating it is harmless.

    Raises IndexUnavailable, LogError, OvertakenError; what was done until then stays done.
    """
    every = [MENTIONS, MESSAGES, METRICS, ACCOUNTS, TOMBSTONES, LABEL_INDEX]
    with plain_errors():
        client.indices.refresh(index=every, ignore_unavailable=True, allow_no_indices=True)
    return {
        "expired": expire_mentions(client, log, clocks, now),
        "metrics": _delete(client, _expired(client, [METRICS], now)),
        "accounts": _forget_accounts(client, log, now),
        "labels": _forget_labels(client, log, clocks, now),
        "tombstones": _forget_tombstones(client, log, clocks, now),
    }


def expire_mentions(client: Elasticsearch, log: Log, clocks: Mapping[str, Clock], now: datetime) -> int:
    """Publish a tombstone for every living mention and message whose clock runs out; how many."""
    count = 0
    living = {"must_not": [{"term": {"deleted": True}}]}
    fields = ["id", "platform", "post_id", "conversation_id", "version", "trace_id"]
    for batch in _batches(_expired(client, [MENTIONS, MESSAGES], now, fields, **living)):
        bodies = {hit["_id"]: hit["_source"] for hit in batch}
        starts = log.ends(COMPACTED)
        standing = standing_versions(log, lambda ids: newest_versions(client, ids), sorted(bodies))
        stale = [body for identity, body in bodies.items() if standing.get(identity, 0) <= body["version"]]
        for body in stale:
            append_record(log, "deletion", tombstone(body, clocks[body["platform"]], now))
            log.append(STATE_TOPIC, PREFIX + body["id"], None, [])  # nobody need look for it any more
        log.flush()
        keep_newest_last(log, starts, [body["id"] for body in stale])
        count += len(stale)
    return count


def tombstone(body: Mapping[str, Any], clock: Clock, now: datetime) -> dict[str, Any]:
    """The deletion (schemas/deletion) of a mention whose clock ran out."""
    observed_at = unpack_version(body["version"])[0]
    return {
        "id": body["id"],
        "platform": body["platform"],
        "post_id": body["post_id"],
        "conversation_id": body["conversation_id"],
        "deleted": True,
        "reason": "retention",
        "deleted_at": timestamp(now),
        "observed_at": timestamp(observed_at),
        "expires_at": timestamp(observed_at + clock.tombstone),
        "version": deletion_version(observed_at),
        "trace_id": body.get("trace_id"),
        "provenance": {"raw": f"retention/{timestamp(now)}", "formulas": {}},
    }


def _forget_accounts(client: Elasticsearch, log: Log, now: datetime) -> int:
    count = 0
    for batch in _batches(_expired(client, [ACCOUNTS], now)):
        ids = [hit["_id"] for hit in batch]
        # One that was observed again lies in the topic before it lies in the index.
        standing = standing_versions(log, lambda asked: newest_versions(client, asked), ids)
        gone = [hit for hit in batch if standing.get(hit["_id"], 0) <= hit["_source"]["version"]]
        for hit in gone:
            log.append("accounts", hit["_id"], None, [])
        log.flush()
        count += _delete(client, gone)
    return count


def _forget_labels(client: Elasticsearch, log: Log, clocks: Mapping[str, Clock], now: datetime) -> int:
    """Hand labels live as their mention does; one that is hidden for a while finds its labels again."""
    count = 0
    with plain_errors():
        labels = scan(client, index=LABEL_INDEX, _source=["post_id", "platform"], ignore_unavailable=True)
        for batch in _batches(labels):
            known = known_versions(client, [hit["_id"] for hit in batch])
            gone = [
                hit
                for hit in batch
                if (held := known.get(hit["_id"])) is not None
                and held.deleted
                and held.version < _version_at(now - clocks[hit["_source"]["platform"]].keep)
            ]
            for hit in gone:
                log.append("labels", hit["_id"], None, [], partition_by=hit["_source"]["post_id"])
            log.flush()
            count += _delete(client, [{**hit, "_source": {}} for hit in gone])
    return count


def _forget_tombstones(client: Elasticsearch, log: Log, clocks: Mapping[str, Clock], now: datetime) -> int:
    """Tombstones with their keys in the topic, and what they left of documents. A version tells when it was observed."""
    count = 0
    for platform, clock in clocks.items():
        old = [
            {"term": {"platform": platform}},
            {"term": {"deleted": True}},
            {"range": {"version": {"lt": _version_at(now - clock.tombstone)}}},
        ]
        query = {"bool": {"filter": old}}
        with plain_errors():
            indices = [TOMBSTONES, MENTIONS, MESSAGES]
            hits = scan(
                client, {"query": query}, index=indices, _source=["version", "post_id"], ignore_unavailable=True
            )
            for batch in _batches(hits):
                # A document that was emptied because its post moved is not a tombstone: its id lives on.
                gone = [hit for hit in batch if hit["_index"].startswith(TOMBSTONES)]
                for hit in gone:
                    log.append(mention_topic(hit["_id"]), hit["_id"], None, [], partition_by=hit["_source"]["post_id"])
                log.flush()
                _delete(client, batch)
                count += len(gone)
    return count


def _version_at(moment: datetime) -> int:
    return milliseconds(moment) << 21


def _expired(
    client: Elasticsearch, indices: list[str], now: datetime, fields: Sequence[str] = ("version",), **also: Any
) -> Iterator[Hit]:
    """Documents that run out within HORIZON. Raises IndexUnavailable."""
    query = {"bool": {"filter": [{"range": {"expires_at": {"lt": timestamp(now + HORIZON)}}}], **also}}
    with plain_errors():
        yield from scan(
            client, {"query": query}, index=indices, _source=list(fields), size=_BATCH, ignore_unavailable=True
        )


def _delete(client: Elasticsearch, hits: Iterable[Hit]) -> int:
    """Delete documents, as long as they are of the version that was found; how many were. Raises IndexUnavailable."""
    count = 0
    for batch in _batches(hits):
        operations = [{"delete": _target(hit)} for hit in batch]
        with plain_errors():
            items = client.bulk(operations=operations)["items"]
        statuses = [item["delete"]["status"] for item in items]
        if any(status not in _DONE for status in statuses):
            raise IndexUnavailable("Elasticsearch is too busy to delete what has expired: run it again later.")
        count += statuses.count(200)
    return count


def _target(hit: Hit) -> dict[str, Any]:
    where = {"_index": hit["_index"], "_id": hit["_id"]}
    version = hit["_source"].get("version")
    return where if version is None else where | {"version": version, "version_type": "external_gte"}


def _batches(hits: Iterable[Hit]) -> Iterator[list[Hit]]:
    source = iter(hits)
    while batch := list(islice(source, _BATCH)):
        yield batch
