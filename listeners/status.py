"""How listening fares, for people and for machines: sources, quota, tokens, gaps, what platforms report against what is held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dengar.log.kafka import KafkaLog
from dengar.policy.clocks import load_clocks
from dengar.records import JAKARTA, timestamp
from dengar.settings import Settings
from listeners.metrics import OldestRecord, StateReader

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

UNTOLD = timedelta(days=2)


def told_by_kafka(settings: Settings) -> dict[str, Any]:
    """`told` for a cluster. Raises LogError, SettingsError."""
    log = KafkaLog(settings)
    try:
        return told(StateReader(log))
    finally:
        log.close()


def told(reader: StateReader) -> dict[str, Any]:
    """JSON-able: `sources`, `quota`, `blocked`, `tokens`, `gaps`, `coverage`, `retention`, `warnings` in plain words. Times: RFC 3339 UTC.

    Raises LogError.
    """
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
    blocked, tokens = [asdict(one) | {"until": timestamp(one.until)} for one in reader.blocked()], _tokens(reader)
    aging = [row["warning"] for row in tokens if row["warning"]]
    retention = [_oldest(row, now) for row in reader.oldest()]
    return {
        "sources": sources,
        "quota": quota,
        "blocked": blocked,
        "tokens": tokens,
        "gaps": gaps,
        "coverage": coverage,
        "retention": retention,
        "warnings": [
            *_quota_warnings(quota),
            *_blocks(blocked),
            *_failures(sources, aging),
            *aging,
            *(row["warning"] for row in retention if row["warning"]),
        ],
    }


def _quota_warnings(quota: Sequence[Mapping[str, Any]]) -> list[str]:
    said = []
    for row in quota:
        if row["refused_until"]:
            said.append(f"{row['bucket']} is refused by the platform until {_local(row['refused_until'])}.")
        elif row["dry_at"]:
            said.append(f"{row['bucket']} runs dry at {_local(row['dry_at'])} at today's pace.")
    return said


def _blocks(blocked: Sequence[Mapping[str, Any]]) -> list[str]:
    return [f"Instagram takes no calls of {row['limit']} until {_local(row['until'])}." for row in blocked]


def _failures(sources: Sequence[Mapping[str, Any]], told: Sequence[str]) -> list[str]:
    return [f"{row['source']} fails: {row['error']}" for row in sources if row["error"] and row["error"] not in told]


def _tokens(reader: StateReader) -> list[dict[str, Any]]:
    """What the token watch left in the state; `missing` are scopes, `warning` is a plain sentence or None."""
    return [
        {
            "platform": token.platform,
            "age_days": None if token.age is None else token.age.days,
            "expires_at": timestamp(token.expires_at) if token.expires_at else None,
            "missing": token.missing,
            "warning": token.warning,
        }
        for token in reader.tokens()
    ]


def _oldest(row: OldestRecord, now: datetime) -> dict[str, Any]:
    """The oldest unverified record now; `warning` says in time that its clock runs out, or that nobody looks at the clocks any more."""
    clock, days = load_clocks()[row.platform], None if row.oldest_at is None else (now - row.oldest_at).days
    warning = None
    if row.late or (days is not None and days >= clock.alert_from.days):
        warning = f"{row.platform}: oldest unverified: {days} days of {clock.keep.days}, {row.late} late. See `dengar retention`."
    elif now - row.at > UNTOLD:
        warning = f"{row.platform}: nobody has looked at the clocks for {(now - row.at).days} days: does refresh_platform_data run?"
    told_at, oldest_at = timestamp(row.at), None if row.oldest_at is None else timestamp(row.oldest_at)
    return {
        "platform": row.platform, "at": told_at, "oldest_at": oldest_at, "days": days, "due": row.due, "late": row.late,
        "warning": warning,
    }  # fmt: skip


def _local(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(JAKARTA).strftime("%a %H:%M WIB")


def shown(status: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The same for people: tables, then what they must know."""
    yield from tables(status)
    yield from status["warnings"]
    if not status["sources"]:
        yield "No listener has reported yet: start one with `dengar listen youtube`."


def tables(status: Mapping[str, Any]) -> list[Table]:
    """The same as tables, those that would be empty left out."""
    made = (
        _sources(status),
        _quota(status),
        _token_table(status),
        _gaps(status),
        _coverage(status),
        _retention(status),
    )
    return [table for table in made if table.row_count]


def _table(title: str, *columns: str, right: Sequence[str] = ()) -> Table:
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left")
    return table


def _sources(status: Mapping[str, Any]) -> Table:
    numbers = ("last success", "collected", "unchanged", "gaps")
    table = _table("Listeners", "source", *numbers, "error", right=numbers)
    for row in status["sources"]:
        age = "never" if row["age_s"] is None else f"{timedelta(seconds=row['age_s'])} ago"
        counts = (str(row["collected"]), str(row["unchanged"]), str(row["gaps"]))
        table.add_row(row["source"], age, *counts, row["error"] or "")
    return table


def _quota(status: Mapping[str, Any]) -> Table:
    numbers = ("spent", "limit", "resets", "runs dry")
    table = _table("Quota today", "bucket", *numbers, right=numbers)
    for row in status["quota"]:
        if row["spent"] or row["refused_until"]:
            dry = "refused" if row["refused_until"] else _local(row["dry_at"]) if row["dry_at"] else "lasts"
            table.add_row(row["bucket"], str(row["spent"]), str(row["limit"]), _local(row["resets_at"]), dry)
    return table


def _token_table(status: Mapping[str, Any]) -> Table:
    table = _table("Tokens", "platform", "days old", "ends", "missing scopes", right=("days old",))
    for row in status["tokens"]:
        age = "" if row["age_days"] is None else str(row["age_days"])
        table.add_row(row["platform"], age, (row["expires_at"] or "never")[:10], ", ".join(row["missing"]))
    return table


def _gaps(status: Mapping[str, Any]) -> Table:
    table = _table("Gaps: what can no longer be had", "source", "reason", "count")
    for row in status["gaps"]:
        table.add_row(row["source"], row["reason"], str(row["count"]))
    return table


def _coverage(status: Mapping[str, Any]) -> Table:
    table = _table(
        "Comments: reported by the platform, held by us", "platform", "posts", "reported", "held", "most behind"
    )
    for platform, row in status["coverage"].items():
        behind = ", ".join(f"{post} {held}/{reported}" for post, reported, held in row["behind"][:2])
        table.add_row(platform, str(row["posts"]), str(row["reported"]), str(row["held"]), behind)
    return table


def _retention(status: Mapping[str, Any]) -> Table:
    numbers = ("oldest unverified", "to be looked at again", "late")
    table = _table("Clocks: since the platform last showed it", "platform", *numbers, right=numbers)
    for row in status["retention"]:
        days = "nothing to verify" if row["days"] is None else f"{row['days']} days"
        table.add_row(row["platform"], days, str(row["due"]), str(row["late"]))
    return table
