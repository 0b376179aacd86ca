"""Who is there: the accounts of the registers and an invented public; and ids in the platforms' forms."""

from __future__ import annotations

from itertools import accumulate
from random import Random
from typing import Any

from sandbox.scenario.plan import REGISTERS, phrases, read_yaml
from sandbox.scenario.world import Actor

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_FOLLOWERS = {
    "official": (180_000, 900_000),
    "partner": (8_000, 60_000),
    "influencer": (40_000, 1_500_000),
    "media": (90_000, 700_000),
    "public_figure": (5_000, 120_000),
}


def token(random: Random, length: int) -> str:
    """Characters of YouTube's id alphabet."""
    return "".join(random.choices(_BASE64, k=length))


def digits(random: Random, prefix: str, length: int) -> str:
    """A decimal id of `length` digits that starts with `prefix`."""
    rest = length - len(prefix)
    return f"{prefix}{random.randrange(10**rest):0{rest}d}"


def registered(random: Random) -> list[Actor]:
    """The accounts of infra/registers/accounts.yaml with invented audiences. Some hide their subscriber count."""
    rows: list[dict[str, Any]] = read_yaml(REGISTERS / "accounts.yaml")
    actors = []
    for row in rows:
        low, high = _FOLLOWERS[row["role"]]
        hidden = row["platform"] == "youtube" and row["role"] == "public_figure"
        audience = random.randint(low, high)
        actors.append(Actor(row["platform"], row["id"], row["handle"], row["name"], row["role"], audience, hidden))
    return actors


class Public:
    """The people of one platform. A few speak often, most once or twice (weights 1 / rank^0.7)."""

    def __init__(self, platform: str, count: int, random: Random) -> None:
        style = phrases("style")
        self.actors: list[Actor] = []
        for number in range(count):
            first, last = random.choice(style["first"]), random.choice(style["last"])
            joint = random.choice(("_", ".", ""))
            handle = f"{first}{joint}{last}{number}"
            identity = f"UC{token(random, 22)}" if platform == "youtube" else digits(random, "178", 17)
            name = f"{first.capitalize()} {last.capitalize()}"
            self.actors.append(Actor(platform, identity, handle, name, "public", random.randint(3, 2500)))
        self._weights = list(accumulate((rank + 3) ** -0.7 for rank in range(count)))

    def somebody(self, random: Random, few: int | None = None) -> Actor:
        """Anybody, or one of `few` who are always the same."""
        if few:
            return self.actors[-1 - random.randrange(few)]
        return random.choices(self.actors, cum_weights=self._weights)[0]


def campaign_tags() -> dict[str, tuple[str, ...]]:
    """campaign id -> its hashtags without #, from the registers."""
    rows: list[dict[str, Any]] = read_yaml(REGISTERS / "campaigns.yaml")
    return {row["id"]: tuple(row["hashtags"]) for row in rows}
