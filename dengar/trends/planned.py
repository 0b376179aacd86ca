"""What is planned (infra/calendar.yaml, or rows of a CSV): posts, aid payouts, events, survey results.

What past payout days held more than others is expected of the next ones (dengar.trends.baseline), and a payout is told beside a rise, as a
reason that adds no points.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from dengar.alerts.rules import duration
from dengar.paths import INFRA
from dengar.records import JAKARTA
from dengar.yaml_file import read_yaml

FILE = INFRA / "calendar.yaml"
KINDS = ("post", "payout", "event", "survey")
FIELDS = ("id", "kind", "name", "from", "to", "platform", "account", "campaign", "window")
_OF_POSTS = ("platform", "account", "campaign", "window")
POST_WINDOW = timedelta(hours=2)
_DAY = timedelta(days=1)


class CalendarError(ValueError):
    """The calendar cannot be used; the message says what to repair."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan, from `start` to `end` (excluded; equal for a moment), aware UTC. `window`: how far outside of that a post still counts."""

    id: str
    kind: str
    name: str
    start: datetime
    end: datetime
    platform: str | None = None
    account: str | None = None
    campaign: str | None = None
    window: timedelta = timedelta(0)

    def meets(self, start: datetime, end: datetime) -> bool:
        """Whether it overlaps [start, end)."""
        return self.start < end and (self.end > start or self.start == self.end >= start)

    def as_dict(self) -> dict[str, Any]:
        """For machines: times are RFC 3339 UTC, `window_s` seconds."""
        return {
            "id": self.id, "kind": self.kind, "name": self.name, "start": self.start.isoformat(), "end": self.end.isoformat(),
            "platform": self.platform, "account": self.account, "campaign": self.campaign,
            "window_s": int(self.window.total_seconds()) if self.kind == "post" else None,
        }  # fmt: skip


def read_plans(file: Path = FILE) -> tuple[Plan, ...]:
    """The plans of a file, by time. Raises CalendarError."""
    return read_yaml(file, parse, CalendarError)


def parse(rows: Sequence[Mapping[str, Any]] | None) -> tuple[Plan, ...]:
    """The plans of rows, by time. Raises CalendarError, and TypeError or AttributeError where rows are no rows."""
    found: dict[str, Plan] = {}
    for number, row in enumerate(rows or (), 1):
        plan = _plan(row, f"Row {number} of the calendar")
        if plan.id in found:
            raise CalendarError(f"The calendar has the id {plan.id} twice: give each plan its own.")
        found[plan.id] = plan
    return tuple(sorted(found.values(), key=lambda one: (one.start, one.id)))


