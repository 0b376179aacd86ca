"""The form of infra/policy.yaml: clauses, groups of names, rules by platform, declarations. Every mistake is one plain sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from dengar.yaml_file import read_yaml

PROFILES = ("strict", "audited", "sandbox")
USES = ("store", "derive", "mix", "show")
PLATFORMS = ("youtube", "instagram")


class PolicyError(ValueError):
    """The policy cannot be read or asked so; the message says what to repair."""


@dataclass(frozen=True, slots=True)
class Clause:
    """What a rule rests on: the sentence, its source, the day it was read, and how what it bars can be enabled (None: it cannot)."""

    id: str
    says: str
    source: str
    read: date
    enable: str | None
    needs_declaration: bool


@dataclass(frozen=True, slots=True)
class Declaration:
    """An operator's word that a clause's condition is met."""

    clause: str
    accepted_by: str
    accepted_on: date
    rests_on: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What may be done with the names of one group on one platform, by profile."""

    group: str
    clause: Clause
    keep_days: int | None
    uses: Mapping[str, frozenset[str]]

    def profiles(self, use: str) -> frozenset[str]:
        """The profiles under which a use is allowed."""
        return self.uses[use]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Which aggregates may outlive their records: the profiles, and the least size of a cell."""

    clause: Clause
    outlive: frozenset[str]
    least_records: int
    least_authors: int


@dataclass(frozen=True)
class Body:
    """The whole file, read: platform → name → rule."""

    rules: Mapping[str, Mapping[str, Rule]]
    aggregates: Mapping[str, Aggregate]
    declarations: Sequence[Declaration]
    clauses: Mapping[str, Clause]


def read(file: Path) -> Body:
    """Read and check the file. Raises PolicyError."""
    return read_yaml(file, partial(_body, file.name), PolicyError)


def _body(name: str, body: Mapping[str, Any]) -> Body:
    clauses = {clause: _clause(clause, row) for clause, row in body["clauses"].items()}
    rules = {platform: _rules(platform, rows, body["groups"], clauses) for platform, rows in body["rules"].items()}
    aggregates = {platform: _aggregate(row, clauses) for platform, row in body["aggregates"].items()}
    declarations = [_declaration(row, clauses) for row in body.get("declarations") or ()]
    if missing := [platform for platform in PLATFORMS if platform not in rules or platform not in aggregates]:
        raise PolicyError(f"{name} has no rules for {', '.join(missing)}: add them.")
    return Body(rules, aggregates, declarations, clauses)


def _clause(name: str, row: Mapping[str, Any]) -> Clause:
    if not isinstance(row["read"], date):
        raise PolicyError(f"The clause {name} of policy.yaml has no day on which it was read: write it as 2026-11-24.")
    return Clause(name, row["says"], row["source"], row["read"], row["enable"], row.get("needs") == "declaration")


def _rules(
    platform: str, rows: Mapping[str, Any], groups: Mapping[str, list[str]], clauses: Mapping[str, Clause]
) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for group, row in rows.items():
        if group not in groups:
            raise PolicyError(
                f"policy.yaml has a rule for the group {group} on {platform}, but no such group: name its fields."
            )
        uses = {use: _profiles(f"{use} of {group} on {platform}", row[use]) for use in USES}
        rule = Rule(group, _known(row["clause"], clauses), row["keep_days"], uses)
        for name in groups[group]:
            if name in found:
                raise PolicyError(f"policy.yaml names {name} in two groups, {found[name].group} and {group}: keep one.")
            found[name] = rule
    if without := sorted(set(groups) - set(rows)):
        raise PolicyError(f"policy.yaml has no rule on {platform} for the group {without[0]}: add one.")
    return found


def _profiles(what: str, named: Sequence[str]) -> frozenset[str]:
    if unknown := set(named) - set(PROFILES):
        raise PolicyError(
            f"policy.yaml allows {what} under {sorted(unknown)[0]}, which is no profile: use {', '.join(PROFILES)}."
        )
    return frozenset(named)


def _known(name: str, clauses: Mapping[str, Clause]) -> Clause:
    if name not in clauses:
        raise PolicyError(
            f"policy.yaml rests a rule on the clause {name}, which it does not have: add it with source and day."
        )
    return clauses[name]


def _aggregate(row: Mapping[str, Any], clauses: Mapping[str, Clause]) -> Aggregate:
    outlive = _profiles("that aggregates outlive their records", row["outlive"])
    return Aggregate(_known(row["clause"], clauses), outlive, row["least_records"], row["least_authors"])


def _declaration(row: Mapping[str, Any], clauses: Mapping[str, Clause]) -> Declaration:
    clause = _known(row["clause"], clauses)
    if not (row["accepted_by"] and isinstance(row["accepted_on"], date) and row["rests_on"]):
        raise PolicyError(
            f"The declaration for {clause.id} in policy.yaml lacks who accepted it, when, or what it rests on."
        )
    return Declaration(clause.id, row["accepted_by"], row["accepted_on"], row["rests_on"])
