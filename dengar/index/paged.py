"""Every document that a question finds, a page at a time: memory does not grow with their number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from dengar.index.connection import plain_errors


def every_hit(
    client: Elasticsearch,
    index: str | Sequence[str],
    query: dict[str, Any],
    sort: Sequence[str | dict[str, Any]],
    *,
    size: int,
    **source: Any,
) -> Iterator[dict[str, Any]]:
    """Hits in the order of `sort`, whose last field tells documents apart; none where there is no index. `size` is that of a page,
    `source` what is read of a document (`source_includes`, `source_excludes`). Raises IndexUnavailable."""
    after: list[Any] | None = None
    with plain_errors():
        while True:
            page = client.search(
                index=index,
                ignore_unavailable=True,
                allow_no_indices=True,
                query=query,
                sort=sort,
                search_after=after,
                size=size,
                track_total_hits=False,
                **source,
            )
            hits = page["hits"]["hits"]
            yield from hits
            if len(hits) < size:
                return
            after = hits[-1]["sort"]
