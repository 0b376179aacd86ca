"""A log in memory whose broker can be away."""

from __future__ import annotations

from dengar.log import LogError
from dengar.log.memory import MemoryLog


class AwayLog(MemoryLog):
    """While `away` nothing is acknowledged, and what was appended is lost."""

    away = False

    def flush(self) -> None:
        if self.away:
            self._queued = []
            raise LogError("Kafka is away")
        super().flush()
