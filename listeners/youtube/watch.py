"""What the YouTube sources share: the station, the client, which channels are listened to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from dengar.records import timestamp
from dengar.registers import Registers
from dengar.settings import Settings
from listeners.context import Context, request
from listeners.item import Ownership
from listeners.source import SourceError
from listeners.station import Station
from listeners.youtube.client import YouTube

UPLOADS, CHATS, FOUND, CLOSED = "uploads/yt:", "chat/yt:", "found/yt:", "closed/yt:"
SINCE, EXPECTED, HEARD = "since/yt:", "expected/yt:", "heard/yt:"
CLOSED_FOR = timedelta(days=1)


@dataclass
class Watch:
    """Ids are YouTube's own. What must outlive the process is in the station's state, under the prefixes above.

    UPLOADS: channel → playlist. SINCE: channel → when we began to listen to it. CHATS: running chat → video. EXPECTED: video whose
    stream is announced or runs. HEARD: video whose chat was read or is a told gap. FOUND: video that a search found → its publication.
    CLOSED: place that shows us nothing → when it said so.
    """

    station: Station
    youtube: YouTube
    channels: dict[str, Ownership]

    def context(self, method: str, via: str, channel: str | None, **parameters: object) -> Context:
        """The context of one call."""
        return Context(
            request=request(f"youtube/{method}", parameters),
            via=f"youtube.{via}",
            ownership=self.channels.get(channel or "", "public"),
            account=channel,
            backfill=self.station.backfill is not None,
        )

    @property
    def uploads(self) -> dict[str, str]:
        """Channel id → uploads playlist, as far as channels.list has told."""
        return {key.removeprefix(UPLOADS): str(value) for key, value in self.station.state.items(UPLOADS)}

    @property
    def chats(self) -> dict[str, str]:
        """Running chat → its video."""
        return {key.removeprefix(CHATS): str(value) for key, value in self.station.state.items(CHATS)}

    def found(self) -> list[str]:
        """Videos outside the listened channels that a search found, the newest first."""
        rows = [(str(value), key.removeprefix(FOUND)) for key, value in self.station.state.items(FOUND)]
        return [video for _, video in sorted(rows, reverse=True)]

    def living(self) -> list[str]:
        """Those that are not told to be gone."""
        known = self.station.known
        return [video for video in self.found() if (row := known.get(f"yt:video:{video}")) is None or not row.gone]

    def told(self, prefix: str, identity: str) -> datetime | None:
        """The moment that is kept under a key, None where there is none."""
        value = self.station.state.get(prefix + identity)
        return datetime.fromisoformat(value) if value else None

    def closed(self, place: str) -> bool:
        """Whether a place said within the last day that it shows nothing: it is asked once a day."""
        moment = self.told(CLOSED, place)
        return moment is not None and self.station.clock.now() - moment < CLOSED_FOR

    def close(self, place: str) -> None:
        """A place shows nothing: comments are off, or it is not for us."""
        self.put(CLOSED, place, timestamp(self.station.clock.now()))

    def put(self, prefix: str, identity: str, value: str | None) -> None:
        """Keep what another source or a later process needs; None forgets it."""
        key = prefix + identity
        if self.station.state.get(key) != value:
            self.station.state.put(key, value)

    def listened(self) -> Iterator[str]:
        """The channels to walk: all, or those that a backfill names."""
        wanted = self.station.backfill.accounts if self.station.backfill else ()
        yield from (channel for channel in self.channels if not wanted or channel in wanted)


def watch(station: Station) -> Watch:
    """Connect. Raises SettingsError, SourceError."""
    youtube = YouTube(station.settings, ledger=station.ledger, clock=station.clock)
    return Watch(station, youtube, listened_channels(station.settings, station.registers))


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
