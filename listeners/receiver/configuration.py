"""What push sources are built from."""

from __future__ import annotations

from dataclasses import dataclass

from dengar.registers import Registers
from dengar.settings import Settings
from listeners.receiver.websub import Subscriptions
from listeners.source import SourceError
from listeners.youtube.watch import listened_channels


@dataclass(frozen=True)
class Configuration:
    """Settings and registers of one receiver."""

    settings: Settings
    registers: Registers

    @property
    def app_secrets(self) -> tuple[str, ...]:
        """Meta's app secrets, the newest first; several while they rotate."""
        return tuple(part.strip() for part in self.settings.instagram_app_secret.split(",") if part.strip())

    def subscriptions(self) -> Subscriptions | None:
        """The WebSub subscriptions that the settings ask for, or None."""
        settings = self.settings
        if not settings.receiver_url or not settings.websub_secret:
            return None
        try:
            channels = list(listened_channels(settings, self.registers))
        except SourceError:
            return None
        callback = settings.receiver_url.rstrip("/") + "/youtube/websub"
        return Subscriptions(settings.websub_hub, callback, settings.websub_secret, channels)
