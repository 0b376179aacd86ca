"""Put the receiver together from settings and serve it until SIGTERM."""

from __future__ import annotations

import signal

import uvicorn

from dengar.log.kafka import KafkaLog
from dengar.registers import Registers
from dengar.settings import Settings
from listeners.instagram.client import Instagram
from listeners.publish import Publisher
from listeners.receiver.app import Secrets, create_app
from listeners.receiver.hydrate import Hydrator
from listeners.receiver.notices import Notices, Progress
from listeners.receiver.read import Reader
from listeners.receiver.websub import Subscriptions
from listeners.source import SourceError
from listeners.youtube.client import YouTube
from listeners.youtube.watch import listened_channels


def serve(settings: Settings, registers: Registers) -> None:
    """Serve on DENGAR_RECEIVER_HOST:DENGAR_RECEIVER_PORT. Raises SettingsError where nothing could be checked.

    WebSub is asked for only where DENGAR_RECEIVER_URL (where the hub can call) and DENGAR_WEBSUB_SECRET are set.
    """
    settings.require("kafka_bootstrap", "instagram_app_secret", "instagram_verify_token")
    # Two logs: the hydrator's acknowledgements must not be mixed with those that a webhook waits for.
    received, hydrated = KafkaLog(settings), KafkaLog(settings)
    notices = Notices(received)
    own = [account.id for account in registers.own("instagram")]
    hydrator = Hydrator(
        Publisher(hydrated),
        Reader(
            (lambda: Instagram(settings)) if settings.instagram_token else None,
            (lambda: YouTube(settings)) if settings.youtube_api_key else None,
            own[0] if own else None,
        ),
        progress=Progress(hydrated, notices.lock),
    )
    secrets = Secrets(
        tuple(secret.strip() for secret in settings.instagram_app_secret.split(",") if secret.strip()),
        settings.instagram_verify_token,
        settings.websub_secret,
    )

    def close() -> None:
        received.close()
        hydrated.close()

    app = create_app(
        secrets,
        notices,
        hydrator,
        subscriptions_of(settings, registers),
        close,
        own_channels=frozenset(account.id for account in registers.own("youtube")),
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


def subscriptions_of(settings: Settings, registers: Registers) -> Subscriptions | None:
    """The WebSub subscriptions that the settings ask for, or None."""
    if not settings.receiver_url or not settings.websub_secret:
        return None
    try:
        channels = list(listened_channels(settings, registers))
    except SourceError:
        return None
    callback = settings.receiver_url.rstrip("/") + "/youtube/websub"
    return Subscriptions(settings.websub_hub, callback, settings.websub_secret, channels)
