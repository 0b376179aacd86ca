"""Official posts that teach how to complain, told by their words: before and after them it is measured how complete complaints are.

Rules over the masked text, in Indonesian as officials write it: *cara mengadu*, *format pengaduan*, *sertakan nama, desa, dan sejak kapan*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from elasticsearch import Elasticsearch

from dengar.index.names import MENTIONS
from dengar.index.paged import every_hit
from dengar.records import timestamp

FORMULA = "teaching-post/1"
_COMPLAIN = r"(?:mengadu(?:kan)?|pengaduan|aduan|lapor(?:an)?|melapor(?:kan)?|keluhan|sanggah(?:an)?|menyanggah)"
_HOW = r"(?:cara|langkah(?:-langkah)?|panduan|tutorial|tips|begini|alur|tata cara)"
_TEACHES = re.compile(rf"\b{_HOW}\b[^.!?\n]{{0,40}}\b{_COMPLAIN}\b|\b(?:format|contoh|isi)\s+{_COMPLAIN}\b")
_PARTS = (
    re.compile(r"\bnama\b"), re.compile(r"\b(?:alamat|desa|kelurahan|kecamatan|kabupaten|kota|lokasi|tempat)\b"),
    re.compile(r"\b(?:sejak kapan|tanggal|bulan|kapan)\b"), re.compile(r"\b(?:kronologi|bukti|jenis bantuan|program)\b"),
)  # fmt: skip
_TELL = re.compile(r"\b(?:sertakan|cantumkan|lengkapi|tuliskan|sebutkan)\b[^!?]{0,160}")


def teaches(text: str) -> bool:
    """Whether a post's words teach how to complain: the way, or at least two of what a complaint should tell."""
    said = text.casefold()
    if _TEACHES.search(said):
        return True
    complains = re.search(rf"\b{_COMPLAIN}\b", said) is not None
    told = (found[0] for found in _TELL.finditer(said))
    return complains and any(sum(bool(part.search(one)) for part in _PARTS) >= 2 for one in told)


def teaching_posts(
    client: Elasticsearch, since: datetime | None, until: datetime | None, platform: str | None = None
) -> Iterator[dict[str, Any]]:
    """Official posts of [since, until) that teach how to complain (id, platform, published_at, text), the oldest first.

    Raises IndexUnavailable.
    """
    edges = {name: timestamp(at) for name, at in (("gte", since), ("lt", until)) if at is not None}
    filters: list[dict[str, Any]] = [
        {"term": {"deleted": False}},
        {"term": {"author.role": "official"}},
        {"term": {"kind": "post"}},
        *([{"range": {"published_at": edges}}] if edges else []),
        *([{"term": {"platform": platform}}] if platform else []),
    ]
    fields = ["id", "platform", "published_at", "title", "text"]
    query = {"bool": {"filter": filters}}
    for hit in every_hit(client, MENTIONS, query, ["published_at", "id"], size=500, source_includes=fields):
        post = hit["_source"]
        if teaches(f"{post.get('title') or ''}\n{post['text']}"):
            yield post
