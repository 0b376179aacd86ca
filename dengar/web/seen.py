"""What of a mention, or of a figure, may be shown here. What is off is taken away before a page is made, and says why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from dengar.policy import Policy, Verdict
from dengar.policy.rules import PLATFORMS
from dengar.schemas import load

JUDGED = (
    "sentiment", "intent", "actionable", "category", "complaint", "urgency", "toxicity", "spam", "scam", "purpose", "model_version",
)  # fmt: skip
"""Derived fields of a mention: judgements, in the order in which they are shown."""


@dataclass(frozen=True)
class Seen:
    """A mention, None for what it lacks and for what may not be shown; of the latter the reasons: field → verdict."""

    mention: Mapping[str, Any]
    off: Mapping[str, Verdict]

    def __getitem__(self, name: str) -> Any:
        return self.mention[name]


def seen(mention: Mapping[str, Any], policy: Policy) -> Seen:
    """The mention as it may be shown. A label that people gave stands under the rule of hand labels too."""
    off: dict[str, Verdict] = {}
    for field in JUDGED:
        told = policy.verdict("show", mention["platform"], f"mention.{field}")
        value = mention.get(field)
        if told and isinstance(value, dict) and value.get("origin") == "hand":
            told = policy.verdict("show", mention["platform"], "hand.label")
        if not told:
            off[field] = told
    whole = {name: _filled(name, mention.get(name)) for name in _fields()}
    return Seen({name: None if name in off else value for name, value in whole.items()}, off)


@cache
def _fields() -> dict[str, tuple[str, ...]]:
    """Every field of a mention → its own fields; documents of earlier schemas lack the younger ones."""
    return {name: tuple(one.get("properties", ())) for name, one in load("mention")["properties"].items()}


def _filled(name: str, value: Any) -> Any:
    inner = (*_fields()[name], *(("score", "uncertain", "origin") if name in JUDGED else ()))
    return {**dict.fromkeys(inner), **value} if isinstance(value, dict) and name != "pii" else value


def platforms_of(policy: Policy, fields: Collection[str]) -> tuple[str, ...]:
    """The platforms of which all these derived fields may be shown: only they may be counted by them."""
    return tuple(platform for platform in PLATFORMS if verdict_of(policy, platform, fields) is None)


def verdict_of(policy: Policy, platform: str, fields: Collection[str]) -> Verdict | None:
    """Why one of these derived fields may not be shown on a platform; None where all may."""
    told = (policy.verdict("show", platform, f"mention.{name}") for name in sorted(fields))
    return next((verdict for verdict in told if not verdict), None)
