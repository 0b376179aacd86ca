"""Which fields of a mention are judgements of dengar's own, and the mark of a mention that carries any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DERIVED = (
    "sentiment", "intent", "actionable", "category", "complaint", "urgency", "toxicity", "spam", "scam", "purpose",
    "model_version",
)  # fmt: skip


def origin(mention: Mapping[str, Any]) -> str | None:
    """The mark of a mention that carries judgements of dengar's own, as YouTube's policy asks for: `derived`; None where it has none."""
    return "derived" if any(mention.get(name) is not None for name in DERIVED) else None
