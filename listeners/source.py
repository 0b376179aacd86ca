"""The protocol of a polled source, and the report that every finished poll leaves in `listener-state`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Protocol

import orjson

from dengar.log import Log
from dengar.records import timestamp
from listeners.item import RawItem

STATE_TOPIC = "listener-state"


class SourceError(RuntimeError):
    """A source cannot go on; the message says why and what to do, without credentials."""


class Source(Protocol):
    """One kind of thing that is polled on one platform."""

    name: str

    def poll(self) -> Iterator[list[RawItem]]:
        """Pages of items, oldest request first. Raises SourceError; pages yielded before stay published."""


@dataclass
class PollReport:
    """One pass over all sources of a platform. Times are aware UTC; `errors` maps source → plain sentence."""

    platform: str
    started_at: datetime
    finished_at: datetime | None = None
    collected: int = 0
    unchanged: int = 0
    errors: dict[str, str] = field(default_factory=dict)

    def leave(self, log: Log) -> None:
        """Append the report to `listener-state` under `<platform>.poll`."""
        self.finished_at = self.finished_at or datetime.now(UTC)
        body = asdict(self) | {"started_at": timestamp(self.started_at), "finished_at": timestamp(self.finished_at)}
        log.append(STATE_TOPIC, f"{self.platform}.poll", orjson.dumps(body), [("content-type", b"application/json")])
        log.flush()
