"""Find an Instagram post by the shortcode of its address, from which its id cannot be computed.

Addresses are kept but not indexed, for nobody searches by them otherwise: so this walks the posts of Instagram, newest first, reading
their addresses alone.
"""

from __future__ import annotations

from elasticsearch import Elasticsearch

from dengar.index.names import MENTIONS
from dengar.index.paged import every_hit

_BATCH = 5_000


def post_of_shortcode(client: Elasticsearch, shortcode: str) -> str | None:
    """The id of the post, None where the index holds none of that address. Raises IndexUnavailable."""
    query = {"bool": {"filter": [{"term": {"platform": "instagram"}}, {"term": {"kind": "post"}}]}}
    newest: list[str | dict[str, str]] = [{"published_at": "desc"}, "id"]
    for hit in every_hit(client, MENTIONS, query, newest, size=_BATCH, source_includes=["permalink"]):
        if f"/{shortcode}/" in f"{hit['_source'].get('permalink') or ''}/":
            return str(hit["_id"])
    return None
