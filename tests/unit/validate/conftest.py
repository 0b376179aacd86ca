"""Sound records of each type, to be spoilt one field at a time. All names and texts are invented."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dengar.records import ENRICHMENT_REVISION, deletion_version, pack_version, timestamp

OBSERVED = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
Build = Callable[..., dict[str, Any]]


def _collected() -> dict[str, Any]:
    return {
        "collected": {"via": "youtube.comments", "ownership": "owned", "backfill": False},
        "provenance": {"raw": "raw.youtube/0/17", "formulas": {}},
    }


@pytest.fixture
def mention() -> Build:
    def build(number: int = 1, **changes: Any) -> dict[str, Any]:
        record = {
            "id": f"yt:comment:c{number}",
            "platform": "youtube",
            "kind": "comment",
            "post_format": None,
            "post_id": "yt:video:v1",
            "conversation_id": f"yt:comment:c{number}",
            "parent_id": "yt:video:v1",
            "permalink": None,
            "title": None,
            "text": "Bansos bulan ini belum cair di tempat kami, mohon infonya",
            "text_normalised": "bansos bulan ini belum cair di tempat kami, mohon infonya",
            "text_truncated": False,
            "language": {"code": "id", "confidence": 0.97},
            "hashtags": ["bansos"],
            "mentions": [],
            "links": [],
            "domains": [],
            "pii": {},
            "author": {"key": "k7q2", "role": "public", "handle": None, "name": None},
            "engagement": {"likes": 3, "replies": None},
            "published_at": timestamp(OBSERVED - timedelta(hours=1)),
            "edited_at": None,
            "observed_at": timestamp(OBSERVED),
            "expires_at": timestamp(OBSERVED + timedelta(days=30)),
            "content_version": "a1",
            "version": pack_version(OBSERVED),
            "enrichment_revision": ENRICHMENT_REVISION,
            "label_revision": 0,
            "deleted": False,
            **_collected(),
        }
        return {**record, **changes}

    return build


@pytest.fixture
def metrics() -> Build:
    def build(**changes: Any) -> dict[str, Any]:
        record = {
            "id": f"yt:video:v1@{int(OBSERVED.timestamp()) * 1000}",
            "platform": "youtube",
            "object_id": "yt:video:v1",
            "object_type": "post",
            "post_id": "yt:video:v1",
            "observed_at": timestamp(OBSERVED),
            "expires_at": timestamp(OBSERVED + timedelta(days=30)),
            "period": "lifetime",
            "end_time": None,
            "values": {"views": 120, "likes": None},
            "unavailable": {"likes": "hidden"},
            "version": pack_version(OBSERVED),
            **_collected(),
        }
        return {**record, **changes}

    return build


@pytest.fixture
def account() -> Build:
    def build(**changes: Any) -> dict[str, Any]:
        record = {
            "id": "yt:channel:UCexample",
            "platform": "youtube",
            "role": "official",
            "handle": "@dinas.contoh",
            "name": "Dinas Contoh",
            "created_at": None,
            "observed_at": timestamp(OBSERVED),
            "expires_at": timestamp(OBSERVED + timedelta(days=30)),
            "content_version": "a1",
            "version": pack_version(OBSERVED),
            **_collected(),
        }
        return {**record, **changes}

    return build


@pytest.fixture
def deletion() -> Build:
    def build(**changes: Any) -> dict[str, Any]:
        record = {
            "id": "yt:comment:c1",
            "platform": "youtube",
            "post_id": "yt:video:v1",
            "conversation_id": None,
            "deleted": True,
            "reason": "not_found",
            "deleted_at": None,
            "observed_at": timestamp(OBSERVED),
            "version": deletion_version(OBSERVED),
            "provenance": {"raw": "raw.youtube/0/17", "formulas": {}},
        }
        return {**record, **changes}

    return build
