"""Find an Instagram post by the shortcode of its address, from which its id cannot be computed.

Addresses are kept but not indexed, for nobody searches by them otherwise: so this walks the posts of Instagram, newest first, reading
their addresses alone.
"""

from __future__ import annotations

from elasticsearch import Elasticsearch

from dengar.index.connection import plain_errors
from dengar.index.names import MENTIONS

_BATCH = 5_000


def post_of_shortcode(client: Elasticsearch, shortcode: str) -> str | None:
    """The id of the post, None where the index holds none of that address. Raises IndexUnavailable."""
    after: list[str | float | int | bool | None] | None = None
    with plain_errors():
        while True:
            page = client.search(
                index=MENTIONS,
                ignore_unavailable=True,
                query={"bool": {"filter": [{"term": {"platform": "instagram"}}, {"term": {"kind": "post"}}]}},
                sort=[{"published_at": "desc"}, "id"],
                search_after=after,
                size=_BATCH,
                source_includes=["permalink"],
                track_total_hits=False,
            )
            hits = page["hits"]["hits"]
            for hit in hits:
                if f"/{shortcode}/" in f"{hit['_source'].get('permalink') or ''}/":
                    return str(hit["_id"])
            if len(hits) < _BATCH:
                return None
            after = hits[-1]["sort"]
