"""Follow up notices: read what each points to and publish the whole item. One thread, one bounded queue, bounded retries.

What a webhook points to may be listed nowhere else (a mention in a stranger's comment), so a read that fails is tried for three days:
long enough to renew a token. What is given up then is a counted gap.
"""

from __future__ import annotations

import heapq
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

from dengar.log import LogError
from listeners.item import RawItem
from listeners.publish import Publisher
from listeners.receiver.notices import Progress, asks_for_a_read
from listeners.receiver.read import Gone, NotReadableError, Reader
from listeners.source import SourceError

log_ = logging.getLogger(__name__)

QUEUE = 10_000
LATER = 10_000
DELAYS_S = (5.0, 60.0, 600.0, *[3_600.0] * 72)
GONE_TRIES = 2
SETTLE_S = 10.0
IDLE_S = 0.25
SYNC_S = 0.5


@dataclass
class Fates:
    """What became of notices that ask for a read. `failed` = given up; `deferred` = left to the log; `retried` counts attempts."""

    read: int = 0
    gone: int = 0
    failed: int = 0
    deferred: int = 0
    retried: int = 0


@dataclass(order=True)
class Later:
    """A notice that is read again at `due` (monotonic seconds), after `tries` attempts."""

    due: float
    number: int
    tries: int = field(compare=False)
    notice: RawItem = field(compare=False)


