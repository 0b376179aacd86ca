"""A poll over several sources: pages are published as they come, cursors move behind them, a failing source is named."""

from __future__ import annotations

import os
import signal
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest

from dengar.log import LogError, OffsetRange
from dengar.log.memory import MemoryLog
from dengar.registers import Registers
from dengar.settings import Settings
from dengar.topics import topics
from listeners.item import RawItem
from listeners.registry import Row, sources
from listeners.run import PollReport, poll_once, run_forever
from listeners.source import Cursor, Gap, Page, Source, SourceError
from listeners.state import ListenerState
from listeners.station import Backfill, Station


def item(identity: str) -> RawItem:
    return RawItem("youtube", "comment", f"yt:comment:{identity}", {"id": identity}, "youtube/x", "youtube.toy")


class Toy:
    """A source of given pages; an exception in their place is raised. Its cursor is the number of the next page."""

    def __init__(self, name: str, *pages: list[str] | Exception) -> None:
        self.name, self.pages, self.fetched = name, pages, list[int]()

    def fetch(self, cursor: Cursor | None) -> Page:
        number = int((cursor or {}).get("page", 0))
        self.fetched.append(number)
        page = self.pages[number]
        if isinstance(page, Exception):
            raise page
        more = number + 1 < len(self.pages)
        return Page([item(identity) for identity in page], {"page": number + 1} if more else None, more)


def station(log: MemoryLog, **options: Any) -> Station:
    return Station("youtube", Settings(), Registers(), log, **options)


def row(name: str, quota: str | None = None, every: int = 300) -> Row:
    return Row(name, quota, "page number", timedelta(seconds=every), "-", "-", backfills=True)


def rows(*toys: Toy, **options: Any) -> list[tuple[Row, Source]]:
    return [(row(toy.name, **options), toy) for toy in toys]


def state(log: MemoryLog) -> ListenerState:
    found = ListenerState(log)
    found.refresh()
    return found


def test_a_poll_publishes_every_page_and_leaves_its_report() -> None:
    log, before = MemoryLog(), datetime.now(UTC)
    report = poll_once(station(log), rows(Toy("youtube.a", ["1", "2"], ["3"]), Toy("youtube.b", ["1"])))
    assert (report.collected, report.unchanged, report.errors) == (3, 1, {})
    left = state(log).get("poll/youtube")
    assert (left["collected"], left["unchanged"], left["platform"]) == (3, 1, "youtube")
    started = datetime.fromisoformat(left["started_at"])
    assert int(before.timestamp() * 1000) <= int(started.timestamp() * 1000)
    assert started <= datetime.fromisoformat(left["finished_at"])


@pytest.mark.parametrize("fault", [SourceError("the quota is spent"), KeyError("snippet"), TypeError("not a list")])
def test_a_source_that_fails_keeps_its_cursor_and_the_others_go_on(fault: Exception) -> None:
    log = MemoryLog()
    failing = Toy("youtube.a", ["1"], fault, ["2"])
    report = poll_once(station(log), rows(failing, Toy("youtube.b", ["3"])))
    assert report.collected == 2
    assert list(report.errors) == ["youtube.a"]
    kept = state(log)
    assert kept.get("cursor/youtube.a") == {"page": 1}
    assert kept.get("health/youtube.a")["error"] == report.errors["youtube.a"]
    if isinstance(fault, SourceError):
        assert report.errors["youtube.a"] == "the quota is spent"
    failing.pages = (["1"], ["4"], ["2"])
    again = poll_once(station(log), rows(failing))
    assert (again.collected, failing.fetched) == (2, [0, 1, 1, 2])
    assert state(log).get("health/youtube.a")["failures"] == 0


class Crashing(MemoryLog):
    """A broker that goes away at the n-th flush."""

    def __init__(self, flushes: int) -> None:
        super().__init__()
        self.left = flushes

    def flush(self) -> None:
        self.left -= 1
        if self.left < 0:
            self._queued.clear()
            raise LogError("the broker is away")
        super().flush()


@pytest.mark.parametrize("flushes", range(7))
def test_a_crash_repeats_at_most_one_page_and_loses_none(flushes: int) -> None:
    log = Crashing(flushes)
    pages = [["1", "2"], ["3"], ["4"]]
    with pytest.raises(LogError):
        poll_once(station(log), rows(Toy("youtube.a", *pages)))
    log.left = 1_000
    restarted = Toy("youtube.a", *pages)
    poll_once(station(log), rows(restarted))
    published = [
        record.key
        for partition, end in log.ends(["raw.youtube"]).items()
        for record in log.read(OffsetRange("raw.youtube", partition.number, 0, end))
    ]
    assert {key.decode() for key in published if key} == {f"yt:comment:{n}" for n in "1234"}
    repeated = len(published) - 4
    assert repeated <= 2, "more than the largest page was published twice"


def test_without_a_log_the_poll_ends() -> None:
    log = MemoryLog()
    with pytest.raises(LogError):
        poll_once(station(log), rows(Toy("youtube.a", LogError("the broker is away"))))
    assert state(log).get("poll/youtube") is None


