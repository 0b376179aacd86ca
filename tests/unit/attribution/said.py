"""Mentions of our own making, as the index holds them, and the window they are looked at through."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from dengar.attribution.window import Window
from dengar.enrich.signature import signature
from dengar.policy import load_policy
from dengar.records import timestamp
from dengar.registers import Account, Campaign, Partner, Registers

START = datetime(2026, 11, 1, tzinfo=UTC)
END = START + timedelta(days=28)
NOW = END + timedelta(days=10)
CAMPAIGN = Campaign("peduli", "Peduli", ("peduli",), (), date(2026, 11, 1), date(2026, 11, 20), "challenge")
REGISTERS = Registers(
    accounts=(
        Account("instagram", "1", "kantor", "Kantor Contoh", "official"),
        Account("instagram", "2", "rani", "Rani Contoh", "influencer", "rani"),
        Account("instagram", "3", "yayasan", "Yayasan Contoh", "partner", "yayasan", connected=True),
        Account("instagram", "4", "kabar", "Kabar Contoh", "media"),
        Account("youtube", "UC2", "rani", "Rani Contoh", "influencer", "rani"),
    ),
    campaigns=(CAMPAIGN,),
    partners=(
        Partner("rani", "Rani Contoh", "influencer", "A", date(2026, 11, 3), date(2026, 11, 30)),
        Partner("yayasan", "Yayasan Contoh", "ngo", "B", must_disclose=False),
    ),
)


def window(platform: str = "instagram", profile: str = "sandbox", **changes: Any) -> Window:
    given = {"start": START, "end": END, "computed_at": NOW, **changes}
    return Window(platform, policy=load_policy(profile), **given)


def author(who: str | None, platform: str = "instagram") -> dict[str, Any]:
    """`@handle` is an account of the registers, None one whom the platform withholds, all else a person."""
    if who is None:
        return {"key": None, "role": "unknown", "handle": None, "name": None}
    if who.startswith("@"):
        account = REGISTERS.lookup(platform, None, who)
        assert account is not None
        return {"key": account.key, "role": account.role, "handle": account.handle, "name": account.name}
    return {"key": f"ig~{who}", "role": "public", "handle": None, "name": None}


def judged(value: str) -> dict[str, Any]:
    return {"label": value, "score": 0.9, "uncertain": False, "origin": "model"}


def said(
    identity: str, who: str | None, days: float = 1.0, text: str = "selamat pagi semua", **changes: Any
) -> dict[str, Any]:
    """A post of the campaign on Instagram so many days after START."""
    platform = changes.pop("platform", "instagram")
    for name in ("sentiment", "intent", "spam", "purpose"):
        if isinstance(changes.get(name), str):
            changes[name] = judged(changes[name])
    return {
        "id": identity, "platform": platform, "kind": "post", "post_format": "reel", "post_id": identity, "conversation_id": identity,
        "parent_id": None, "title": None, "text": text, "hashtags": [], "mentions": [], "links": [], "entities": [],
        "campaigns": ["peduli"], "partners": [], "text_normalised": text, "sentiment": None, "intent": None, "spam": None, "purpose": None,
        "signature": signature(text), "author": author(who, platform), "published_at": timestamp(START + timedelta(days=days)),
        "collected": {"via": "x", "ownership": "public", "backfill": False}, **changes,
    }  # fmt: skip
