"""Tokens: what debug_token tells, and the two ways to renew one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox.instagram.errors import GraphError, invalid

LIFE = timedelta(days=60)
YOUNGEST = timedelta(hours=24)
SCOPES = (
    "instagram_basic", "instagram_manage_comments", "instagram_manage_insights", "instagram_manage_messages",
    "pages_show_list", "pages_read_engagement", "pages_manage_metadata",
)  # fmt: skip
PATHS = (["debug_token"], ["oauth", "access_token"], ["refresh_access_token"])


def token_answer(path: list[str], query: Mapping[str, str], issued: datetime, now: datetime) -> dict[str, Any]:
    """The body for one of PATHS; every token was issued at `issued`, when the scenario begins. Raises GraphError (#100)."""
    if path == ["debug_token"]:
        if not query.get("input_token"):
            raise invalid("The parameter input_token is required")
        data = {
            "app_id": "1",
            "type": "USER",
            "is_valid": now < issued + LIFE,
            "issued_at": int(issued.timestamp()),
            "expires_at": int((issued + LIFE).timestamp()),
            "scopes": list(SCOPES),
        }
        return {"data": data}
    if path == ["refresh_access_token"]:
        if query.get("grant_type") != "ig_refresh_token":
            raise invalid("Invalid grant_type")
        if now < issued + YOUNGEST:
            raise invalid("The token must be at least 24 hours old")
        return _renewed(query["access_token"])
    if query.get("grant_type") != "fb_exchange_token" or not query.get("fb_exchange_token"):
        raise invalid("Invalid grant_type or token")
    if not query.get("client_id") or not query.get("client_secret"):
        raise GraphError(101, "Missing client_id or client_secret parameter.")
    return _renewed(query["fb_exchange_token"])


def _renewed(token: str) -> dict[str, Any]:
    return {"access_token": token + "-renewed", "token_type": "bearer", "expires_in": int(LIFE.total_seconds())}
