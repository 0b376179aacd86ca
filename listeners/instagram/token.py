"""Source `instagram.token`: how old the access token is and what it may do, and the renewal of a token.

Tokens live 60 days. From day 45 on the status says so, from day 53 on urgently; renewing is `dengar listen renew-token`. The token
itself is never kept anywhere: it is a secret, and the state is not.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from dengar.records import timestamp
from listeners.instagram.client import APP, Instagram
from listeners.instagram.watch import Watch
from listeners.source import Cursor, Page

KEY = "token/instagram"
LIFE = timedelta(days=60)
WARN, URGE = timedelta(days=45), timedelta(days=53)
NEEDED = {
    "instagram_basic": "own media",
    "instagram_manage_comments": "comments and mentions",
    "instagram_manage_insights": "insights and hashtags",
    "pages_show_list": "the pages behind the accounts",
}


class Token:
    """See listeners.source.Source. Asks once a round; a warning is kept in the state and told as the source's problem."""

    name = "instagram.token"

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def fetch(self, cursor: Cursor | None) -> Page:
        """Look, note, and say what a person must do."""
        now = self._watch.station.clock.now()
        told = inspect(self._watch.instagram, self._watch.station.settings.instagram_token)
        warning = warning_of(told, now)
        issued, expires = moment(told.get("issued_at")), moment(told.get("expires_at"))
        self._watch.put(
            KEY, "", {
                "issued_at": timestamp(issued) if issued else None,
                "expires_at": timestamp(expires) if expires else None,
                "scopes": sorted(told.get("scopes", [])),
                "warning": warning,
            },
        )  # fmt: skip
        return Page(more=False, problem=warning)


def inspect(instagram: Instagram, token: str) -> dict[str, Any]:
    """What Meta tells of a token: is_valid, issued_at, expires_at (seconds since 1970; 0 or absent: never), scopes."""
    body = instagram.get("debug_token", limit_of=APP, input_token=token)
    data = body.get("data")
    return data if isinstance(data, dict) else {}


def warning_of(told: dict[str, Any], now: datetime) -> str | None:
    """One sentence where a person has to act, else None."""
    missing = sorted(scope for scope in NEEDED if told.get("scopes") and scope not in told["scopes"])
    if missing:
        what = ", ".join(NEEDED[scope] for scope in missing)
        return f"The Instagram token lacks {', '.join(missing)} (for {what}): connect the account again and grant it."
    expires = moment(told.get("expires_at"))
    if expires is None:
        return None
    age = now - (moment(told.get("issued_at")) or expires - LIFE)
    left = max(0, (expires - now).days)
    if age >= URGE:
        return f"The Instagram token ends in {left} days: renew it now with `dengar listen renew-token`."
    if age >= WARN:
        return (
            f"The Instagram token is {age.days} days old and ends in {left}: renew it with `dengar listen renew-token`."
        )
    return None


def renewed(instagram: Instagram, token: str, app_id: str, app_secret: str) -> str:
    """A new token of 60 days for this one. Raises InstagramError; nothing about the tokens is in its message."""
    body = instagram.get(
        "oauth", "access_token", limit_of=APP, grant_type="fb_exchange_token", client_id=app_id,
        client_secret=app_secret, fb_exchange_token=token,
    )  # fmt: skip
    return str(body["access_token"])


def moment(seconds: Any) -> datetime | None:
    """Seconds since 1970 as aware UTC, None for 0 and for what is none."""
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) and seconds > 0 else None
