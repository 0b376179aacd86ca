"""What the Instagram sources share: the station, the client, own accounts and partners, and what is remembered of media."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dengar.registers import Registers
from dengar.settings import Settings
from listeners.context import Context, request
from listeners.instagram.client import Instagram
from listeners.item import Ownership
from listeners.source import SourceError
from listeners.station import Station

MEDIA, STORY, INSIGHT, WALKED = "media/ig:", "story/ig:", "insight/ig:", "walked/ig:"


@dataclass
class Watch:
    """Ids are Instagram's own; `own` are the accounts that are read as their owner reads them: our own, and those that partners connected
    (`connected`). `partners` is handle → id of the others. What must outlive the process is in the station's state.

    A medium is remembered as {a: account, t: timestamp, p: product type, n: comments_count, l: like_count}.
    """

    station: Station
    instagram: Instagram
    own: list[str]
    partners: dict[str, str]
    connected: frozenset[str] = frozenset()

    def context(
        self, path: str, via: str, account: str | None, ownership: Ownership | None = None, **parameters: object
    ) -> Context:
        """The context of one call. Without `ownership` it is that of the account."""
        if ownership is None:
            ownership = "authorised" if account in self.connected else "owned"
        backfill = self.station.backfill is not None
        return Context(
            request(f"instagram/{path}", parameters), f"instagram.{via}", ownership, account, backfill=backfill
        )

    def listened(self) -> list[str]:
        """Own accounts: all, or those that a backfill names."""
        wanted = self.station.backfill.accounts if self.station.backfill else ()
        return [account for account in self.own if not wanted or account in wanted]

    def remember(self, account: str, row: Mapping[str, Any], prefix: str = MEDIA) -> None:
        """Keep what other sources need of a medium."""
        told = {
            "a": account,
            "t": row.get("timestamp"),
            "p": row.get("media_product_type") or "FEED",
            "n": row.get("comments_count"),
            "l": row.get("like_count"),
        }
        self.put(prefix, str(row["id"]), {name: value for name, value in told.items() if value is not None})

    def media(self, account: str | None = None, prefix: str = MEDIA) -> dict[str, dict[str, Any]]:
        """Medium → what is remembered of it, the newest first. Meta's times sort as text: all are UTC."""
        rows = [
            (str(row.get("t", "")), key.removeprefix(prefix), row)
            for key, row in self.station.state.items(prefix)
            if account is None or row.get("a") == account
        ]
        return {identity: row for _, identity, row in sorted(rows, key=lambda one: one[:2], reverse=True)}

    def put(self, prefix: str, identity: str, value: Any) -> None:
        """Keep a value for a later round or process; None forgets it."""
        if self.station.state.get(prefix + identity) != value:
            self.station.state.put(prefix + identity, value)

    def get(self, prefix: str, identity: str) -> dict[str, Any]:
        """What was kept, {} where nothing was."""
        return dict(self.station.state.get(prefix + identity) or {})


def watch(station: Station) -> Watch:
    """Connect. Raises SettingsError, SourceError."""
    own, partners, connected = listened_accounts(station.settings, station.registers)
    connection = Instagram(
        station.settings,
        state=station.state,
        clock=station.clock,
        hear=station.hear,
        spare=station.backfill is not None,
    )
    return Watch(station, connection, own, partners, connected)


def listened_accounts(settings: Settings, registers: Registers) -> tuple[list[str], dict[str, str], frozenset[str]]:
    """(ids of our own accounts and the connected ones, handle → id of the other registered accounts, ids of the connected ones).

    Raises SourceError where no account is our own.
    """
    named = [name.strip() for name in settings.instagram_accounts.split(",") if name.strip()]
    own = named or [account.id for account in registers.own("instagram")]
    if not own:
        raise SourceError(
            "No Instagram account to listen to: set DENGAR_INSTAGRAM_ACCOUNTS or list one in accounts.yaml."
        )
    others = [a for a in registers.accounts if a.platform == "instagram" and a.id not in own]
    connected = [account.id for account in others if account.connected]
    return [*own, *connected], {a.handle: a.id for a in others if not a.connected}, frozenset(connected)


def moment(text: Any) -> datetime | None:
    """Meta's `2026-11-20T08:00:00+0000` as an aware moment, None for what is none."""
    try:
        told = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return told if told.tzinfo else None
