"""Notices on their way into the log and out of it again: every delivery is stored, and what a crash left unread is found at start."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from dengar.events import EventError, read_event
from dengar.log import Log, LogError, OffsetRange, Partition, Record
from dengar.trace import read as read_trace
from listeners.item import RawItem

GROUP = "receiver-hydrator"
TOPICS = ("raw.instagram", "raw.youtube")
HYDRATED = {"webhook_change": "instagram", "websub_entry": "youtube"}
FIELDS = ("comments", "live_comments", "mentions")
MOST_DELIVERIES = 500

log_ = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """The items of one request, and the promise that its answer waits for."""

    items: Sequence[RawItem]
    done: Future[None]


def asks_for_a_read(item: RawItem) -> bool:
    """Whether a notice only says where to look."""
    if item.kind == "webhook_change":
        return isinstance(item.payload, dict) and item.payload.get("field") in FIELDS
    return item.kind == "websub_entry"


class Notices:
    """Stores deliveries. A repeated delivery is stored again: no memory decides about what a platform pushed.

    Deliveries that arrive while one is being acknowledged share the next acknowledgement: a flush costs milliseconds, whatever it
    covers. `lock` is held from the append to the hand-over to `then`: whoever holds it sees no notice between the two.
    """

    def __init__(
        self,
        log: Log,
        then: Callable[[RawItem], None] = lambda _item: None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._log, self._then, self._now = log, then, now
        self.lock = threading.Lock()
        self._waiting: queue.SimpleQueue[Delivery | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="notices", daemon=True)

    def start(self) -> None:
        """Start the thread that writes."""
        self._thread.start()

    def close(self) -> None:
        """Write what waits, then end the thread."""
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join(timeout=30)

    @property
    def alive(self) -> bool:
        """Whether the thread that writes runs."""
        return self._thread.is_alive()

    def submit(self, items: Sequence[RawItem]) -> Future[None]:
        """Queue a delivery; the future ends when it is acknowledged and handed over, or with LogError: then nothing was handed over."""
        delivery = Delivery(items, Future())
        self._waiting.put(delivery)
        return delivery.done

    def keep(self, items: Sequence[RawItem]) -> None:
        """Append, wait for the acknowledgements, and hand over, in this thread. Raises LogError: then nothing was handed over."""
        with self.lock:
            self._append(items)
            self._log.flush()
            for item in items:
                self._then(item)

    def _append(self, items: Sequence[RawItem]) -> None:
        for item in items:
            event = item.event(self._now())
            self._log.append(item.topic, item.key, event.data, event.headers())

    def _run(self) -> None:
        ended = False
        while not ended:
            batch = [self._waiting.get()]
            while len(batch) < MOST_DELIVERIES and not self._waiting.empty():
                batch.append(self._waiting.get())
            ended = None in batch
            deliveries = [delivery for delivery in batch if delivery is not None]
            try:
                self.keep([item for delivery in deliveries for item in delivery.items])
            except Exception as error:
                # Whatever it is, the requests wait for an answer: each tells its platform to deliver again.
                if not isinstance(error, LogError):
                    log_.exception("%d deliveries could not be kept", len(deliveries))
                for delivery in deliveries:
                    delivery.done.set_exception(error if isinstance(error, LogError) else LogError(str(type(error))))
            else:
                for delivery in deliveries:
                    delivery.done.set_result(None)


class Progress:
    """How far the hydrator has come: a committed offset per partition of the raw topics. For one thread."""

    def __init__(self, log: Log, lock: threading.Lock) -> None:
        self._log, self._lock = log, lock

    def unread(self) -> Iterator[RawItem]:
        """Notices after the committed offsets; none at the very first start. Raises LogError."""
        committed, beginnings = self._log.committed(GROUP, TOPICS), self._log.beginnings(TOPICS)
        for partition, end in self._log.ends(TOPICS).items():
            start = max(committed.get(partition, end), beginnings[partition])
            for record in self._log.read(OffsetRange(partition.topic, partition.number, start, end)):
                item = notice_of(record)
                if item is not None:
                    yield item

    def settle(self, idle: Callable[[], bool]) -> None:
        """Commit the end of the log, if `idle()` tells under the lock that every notice up to there was read. Raises LogError."""
        with self._lock:
            if not idle():
                return
            ends: dict[Partition, int] = self._log.ends(TOPICS)
        self._log.commit(GROUP, ends)


def notice_of(record: Record) -> RawItem | None:
    """The notice in a raw record, None for every other record."""
    try:
        event = read_event(record.headers, record.value)
        kind = event.type.rpartition(".")[2]
        platform = HYDRATED.get(kind)
        if platform is None or not event.subject:
            return None
        item = RawItem(
            platform="youtube" if platform == "youtube" else "instagram",
            kind=kind,
            subject=event.subject,
            payload=event.data if platform == "youtube" else orjson.loads(event.data),
            request=event.source,
            via=event.extensions.get("via", ""),
            ownership="owned" if event.extensions.get("ownership") == "owned" else "public",
            account=event.extensions.get("account"),
            post_id=event.extensions.get("postid"),
            backfill=event.extensions.get("backfill") == "true",
            trace=read_trace(event.extensions),
        )
    except (EventError, orjson.JSONDecodeError):
        return None  # not written by the receiver; the mapping quarantines it
    return item if asks_for_a_read(item) and not item.backfill else None
