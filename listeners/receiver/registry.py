"""The pushed sources: one row each. A source is one file and one row here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from listeners.receiver.configuration import Configuration
from listeners.source import PushSource


@dataclass(frozen=True, slots=True)
class PushRow:
    """`build` is `module:function`, Configuration → PushSource, or None where the settings for it are missing; `needs` says which."""

    name: str
    build: str
    needs: str


PUSHED: tuple[PushRow, ...] = (
    PushRow(
        "instagram.webhook",
        "listeners.receiver.instagram_webhook:build",
        "DENGAR_INSTAGRAM_APP_SECRET and DENGAR_INSTAGRAM_VERIFY_TOKEN",
    ),
    PushRow(
        "youtube.websub",
        "listeners.receiver.youtube_websub:build",
        "DENGAR_RECEIVER_URL, DENGAR_WEBSUB_SECRET and a YouTube channel",
    ),
)


def push_sources(configuration: Configuration, rows: Sequence[PushRow] = PUSHED) -> list[PushSource]:
    """The sources for which there are settings."""
    found = []
    for row in rows:
        module, _, function = row.build.partition(":")
        source = getattr(import_module(module), function)(configuration)
        if source is not None:
            found.append(source)
    return found
