"""Mentions and labels that the tests of this folder share. All texts are invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from dengar.enrich.actionable import actionable, asks_for_action
from dengar.labels import Label
from dengar.labels.decisions import decide
from dengar.records import pack_version, timestamp

START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ID = "yt:comment:contoh"


def machine(intent: str = "complaint", **changes: Any) -> dict[str, Any]:
    """Judgements as a model gives them."""

    def judged(label: str, score: float, **more: Any) -> dict[str, Any]:
        return {"label": label, "score": score, **more, "origin": "model"}

    return {
        "language": {"code": "id", "confidence": 0.9, "mixed": 0.0},
        "sentiment": judged("negative", 0.7, uncertain=False)
        | {"probabilities": {"positive": 0.1, "neutral": 0.2, "negative": 0.7}},
        "intent": judged(intent, 0.6, uncertain=True),
        "actionable": actionable(intent, "public", "none"),
        "category": judged("pkh", 0.5, uncertain=False) if asks_for_action(intent) else None,
        "complaint": {"who": "pkh", "where": None, "since": "3 bulan", "complete": False}
        if asks_for_action(intent)
        else None,
        "urgency": {"label": "attention", "reasons": ["elderly"], "origin": "model"},
        "toxicity": judged("none", 0.01),
        "spam": judged("none", 0.02),
        "purpose": None,
        "model_version": "m1",
        **changes,
    }


def mention(second: int = 0, *, identity: str = ID, revision: int = 1, **changes: Any) -> dict[str, Any]:
    """A whole mention of schemas/mention, as observed `second` seconds after START."""
    observed = START + timedelta(seconds=second)
    return {
        "id": identity,
        "platform": "youtube",
        "kind": "comment",
        "post_format": None,
        "post_id": "yt:video:contoh",
        "conversation_id": identity,
        "parent_id": "yt:video:contoh",
        "permalink": "https://www.youtube.com/watch?v=contoh&lc=contoh",
        "title": None,
        "text": f"pkh ibu saya 3 bulan belum cair pak, sudah ke dinsos {second} kali",
        "text_normalised": f"pkh ibu saya 3 bulan belum cair pak, sudah ke dinsos {second} kali",
        "text_truncated": False,
        "hashtags": [],
        "mentions": [],
        "links": [],
        "domains": [],
        "pii": {},
        "author": {"key": "yt~k7q2", "role": "public", "handle": None, "name": None},
        "engagement": {"likes": 1, "replies": None},
        "published_at": timestamp(START - timedelta(hours=1)),
        "edited_at": None,
        "observed_at": timestamp(observed),
        "expires_at": timestamp(observed + timedelta(days=30)),
        "content_version": f"content-{second}",
        "version": pack_version(observed, revision),
        "enrichment_revision": revision,
        "label_revision": 0,
        "deleted": False,
        "collected": {"via": "youtube.comments", "ownership": "public", "backfill": False},
        "provenance": {"raw": "raw.youtube/0/1", "formulas": {"language": "cld3/1", "intent": "m1"}},
        **machine(),
        **changes,
    }


def label(held: Label | None = None, *, by: str = "sari", second: int = 0, about: Any = None, **labels: str) -> Label:
    """A label with these decisions, taken `second` seconds after START."""
    seen = mention() if about is None else about
    return decide(held, seen, labels, by=by, now=START + timedelta(seconds=second))


def again(mentions: Any) -> list[dict[str, Any]]:
    """Stands in for `rejudge`: the machine's judgements as `machine` gives them."""
    formulas = {"language": "cld3/1", "intent": "m1"}
    return [
        {**one, **machine(), "provenance": one["provenance"] | {"formulas": formulas}} if one["label_revision"] else one
        for one in mentions
    ]
