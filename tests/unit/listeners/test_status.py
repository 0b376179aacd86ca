"""What people read about listening: plain warnings, local time, reported against held."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

from rich.console import Console

from dengar.log.memory import MemoryLog
from dengar.records import timestamp
from listeners.health import Health, keep_coverage, keep_gap
from listeners.item import RawItem
from listeners.known import KnownItems
from listeners.metrics import StateReader
from listeners.quota.ledger import Ledger, Urgency
from listeners.quota.rules import load_rules
from listeners.source import Gap
from listeners.state import ListenerState
from listeners.status import shown, tables, told

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # 20:00 the day before in Los Angeles, 11:00 in Jakarta


def video(identity: str, comments: str | None) -> RawItem:
    statistics = {} if comments is None else {"commentCount": comments}
    return RawItem(
        "youtube", "video", f"yt:video:{identity}", {"statistics": statistics}, "r", "v", post_id=f"yt:video:{identity}"
    )


def comment(identity: str, post: str) -> RawItem:
    return RawItem(
        "youtube", "comment", f"yt:comment:{identity}", {"id": identity}, "r", "v", post_id=f"yt:video:{post}"
    )


def test_the_status_says_what_fails_what_runs_dry_and_what_is_missing() -> None:
    log = MemoryLog()
    state = ListenerState(log)
    Health("youtube.comments", succeeded_at=NOW - timedelta(minutes=5), collected=12).save(state)
    Health("youtube.search", failed_at=NOW, error="the key is refused", failures=2).save(state)
    keep_gap(state, "youtube.chat", Gap("yt:video:v1", "live_chat_missed"))
    ledger = Ledger(load_rules(), state, now=lambda: NOW, urgency=Urgency.urgent)
    for _ in range(92):
        ledger.spend("youtube/search.list")
    ledger.save()
    known = KnownItems()
    known.remember([video("v1", "3"), video("v2", None), comment("c1", "v1"), comment("c2", "v2")])
    keep_coverage(state, "youtube", known.coverage())
    state.flush()

    status = told(StateReader(log, now=lambda: NOW))
    assert [row["age_s"] for row in status["sources"]] == [300, None]
    assert status["coverage"]["youtube"] == {"posts": 1, "reported": 3, "held": 1, "behind": [["yt:video:v1", 3, 1]]}
    assert status["gaps"] == [{"source": "youtube.chat", "reason": "live_chat_missed", "count": 1}]
    assert status["warnings"] == [
        "youtube.search runs dry at Wed 12:44 WIB at today's pace.",
        "youtube.search fails: the key is refused",
    ]
    printed = StringIO()
    for table in tables(status):
        Console(file=printed, width=160).print(table)
    for text in ("youtube.comments", "0:05:00 ago", "never", "live_chat_missed", "yt:video:v1 1/3", "Wed 12:44 WIB"):
        assert text in printed.getvalue()


def test_nothing_is_shown_where_nothing_reported() -> None:
    status = told(StateReader(MemoryLog(), now=lambda: NOW))
    assert (status["sources"], status["warnings"], tables(status)) == ([], [], [])


def test_tokens_and_blocks_are_told_once_each() -> None:
    log = MemoryLog()
    state = ListenerState(log)
    warning = "The Instagram token is 46 days old and ends in 14: renew it with `dengar listen renew-token`."
    Health("instagram.token", succeeded_at=NOW, error=warning).save(state)
    row = {"issued_at": timestamp(NOW - timedelta(days=46)), "expires_at": timestamp(NOW + timedelta(days=14))}
    state.put("token/instagram", row | {"missing": ["pages_show_list"], "warning": warning})
    state.put("refused/instagram.100", timestamp(NOW + timedelta(minutes=30)))
    state.put("refused/instagram.app", timestamp(NOW - timedelta(minutes=1)))
    state.flush()
    status = told(StateReader(log, now=lambda: NOW))
    assert status["warnings"] == ["Instagram takes no calls of 100 until Wed 11:30 WIB.", warning]
    (token,) = status["tokens"]
    assert (token["age_days"], token["missing"]) == (46, ["pages_show_list"])
    printed = StringIO()
    for part in shown(status):
        Console(file=printed, width=200).print(part)
    for text in ("46", "2026-12-09", "pages_show_list", warning):
        assert text in printed.getvalue()


def test_the_status_warns_before_a_clock_runs_out_and_when_nobody_looks() -> None:
    log = MemoryLog()
    state = ListenerState(log)
    fresh = {"at": timestamp(NOW - timedelta(hours=5)), "due": 3, "late": 0}
    state.put("retention/youtube", fresh | {"oldest_at": timestamp(NOW - timedelta(days=28, hours=1))})
    state.put("retention/instagram", fresh | {"at": timestamp(NOW - timedelta(days=4)), "oldest_at": None})
    state.flush()
    status = told(StateReader(log, now=lambda: NOW))
    assert status["warnings"] == [
        "instagram: nobody has looked at the clocks for 4 days: does refresh_platform_data run?",
        "youtube: oldest unverified: 28 days of 30, 0 late. See `dengar retention`.",
    ]
    console = Console(file=StringIO(), width=200)
    for table in tables(status):
        console.print(table)
    shown_text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "28 days" in shown_text
    assert "nothing to verify" in shown_text
