"""One figure of attribution that opens to its inputs: by which formula, of what, over which period, of how many, under which policy.

A figure belongs to one platform: none is summed over platforms. One that cannot or may not be told is a figure too, without a value and
with the reason: silence is not zero.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson

from dengar.records import PREFIX, milliseconds, timestamp

REFUSALS = ("coverage_below_floor", "policy_off", "not_obtainable", "too_few")
"""Why there is no value: too few of the acts can be seen; infra/policy.yaml; the platform does not give it; the sample is too small."""
Input = float | str | list[str] | None
"""A number (yes and no are 1 and 0), a text, a list of ids or names, or None where it was not to be had."""
_METRIC = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
_FORMULA = re.compile(r"^[a-z0-9_./-]{1,64}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`value` in `unit`, with the interval `low` to `high` where there is one, of one platform in [start, end) (aware).

    `campaign`, `partner` and `account` are ids of the registers (an account as `<platform>:<account id>`), None = over all. `dimension`
    tells further cuts, such as {"purpose": "sosialisasi"} or {"age": "25-34"}. `n` is the size of the sample the value rests on, None where
    that has no meaning. `coverage` is `author_coverage`: the share of the platform's own count of acts whose authors could be seen, None
    where it is not known. `inputs` are the numbers, texts and ids that the formula took. `profile` and `rule` are the policy's profile and
    the clause that decided. Raises ValueError for a figure that contradicts itself.
    """

    formula: str
    metric: str
    unit: str
    platform: str
    start: datetime
    end: datetime
    computed_at: datetime
    profile: str
    campaign: str | None = None
    partner: str | None = None
    account: str | None = None
    dimension: Mapping[str, str] = field(default_factory=dict)
    value: float | int | None = None
    low: float | int | None = None
    high: float | int | None = None
    n: int | None = None
    coverage: float | None = None
    refused: str | None = None
    rule: str | None = None
    inputs: Mapping[str, Input] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _METRIC.match(self.metric) or not _FORMULA.match(self.formula):
            raise ValueError(f"{self.metric!r} by {self.formula!r} is no name of a metric and its formula")
        if self.platform not in PREFIX:
            raise ValueError(f"{self.metric}: a figure belongs to one platform, not to {self.platform!r}")
        if milliseconds(self.start) >= milliseconds(self.end):
            raise ValueError(f"{self.metric}: its period ends before it begins")
        if self.refused is not None and self.refused not in REFUSALS:
            raise ValueError(f"{self.metric}: {self.refused!r} is no reason to refuse a figure")
        if self.refused is not None and (self.value, self.low, self.high) != (None, None, None):
            raise ValueError(f"{self.metric}: what is refused has no value")
        told = [one for one in (self.value, self.low, self.high) if one is not None]
        if not all(math.isfinite(one) for one in told):
            raise ValueError(f"{self.metric}: a value must be finite")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"{self.metric}: the interval is upside down")
        if self.coverage is not None and not 0 <= self.coverage <= 1:
            raise ValueError(f"{self.metric}: coverage is a share")

    @property
    def key(self) -> str:
        """Stable id: the same cut of the same metric in the same period has it again, by whatever formula, so that a rerun overwrites."""
        cut = [
            self.campaign,
            self.partner,
            self.account,
            dict(self.dimension),
            timestamp(self.start),
            timestamp(self.end),
        ]
        digest = hashlib.blake2b(orjson.dumps(cut, option=orjson.OPT_SORT_KEYS), digest_size=8).hexdigest()
        return f"{self.metric}:{self.platform}:{digest}"

    def refuse(self, reason: str, rule: str | None = None) -> Figure:
        """The same figure without its value; `reason` is one of REFUSALS, `rule` the clause if that decided."""
        return replace(self, value=None, low=None, high=None, refused=reason, rule=rule or self.rule)

    def as_dict(self) -> dict[str, Any]:
        """The record of `schemas/attribution`. Its version is the moment of computing, in milliseconds."""
        return {
            "id": self.key,
            "version": milliseconds(self.computed_at),
            "metric": self.metric,
            "formula": self.formula,
            "unit": self.unit,
            "platform": self.platform,
            "campaign": self.campaign,
            "partner": self.partner,
            "account": self.account,
            "dimension": [{"name": name, "value": self.dimension[name]} for name in sorted(self.dimension)],
            "period": {"start": timestamp(self.start), "end": timestamp(self.end)},
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "n": self.n,
            "author_coverage": self.coverage,
            "refused": self.refused,
            "inputs": [_input(name, self.inputs[name]) for name in sorted(self.inputs)],
            "policy": {"profile": self.profile, "rule": self.rule},
            "computed_at": timestamp(self.computed_at),
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Figure:
        """The figure of a record. Raises KeyError and ValueError for what is none."""
        return cls(
            formula=record["formula"],
            metric=record["metric"],
            unit=record["unit"],
            platform=record["platform"],
            start=datetime.fromisoformat(record["period"]["start"]),
            end=datetime.fromisoformat(record["period"]["end"]),
            computed_at=datetime.fromisoformat(record["computed_at"]),
            profile=record["policy"]["profile"],
            rule=record["policy"]["rule"],
            campaign=record["campaign"],
            partner=record["partner"],
            account=record["account"],
            dimension={one["name"]: one["value"] for one in record["dimension"]},
            value=record["value"],
            low=record["low"],
            high=record["high"],
            n=record["n"],
            coverage=record["author_coverage"],
            refused=record["refused"],
            inputs={one["name"]: _told(one) for one in record["inputs"]},
        )


def _input(name: str, value: Input) -> dict[str, Any]:
    if isinstance(value, str):
        return {"name": name, "text": value}
    if isinstance(value, list):
        return {"name": name, "list": value}
    return {"name": name} if value is None else {"name": name, "number": value + 0}


def _told(row: Mapping[str, Any]) -> Input:
    found: list[Input] = [row[kind] for kind in ("number", "text", "list") if row.get(kind) is not None]
    return found[0] if found else None
