"""What may be stored, derived, mixed and shown: one switchboard, infra/policy.yaml, that every stage asks.

A use is allowed if the rule of the field's group on that platform lists the profile. What no rule covers is not allowed, and says so: a
field without a rule is a defect, not a permission. Under `audited`, a clause that needs a declaration is in force until one is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from dengar.paths import INFRA
from dengar.policy.rules import PROFILES, Aggregate, Clause, Declaration, PolicyError, Rule, read

__all__ = ["Policy", "PolicyError", "Verdict", "load_policy"]

FILE = INFRA / "policy.yaml"
Use = Literal["store", "derive", "mix", "show"]
OFF = "dimatikan kebijakan"


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer. `reason` (Indonesian, for people) and `enable` (how it is switched on; None: it cannot be) only where not allowed."""

    allowed: bool
    clause: Clause | None
    reason: str | None = None
    enable: str | None = None

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True)
class Policy:
    """The rules under one profile. Names are `mention.<field>`, `metrics.<metric>`, `clock.<clock>` and `hand.label`."""

    profile: str
    rules: Mapping[str, Mapping[str, Rule]]
    declarations: Mapping[str, Declaration]
    aggregates: Mapping[str, Aggregate]

    def verdict(self, use: Use, platform: str, name: str) -> Verdict:
        """Whether a use of a field on a platform is allowed, with the clause it rests on. An unknown name is refused."""
        rule = self.rules.get(platform, {}).get(name)
        if rule is None:
            return Verdict(
                False, None, f"{OFF}: no rule covers {name} on {platform}", "add a rule to infra/policy.yaml"
            )
        clause = rule.clause
        if self.profile not in rule.profiles(use):
            return Verdict(False, clause, f"{OFF}: {clause.says}", clause.enable)
        if (
            self.profile == "audited"
            and clause.needs_declaration
            and use != "store"
            and clause.id not in self.declarations
        ):
            return Verdict(
                False, clause, f"{OFF}: no declaration for {clause.id}", "add it to infra/policy.yaml, declarations"
            )
        return Verdict(True, clause)

    def allows(self, use: Use, platform: str, name: str) -> bool:
        """`verdict` without its reasons."""
        return self.verdict(use, platform, name).allowed

    def mixes(self, platforms: set[str], name: str) -> Verdict:
        """Whether one figure may hold a field of all these platforms: each of them must allow it. One platform alone is no mix."""
        if len(platforms) > 1:
            for platform in sorted(platforms):
                if not (told := self.verdict("mix", platform, name)):
                    return told
        return Verdict(True, None)

    def derivable(self, platform: str, names: tuple[str, ...]) -> frozenset[str]:
        """Those fields of a mention (bare names) that may be derived on a platform."""
        return frozenset(name for name in names if self.allows("derive", platform, f"mention.{name}"))

    def outlives(self, platform: str, *, records: int, authors: int) -> bool:
        """Whether a cell of an aggregate, without ids, of so many records and distinct authors may stay when its records are gone."""
        rule = self.aggregates[platform]
        return self.profile in rule.outlive and records >= rule.least_records and authors >= rule.least_authors

    def keep(self, platform: str, name: str) -> timedelta | None:
        """How long a field may stay since it was last verified; None: as long as its record. Raises PolicyError where no rule covers it."""
        rule = self.rules.get(platform, {}).get(name)
        if rule is None:
            raise PolicyError(f"infra/policy.yaml has no rule for {name} on {platform}: add one with its clause.")
        return None if rule.keep_days is None else timedelta(days=rule.keep_days)


@cache
def load_policy(profile: str, file: Path = FILE) -> Policy:
    """The policy under `profile`. Raises PolicyError, a plain sentence, for an unknown profile and for a file that breaks its own form."""
    if profile not in PROFILES:
        raise PolicyError(f"DENGAR_POLICY_PROFILE is {profile!r}: set it to one of {', '.join(PROFILES)}.")
    body = read(file)
    return Policy(profile, body.rules, {one.clause: one for one in body.declarations}, body.aggregates)


def as_row(platform: str, name: str, policy: Policy) -> dict[str, Any]:
    """A line of `dengar policy`: what is allowed of a field, and what it rests on."""
    rule = policy.rules[platform][name]
    told: dict[str, Any] = {"platform": platform, "name": name, "group": rule.group, "keep_days": rule.keep_days}
    for use in ("store", "derive", "mix", "show"):
        told[use] = policy.allows(use, platform, name)
    read_on: date = rule.clause.read
    return told | {
        "clause": rule.clause.id,
        "says": rule.clause.says,
        "source": rule.clause.source,
        "read": read_on.isoformat(),
    }
