"""Rate limits and the headers that tell of them, against the virtual clock."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.instagram.errors import GraphError
from sandbox.scenario.plan import read_yaml

_FILE = Path(__file__).with_name("limits.yaml")
_WEEK = timedelta(days=7)


class Limits:
    """Counts calls per account (rolling day, as one window) and per app (one hour), and hashtags per account (7 days)."""

    def __init__(self, overrides: dict[str, int] | None = None) -> None:
        table: dict[str, Any] = {**read_yaml(_FILE), **(overrides or {})}
        self.business_limit = int(table["business_calls_per_day"])
        self.app_limit = int(table["app_users"]) * int(table["app_calls_per_user_hour"])
        self.hashtag_limit = int(table["hashtags_per_week"])
        self.rows_per_answer = int(table["rows_per_answer"])
        self.calls = 0
        self._windows: dict[str, tuple[datetime, int]] = {}
        self._hashtags: dict[str, dict[str, datetime]] = {}

    def _count(self, key: str, now: datetime, span: timedelta) -> tuple[int, datetime]:
        began, calls = self._windows.get(key, (now, 0))
        if now - began >= span:
            began, calls = now, 0
        self._windows[key] = (began, calls + 1)
        return calls + 1, began + span

    def spend(self, account: str, app_wide: bool, now: datetime) -> dict[str, str]:
        """Count a call; the usage headers. Raises GraphError 4 (app) or 80002 (account) beyond the limit."""
        self.calls += 1
        if app_wide:
            calls, _ = self._count("app", now, timedelta(hours=1))
            share = 100 * calls // self.app_limit
            if calls > self.app_limit:
                raise GraphError(4, "(#4) Application request limit reached", status=403, transient=True)
            return {"X-App-Usage": json.dumps({"call_count": share, "total_time": share, "total_cputime": share})}
        calls, end = self._count(account, now, timedelta(days=1))
        share = 100 * calls // self.business_limit
        if calls > self.business_limit:
            raise GraphError(80002, "(#80002) There have been too many calls to this Instagram account.")
        wait = int((end - now).total_seconds() // 60) if share >= 100 else 0
        usage = {
            "type": "instagram",
            "call_count": share,
            "total_cputime": share,
            "total_time": share,
            "estimated_time_to_regain_access": wait,
        }
        return {"X-Business-Use-Case-Usage": json.dumps({account: [usage]})}

    def hashtag(self, account: str, tag: str, now: datetime) -> None:
        """Note that `account` queried a hashtag. Raises GraphError 18 beyond 30 different ones in 7 days."""
        used = self.hashtags(account, now)
        if tag not in used and len(used) >= self.hashtag_limit:
            raise GraphError(
                18,
                "(#18) You have reached the maximum number of unique hashtags that can be queried in a rolling 7 day period",
                subcode=2207034,
            )
        self._hashtags.setdefault(account, {}).setdefault(tag, now)

    def hashtags(self, account: str, now: datetime) -> list[str]:
        """Hashtag ids that count against the account's budget now."""
        rows = self._hashtags.get(account, {})
        self._hashtags[account] = {tag: at for tag, at in rows.items() if now - at < _WEEK}
        return list(self._hashtags[account])
