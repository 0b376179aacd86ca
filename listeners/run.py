"""One poll of a platform's sources, and polling until told to stop."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import FrameType

from dengar.log import Log
from listeners.publish import Publisher
from listeners.source import PollReport, Source, SourceError

log_ = logging.getLogger(__name__)


def poll_once(
    platform: str,
    sources: Sequence[Source],
    publisher: Publisher,
    log: Log,
    *,
    stop: threading.Event | None = None,
) -> PollReport:
    """Ask every source once, publish page by page, and leave the report in `listener-state`.

    A source that fails is named in the report and does not keep the others from being asked; what it had yielded is published.
    Raises LogError: without a log there is nothing to do. A poll cut short by `stop` leaves no report.
    """
    report = PollReport(platform, datetime.now(UTC))
    for source in sources:
        try:
            for items in source.poll():
                counts = publisher.publish(items)
                report.collected += counts.collected
                report.unchanged += counts.unchanged
                if stop is not None and stop.is_set():
                    return report
        except SourceError as error:
            report.errors[source.name] = str(error)
            log_.warning("%s: %s", source.name, error)
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            # The platform answered in a shape that nobody documented, or we have a defect: the other sources go on.
            report.errors[source.name] = (
                f"The answer had a shape that {source.name} does not read ({type(error).__name__}); the log has more."
            )
            log_.exception("%s", source.name)
    report.leave(log)
    return report


def run_forever(
    platform: str,
    sources: Sequence[Source],
    publisher: Publisher,
    log: Log,
    interval: float,
    *,
    told: Callable[[PollReport], None] = lambda _report: None,
) -> None:
    """Poll every `interval` seconds (measured from start to start) until SIGTERM or SIGINT, then end after the current page."""
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    previous = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        while not stop.is_set():
            report = poll_once(platform, sources, publisher, log, stop=stop)
            told(report)
            spent = (datetime.now(UTC) - report.started_at).total_seconds()
            stop.wait(max(0.0, interval - spent))
    finally:
        log.flush()
        for number, handler in previous.items():
            signal.signal(number, handler)
