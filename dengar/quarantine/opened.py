"""The desk over a deployment: opens what the command line needs, and closes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from elasticsearch import Elasticsearch
from upath import UPath

from dengar.index import client as open_client
from dengar.index import newest_versions
from dengar.log.kafka import KafkaLog
from dengar.quarantine.desk import Desk
from dengar.settings import Settings


@dataclass
class Opened:
    """`client` is None where no index is named: then nobody can tell whether what the index refused has passed."""

    settings: Settings
    log: KafkaLog
    client: Elasticsearch | None
    desk: Desk


@contextmanager
def opened(settings: Settings) -> Iterator[Opened]:
    """Raises SettingsError where no broker is named."""
    settings.require("kafka_bootstrap")
    log = KafkaLog(settings)
    client = open_client(settings) if settings.elasticsearch_url else None
    try:
        journal = UPath(settings.stage) / "journal" if settings.stage else None
        desk = Desk(log, journal, (lambda ids: newest_versions(client, ids)) if client is not None else None)
        yield Opened(settings, log, client, desk)
    finally:
        log.close()
        if client is not None:
            client.close()