class Hydrator:
    """Follows notices in a thread of its own.

    What fails is tried again after DELAYS_S; what is told to be gone is asked once more before it is published as gone, for both
    platforms answer so too early under load or just after a publication.
    """

    def __init__(
        self,
        publisher: Publisher,
        reader: Reader,
        *,
        progress: Progress | None = None,
        size: int = QUEUE,
        most_later: int = LATER,
        delays_s: Sequence[float] = DELAYS_S,
        clock: Callable[[], float] = time.monotonic,
        sync: Callable[[], None] = lambda: None,
        given_up: Callable[[RawItem], None] = lambda _notice: None,
    ) -> None:
        """`sync` is called every SYNC_S seconds, to share with the other workers what is known and what was spent.

        `given_up` is told of every notice that is not read any more, for somebody must count it.
        """
        self._sync, self._synced = sync, float("-inf")
        self._told_given_up, self._most_later = given_up, most_later
        self._publisher, self._reader, self.progress = publisher, reader, progress
        self._overflowed = threading.Event()
        self._resume_at = float("-inf")
        self._queue: queue.Queue[RawItem | None] = queue.Queue(size)
        self._later: list[Later] = []
        self._numbers = count()
        self._delays, self._clock = delays_s, clock
        self._settled = float("-inf")
        self._busy = False
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hydrator", daemon=True)
        self.fates = Fates()

    def start(self) -> None:
        """Start the thread; it first reads what an earlier process left unread."""
        self._busy = True
        self._thread.start()

    def close(self) -> None:
        """Finish what is queued, at most 30 seconds; what waits for another try is found again at the next start."""
        self._closing.set()
        with suppress(queue.Full):  # a thread with a full queue is awake
            self._queue.put_nowait(None)
        self._thread.join(timeout=30)

    @property
    def waiting(self) -> int:
        """Notices in the queue, in work, or waiting for another try."""
        return self._queue.unfinished_tasks + len(self._later) + self._busy

    def offer(self, item: RawItem) -> None:
        """Queue a notice. One that finds the queue full is counted in `deferred` and read from the log once there is time again."""
        if not asks_for_a_read(item):
            return
        try:
            self._queue.put_nowait(item)
        except queue.Full:
            self.fates.deferred += 1
            self._overflowed.set()

    def _run(self) -> None:
        self._resume()
        self._settle()
        self._busy = False
        while True:
            try:
                notice = self._queue.get(timeout=IDLE_S)
            except queue.Empty:
                notice = None
            else:
                if notice is not None:
                    self._follow(notice, 1)
                self._queue.task_done()
            if notice is None:
                self._rest()
                if self._closing.is_set() and self._queue.empty():
                    return
            while self._later and self._later[0].due <= self._clock() and not self._closing.is_set():
                self._busy = True
                later = heapq.heappop(self._later)
                self.fates.retried += 1
                self._follow(later.notice, later.tries + 1)
                self._busy = False

    def _rest(self) -> None:
        """The queue is empty: share what is known, read what did not fit into it, else note how far we are."""
        try:
            self._share()
        except LogError as error:
            log_.warning("what is known could not be shared: %s", error)
        if self._overflowed.is_set() and self._clock() >= self._resume_at and not self._closing.is_set():
            self._overflowed.clear()
            self._later.clear()  # what waits here is unread in the log too
            self._resume()
        elif not self._overflowed.is_set():
            self._settle()

    def _resume(self) -> None:
        if self.progress is None:
            return
        try:
            # All of them first: what is done for one reads the log too, and a log has but one reader.
            for notice in list(self.progress.unread()):
                if self._closing.is_set():
                    return
                self._follow(notice, 1)
        except LogError as error:
            log_.warning("what an earlier receiver left unread could not be found: %s", error)

    def _settle(self) -> None:
        if self.progress is None or (self._clock() - self._settled < SETTLE_S and not self._closing.is_set()):
            return
        self._settled = self._clock()
        try:
            self.progress.settle(self._idle)
        except LogError as error:
            log_.warning("the hydrator's progress could not be kept: %s", error)

    def _idle(self) -> bool:
        return self._queue.empty() and not self._later and not self._overflowed.is_set()

    @property
    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def _share(self) -> None:
        if self._clock() - self._synced >= SYNC_S:
            self._synced = self._clock()
            self._sync()

    def _follow(self, notice: RawItem, tries: int) -> None:
        try:
            self._share()
            self._publisher.publish(self._reader.read(notice), notice.trace)
            self.fates.read += 1
        except Gone as error:
            if tries < GONE_TRIES:
                self._again(notice, tries)
            else:
                self._tell_gone(notice, tries, error)
        except NotReadableError as error:
            self._give_up(notice, tries, error)
        except (SourceError, LogError) as error:
            if tries <= len(self._delays):
                log_.info("%s is read again later: %s", notice.subject, error)
                self._again(notice, tries)
            else:
                self._give_up(notice, tries, error)
        except Exception as error:
            # One notice that trips a defect must not end the thread that serves all others.
            log_.exception("%s", notice.subject)
            self._give_up(notice, tries, error)

    def _again(self, notice: RawItem, tries: int) -> None:
        """Read it later; where too many wait already, from the log: the committed offset stays before it."""
        due = self._clock() + self._delays[min(tries, len(self._delays)) - 1] if self._delays else self._clock()
        if len(self._later) >= self._most_later and self.progress is not None:
            self.fates.deferred += 1
            self._resume_at = due
            self._overflowed.set()
            return
        heapq.heappush(self._later, Later(due, next(self._numbers), tries, notice))

    def _give_up(self, notice: RawItem, tries: int, error: Exception) -> None:
        try:
            if not self._publisher.known.holds(notice.subject):  # a poll may have read it
                self._told_given_up(notice)
        except LogError:
            self._again(notice, tries)
            return
        self.fates.failed += 1
        log_.warning("%s could not be read (%s): it is counted as a gap", notice.subject, _said(error))

    def _tell_gone(self, notice: RawItem, tries: int, error: SourceError) -> None:
        try:
            self._publisher.publish([self._reader.gone(notice)], notice.trace)
        except LogError as failed:
            log_.warning("that %s is gone (%s) could not be published: %s", notice.subject, error, failed)
            self._again(notice, tries)
            return
        self.fates.gone += 1


def _said(error: Exception) -> str:
    return str(error) if isinstance(error, SourceError | LogError) else type(error).__name__
