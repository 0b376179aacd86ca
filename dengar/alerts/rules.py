"""The rules of infra/alerts/*.yaml. Every mistake is one plain sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dengar.paths import INFRA
from dengar.records import JAKARTA

FOLDER = INFRA / "alerts"
LEVELS = ("info", "attention", "urgent")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_KEYS = {"id", "what", "level", "threshold", "urgent_from", "quiet", "cool_down", "channels", "escalate", "silence"}


class RulesError(ValueError):
    """A rule cannot be used; the message names the file and what to repair."""


@dataclass(frozen=True)
class Quiet:
    """Hours of the day in Asia/Jakarta, over midnight where `start` is the later."""

    start: time
    end: time

    def ends(self, moment: datetime) -> datetime | None:
        """When the quiet hours that `moment` (aware) lies in end, UTC offset of Asia/Jakarta; None outside them."""
        local = moment.astimezone(JAKARTA)
        now = local.time()
        within = self.start <= now < self.end if self.start < self.end else now >= self.start or now < self.end
        if not within:
            return None
        end = local.replace(hour=self.end.hour, minute=self.end.minute, second=0, microsecond=0)
        return end if end > local else end + timedelta(days=1)


@dataclass(frozen=True)
class Escalation:
    """Who is told too, so long after the alert, where nobody acknowledged."""

    after: timedelta
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """One rule; `threshold` maps severity, authors and mentions (of the desk: conversations and hours) to the least that is told.
    `silence` maps sources to a duration."""

    id: str
    what: str
    level: str
    threshold: Mapping[str, int]
    urgent_from: int | None
    quiet: Quiet | None
    cool_down: timedelta
    channels: tuple[str, ...]
    escalate: Escalation | None
    silence: Mapping[str, timedelta] = field(default_factory=dict)

    def level_of(self, severity: int) -> str:
        """The level of an alert so severe."""
        return "urgent" if self.urgent_from is not None and severity >= self.urgent_from else self.level


def duration(text: object) -> timedelta:
    """`30m`, `2h` → timedelta. Raises ValueError."""
    found = re.fullmatch(r"(\d{1,6})([smhd])", str(text).strip())
    if not found:
        raise ValueError(f"{text!r} is no duration: write 90s, 30m, 2h or 1d")
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])


@cache
def load_rules(folder: Path = FOLDER) -> tuple[Rule, ...]:
    """Every rule of a folder by file name. Raises RulesError."""
    rules = [_read(path) for path in sorted(folder.glob("*.yaml"))]
    if twice := {rule.id for rule in rules if sum(rule.id == other.id for other in rules) > 1}:
        raise RulesError(f"Two files of {folder.name} have the rule id {sorted(twice)[0]}: give each its own.")
    return tuple(rules)


def rule_of(alert: Mapping[str, Any], rules: Sequence[Rule]) -> Rule | None:
    """The rule that an alert is delivered by: its own, else that of its kind, else the one for any."""
    kind = "topic" if alert["kind"] == "trend" else alert["kind"]
    own = [rule for rule in rules if rule.id == alert["rule"]]
    of_kind = [rule for rule in rules if rule.what == kind]
    return next(iter([*own, *of_kind, *(rule for rule in rules if rule.what == "any")]), None)


def _read(path: Path) -> Rule:
    try:
        row = yaml.safe_load(path.read_text(encoding="utf-8"))
        if unknown := set(row) - _KEYS:
            raise ValueError(f"{sorted(unknown)[0]} is no key of a rule")
        if row["level"] not in LEVELS:
            raise ValueError(f"level is {row['level']!r}: use {', '.join(LEVELS)}")
        if row["what"] == "backlog" and "hours" not in row["threshold"]:
            raise ValueError("threshold has no hours: a backlog is told by how long people have waited")
        escalate, silence = row.get("escalate"), row.get("silence") or {}
        waits = {"default": silence["default"], **silence.get("sources", {})} if silence else {}
        return Rule(
            id=str(row["id"]),
            what=str(row["what"]),
            level=row["level"],
            threshold={name: int(value) for name, value in row["threshold"].items()},
            urgent_from=None if row.get("urgent_from") is None else int(row["urgent_from"]),
            quiet=_quiet(row["quiet"]) if row.get("quiet") else None,
            cool_down=duration(row["cool_down"]),
            channels=tuple(row["channels"]),
            escalate=Escalation(duration(escalate["after"]), tuple(escalate["channels"])) if escalate else None,
            silence={source: duration(wait) for source, wait in waits.items()},
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise RulesError(f"The rule {path.name} cannot be used: {reason}. Compare it with those shipped.") from error


def _quiet(text: str) -> Quiet:
    start, _, end = str(text).partition("-")
    return Quiet(time.fromisoformat(start), time.fromisoformat(end))
