"""One poll of a platform's sources, and polling until told to stop."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from types import FrameType
from typing import Literal

from dengar.records import timestamp
from listeners.health import Health, keep_coverage, keep_gap
from listeners.quota.plan import due, stretch
from listeners.registry import Row
from listeners.source import Source, SourceError
from listeners.station import Station

log_ = logging.getLogger(__name__)

Pace = Literal["now", "eager", "due"]
"""Which sources a poll asks: all; all whose bucket is not scarce; those whose own pace, stretched by the plan, has passed."""

MOST_PAGES = 5_000
FINISHED = {"finished": True}  # a backfill walks each source once


@dataclass
class PollReport:
    """One pass over the sources of a platform that were due. `errors` maps source → plain sentence."""

    platform: str
    started_at: datetime
    asked: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    collected: int = 0
    unchanged: int = 0
    gaps: int = 0
    unfinished: int = 0
    errors: dict[str, str] = field(default_factory=dict)

    def row(self) -> dict[str, object]:
        """The report as `listener-state` keeps it under `poll/<platform>`."""
        return asdict(self) | {"started_at": timestamp(self.started_at), "finished_at": timestamp(datetime.now(UTC))}


def poll_once(
    station: Station,
    sources: Sequence[tuple[Row, Source]],
    *,
    pace: Pace = "now",
    stop: threading.Event | None = None,
) -> PollReport:
    """Ask sources and publish page by page; the cursor moves after the acknowledgement.

    A source that fails keeps its cursor, is named in the report and does not keep the others from being asked.
    Raises LogError: without a log there is nothing to do. A poll cut short by `stop` leaves no report.
    """
    report = PollReport(station.platform, datetime.now(UTC))
    station.state.refresh()
    station.hear_time()
    factors = _factors(station, sources)
    for row, source in sources:
        if stop is not None and stop.is_set():
            break
        health = Health.load(station.state, row.name)
        keeps = pace == "due" or (pace == "eager" and row.scarce)
        if keeps and not due(health.asked_at, row.every, factors.get(row.quota or "", 1.0), station.clock.now()):
            report.waiting.append(row.name)
            continue
        report.asked.append(row.name)
        _round(station, row, source, health, report, stop)
    if report.asked:
        keep_coverage(station.state, station.platform, station.known.coverage())
    station.ledger.save()
    if stop is None or not stop.is_set():
        station.state.put(f"poll/{station.platform}", report.row())
    station.state.flush()
    return report


def _round(
    station: Station, row: Row, source: Source, health: Health, report: PollReport, stop: threading.Event | None
) -> None:
    """Fetch page after page until the source says that there is no more."""
    before, key, began = station.ledger.units, station.cursor_key(row.name), None
    if station.backfill and station.state.get(key) == FINISHED:
        return
    try:
        for _ in range(MOST_PAGES):
            page = source.fetch(station.state.get(key))
            began = began or station.clock.now()  # only an answer tells the platform's time
            counts = station.publisher.publish(page.items)
            report.collected += counts.collected
            report.unchanged += counts.unchanged
            health.pages, health.collected = health.pages + 1, health.collected + counts.collected
            health.unchanged += counts.unchanged
            if page.problem is not None:
                report.errors[row.name] = page.problem
            new = sum(keep_gap(station.state, row.name, gap) for gap in page.gaps)
            health.gaps, report.gaps = health.gaps + new, report.gaps + new
            cursor = FINISHED if station.backfill and not page.more else page.cursor
            if station.state.get(key) != cursor:
                station.state.put(key, dict(cursor) if cursor is not None else None)
            station.sync()
            if not page.more:
                health.spent(station.ledger.units - before)
                break
            if stop is not None and stop.is_set():
                report.unfinished += 1
                break
        health.succeeded_at, health.error, health.failures = datetime.now(UTC), report.errors.get(row.name), 0
    except SourceError as error:
        _failed(health, report, str(error))
        log_.warning("%s: %s", row.name, error)
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        # The platform answered in a shape that nobody documented, or we have a defect: the other sources go on.
        _failed(
            health,
            report,
            f"The answer had a shape that {row.name} does not read ({type(error).__name__}); the log has more.",
        )
        log_.exception("%s", row.name)
    health.asked_at = began or station.clock.now()
    health.save(station.state)


def _failed(health: Health, report: PollReport, said: str) -> None:
    report.errors[health.source] = said
    health.failed_at, health.error, health.failures = datetime.now(UTC), said, health.failures + 1


def _factors(station: Station, sources: Sequence[tuple[Row, Source]]) -> dict[str, float]:
    """Bucket → by how much its sources wait longer than their own pace."""
    found = {}
    for bucket in {row.quota for row, _ in sources if row.quota}:
        rounds = {
            row.name: (row.every, Health.load(station.state, row.name).cost or 0.0)
            for row, _ in sources
            if row.quota == bucket
        }
        found[bucket] = stretch(station.ledger, bucket, station.clock.now(), rounds)
    return found


def run_forever(
    station: Station,
    sources: Sequence[tuple[Row, Source]],
    interval: float,
    *,
    pace: Pace = "due",
    told: Callable[[PollReport], None] = lambda _report: None,
) -> None:
    """Look every `interval` seconds (from start to start) for sources that are due, until SIGTERM or SIGINT.

    A backfill ends by itself once every source has walked its history.
    """
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    previous = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        while not stop.is_set():
            report = poll_once(station, sources, pace=pace, stop=stop)
            told(report)
            if station.backfill and not report.errors and not report.unfinished:
                return
            spent = (datetime.now(UTC) - report.started_at).total_seconds()
            stop.wait(max(0.0, interval - spent))
    finally:
        station.log.flush()
        for number, handler in previous.items():
            signal.signal(number, handler)
