"""The labels that stand now: index `labels-v1` plus the tail of topic `labels` that apply_labels has yet to take up.

Cost is a look-up by id and the tail, whatever was ever labelled. The committed offset is read before the index: what is committed is in the
index, what is not is in the tail, so that no label falls between the two.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce

from elasticsearch import Elasticsearch

from dengar.index.bulk import Pause
from dengar.index.connection import IndexUnavailable, plain_errors
from dengar.index.copies import operation
from dengar.index.names import LABEL_INDEX
from dengar.index.paged import every_hit
from dengar.index.written import write_all
from dengar.labels import APPLY_GROUP, TOPIC, Label
from dengar.labels.decisions import merge
from dengar.labels.event import NotALabelError, read_label
from dengar.log import Log, OffsetRange, is_tombstone

log_ = logging.getLogger(__name__)

_BATCH = 1_000

LabelsOf = Callable[[Sequence[str]], Mapping[str, Label]]
"""ids of mentions → the labels that stand; absent where nobody labelled."""


def standing(log: Log, indexed: LabelsOf, ids: Sequence[str]) -> dict[str, Label]:
    """The labels of `ids` that stand at this moment. Raises LogError, and what `indexed` raises."""
    wanted = set(ids)
    waiting = [label for label in pending(log) if label["id"] in wanted]
    held = dict(indexed(ids))
    for label in waiting:
        held[label["id"]] = merge(held.get(label["id"]), label)
    return held


def pending(log: Log) -> list[Label]:
    """Labels that are published and not yet applied, in order. What is no label is left to apply_labels, which quarantines it."""
    committed, beginnings = log.committed(APPLY_GROUP, [TOPIC]), log.beginnings([TOPIC])
    labels: list[Label] = []
    for partition, end in log.ends([TOPIC]).items():
        start = max(committed.get(partition, 0), beginnings[partition])
        for raw in log.read(OffsetRange(partition.topic, partition.number, start, end)):
            if is_tombstone(raw):
                key = (raw.key or b"").decode(errors="replace")
                labels = [label for label in labels if label["id"] != key]  # a hard tombstone: its mention was erased
                continue
            try:
                labels.append(read_label(raw))
            except NotALabelError as error:
                log_.warning("%s is passed over: %s", raw.position, error)
    return labels


def indexed_labels(client: Elasticsearch, ids: Sequence[str]) -> dict[str, Label]:
    """id → label of the index, read from the shard itself, so that one written a moment ago is seen. Raises IndexUnavailable."""
    held: dict[str, Label] = {}
    with plain_errors():
        for start in range(0, len(ids), _BATCH):
            page = client.mget(index=LABEL_INDEX, ids=list(ids[start : start + _BATCH]), source_excludes=["version"])
            for entry in page["docs"]:
                if "error" in entry and entry["error"]["type"] != "index_not_found_exception":
                    raise IndexUnavailable(
                        "Elasticsearch cannot read its labels: see `dengar status`, then run it again."
                    )
                if entry.get("found"):
                    held[entry["_id"]] = entry["_source"]
    return held


def write_labels(client: Elasticsearch, labels: Sequence[Label], *, pause: Pause = time.sleep) -> None:
    """Write labels to the index; an older revision never overwrites a newer one.

    Raises IndexUnavailable, and RuntimeError where the index refuses one: its decision would be lost to enrichment.
    """
    operations = [operation(LABEL_INDEX, {**label, "version": label["revision"]}) for label in labels]
    write_all(client, [LABEL_INDEX], operations, "label of", pause=pause)


def every_label(log: Log, client: Elasticsearch) -> Iterator[Label]:
    """Every label that stands, those of the index by id and then those that are new to it. Raises IndexUnavailable, LogError."""
    waiting: dict[str, list[Label]] = {}
    for label in pending(log):
        waiting.setdefault(label["id"], []).append(label)
    for label in _all_indexed(client):
        yield reduce(merge, waiting.pop(label["id"], []), label)
    for first, *rest in waiting.values():
        yield reduce(merge, rest, first)


def _all_indexed(client: Elasticsearch) -> Iterator[Label]:
    with plain_errors():
        client.indices.refresh(index=LABEL_INDEX, ignore_unavailable=True, allow_no_indices=True)
    hits = every_hit(client, LABEL_INDEX, {"match_all": {}}, ["id"], size=_BATCH, source_excludes=["version"])
    return (hit["_source"] for hit in hits)