def read_csv(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV whose header has the names of the calendar's fields; empty cells are left out. Raises CalendarError."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CalendarError(f"{file.name} cannot be read ({type(error).__name__}): save it as UTF-8 CSV.") from error
    table = csv.DictReader(io.StringIO(text))
    rows = []
    for row in table:
        if None in row:
            raise CalendarError(f"Line {table.line_num} of {file.name} has more cells than the header: quote commas.")
        rows.append({name.strip().lower(): cell.strip() for name, cell in row.items() if cell and cell.strip()})
    parse(rows)
    return rows


def add_rows(file: Path, rows: Sequence[Mapping[str, str]]) -> int:
    """Append rows to the calendar, whose comments stay; the count. All or nothing: raises CalendarError for what would not be read back."""
    import orjson
    import yaml

    before = read_plans(file)
    text = file.read_text(encoding="utf-8")
    added = "".join(f"- {orjson.dumps(row).decode()}\n" for row in rows)  # JSON is YAML
    whole = text + ("" if text.endswith("\n") or not text else "\n") + added
    try:
        after = parse(yaml.safe_load(whole))
    except yaml.YAMLError:
        raise CalendarError(f"{file.name} is not written as one plan a line, `- {{...}}`: write it so.") from None
    if len(after) != len(before) + len(rows):
        raise CalendarError(f"{file.name} would not hold every row: compare it with the one shipped.")
    part = file.with_name(file.name + ".part")
    part.write_text(whole, encoding="utf-8")
    part.replace(file)
    return len(rows)


def around(plans: Iterable[Plan], start: datetime, end: datetime, margin: timedelta = _DAY) -> tuple[Plan, ...]:
    """The plans from a day before `start` to a day after `end`."""
    return tuple(plan for plan in plans if plan.meets(start - margin, end + margin))


def noted(record: Mapping[str, Any], plans: Iterable[Plan]) -> dict[str, Any]:
    """A trend record that says so where a payout was planned on the day (in Jakarta) on which it was detected; severity stays as it is."""
    day = datetime.fromisoformat(record["detected_at"]).astimezone(JAKARTA).date()
    midnight = _midnight(day)
    payouts = [plan for plan in plans if plan.kind == "payout" and plan.meets(midnight, _midnight(day + _DAY))]
    if not payouts:
        return dict(record)
    reason = {"code": "payout_planned", "points": 0.0, "value": float(len(payouts))}
    names = ", ".join(plan.name for plan in payouts)
    told = record.get("explanation")
    if told:
        told = {
            "id": f"{told['id']} Hari itu dijadwalkan pencairan: {names}."[:2000],
            "en": f"{told['en']} A payout was planned that day: {names}."[:2000],
        }
    return dict(record) | {"reasons": [*record["reasons"], reason], "explanation": told}


def _plan(row: Mapping[str, Any], what: str) -> Plan:
    if unknown := sorted(str(name) for name in row if name not in FIELDS):
        raise CalendarError(f"{what} has a field {unknown[0]}: use {', '.join(FIELDS)}.")
    for name in ("id", "kind", "name", "from"):
        if not row.get(name):
            raise CalendarError(f"{what} lacks {name}: add it.")
    identity, kind = str(row["id"]), row["kind"]
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", identity):
        raise CalendarError(f"{what} has the id {identity!r}: use lower-case letters, digits and hyphens.")
    what = f"The plan {identity}"
    if kind not in KINDS:
        raise CalendarError(f"{what} is of kind {kind!r}: use {', '.join(KINDS)}.")
    if kind != "post" and (extra := [name for name in _OF_POSTS if row.get(name)]):
        raise CalendarError(f"{what} is no post and has {extra[0]}: leave that out.")
    if row.get("platform") not in (None, "instagram", "youtube"):
        raise CalendarError(
            f"{what} is for {row['platform']!r}: write instagram or youtube, or leave it out for either."
        )
    start, first_end = _span(row["from"], what)
    end = _span(row["to"], what)[1] if row.get("to") else first_end
    if end < start:
        raise CalendarError(f"{what} ends before it begins: exchange from and to.")
    window = timedelta(0) if kind != "post" or end > start else POST_WINDOW
    if row.get("window"):
        try:
            window = duration(row["window"])
        except ValueError as error:
            raise CalendarError(f"{what}: {error}.") from None
    account = str(row["account"]).removeprefix("@").lower() if row.get("account") else None
    return Plan(identity, kind, str(row["name"]), start, end, row.get("platform"), account, row.get("campaign"), window)


def _span(value: object, what: str) -> tuple[datetime, datetime]:
    """A day → its two midnights in Jakarta; a moment → itself twice. What has no offset is Western Indonesian Time."""
    try:
        if isinstance(value, str):
            value = date.fromisoformat(value) if len(value.strip()) == 10 else datetime.fromisoformat(value.strip())
    except ValueError:
        raise CalendarError(f'{what} has the time {value!r}: write 2026-12-01 or "2026-12-01 10:00".') from None
    if isinstance(value, datetime):
        at = (value if value.tzinfo else value.replace(tzinfo=JAKARTA)).astimezone(UTC)
        return at, at
    if isinstance(value, date):
        return _midnight(value), _midnight(value + _DAY)
    raise CalendarError(f'{what} has the time {value!r}: write 2026-12-01 or "2026-12-01 10:00".')


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), JAKARTA).astimezone(UTC)
