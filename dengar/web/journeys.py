"""Journeys for the explorer: `dengar why`, less what policy hides."""

from __future__ import annotations

import threading

from elasticsearch import Elasticsearch

from dengar.journey.commands import sources
from dengar.journey.gather import gather
from dengar.journey.never import reasons
from dengar.journey.permalink import read
from dengar.journey.story import tell
from dengar.log.kafka import KafkaLog
from dengar.policy import Policy
from dengar.registers import Registers
from dengar.settings import Settings
from dengar.web.desk import Told


class Journeys:
    """One at a time: a log has one reader. Kafka is opened when first asked."""

    def __init__(self, settings: Settings, client: Elasticsearch, policy: Policy, registers: Registers) -> None:
        self._settings, self._client, self._policy, self._registers = settings, client, policy, registers
        self._log: KafkaLog | None = None
        self._lock = threading.Lock()

    def tell(self, asked: str) -> Told:
        """The journey of an id, a raw position or an address. Raises NotAnIdError, LogError, IndexUnavailable."""
        wanted = read(asked)
        with self._lock:
            if self._log is None:
                self._log = KafkaLog(self._settings)
            journey = gather(wanted, sources(self._settings, self._log, self._client))
        if journey.label and not self._policy.allows("show", journey.label["platform"], "hand.label"):
            journey.label = None
        if journey.found:
            return Told(journey.id, True, [*wanted.notes, *tell(journey)])
        return Told(journey.id, False, [*wanted.notes, *reasons(journey, self._registers)])

    def close(self) -> None:
        """Release the connection."""
        with self._lock:
            if self._log is not None:
                self._log.close()
                self._log = None
