"""The YouTube half of the world: videos, lives with chat, comments, bursts."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from sandbox.scenario.hours import after, between, whole
from sandbox.scenario.people import Public, campaign_tags, token
from sandbox.scenario.plan import Plan
from sandbox.scenario.speech import Speech
from sandbox.scenario.talk import Talk
from sandbox.scenario.world import Actor, Growth, Item, Version


def build_youtube(plan: Plan, speech: Speech, public: Public, actors: list[Actor], random: Random) -> list[Item]:
    """All YouTube items of the scenario, unsorted, before deletions are carried over to what hangs on a post."""
    settings = plan.settings["youtube"]
    tags = campaign_tags()
    talk = Talk("youtube", plan, speech, public, random)
    videos: list[Item] = []
    for actor in actors:
        volume = settings["channels"].get(actor.role, {"videos": 0, "comments": 0})
        bank = "posts" if actor.role == "official" else "partner_posts"
        for at in spread(plan, volume["videos"], random):
            video = _video(speech, actor, at, bank, random, tags)
            videos.append(video)
            talk.under(video, _around(volume["comments"], random), tags.get(video.labels["campaign"] or "", ()))
    for at in spread(plan, settings["citizens"]["videos"], random):
        video = _video(speech, public.somebody(random), at, "citizen_posts", random, tags)
        video.via = ("search",)
        first = len(talk.items)
        talk.under(video, _around(settings["citizens"]["comments"], random), ())
        for item in talk.items[first:]:
            item.via = ("search",)
        videos.append(video)
    lives = _lives(plan, speech, public, [a for a in actors if a.role == "official"], random, tags, talk)
    _shape(videos, actors, settings, plan, random)
    talk.bursts([v for v in videos if v.author.role == "official"])
    return [*videos, *lives, *talk.items]


def spread(plan: Plan, count: int, random: Random) -> list[datetime]:
    """`count` times over the scenario, one per equal slice, so that each day has something."""
    width = (plan.end - plan.start) / max(count, 1)
    return [between(plan.start + width * i, plan.start + width * (i + 1), random) for i in range(count)]


def _around(count: int, random: Random) -> int:
    return max(1, int(count * random.lognormvariate(-0.1, 0.45)))


def _video(
    speech: Speech, actor: Actor, at: datetime, bank: str, random: Random, tags: dict[str, tuple[str, ...]]
) -> Item:
    title, text, row = speech.post(bank, random, "youtube")
    words = tags.get(row["campaign"] or "", ())
    text = f"{text}\n\n{' '.join('#' + tag for tag in words)}".rstrip()
    identity = token(random, 11)
    views = int(actor.followers * random.lognormvariate(-2.6, 0.8)) + 40
    return Item(
        record_id=f"yt:video:{identity}",
        id=identity,
        platform="youtube",
        kind="post",
        author=actor,
        published_at=at,
        versions=[Version(at, text, title)],
        labels={"purpose": row["purpose"], "campaign": row["campaign"], "bank": bank},
        format="video",
        growth=Growth({"views": views, "likes": int(views * random.uniform(0.01, 0.06))}, random.uniform(10, 40)),
        extra={"seconds": random.randint(45, 1400), "tags": list(words), "hidden_likes": random.random() < 0.08},
    )


def _shape(videos: list[Item], actors: list[Actor], settings: dict[str, Any], plan: Plan, random: Random) -> None:
    """Some videos are taken down, some descriptions edited; one video of the media has its comments closed."""
    minor = [
        v
        for v in videos
        if v.author.role not in ("official", "public") and v.published_at < plan.end - timedelta(days=3)
    ]
    for video in random.sample(minor, min(settings["deleted_videos"], len(minor))):
        video.deleted_at = after(video.published_at + timedelta(hours=14), 10, random)
    for video in random.sample(videos, max(1, len(videos) // 8)):
        at = after(video.published_at, 8, random)
        if at < plan.end:
            old = video.versions[0]
            video.versions.append(
                Version(at, old.text + "\n\nPembaruan: jadwal lengkap ada di komentar tersemat.", old.title)
            )
    closed = [v for v in videos if v.author.role == "media"]
    if closed:
        closed[-1].extra["comments_disabled"] = True


def _lives(
    plan: Plan,
    speech: Speech,
    public: Public,
    officials: list[Actor],
    random: Random,
    tags: dict[str, tuple[str, ...]],
    talk: Talk,
) -> list[Item]:
    """Live sessions with a chat that can be read only while they run; they stay as videos afterwards."""
    settings = plan.settings["youtube"]["lives"]
    items: list[Item] = []
    for number in range(settings["count"] if officials else 0):
        day = plan.start + timedelta(days=1 + 2 * number % 6)
        at = whole(day + timedelta(hours=13 + random.randint(0, 6), minutes=random.randint(0, 55)))
        live = _video(speech, officials[number % len(officials)], at, "lives", random, tags)
        live.format, live.ends_at = "live", at + timedelta(minutes=settings["minutes"])
        live.extra |= {"chat": f"Cg0KC{live.id}KicKGFVD{token(random, 8)}", "seconds": settings["minutes"] * 60}
        items.append(live)
        talk.under(live, 30, tags.get(live.labels["campaign"] or "", ()))
        items.extend(_chat(live, settings["messages"], speech, public, random))
    return items


def _chat(live: Item, count: int, speech: Speech, public: Public, random: Random) -> list[Item]:
    assert live.ends_at is not None
    items = []
    for number in range(count):
        author = public.somebody(random)
        at = whole(live.published_at + (live.ends_at - live.published_at) * random.random() * 0.97)
        saying = speech.followup("chat", random, "youtube", author.handle)
        extra: dict[str, Any] = {"type": "textMessageEvent"}
        if number % 40 == 7:
            text = speech.line("super_chat", random, "youtube") if number % 80 == 7 else ""
            saying = type(saying)(text, {"intent": "praise", "sentiment": "positive", "category": "other"})
            extra = {"type": "superChatEvent", "amount": random.choice((10_000, 20_000, 50_000))}
        elif number % 55 == 9:
            saying = type(saying)("", {"intent": "other", "sentiment": "neutral", "category": "other"})
            extra = {"type": "newSponsorEvent"}
        identity = f"LCC.{token(random, 28)}"
        item = Item(
            record_id=f"yt:chat:{identity}",
            id=identity,
            platform="youtube",
            kind="chat",
            author=author,
            published_at=at,
            versions=[Version(at, saying.text)],
            labels=dict(saying.labels),
            post=live,
            ends_at=live.ends_at,
            via=("chat",),
            extra=extra,
        )
        if extra["type"] == "textMessageEvent" and random.random() < 0.02:
            item.deleted_at = at + timedelta(minutes=random.randint(2, 12))
        items.append(item)
    return items
