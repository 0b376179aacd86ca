"""The clocks of records: how long one may stay since the platform last showed it. Section `records` of infra/policy.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dengar.policy import FILE
from dengar.policy.rules import PLATFORMS, PolicyError


@dataclass(frozen=True, slots=True)
class Clock:
    """A platform's clock. In order: `verify_from` < `alert_from` < `keep` < `tombstone`, and a day lies between the last look and the end.

    `most_a_day`: how many records may be looked at again in a day. `clause`: what it rests on, a key of `clauses`.
    """

    clause: str
    keep: timedelta
    verify_from: timedelta
    alert_from: timedelta
    tombstone: timedelta
    most_a_day: int


@cache
def load_clocks(file: Path = FILE) -> Mapping[str, Clock]:
    """Platform → its clock. Raises PolicyError, a plain sentence."""
    try:
        body = yaml.safe_load(file.read_text(encoding="utf-8"))
        clocks = {platform: _clock(platform, row) for platform, row in body["records"].items()}
        unknown = sorted({clock.clause for clock in clocks.values()} - set(body["clauses"]))
    except OSError as error:
        raise PolicyError(f"{file.name} cannot be read ({type(error).__name__}): restore it.") from error
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise PolicyError(
            f"The section records of {file.name} is not of its form ({type(error).__name__}: {error}): compare it with the one shipped."
        ) from error
    if missing := [platform for platform in PLATFORMS if platform not in clocks]:
        raise PolicyError(f"{file.name} has no clock for the records of {', '.join(missing)}: add it under records.")
    if unknown:
        raise PolicyError(f"{file.name} rests a clock on the clause {unknown[0]}, which it does not have: add it.")
    return clocks


def _clock(platform: str, row: Mapping[str, Any]) -> Clock:
    days = [int(row[name]) for name in ("verify_from_day", "alert_from_day", "keep_days", "tombstone_days")]
    if not 0 < days[0] < days[1] < days[2] < days[3] or int(row["most_a_day"]) < 1:
        raise PolicyError(
            f"policy.yaml, records of {platform}: verify_from_day, alert_from_day, keep_days and tombstone_days must grow in this order."
        )
    verify_from, alert_from, keep, tombstone = (timedelta(days=number) for number in days)
    return Clock(str(row["clause"]), keep, verify_from, alert_from, tombstone, int(row["most_a_day"]))
