"""A poll over several sources: pages are published as they come, a failing source is named, the report is left at the end."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import orjson
import pytest

from dengar.log import LogError, OffsetRange
from dengar.log.memory import MemoryLog
from listeners.item import RawItem
from listeners.publish import Publisher
from listeners.run import poll_once, run_forever
from listeners.source import STATE_TOPIC, PollReport, SourceError


def item(identity: str) -> RawItem:
    return RawItem("youtube", "comment", f"yt:comment:{identity}", {"id": identity}, "youtube/x", "youtube.toy")


class Toy:
    """A source of given pages; an exception in their place is raised."""

    def __init__(self, name: str, *pages: list[str] | Exception) -> None:
        self.name, self.pages, self.polls = name, pages, 0

    def poll(self) -> Iterator[list[RawItem]]:
        self.polls += 1
        for page in self.pages:
            if isinstance(page, Exception):
                raise page
            yield [item(identity) for identity in page]


def reports(log: MemoryLog) -> list[dict[str, object]]:
    found = []
    for partition, end in log.ends([STATE_TOPIC]).items():
        for record in log.read(OffsetRange(STATE_TOPIC, partition.number, 0, end)):
            assert record.key == b"youtube.poll"
            found.append(orjson.loads(record.value or b""))
    return found


def test_a_poll_publishes_every_page_and_leaves_its_report() -> None:
    log, before = MemoryLog(), datetime.now(UTC)
    report = poll_once("youtube", [Toy("a", ["1", "2"], ["3"]), Toy("b", ["1"])], Publisher(log), log)
    assert (report.collected, report.unchanged, report.errors) == (3, 1, {})
    (left,) = reports(log)
    assert (left["collected"], left["unchanged"], left["platform"]) == (3, 1, "youtube")
    started = datetime.fromisoformat(str(left["started_at"]))
    assert int(before.timestamp() * 1000) <= int(started.timestamp() * 1000)
    assert started <= datetime.fromisoformat(str(left["finished_at"]))


@pytest.mark.parametrize("fault", [SourceError("the quota is spent"), KeyError("snippet"), TypeError("not a list")])
def test_a_source_that_fails_is_named_and_the_others_go_on(fault: Exception) -> None:
    log = MemoryLog()
    report = poll_once("youtube", [Toy("a", ["1"], fault, ["2"]), Toy("b", ["3"])], Publisher(log), log)
    assert report.collected == 2
    assert list(report.errors) == ["a"]
    assert reports(log)[0]["errors"] == report.errors
    if isinstance(fault, SourceError):
        assert report.errors["a"] == "the quota is spent"


def test_without_a_log_the_poll_ends() -> None:
    log = MemoryLog()
    with pytest.raises(LogError):
        poll_once("youtube", [Toy("a", LogError("the broker is away"))], Publisher(log), log)
    assert reports(log) == []


def test_a_stop_ends_the_poll_after_the_page_and_leaves_no_report() -> None:
    log, stop = MemoryLog(), threading.Event()
    stop.set()
    report = poll_once("youtube", [Toy("a", ["1"], ["2"])], Publisher(log), log, stop=stop)
    assert report.collected == 1
    assert reports(log) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_polling_cleanly_and_the_handlers_come_back(number: signal.Signals) -> None:
    log, source = MemoryLog(), Toy("a", ["1"])
    handlers = [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)]

    def told(_report: PollReport) -> None:
        if source.polls == 2:
            os.kill(os.getpid(), number)

    run_forever("youtube", [source], Publisher(log), log, 0.0, told=told)
    assert source.polls == 2
    assert len(reports(log)) == 2
    assert [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)] == handlers
