"""Weeks with a planted crisis, planted hoaxes and decoys whose true times and words are known: what the trends are judged by.

Decoys look like a crisis to who counts only: a wave of praise, questions on a payout day, copied advertising, one furious account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sandbox.scenario.plan import DEFAULT_SCENARIO, Plan, load_plan, phrases

DECOYS = ("praise", "payday", "spamwave", "loud")
QUIET_DAYS = 3


@dataclass(frozen=True)
class Planted:
    """What a week holds: the crisis (None in a week without one), its word, and the hoaxes' site. Times are aware UTC."""

    crisis: tuple[datetime, datetime] | None
    word: str
    site: str
    hoax: tuple[datetime, datetime]
    decoys: dict[str, tuple[datetime, datetime]]


def planted_week(seed: int) -> tuple[Plan, Planted]:
    """A scenario of eight days, and what was planted after the first three. Every fifth week has no crisis."""
    random = Random(f"weeks/{seed}")
    base = load_plan(DEFAULT_SCENARIO)
    bank = phrases("weeks")
    word, site = random.choice(bank["words"]), random.choice(bank["sites"])
    days = [QUIET_DAYS + number for number in range(5)]
    random.shuffle(days)
    end = base.start + timedelta(days=8)

    def burst(name: str, day: int, hours: float, youtube: int, instagram: int, **more: Any) -> dict[str, Any]:
        start = base.start + timedelta(days=day, hours=random.uniform(7, 20), minutes=random.randrange(60))
        return {
            "name": name, "phrases": name, "from": start, "to": min(start + timedelta(hours=hours), end),
            "youtube": youtube, "instagram": instagram, **more,
        }  # fmt: skip

    bursts = [
        burst("hoax", days[1], random.uniform(4, 8), random.randint(60, 160), random.randint(40, 120)),
        burst("rumour", days[1], random.uniform(4, 8), random.randint(15, 40), random.randint(10, 30)),
        burst("praise", days[2], random.uniform(2, 4), random.randint(120, 220), random.randint(80, 160)),
        burst("payday", days[3], random.uniform(5, 9), random.randint(120, 220), random.randint(60, 120)),
        burst("spamwave", days[4], random.uniform(1, 3), random.randint(60, 120), random.randint(40, 80)),
        burst("loud", days[2], random.uniform(1, 2), random.randint(50, 90), 0, authors=1),
    ]
    if seed % 5:
        bursts.append(
            burst("crisis", days[0], random.uniform(5, 11), random.randint(150, 330), random.randint(90, 190))
        )
    spans = {one["name"]: (one["from"], one["to"]) for one in bursts}
    own = {name: _filled(bank[name], word, site) for name in ("crisis", "hoax", "rumour", *DECOYS)}
    settings = {**base.settings, "bursts": bursts, "phrases": own}
    plan = Plan(f"planted_week_{seed}", base.start, end, settings)
    decoys = {name: spans[name] for name in DECOYS}
    return plan, Planted(spans.get("crisis"), word, site, spans["hoax"], decoys)


def _filled(groups: list[dict[str, Any]], word: str, site: str) -> list[dict[str, Any]]:
    return [
        {**group, "texts": [text.replace("<kata>", word).replace("<situs>", site) for text in group["texts"]]}
        for group in groups
    ]
