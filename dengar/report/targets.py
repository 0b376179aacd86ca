"""The form of infra/targets.yaml: what the office aims at. Every mistake is one plain sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dengar.paths import INFRA
from dengar.yaml_file import read_yaml

FILE = INFRA / "targets.yaml"
HEADLINES = ("mentions", "complaint_share", "reply_share", "first_response", "net_sentiment")
"""The five figures of page one, in order."""


class TargetsError(ValueError):
    """The targets cannot be read; the message says what to repair."""


@dataclass(frozen=True, slots=True)
class Target:
    """At least or at most so much, in the figure's unit; exactly one of the two is set."""

    at_least: float | None
    at_most: float | None

    def met(self, value: float) -> bool:
        """Whether a value reaches it."""
        return value >= self.at_least if self.at_least is not None else value <= (self.at_most or 0.0)


Targets = Mapping[str, Target]
"""Figure id → target; a figure that is not in it has none."""


def read(file: Path = FILE) -> Targets:
    """Read and check the file. Raises TargetsError."""
    return read_yaml(file, _targets, TargetsError)


def _targets(body: Mapping[str, Any]) -> Targets:
    return {name: _target(name, row) for name, row in (body["targets"] or {}).items()}


def _target(name: str, row: Mapping[str, Any]) -> Target:
    if name not in HEADLINES:
        raise TargetsError(f"targets.yaml has a target for {name}, which is none of {', '.join(HEADLINES)}.")
    bounds = {bound: row[bound] for bound in ("at_least", "at_most") if row.get(bound) is not None}
    if len(bounds) != 1 or any(isinstance(b, bool) or not isinstance(b, int | float) for b in bounds.values()):
        raise TargetsError(f"The target of {name} in targets.yaml needs one number, at_least or at_most.")
    if not row.get("source") or not isinstance(row.get("read"), date):
        raise TargetsError(
            f"The target of {name} in targets.yaml has no source, or no day on which it was read: add both."
        )
    return Target(bounds.get("at_least"), bounds.get("at_most"))
