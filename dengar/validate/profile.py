"""A profile: what a batch looks like as a whole – records by source, languages, nulls by field – in counts that can be added up.

Bounded: at most 64 sources, 40 languages of each, a fixed list of fields. It holds no text and no id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

FIELDS = (
    "title", "text_normalised", "post_format", "parent_id", "permalink", "language", "engagement", "signature", "sentiment", "intent",
    "category", "urgency", "toxicity", "spam", "purpose", "model_version",
)  # fmt: skip
"""Fields of a mention whose share of nulls is watched."""
OTHER = "other"
_SOURCES, _LANGUAGES = 64, 40

Profile = dict[str, dict[str, Any]]
"""source (`collected.via`) → {"records": n of any type, "mentions": n, "languages": {code: n}, "nulls": {field: n}}."""


def profile(records: Iterable[tuple[str, Mapping[str, Any]]]) -> Profile:
    """Profile of (record type, record) pairs that passed validation. Deletions carry no source and are not counted."""
    found: Profile = {}
    for record_type, record in records:
        via = (record.get("collected") or {}).get("via")
        if via is None:
            continue
        own = _source(found, via)
        own["records"] += 1
        if record_type == "mention":
            own["mentions"] += 1
            language = (record.get("language") or {}).get("code") or "none"
            _count(own["languages"], language, 1)
            for field in FIELDS:
                if record.get(field) is None:
                    own["nulls"][field] = own["nulls"].get(field, 0) + 1
    return found


def merged(profiles: Iterable[Profile]) -> Profile:
    """The sum of profiles."""
    whole: Profile = {}
    for one in profiles:
        for via, told in one.items():
            own = _source(whole, via)
            own["records"] += told["records"]
            own["mentions"] += told["mentions"]
            for code, count in told["languages"].items():
                _count(own["languages"], code, count)
            for field, count in told["nulls"].items():
                own["nulls"][field] = own["nulls"].get(field, 0) + count
    return whole


def _source(whole: Profile, via: str) -> dict[str, Any]:
    name = via if via in whole or len(whole) < _SOURCES else OTHER
    return whole.setdefault(name, {"records": 0, "mentions": 0, "languages": {}, "nulls": {}})


def _count(counts: dict[str, int], name: str, more: int) -> None:
    known = name if name in counts or len(counts) < _LANGUAGES else OTHER
    counts[known] = counts.get(known, 0) + more
