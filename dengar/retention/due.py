"""What must be looked at again, and how the listeners are asked for it.

Only they talk to the platforms, within the quota they share. So a request is a key of topic `listener-state`, which every listener reads:
`refresh/<record id>` → what the look-up needs beside the id. Source `<platform>.refresh` takes it, publishes what it finds (unchanged, or a
deletion) as raw records, and removes the key. Asking twice is asking once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

import orjson
from elasticsearch import Elasticsearch

from dengar.index.names import ACCOUNTS, MENTIONS
from dengar.index.paged import every_hit
from dengar.log import Log
from dengar.policy.clocks import Clock
from dengar.records import PREFIX as ID_PREFIX
from dengar.records import timestamp

STATE_TOPIC, PREFIX = "listener-state", "refresh/"
_PAGE = 1_000
_FIELDS = ["id", "kind", "post_id", "conversation_id", "parent_id", "expires_at", "collected"]


def verifiable(platform: str) -> dict[str, Any]:
    """The query of living records that a look-up by id can verify: no chat message can be read again, and of Instagram only one's own."""
    own = [{"term": {"collected.ownership": "owned"}}] if platform == "instagram" else []
    return {
        "bool": {
            "filter": [{"term": {"platform": platform}}, *own],
            "must_not": [{"term": {"deleted": True}}, {"terms": {"kind": ["chat", "dm"]}}],
        }
    }


def due(client: Elasticsearch, platform: str, clock: Clock, now: datetime) -> Iterator[dict[str, Any]]:
    """Living mentions and accounts that were last verified `verify_from` ago or earlier, the oldest first, at most `most_a_day`.

    `now` is aware. Records of others on Instagram are among them: where they are seen again is no look-up of ours, but it counts.
    Raises IndexUnavailable.
    """
    until = now + clock.keep - clock.verify_from
    query = {
        "bool": {
            "filter": [
                {"term": {"platform": platform}},
                {"range": {"expires_at": {"lte": timestamp(until)}}},
                {"prefix": {"id": f"{ID_PREFIX[platform]}:"}},  # the pseudonym of an account is nothing to ask for
            ],
            "must_not": [{"term": {"deleted": True}}, {"terms": {"kind": ["chat", "dm"]}}],
        }
    }
    order: list[dict[str, Any]] = [{"expires_at": "asc"}, {"id": "asc"}]
    size = min(_PAGE, clock.most_a_day)
    hits = every_hit(client, [MENTIONS, ACCOUNTS], query, order, size=size, source_includes=_FIELDS)
    yield from (hit["_source"] for hit in islice(hits, clock.most_a_day))


def ask_again(log: Log, records: Iterator[dict[str, Any]]) -> int:
    """Put a request for each record; how many. Raises LogError."""
    count = 0
    for record in records:
        log.append(STATE_TOPIC, PREFIX + record["id"], orjson.dumps(request(record)), [])
        count += 1
    log.flush()
    return count


def request(record: Mapping[str, Any]) -> dict[str, Any]:
    """What a look-up needs beside the id: where the record hangs, how it was read before, and until when."""
    told = {
        "post": record.get("post_id"),
        "conversation": record.get("conversation_id"),
        "parent": record.get("parent_id"),
        "ownership": record["collected"]["ownership"],
        "via": record["collected"]["via"],
        "until": record["expires_at"],
    }
    return {name: value for name, value in told.items() if value is not None}
