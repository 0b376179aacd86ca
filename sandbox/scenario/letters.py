"""Direct messages on Instagram: a private thread per person, answers of the desk, unsent messages, story mentions.

They reach a listener only as webhooks, once; afterwards nothing can be read again.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sandbox.scenario.hours import between, office
from sandbox.scenario.people import Public, digits
from sandbox.scenario.plan import Plan
from sandbox.scenario.speech import Speech
from sandbox.scenario.world import Actor, Item, Version

_NEUTRAL = {"intent": "other", "sentiment": "neutral", "category": "other"}


def build_messages(
    plan: Plan, speech: Speech, public: Public, own: list[Actor], stories: list[Item], random: Random
) -> list[Item]:
    """All DMs of the scenario, unsorted."""
    settings = plan.settings["instagram"]["messages"]
    items: list[Item] = []
    for number in range(settings["threads"] if own else 0):
        person, account = public.somebody(random), own[0] if number % 4 else own[-1]
        scoped = digits(random, "62", 16)
        at = between(plan.start, plan.end, random)
        for _ in range(random.choice((1, 1, 2, 3))):
            words = speech.followup("messages", random, "instagram", person.handle)
            message = _message(person, account, scoped, at, words.text, words.labels, random)
            shown = [s for s in stories if s.author == account and s.published_at <= at < (s.ends_at or at)]
            if shown and random.random() < 0.15:
                message.extra["story"] = random.choice(shown)
            if random.random() < settings["unsent"]:
                message.deleted_at = at + timedelta(minutes=random.randint(1, 50))
            items.append(message)
            at += timedelta(seconds=random.randint(25, 900))
        if random.random() < 0.6:
            reply = speech.line("message_replies", random, "instagram")
            answered = office(at, 70.0, random)
            echo = _message(account, account, scoped, answered, reply, {**_NEUTRAL, "official_reply": True}, random)
            echo.extra["echo"] = True
            items[-1].extra["official_reply"] = {
                "item": echo,
                "seconds": int((answered - items[-1].published_at).total_seconds()),
            }
            items.append(echo)
    for _ in range(settings["story_mentions"] if own else 0):
        person = public.somebody(random)
        at = between(plan.start, plan.end, random)
        message = _message(person, own[0], digits(random, "62", 16), at, "", dict(_NEUTRAL), random)
        message.extra["story_mention"] = True
        items.append(message)
    return items


def _message(
    author: Actor, account: Actor, scoped: str, at: datetime, text: str, labels: dict[str, Any], random: Random
) -> Item:
    mid = base64.urlsafe_b64encode(f"ig_dm_item:{scoped}:{random.getrandbits(96):024x}".encode()).decode().rstrip("=")
    return Item(
        record_id=f"ig:message:{mid}",
        id=mid,
        platform="instagram",
        kind="dm",
        author=author,
        published_at=at,
        versions=[Version(at, text)],
        labels=labels,
        via=("webhook",),
        extra={"account": account.id, "scoped": scoped, "thread": f"ig:thread:{account.id}~{scoped}"},
    )
