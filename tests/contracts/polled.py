"""The sources of a platform over a log in memory, as a poller runs them against the sandbox."""

from __future__ import annotations

from collections.abc import Sequence

from dengar.events import Event, read_event
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.registers import load_registers
from dengar.settings import Settings
from listeners.registry import sources
from listeners.run import PollReport, poll_once
from listeners.station import Station


class Listener:
    """A poller that walks everything at every poll. `secrets` may stand in no record."""

    def __init__(self, platform: str, settings: Settings, secrets: Sequence[str]) -> None:
        self.log, self._secrets, self._topic = MemoryLog(), secrets, f"raw.{platform}"
        self.station = Station(platform, settings, load_registers(), self.log, walk=True)
        self.sources = sources(self.station)
        self._read: dict[int, int] = {}

    def poll(self) -> PollReport:
        return poll_once(self.station, self.sources)

    def fresh(self) -> list[tuple[Event, str]]:
        """(event, position) of what was published since the last call."""
        found = []
        for partition, end in self.log.ends([self._topic]).items():
            start = self._read.get(partition.number, 0)
            for record in self.log.read(OffsetRange(self._topic, partition.number, start, end)):
                shown = f"{record.key!r} {record.value!r} {record.headers!r}"
                assert [secret for secret in self._secrets if secret in shown] == []
                found.append((read_event(record.headers, record.value), record.position))
            self._read[partition.number] = end
        return found
