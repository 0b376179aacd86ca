"""What policy bars of a mention is taken out before it is indexed: a record may have been judged, or labelled, under another profile."""

from __future__ import annotations

from typing import Any

from dengar.policy import Policy

_PREFIX = "mention."


def without_barred(record: dict[str, Any], policy: Policy) -> dict[str, Any]:
    """The mention with null for every judgement that may not be kept and derived on its platform; the same object where there is none."""
    platform = record["platform"]
    names = [name.removeprefix(_PREFIX) for name in policy.rules.get(platform, {}) if name.startswith(_PREFIX)]
    held = [name for name in names if record.get(name) is not None]
    barred = [name for name in held if not _allowed(policy, platform, _PREFIX + name)]
    if not barred:
        return record
    formulas = {name: value for name, value in record["provenance"]["formulas"].items() if name not in barred}
    return (
        record
        | dict.fromkeys(barred)
        | {"origin": record.get("origin") if len(barred) < len(held) else None}
        | {"provenance": record["provenance"] | {"formulas": formulas}}
    )


def _allowed(policy: Policy, platform: str, name: str) -> bool:
    return policy.allows("store", platform, name) and policy.allows("derive", platform, name)
