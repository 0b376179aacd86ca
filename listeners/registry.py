"""The polled sources: one row each, in the order in which a poll runs them (channels tell videos where to look, videos tell chats)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dengar.registers import Registers
from dengar.settings import Settings
from listeners.source import Source


@dataclass(frozen=True, slots=True)
class Row:
    """A source: its name `<platform>.<what>`, the quota that it spends, and how to build it on its platform's watch."""

    name: str
    quota: str
    build: Callable[[Any], Source]


def youtube(settings: Settings, registers: Registers) -> Sequence[Source]:
    """The sources of YouTube on one connection. Raises SettingsError, SourceError."""
    from listeners.youtube.channels import Channels
    from listeners.youtube.chat import Chat
    from listeners.youtube.client import YouTube
    from listeners.youtube.comments import Comments
    from listeners.youtube.videos import Videos
    from listeners.youtube.watch import Watch, listened_channels

    rows = (
        Row("youtube.channels", "default", Channels),
        Row("youtube.videos", "default", Videos),
        Row("youtube.comments", "default", Comments),
        Row("youtube.chat", "default", Chat),
    )
    watch = Watch(YouTube(settings), listened_channels(settings, registers))
    return [row.build(watch) for row in rows]


def instagram(settings: Settings, registers: Registers) -> Sequence[Source]:
    """The sources of Instagram on one connection. Raises SettingsError, SourceError."""
    from listeners.instagram.client import Instagram
    from listeners.instagram.comments import Comments
    from listeners.instagram.discovery import Discovery
    from listeners.instagram.insights import Insights
    from listeners.instagram.media import Accounts, Media, Tags
    from listeners.instagram.watch import Watch, listened_accounts

    rows = (
        Row("instagram.accounts", "business", Accounts),
        Row("instagram.media", "business", Media),
        Row("instagram.comments", "business", Comments),
        Row("instagram.tags", "business", Tags),
        Row("instagram.discovery", "app", Discovery),
        Row("instagram.insights", "business", Insights),
    )
    own, partners = listened_accounts(settings, registers)
    watch = Watch(Instagram(settings), own, partners)
    return [row.build(watch) for row in rows]


PLATFORMS: dict[str, Callable[[Settings, Registers], Sequence[Source]]] = {"youtube": youtube, "instagram": instagram}
