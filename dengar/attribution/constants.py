"""Constants of attribution from infra/attribution.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from dengar.paths import INFRA
from dengar.yaml_file import read_yaml

FILE = INFRA / "attribution.yaml"


class ConstantsError(ValueError):
    """The file is missing or not of its form; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Modelled:
    """Shares of an account's followers that one post reaches."""

    low: float
    mid: float
    high: float


@dataclass(frozen=True, slots=True)
class Constants:
    """See infra/attribution.yaml."""

    coverage_floor: float
    modelled: Mapping[str, Modelled]
    least_conversions: int
    least_exposed: int
    lift_bin: timedelta
    lift_hours: float
    lift_before: timedelta
    settle: timedelta


@cache
def load_constants(file: Path = FILE) -> Constants:
    """Raises ConstantsError."""
    return read_yaml(file, _parsed, ConstantsError)


def _parsed(body: Mapping[str, Any]) -> Constants:
    floor = float(body["coverage_floor"])
    if not 0 <= floor <= 1:
        raise ConstantsError("attribution.yaml: coverage_floor is a share, from 0 to 1.")
    modelled = {name: Modelled(**{k: float(v) for k, v in row.items()}) for name, row in body["modelled"].items()}
    for name, row in modelled.items():
        if not 0 < row.low <= row.mid <= row.high <= 1:
            raise ConstantsError(f"attribution.yaml: modelled.{name} needs 0 < low <= mid <= high <= 1.")
    credit, lift = body["credit"], body["lift"]
    return Constants(
        coverage_floor=floor,
        modelled=modelled,
        least_conversions=int(credit["least_conversions"]),
        least_exposed=int(credit["least_exposed"]),
        lift_bin=timedelta(minutes=int(lift["minutes"])),
        lift_hours=float(lift["hours"]),
        lift_before=timedelta(days=int(lift["days_before"])),
        settle=timedelta(days=int(body["settle_days"])),
    )
