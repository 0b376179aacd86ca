"""What the YouTube sources tell one another: which channels are listened to, which videos they hold, which chats run."""

from __future__ import annotations

from dataclasses import dataclass, field

from dengar.registers import Registers
from dengar.settings import Settings
from listeners.context import Context, request
from listeners.item import Ownership
from listeners.source import SourceError
from listeners.youtube.client import YouTube


@dataclass
class Watch:
    """State of one listener process. Ids are YouTube's own."""

    youtube: YouTube
    channels: dict[str, Ownership]
    uploads: dict[str, str] = field(default_factory=dict)
    chats: dict[str, str] = field(default_factory=dict)

    def context(self, method: str, via: str, channel: str | None, **parameters: object) -> Context:
        """The context of one call."""
        return Context(
            request=request(f"youtube/{method}", parameters),
            via=f"youtube.{via}",
            ownership=self.channels.get(channel or "", "public"),
            account=channel,
        )


def listened_channels(settings: Settings, registers: Registers) -> dict[str, Ownership]:
    """Channel id → ownership: DENGAR_YOUTUBE_CHANNELS, else every YouTube account of the registers.

    Raises SourceError where there is none.
    """
    own = {account.id for account in registers.own("youtube")}
    named = [name.strip() for name in settings.youtube_channels.split(",") if name.strip()]
    ids = named or [account.id for account in registers.accounts if account.platform == "youtube"]
    if not ids:
        raise SourceError("No YouTube channel to listen to: set DENGAR_YOUTUBE_CHANNELS or list one in accounts.yaml.")
    return {channel: "owned" if channel in own else "public" for channel in ids}
