"""A rule: a Great Expectations expectation, and what dengar says when it does not hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from great_expectations.expectations.expectation import Expectation

from dengar.validate import CRITICAL, WARNING


@dataclass(frozen=True)
class Rule:
    """`reason` matches ^[a-z][a-z0-9_.]*$ and never changes its meaning; `detail` is the sentence shown to people."""

    expectation: type[Expectation]
    arguments: dict[str, Any]
    reason: str
    detail: str
    severity: str = CRITICAL

    def build(self) -> Expectation:
        """The expectation with severity and reason on it."""
        return self.expectation(**self.arguments, severity=self.severity, meta={"reason": self.reason})


def warning(expectation: type[Expectation], arguments: dict[str, Any], reason: str, detail: str) -> Rule:
    """A rule that annotates a row and lets it pass."""
    return Rule(expectation, arguments, reason, detail, WARNING)
