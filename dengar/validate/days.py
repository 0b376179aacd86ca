"""Days: the per-run results of validation, folded into one small file a day, kept for a while, and removed.

`results/<dag>/<run>/validation-NNNN.json` (one a claim) → `results/days/<YYYY-MM-DD>.json` (UTC). The day of a run is the date in its id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
from upath import UPath

from dengar.validate.drift import DAYS, share_drift, volume_drift
from dengar.validate.profile import Profile, merged

RUNS_KEPT, DAYS_KEPT, DOCS_DAYS = 14, 60, 14
WORST_RUNS = 20
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NO_RUNS = "days"

Day = dict[str, Any]


def week(results: UPath, before: date) -> list[Profile]:
    """Profiles of the days before `before`, at most seven: seven small files to read."""
    days = (read_day(results, before - timedelta(days=back)) for back in range(DAYS, 0, -1))
    return [day["profile"] for day in days if day is not None]


def read_day(results: UPath, day: date) -> Day | None:
    """A folded day, None where there is none."""
    path = results / _NO_RUNS / f"{day.isoformat()}.json"
    return orjson.loads(path.read_bytes()) if path.exists() else None


def fold(results: UPath, day: date) -> Day:
    """Add up the results of all runs of a day, say what drifted, and write the day's file."""
    found = [one for run in _runs(results) if _day_of(run) == day for one in _validations(run)]
    types: dict[str, dict[str, Any]] = {}
    worst = []
    for one in found:
        for record_type in ("mention", "metrics", "account", "deletion"):
            if record_type in one:
                _add(types.setdefault(record_type, {}), one[record_type])
        bad = one.get("quarantined", {}).get("quarantined", 0)
        if bad and one.get("run"):
            worst.append({**one["run"], "quarantined": bad, "rows": one["quarantined"]["rows"]})
    profile, before = merged(one.get("profile", {}) for one in found), week(results, day)
    folded = {
        "day": day.isoformat(),
        "validations": len(found),
        "types": types,
        "profile": profile,
        "drift": share_drift(profile, before) + volume_drift(profile, before),
        "worst_runs": sorted(worst, key=lambda run: -run["quarantined"])[:WORST_RUNS],
    }
    path = results / _NO_RUNS / f"{day.isoformat()}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps(folded, option=orjson.OPT_INDENT_2))
    return folded


def retain(results: UPath, today: date) -> int:
    """Remove runs' results older than two weeks and days older than sixty; how many runs."""
    removed = 0
    for run in list(_runs(results)):
        made = _day_of(run)
        if made is not None and made < today - timedelta(days=RUNS_KEPT):
            run.fs.rm(run.path, recursive=True)
            removed += 1
    folder = results / _NO_RUNS
    for path in list(folder.glob("*.json")) if folder.exists() else ():
        if _DATE.fullmatch(path.stem) and date.fromisoformat(path.stem) < today - timedelta(days=DAYS_KEPT):
            path.unlink()
    return removed


def _runs(results: UPath) -> Iterator[UPath]:
    for dag in results.iterdir() if results.exists() else ():
        if dag.is_dir() and dag.name != _NO_RUNS:
            yield from (run for run in dag.iterdir() if run.is_dir())


def _day_of(run: UPath) -> date | None:
    """The date in a run's id; of a run that somebody named otherwise, the one its first result was written on."""
    if found := _DATE.search(run.name):
        try:
            return date.fromisoformat(found[0])
        except ValueError:
            return None
    for path in run.glob("*.json"):
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    return None


def _validations(run: UPath) -> Iterator[dict[str, Any]]:
    for path in sorted(run.glob("validation-*.json")):
        yield orjson.loads(path.read_bytes())


def _add(whole: dict[str, Any], one: dict[str, Any]) -> None:
    for name in ("rows", "passed", "failed", "warned"):
        whole[name] = whole.get(name, 0) + one[name]
    reasons = whole.setdefault("reasons", {})
    for reason, count in one["reasons"].items():
        reasons[reason] = reasons.get(reason, 0) + count
    rules = whole.setdefault("rules", {})
    for line in one["suite"]["expectations"]:
        own = rules.setdefault(line["reason"], {"evaluated": 0, "unexpected": 0, "broken": 0})
        own["evaluated"] += line["evaluated"]
        own["unexpected"] += line["unexpected"]
        own["broken"] += not line["success"]
