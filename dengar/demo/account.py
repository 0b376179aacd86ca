"""Settle the demo's account: outcomes from the journal, what is lost, and a digest of what is indexed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from upath import UPath

from dengar.log import Log, Partition
from dengar.records import Outcome
from dengar.stages.journal import read_journal

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

# What differs between two observations of the same content.
OF_THE_OBSERVATION = ("version", "observed_at", "expires_at", "provenance", "collected", "trace_id", "edits")


@dataclass(frozen=True)
class Settlement:
    """Counts of the records between two positions of the raw topics."""

    outcomes: dict[str, int]
    ids: set[str]


def settle(journal: UPath, first: Mapping[Partition, int], last: Mapping[Partition, int]) -> Settlement:
    """Outcomes and subjects of every raw record in [first, last)."""
    outcomes: Counter[str] = Counter()
    ids: set[str] = set()
    for entry in read_journal(journal):
        partition = Partition(entry.topic, entry.partition)
        if first.get(partition, 0) <= entry.offset < last.get(partition, 0):
            outcomes[entry.outcome.value] += 1
            if entry.subject:
                ids.add(entry.subject)
    return Settlement({outcome.value: outcomes.get(outcome.value, 0) for outcome in Outcome}, ids)


def backlog(log: Log, group: str, topics: tuple[str, ...]) -> int:
    """Records of `topics` that `group` has not committed."""
    committed, beginnings = log.committed(group, topics), log.beginnings(topics)
    return sum(end - committed.get(partition, beginnings[partition]) for partition, end in log.ends(topics).items())


def live_documents(client: Elasticsearch) -> tuple[int, str]:
    """(count of live mention documents, digest of their ids and content).

    Left out of the digest is what belongs to the observation, and the pseudonyms, whose key is each instance's own: so the same seed
    gives the same digest everywhere.
    """
    digest = hashlib.blake2b(digest_size=8)
    count = 0
    for identity, content in sorted(_documents(client)):
        digest.update(identity.encode() + b"\0" + content + b"\n")
        count += 1
    return count, digest.hexdigest()


def _documents(client: Elasticsearch) -> list[tuple[str, bytes]]:
    from elasticsearch.helpers import scan

    query: dict[str, Any] = {"query": {"term": {"deleted": False}}}
    found = []
    for hit in scan(client, query=query, index="mentions,messages", size=2_000):
        source = {name: value for name, value in hit["_source"].items() if name not in OF_THE_OBSERVATION}
        source["author"] = source["author"] | {"key": None}
        source["mentions"] = [name for name in source["mentions"] if "~" not in name]
        found.append((hit["_id"], orjson.dumps(source, option=orjson.OPT_SORT_KEYS)))
    return found
