"""How listening fares, for people and for machines: sources, quota, gaps, what platforms report against what is held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dengar.records import timestamp
from listeners.metrics import StateReader

if TYPE_CHECKING:
    from rich.table import Table

JAKARTA = ZoneInfo("Asia/Jakarta")


def told(reader: StateReader) -> dict[str, Any]:
    """JSON-able: `sources`, `quota`, `gaps`, `coverage`, and `warnings` in plain words. Times are RFC 3339 UTC. Raises LogError."""
    reader.refresh()
    now = reader.now()
    sources = [
        {name: timestamp(value) if isinstance(value, datetime) else value for name, value in asdict(health).items()}
        | {"age_s": round((now - health.succeeded_at).total_seconds()) if health.succeeded_at else None}
        for health in reader.sources()
    ]
    quota = []
    for bucket in reader.ledger.rules.buckets:
        forecast = asdict(reader.ledger.forecast(bucket))
        quota.append({k: timestamp(v) if isinstance(v, datetime) else v for k, v in forecast.items()})
    gaps = [{"source": s, "reason": r, "count": n} for (s, r), n in sorted(reader.gaps().items())]
    coverage = {key.removeprefix("coverage/"): row for key, row in reader.state.items("coverage/")}
    return {
        "sources": sources,
        "quota": quota,
        "gaps": gaps,
        "coverage": coverage,
        "warnings": [*_quota_warnings(quota), *_failures(sources), *_tokens(dict(reader.state.items("token/")))],
    }


def _quota_warnings(quota: Sequence[Mapping[str, Any]]) -> list[str]:
    said = []
    for row in quota:
        if row["refused_until"]:
            said.append(f"{row['bucket']} is refused by the platform until {_local(row['refused_until'])}.")
        elif row["dry_at"]:
            said.append(f"{row['bucket']} runs dry at {_local(row['dry_at'])} at today's pace.")
    return said


def _failures(sources: Sequence[Mapping[str, Any]]) -> list[str]:
    return [f"{row['source']} fails: {row['error']}" for row in sources if row["error"]]


def _tokens(rows: Mapping[str, Any]) -> list[str]:
    """Warnings that the token watch left in the state, each a plain sentence."""
    return [str(row["warning"]) for row in rows.values() if isinstance(row, dict) and row.get("warning")]


def _local(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(JAKARTA).strftime("%a %H:%M WIB")


def tables(status: Mapping[str, Any]) -> list[Table]:
    """The same as tables, those that would be empty left out."""
    from rich.table import Table

    made = []
    sources = Table(title="Listeners", title_justify="left")
    for column in ("source", "last success", "collected", "unchanged", "gaps", "error"):
        sources.add_column(column, justify="left" if column in ("source", "error") else "right")
    for row in status["sources"]:
        age = "never" if row["age_s"] is None else f"{timedelta(seconds=row['age_s'])} ago"
        counts = (str(row["collected"]), str(row["unchanged"]), str(row["gaps"]))
        sources.add_row(row["source"], age, *counts, row["error"] or "")
    if status["sources"]:
        made.append(sources)
    quota = Table(title="Quota today", title_justify="left")
    for column in ("bucket", "spent", "limit", "resets", "runs dry"):
        quota.add_column(column, justify="left" if column == "bucket" else "right")
    for row in status["quota"]:
        if row["spent"] or row["refused_until"]:
            dry = "refused" if row["refused_until"] else _local(row["dry_at"]) if row["dry_at"] else "lasts"
            quota.add_row(row["bucket"], str(row["spent"]), str(row["limit"]), _local(row["resets_at"]), dry)
    if quota.row_count:
        made.append(quota)
    gaps = Table(title="Gaps: what can no longer be had", title_justify="left")
    for column in ("source", "reason", "count"):
        gaps.add_column(column)
    for row in status["gaps"]:
        gaps.add_row(row["source"], row["reason"], str(row["count"]))
    if gaps.row_count:
        made.append(gaps)
    covered = Table(title="Comments: reported by the platform, held by us", title_justify="left")
    for column in ("platform", "posts", "reported", "held", "most behind"):
        covered.add_column(column)
    for platform, row in status["coverage"].items():
        behind = ", ".join(f"{post} {held}/{reported}" for post, reported, held in row["behind"][:2])
        covered.add_row(platform, str(row["posts"]), str(row["reported"]), str(row["held"]), behind)
    if covered.row_count:
        made.append(covered)
    return made
