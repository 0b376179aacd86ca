"""Source `instagram.token`: how old the access token is and what it may do, and the renewal of a token.

Tokens live 60 days. From day 45 on the status says so, from day 53 on urgently; renewing is `dengar listen renew-token`. The token
itself is never kept anywhere: it is a secret, and the state is not. Where Meta does not tell its age (Instagram Login has no
debug_token) the day on which we first saw it serves: it is at least that old.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from dengar.records import timestamp
from listeners.instagram.client import APP, Instagram
from listeners.instagram.errors import GoneError, InstagramError, PermissionMissingError, RequestError
from listeners.instagram.watch import Watch
from listeners.source import Cursor, Page

KEY = "token/instagram"
LIFE = timedelta(days=60)
WARN, URGE = timedelta(days=45), timedelta(days=53)
NEEDED = {
    "instagram_basic": "own media",
    "instagram_manage_comments": "comments and mentions",
    "instagram_manage_insights": "insights and hashtags",
    "instagram_manage_messages": "direct messages",
    "pages_show_list": "the pages behind the accounts",
    "pages_read_engagement": "discovery and hashtags",
    "pages_manage_metadata": "the subscription of webhooks",
}


class Token:
    """See listeners.source.Source. Asks once a round; a warning is kept in the state and told as the source's problem."""

    name = "instagram.token"

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def fetch(self, cursor: Cursor | None) -> Page:
        """Look, note, and say what a person must do."""
        now, settings = self._watch.station.clock.now(), self._watch.station.settings
        seen = self._first_seen(settings.instagram_token, now)
        told = inspect(self._watch.instagram, settings.instagram_token)
        if "expires_at" not in told:
            told = told | {"issued_at": int(seen.timestamp()), "expires_at": int((seen + LIFE).timestamp())}
        warning = warning_of(told, now)
        issued, expires = moment(told.get("issued_at")), moment(told.get("expires_at"))
        self._watch.put(
            KEY, "", {
                "issued_at": timestamp(issued) if issued else None,
                "expires_at": timestamp(expires) if expires else None,
                "scopes": sorted(told.get("scopes", [])),
                "missing": missing_scopes(told),
                "warning": warning,
                "seen": {"mark": mark_of(settings.instagram_token), "t": timestamp(seen)},
            },
        )  # fmt: skip
        return Page(more=False, problem=warning)

    def _first_seen(self, token: str, now: datetime) -> datetime:
        seen: Mapping[str, Any] = self._watch.get(KEY, "").get("seen") or {}
        return datetime.fromisoformat(seen["t"]) if seen.get("mark") == mark_of(token) else now


def mark_of(token: str) -> str:
    """Tells one token from another; nothing can be learnt of the token from it."""
    return sha256(token.encode()).hexdigest()[:16]


def inspect(instagram: Instagram, token: str) -> dict[str, Any]:
    """What Meta tells of a token: is_valid, issued_at, expires_at (seconds since 1970; 0: never), scopes. {} where it tells nothing.

    Raises InstagramError; TokenError for a token that is not good any more.
    """
    if instagram.instagram_login:
        return {}
    try:
        body = instagram.get("debug_token", limit_of=APP, input_token=token)
    except (RequestError, GoneError, PermissionMissingError):
        return {}
    data = body.get("data")
    return data if isinstance(data, dict) else {}


def missing_scopes(told: Mapping[str, Any]) -> list[str]:
    """Scopes that we need and the token lacks; none where Meta tells no scopes."""
    return sorted(scope for scope in NEEDED if told.get("scopes") and scope not in told["scopes"])


def warning_of(told: Mapping[str, Any], now: datetime) -> str | None:
    """What a person has to do, in a plain sentence or two; None where nothing is."""
    if told.get("is_valid") is False:
        return "The Instagram token is not valid any more: connect the account again and set DENGAR_INSTAGRAM_TOKEN."
    said = []
    if missing := missing_scopes(told):
        what = ", ".join(NEEDED[scope] for scope in missing)
        said.append(
            f"The Instagram token lacks {', '.join(missing)} (for {what}): connect the account again and grant it."
        )
    expires = moment(told.get("expires_at"))
    if expires is not None:
        age, left = now - (moment(told.get("issued_at")) or expires - LIFE), max(0, (expires - now).days)
        if age >= URGE:
            said.append(f"The Instagram token ends in {left} days: renew it now with `dengar listen renew-token`.")
        elif age >= WARN:
            said.append(
                f"The Instagram token is {age.days} days old and ends in {left}: renew it with `dengar listen renew-token`."
            )
    return " ".join(said) or None


def renewed(instagram: Instagram, token: str, app_id: str, app_secret: str) -> str:
    """A new token of 60 days for this one. Raises InstagramError; nothing about the tokens is in its message.

    Instagram Login renews a token that is at least 24 hours old; Facebook Login exchanges any that is still good.
    """
    if instagram.instagram_login:
        try:
            body = instagram.get("refresh_access_token", limit_of=APP, grant_type="ig_refresh_token")
        except RequestError as error:
            raise InstagramError(
                "Instagram did not renew the token: one that is less than 24 hours old is not renewed; try again tomorrow.",
                error.code,
                error.subcode,
            ) from None
    else:
        body = instagram.get(
            "oauth", "access_token", limit_of=APP, grant_type="fb_exchange_token",
            client_id=app_id, client_secret=app_secret, fb_exchange_token=token,
        )  # fmt: skip
    if not isinstance(body.get("access_token"), str):
        raise InstagramError("Instagram answered the renewal without a token: try again, or connect the account again.")
    return str(body["access_token"])


def moment(seconds: Any) -> datetime | None:
    """Seconds since 1970 as aware UTC, None for 0 and for what is none."""
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) and seconds > 0 else None
