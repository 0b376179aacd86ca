"""What a request tells about the items that it answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlencode

from listeners.item import Ownership, RawItem

SECRET_PARAMETERS = {"key", "access_token", "appsecret_proof", "client_secret"}


@dataclass(frozen=True, slots=True)
class Context:
    """Request context of items; ids are record ids (`yt:video:…`). What an item tells itself wins over it."""

    request: str
    via: str
    ownership: Ownership = "public"
    account: str | None = None
    post_id: str | None = None
    conversation_id: str | None = None
    parent_id: str | None = None
    backfill: bool = False

    def within(self, **changes: Any) -> Context:
        """The context of something nested: None changes nothing."""
        return replace(self, **{name: value for name, value in changes.items() if value is not None})

    def item(
        self,
        platform: Literal["youtube", "instagram"],
        kind: str,
        subject: str,
        version: Any,
        payload: Mapping[str, Any] | bytes,
        *,
        account: Any = None,
        post_id: str | None = None,
        conversation_id: str | None = None,
        parent_id: str | None = None,
    ) -> RawItem:
        """A raw item in this context."""
        return RawItem(
            platform=platform,
            kind=kind,
            subject=subject,
            payload=payload,
            request=self.request,
            via=self.via,
            ownership=self.ownership,
            account=str(account) if account else self.account,
            post_id=post_id or self.post_id,
            conversation_id=conversation_id or self.conversation_id,
            parent_id=parent_id or self.parent_id,
            backfill=self.backfill,
            version=version if isinstance(version, str) and version else None,
        )


def request(method: str, parameters: Mapping[str, Any]) -> str:
    """`youtube/commentThreads.list?videoId=abc`: method and parameters, percent-encoded, for `source`; never a credential."""
    shown = {name: value for name, value in sorted(parameters.items()) if name not in SECRET_PARAMETERS}
    return method + ("?" + urlencode(shown) if shown else "")
