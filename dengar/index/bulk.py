"""Bulk requests that survive what goes wrong with them.

Raw `_bulk` of pre-serialised lines rather than `elasticsearch.helpers`: those raise on an item's 429 or resend it without telling,
cannot be told that a 409 is a success, and give up a whole request that one document poisons.

- Per item: 200/201 done; 409 stale (the index holds this version or a newer one); 429, 503 and a write block (a rebuild's last second)
  are sent again, alone, after a pause; anything else is refused for good.
- The whole request refused (400, 413): halved until the culprit is alone, at most 2·log2(n) + 1 requests for one culprit.
- No answer, or 429/502/503/504 for the whole: sent again. If it had been applied, its items come back as 409, so nothing is doubled.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch

from dengar.index.connection import IndexUnavailable, plain_errors

MAX_DOCUMENTS = 1_000
MAX_BYTES = 8 * 1024 * 1024
MAX_TRIES = 7
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.25, 8.0
_BUSY = (429, 503)
_MOVING = ("cluster_block_exception",)
"""A rebuild takes the last of an index while nobody writes: a second later its successor has the name."""
_UNANSWERED = (429, 502, 503, 504)
_POISONED = (400, 413)

Pause = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Operation:
    """One versioned index operation; `action` and `source` are its two lines, without newline."""

    id: str
    action: bytes
    source: bytes

    @property
    def size(self) -> int:
        return len(self.action) + len(self.source) + 2


@dataclass(frozen=True, slots=True)
class Reply:
    """Elasticsearch's word on one operation: `done`, `stale`, or refused with a quarantine reason."""

    outcome: str
    reason: str = ""
    detail: str = ""


class Bulk:
    """Sends operations; `requests` counts what it took. `pause` sleeps, in seconds (a test passes its own)."""

    def __init__(self, client: Elasticsearch, pause: Pause = time.sleep) -> None:
        # Our own retries, with a pause between: the client's come at once and hide what happened.
        self._client = client.options(max_retries=0, retry_on_timeout=False, retry_on_status=())
        self._pause = pause
        self.requests = 0

    def send(self, operations: Sequence[Operation]) -> list[Reply]:
        """A reply for each operation, in order. Raises IndexUnavailable when the server stays away or busy; all of it can be sent again."""
        replies: list[Reply] = []
        for chunk in chunks(operations):
            replies += self._deliver(chunk)
        return replies

    def _deliver(self, chunk: Sequence[Operation]) -> list[Reply]:
        replies: list[Reply | None] = [None] * len(chunk)
        waiting = list(range(len(chunk)))
        for attempt in range(MAX_TRIES):
            if attempt:
                longest = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**attempt)
                self._pause(random.uniform(FIRST_PAUSE_S, longest))
            answers = self._attempt([chunk[place] for place in waiting], last=attempt == MAX_TRIES - 1)
            if answers is None:
                continue
            for place, answer in zip(waiting, answers, strict=True):
                replies[place] = answer
            waiting = [place for place in waiting if replies[place] is None]
            if not waiting:
                return [reply for reply in replies if reply is not None]
        raise IndexUnavailable(
            f"Elasticsearch is too busy: {len(waiting)} of {len(chunk)} documents were put off {MAX_TRIES} times. Run it again later."
        )

    def _attempt(self, chunk: Sequence[Operation], *, last: bool) -> list[Reply | None] | None:
        """Replies of one round, None for an item to be sent again; None for all of it if the round went unanswered."""
        lines = [line for operation in chunk for line in (operation.action, operation.source)]
        self.requests += 1
        try:
            items = self._client.bulk(operations=lines)["items"]  # type: ignore[arg-type]  # it passes bytes through
        except TransportError:
            if last:
                with plain_errors():
                    raise
            return None
        except ApiError as error:
            if error.meta.status in _POISONED:
                return self._halve(chunk, error)
            if error.meta.status in _UNANSWERED and not last:
                return None
            with plain_errors():
                raise
        return [_reply(item["index"]) for item in items]

    def _halve(self, chunk: Sequence[Operation], error: ApiError) -> list[Reply | None]:
        if len(chunk) == 1:
            detail = f"Elasticsearch refuses any request that holds this document ({error.error})."
            return [Reply("refused", "index.request_refused", detail[:500])]
        middle = len(chunk) // 2
        return [*self._deliver(chunk[:middle]), *self._deliver(chunk[middle:])]


def chunks(operations: Sequence[Operation]) -> Iterator[list[Operation]]:
    """Runs of at most MAX_DOCUMENTS and MAX_BYTES, in order; an operation larger than that goes alone."""
    chunk: list[Operation] = []
    size = 0
    for operation in operations:
        if chunk and (len(chunk) == MAX_DOCUMENTS or size + operation.size > MAX_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(operation)
        size += operation.size
    if chunk:
        yield chunk


def _reply(item: dict[str, Any]) -> Reply | None:
    status = item["status"]
    if status in (200, 201):
        return Reply("done")
    if status == 409:
        return Reply("stale")
    error = item.get("error") or {}
    kind = str(error.get("type", "unknown"))
    if status in _BUSY or kind in _MOVING:
        return None
    return Reply("refused", _code(kind), _sentence(kind, str(error.get("reason", ""))))


def _code(kind: str) -> str:
    return "index." + re.sub(r"[^a-z0-9_]", "_", kind.lower())[:70]


_FIELD = re.compile(r"(?:field|introduction of|within|object mapping(?: for)?) \[([A-Za-z0-9_.]{1,80})\]")


def _sentence(kind: str, reason: str) -> str:
    """Elasticsearch's own words quote the value it could not read, so only the name of the field is taken from them."""
    fields = list(dict.fromkeys(name for name in _FIELD.findall(reason) if name != "_doc"))
    about = f" because of field {', '.join(fields[:3])}" if fields else ""
    return f"Elasticsearch refuses the document ({kind}){about}: correct the mapping or the record, then replay it."
