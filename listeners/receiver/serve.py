"""Put the receiver together from settings and serve it until SIGTERM."""

from __future__ import annotations

import signal
from datetime import datetime

import uvicorn

from dengar.log.kafka import KafkaLog
from dengar.registers import Registers
from dengar.settings import Settings, SettingsError
from listeners.instagram.client import Instagram
from listeners.metrics import StateReader, exposition
from listeners.quota.ledger import Urgency
from listeners.receiver.app import create_app
from listeners.receiver.callbacks import Callbacks
from listeners.receiver.configuration import Configuration
from listeners.receiver.erasures import Erasures, fulfilled_at
from listeners.receiver.heard import Heard
from listeners.receiver.hydrate import Hydrator
from listeners.receiver.notices import Notices, Progress
from listeners.receiver.read import Reader
from listeners.receiver.registry import PUSHED, push_sources
from listeners.station import Station
from listeners.youtube.client import YouTube


def serve(settings: Settings, registers: Registers) -> None:
    """Serve on DENGAR_RECEIVER_HOST:DENGAR_RECEIVER_PORT what there are settings for; either platform alone is enough.

    Raises SettingsError where there are settings for neither.
    """
    settings.require("kafka_bootstrap")
    if settings.instagram_app_secret:
        settings.require("instagram_verify_token")
    configuration = Configuration(settings, registers)
    sources = push_sources(configuration)
    if not sources:
        needs = "; or ".join(f"{row.needs} ({row.name})" for row in PUSHED)
        raise SettingsError(f"The receiver has nothing to receive: set {needs}.")
    # A log each: acknowledgements that one waits for must not be mixed with another's.
    received, hydrated, asked, read = (KafkaLog(settings) for _ in range(4))
    station = Station("", settings, registers, hydrated)
    own = [account.id for account in registers.own("instagram")]

    heard = Heard(station.state)

    def share() -> None:
        heard.save()
        station.sync()
        heard.expect(source.name for source in sources)
        for endpoint in {settings.youtube_endpoint, settings.instagram_endpoint} - {""}:
            station.clock.ask(endpoint)

    hydrator = Hydrator(
        station.publisher,
        Reader(
            (lambda: Instagram(settings, state=station.state, clock=station.clock, hear=station.hear))
            if settings.instagram_token
            else None,
            (lambda: YouTube(settings, ledger=station.ledger, clock=station.clock, urgency=Urgency.urgent))
            if settings.youtube_api_key
            else None,
            own[0] if own else None,
        ),
        sync=share,
        given_up=heard.given_up,
    )
    notices = Notices(received, hydrator.offer)
    hydrator.progress = Progress(hydrated, notices.lock)
    secrets = configuration.app_secrets

    def done(code: str) -> datetime | None:
        log = KafkaLog(settings)  # requests come side by side, and a log has one reader
        try:
            return fulfilled_at(log, code)
        finally:
            log.close()

    callbacks = Callbacks(Erasures(asked, secrets), secrets, settings.receiver_url, done) if secrets else None
    reader = StateReader(read)

    def close() -> None:
        for log in (received, hydrated, asked, read):
            log.close()

    app = create_app(
        sources,
        notices,
        hydrator,
        callbacks=callbacks,
        metrics=lambda counts: exposition(reader, counts),
        heard=heard.note,
        close=close,
    )
    # uvicorn raises the signal again once it has shut down; it has done its work by then, and the exit status is 0.
    signal.signal(signal.SIGTERM, lambda _signal, _frame: None)
    uvicorn.run(
        app,
        host=settings.receiver_host,
        port=int(settings.receiver_port),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=10,
    )