def test_a_stop_ends_the_poll_after_the_page_and_leaves_no_report() -> None:
    log, stop = MemoryLog(), threading.Event()
    toy = Toy("youtube.a", ["1"], ["2"])

    class Stopping(Toy):
        def fetch(self, cursor: Cursor | None) -> Page:
            stop.set()
            return super().fetch(cursor)

    toy = Stopping("youtube.a", ["1"], ["2"])
    report = poll_once(station(log), rows(toy), stop=stop)
    assert (report.collected, report.unfinished) == (1, 1)
    kept = state(log)
    assert kept.get("poll/youtube") is None
    assert kept.get("cursor/youtube.a") == {"page": 1}


def test_a_source_waits_until_its_pace_has_passed() -> None:
    log, toy = MemoryLog(), Toy("youtube.a", ["1"])
    ours = station(log)
    assert poll_once(ours, rows(toy, every=3_600), pace="due").asked == ["youtube.a"]
    report = poll_once(ours, rows(toy, every=3_600), pace="due")
    assert (report.asked, report.waiting) == ([], ["youtube.a"])
    assert poll_once(ours, rows(toy, every=3_600)).asked == ["youtube.a"]
    ours.clock.hear((datetime.now(UTC) + timedelta(hours=2)).strftime("%a, %d %b %Y %H:%M:%S GMT"))
    assert poll_once(ours, rows(toy, every=3_600), pace="due").asked == ["youtube.a"]


def test_an_eager_poll_leaves_scarce_sources_their_pace() -> None:
    log = MemoryLog()
    ours, scarce, plain = station(log), Toy("youtube.a", ["1"]), Toy("youtube.b", ["2"])
    both = [(replace(row("youtube.a"), scarce=True), scarce), (row("youtube.b"), plain)]
    for _ in range(3):
        poll_once(ours, both, pace="eager")
    assert (len(scarce.fetched), len(plain.fetched)) == (1, 3)


def test_gaps_are_counted_once() -> None:
    log = MemoryLog()

    class Missing:
        name = "youtube.a"

        def fetch(self, cursor: Cursor | None) -> Page:
            return Page(gaps=[Gap("yt:video:v1", "live_chat_missed", None)], more=False)

    ours = station(log)
    source: list[tuple[Row, Source]] = [(row("youtube.a"), Missing())]
    assert poll_once(ours, source).gaps == 1
    assert poll_once(ours, source).gaps == 0
    assert dict(state(log).items("gap/")).keys() == {"gap/youtube.a/yt:video:v1/live_chat_missed"}


def test_a_backfill_has_cursors_of_its_own_ends_and_goes_on_where_it_was() -> None:
    log = MemoryLog()
    poll_once(station(log), rows(Toy("youtube.a", ["1"], SourceError("later"))))
    history = Backfill(datetime(2026, 10, 1, tzinfo=UTC))
    toy = Toy("youtube.a", ["7"], ["8"])
    run_forever(station(log, backfill=history), rows(toy), 0.0, pace="now")
    assert toy.fetched == [0, 1]
    run_forever(station(log, backfill=history), rows(toy), 0.0, pace="now")
    assert toy.fetched == [0, 1]
    assert state(log).get("cursor/youtube.a") == {"page": 1}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_polling_cleanly_and_the_handlers_come_back(number: signal.Signals) -> None:
    log, source = MemoryLog(), Toy("youtube.a", ["1"])
    handlers = [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)]

    def told(_report: PollReport) -> None:
        if len(source.fetched) == 2:
            os.kill(os.getpid(), number)

    run_forever(station(log), rows(source), 0.0, pace="now", told=told)
    assert len(source.fetched) == 2
    assert [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)] == handlers


def test_a_third_platform_is_one_file_and_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file, here as a module made in place: a watch that connects and a source that reads it."""
    forum = ModuleType("forum")

    class Threads:
        name = "forum.threads"

        def __init__(self, watch: list[str]) -> None:
            self._threads = watch

        def fetch(self, cursor: Cursor | None) -> Page:
            at = int((cursor or {}).get("at", 0))
            found = RawItem(
                "forum", "thread", f"fo:thread:{at}", {"title": self._threads[at]}, "forum/threads", self.name
            )
            more = at + 1 < len(self._threads)
            return Page([found], {"at": at + 1} if more else None, more)

    forum.watch = lambda _station: ["banjir", "bansos"]  # type: ignore[attr-defined]
    forum.Threads = Threads  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "forum", forum)
    forum_row = Row(
        "forum.threads", None, "number of the next thread", timedelta(minutes=5), "forum:watch", "forum:Threads"
    )

    log = MemoryLog({name: topic.partitions for name, topic in topics().items()} | {"raw.forum": 1})
    ours = Station("forum", Settings(), Registers(), log)
    report = poll_once(ours, sources(ours, [forum_row]))
    assert (report.collected, report.errors) == (2, {})
    (end,) = log.ends(["raw.forum"]).values()
    assert end == 2
    assert state(log).get("health/forum.threads")["pages"] == 2
