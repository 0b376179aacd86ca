"""Records of one family, written by their versions: what the index refuses is an error and not passed over."""

from __future__ import annotations

import time
from collections.abc import Sequence

from elasticsearch import Elasticsearch

from dengar.index.bulk import Bulk, Operation, Pause
from dengar.index.connection import plain_errors
from dengar.index.templates import ensure_indices


def write_all(
    client: Elasticsearch,
    indices: Sequence[str],
    operations: Sequence[Operation],
    what: str,
    *,
    pause: Pause = time.sleep,
) -> None:
    """Send the operations to `indices`, which are made where they are missing; stale ones change nothing.

    Raises IndexUnavailable, and RuntimeError where one is refused; `what` names it there ("trend").
    """
    if not operations:
        return
    with plain_errors():
        ensure_indices(client, indices)
        for one, reply in zip(operations, Bulk(client, pause).send(operations), strict=True):
            if reply.outcome == "refused":
                raise RuntimeError(f"The {what} {one.id} cannot be written: {reply.detail}")
