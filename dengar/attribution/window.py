"""Where figures are told of: one platform, one period, one policy. What policy bars becomes a figure without a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dengar.attribution.figure import Figure
from dengar.policy import Policy, Verdict
from dengar.records import JAKARTA

COUNTED = "metrics.comments"
"""Shares and distinct people among those who speak are figures of our own over comments: policy is asked about them so."""
NO_SPAM = (None, "none")


@dataclass(frozen=True)
class Window:
    """[start, end) in aware time, and the moment of computing."""

    platform: str
    start: datetime
    end: datetime
    computed_at: datetime
    policy: Policy

    def holds(self, mention: Mapping[str, Any]) -> bool:
        """Whether a mention is of this platform and period."""
        return mention["platform"] == self.platform and self.start <= published(mention) < self.end

    def verdict(self, names: Sequence[str]) -> Verdict:
        """Whether all these fields may be derived and shown here; the first refusal else, or the clause that the last one rests on."""
        told = Verdict(True, None)
        for name in names:
            told = self.policy.verdict("derive", self.platform, name)
            told = told and self.policy.verdict("show", self.platform, name)
            if not told:
                return told
        return told

    def figure(self, metric: str, formula: str, unit: str, rests_on: Sequence[str], **fields: Any) -> Figure:
        """A figure of this window. Where policy bars what it rests on, it says so and carries neither value nor sample."""
        told = self.verdict(rests_on)
        if not told:
            fields = {name: fields[name] for name in ("campaign", "partner", "account", "dimension") if name in fields}
            fields |= {"refused": "policy_off"}
        return Figure(
            formula=formula,
            metric=metric,
            unit=unit,
            platform=self.platform,
            start=self.start,
            end=self.end,
            computed_at=self.computed_at,
            profile=self.policy.profile,
            rule=None if told.clause is None else told.clause.id,
            **fields,
        )


def published(mention: Mapping[str, Any]) -> datetime:
    """When it was published, aware."""
    return datetime.fromisoformat(mention["published_at"])


def day_of(mention: Mapping[str, Any]) -> date:
    """Its day in Jakarta."""
    return published(mention).astimezone(JAKARTA).date()


def label(mention: Mapping[str, Any], field: str) -> str | None:
    """The label of a judgement, None where there is none."""
    told = mention.get(field)
    return None if told is None else str(told["label"])


def is_spam(mention: Mapping[str, Any]) -> bool:
    """Whether it was judged spam; what was not judged is taken for none."""
    return label(mention, "spam") not in NO_SPAM
