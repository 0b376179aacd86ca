"""What the Instagram sources tell one another: own accounts, their media, and the partners to discover."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from dengar.registers import Registers
from dengar.settings import Settings
from listeners.context import Context, request
from listeners.instagram.client import Instagram
from listeners.instagram.errors import InstagramError, RateLimitedError, TokenError
from listeners.item import Ownership, RawItem
from listeners.source import SourceError


@dataclass
class Watch:
    """State of one listener process. Ids are Instagram's own; `media` is own account → id → last known media object.

    `deleted`: media that were verified to be gone since the comments were last walked, as (account, id).
    """

    instagram: Instagram
    own: list[str]
    partners: dict[str, str]
    media: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    stories: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    deleted: list[tuple[str, str]] = field(default_factory=list)

    def context(
        self, path: str, via: str, account: str | None, ownership: Ownership = "owned", **parameters: object
    ) -> Context:
        """The context of one call."""
        return Context(request(f"instagram/{path}", parameters), f"instagram.{via}", ownership, account)

    def each_own(self, walk: Callable[[str], Iterator[list[RawItem]]]) -> Iterator[list[RawItem]]:
        """The pages of `walk` for every own account. One that fails does not keep the others from being asked.

        Raises the first InstagramError once all were asked; at once where the token or the rate limit is at an end.
        """
        failed: InstagramError | None = None
        for account in self.own:
            try:
                yield from walk(account)
            except (RateLimitedError, TokenError):
                raise
            except InstagramError as error:
                failed = failed or error
        if failed is not None:
            raise failed


def listened_accounts(settings: Settings, registers: Registers) -> tuple[list[str], dict[str, str]]:
    """(own account ids, handle → id of the other registered accounts). Raises SourceError where no account is our own."""
    named = [name.strip() for name in settings.instagram_accounts.split(",") if name.strip()]
    own = named or [account.id for account in registers.own("instagram")]
    if not own:
        raise SourceError(
            "No Instagram account to listen to: set DENGAR_INSTAGRAM_ACCOUNTS or list one in accounts.yaml."
        )
    others = [a for a in registers.accounts if a.platform == "instagram" and a.id not in own]
    return own, {account.handle: account.id for account in others}
