"""What listeners must still know after a restart: key → JSON in the compacted topic `listener-state`, shared by all workers.

Every worker appends its own changes and reads those of the others with `refresh`; the last write of a key wins. Keys are paths:
`cursor/<source>`, `known/<subject>`, `quota/<bucket>/<day>/<worker>`, `health/<source>`, `gap/<source>/…`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from dengar.log import Log, OffsetRange, Partition

STATE_TOPIC = "listener-state"
_HEADERS = [("content-type", b"application/json")]


class ListenerState:
    """The keys that begin with one of `prefixes`, in memory. Not for several threads.

    `watch` is told every change that another worker made, as (key, value or None).
    """

    def __init__(self, log: Log, prefixes: tuple[str, ...] = ("",)) -> None:
        self._log, self._prefixes = log, prefixes
        self._values: dict[str, Any] = {}
        self._read: dict[Partition, int] = {}
        self._watchers: list[tuple[str, Callable[[str, Any], None]]] = []

    def watch(self, prefix: str, told: Callable[[str, Any], None]) -> None:
        """Hand keys of `prefix` to `told` instead of keeping them: for stores with a memory of their own."""
        self._watchers.append((prefix, told))

    def refresh(self) -> int:
        """Read what was appended since the last call (at first: everything). Returns how many records. Raises LogError."""
        count = 0
        beginnings = self._log.beginnings([STATE_TOPIC])
        for partition, end in self._log.ends([STATE_TOPIC]).items():
            start = max(self._read.get(partition, 0), beginnings[partition])
            for record in self._log.read(OffsetRange(partition.topic, partition.number, start, end)):
                count += 1
                key = (record.key or b"").decode(errors="replace")
                if key.startswith(self._prefixes):
                    self._take(key, orjson.loads(record.value) if record.value else None)
            self._read[partition] = end
        return count

    def get(self, key: str) -> Any:
        """The value of a key, None where there is none."""
        return self._values.get(key)

    def items(self, prefix: str) -> Iterator[tuple[str, Any]]:
        """Keys of a prefix with their values, in no order."""
        yield from [(key, value) for key, value in self._values.items() if key.startswith(prefix)]

    def put(self, key: str, value: Any) -> None:
        """Append a change; it is durable after `flush`. None removes the key."""
        if value is None and key not in self._values and not self._watched(key):
            return
        self._log.append(STATE_TOPIC, key, None if value is None else orjson.dumps(value), _HEADERS)
        if not self._watched(key):
            self._keep(key, value)

    def flush(self) -> None:
        """Wait until what was put is acknowledged. Raises LogError."""
        self._log.flush()

    def _take(self, key: str, value: Any) -> None:
        watchers = self._watched(key)
        for told in watchers:
            told(key, value)
        if not watchers:
            self._keep(key, value)

    def _watched(self, key: str) -> list[Callable[[str, Any], None]]:
        return [told for prefix, told in self._watchers if key.startswith(prefix)]

    def _keep(self, key: str, value: Any) -> None:
        if value is None:
            self._values.pop(key, None)
        else:
            self._values[key] = value
