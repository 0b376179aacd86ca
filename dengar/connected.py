"""Connections of somebody at work: a log to write decisions to, and the index to look into."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from dengar.index.connection import client
from dengar.log.kafka import KafkaLog
from dengar.settings import Settings


class Connected:
    """Opens `log` and `client` at once; a context manager closes them. Raises SettingsError where a service is not named."""

    def __init__(self, settings: Settings) -> None:
        settings.require("kafka_bootstrap", "elasticsearch_url")
        self.log, self.client = KafkaLog(settings), client(settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.log.close()
        self.client.close()
