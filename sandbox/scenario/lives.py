"""Instagram's live broadcasts: they leave no post behind; their comments are told by webhook while they run, and readable by id.

A scenario has them where it sets `instagram.lives: {count, minutes, comments}`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sandbox.scenario.people import Public, digits
from sandbox.scenario.plan import Plan
from sandbox.scenario.speech import Speech
from sandbox.scenario.talk import Talk
from sandbox.scenario.tube import spread
from sandbox.scenario.world import Actor, Item, Version

UNLISTED = ("story", "live")
WITHHELD = "a live broadcast is listed only while it runs"


def build_lives(plan: Plan, speech: Speech, public: Public, own: list[Actor], random: Random) -> list[Item]:
    """The broadcasts of official accounts and their comments, unsorted."""
    settings = plan.settings["instagram"].get("lives")
    if not settings:
        return []
    items: list[Item] = []
    talk = Talk("instagram", plan, speech, public, random)
    for at in spread(plan, settings["count"], random):
        broadcast = _broadcast(random.choice(own), at, timedelta(minutes=settings["minutes"]), random)
        items.append(broadcast)
        for _ in range(settings["comments"]):
            author = public.somebody(random)
            said = at + timedelta(seconds=random.randrange(60 * settings["minutes"]))
            comment = talk.single(broadcast, author, said, speech.comment(random, "instagram", author.handle, ()))
            if comment is not None:
                comment.via = ("webhook",)
                items.append(comment)
    return items


def _broadcast(author: Actor, at: datetime, length: timedelta, random: Random) -> Item:
    identity = digits(random, "179", 17)
    return Item(
        record_id=f"ig:media:{identity}",
        id=identity,
        platform="instagram",
        kind="post",
        author=author,
        published_at=at,
        versions=[Version(at, "")],
        labels={},
        format="live",
        ends_at=at + length,
        via=(),
        withheld=WITHHELD,
        extra={"tags": [], "hidden_likes": False, "shortcode": ""},
    )
