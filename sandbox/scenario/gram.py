"""The Instagram half of the world: media, stories, comments, tags, mentions, hashtag media and bursts."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from sandbox.scenario.hours import after
from sandbox.scenario.people import Public, campaign_tags, digits
from sandbox.scenario.plan import Plan
from sandbox.scenario.speech import Saying, Speech
from sandbox.scenario.talk import Talk
from sandbox.scenario.tube import spread
from sandbox.scenario.world import Actor, Growth, Item, Version

STORY_LIFE = timedelta(hours=24)
HASHTAG_LIFE = timedelta(hours=24)
COMMENTS_WITHHELD = "the platform shows no comments under other accounts' media"
STORIES_WITHHELD = "the platform shows no stories of other accounts"


def build_instagram(plan: Plan, speech: Speech, public: Public, actors: list[Actor], random: Random) -> list[Item]:
    """All Instagram items but messages, unsorted, before deletions are carried over."""
    settings = plan.settings["instagram"]
    tags = campaign_tags()
    talk = Talk("instagram", plan, speech, public, random)
    media: list[Item] = []
    for actor in actors:
        volume = settings["accounts"].get(actor.role, {"media": 0, "comments": 0})
        for at in spread(plan, volume["media"], random):
            item = _media(speech, actor, at, random, tags)
            media.append(item)
            first = len(talk.items)
            count = max(1, int(volume["comments"] * random.lognormvariate(-0.1, 0.45)))
            talk.under(item, count, tags.get(item.labels["campaign"] or "", ()), 12.0)
            if actor.role != "official" and not actor.connected:
                _withhold(talk.items[first:], COMMENTS_WITHHELD)
    own = [m for m in media if m.author.role == "official"]
    officials = [a for a in actors if a.role == "official"]
    talk.bursts(own)
    _shape(media, own, plan, random)
    _hide(talk.items, random)
    stories = _stories(plan, speech, actors, settings, random)
    tagged = _tagged(plan, speech, public, officials, settings, random, tags)
    found = _hashtag_media(plan, speech, public, settings["hashtag_media"], random, tags)
    mentions = _mentions(
        plan, speech, public, [m for m in media if m.author.role != "official"], officials, settings, random
    )
    return [*media, *talk.items, *stories, *tagged, *found, *mentions]


def _withhold(items: list[Item], reason: str) -> None:
    for item in items:
        item.via, item.withheld = (), reason


def _media(
    speech: Speech,
    actor: Actor,
    at: datetime,
    random: Random,
    tags: dict[str, tuple[str, ...]],
    bank: str | None = None,
) -> Item:
    bank = bank or {"official": "posts", "public": "citizen_posts"}.get(actor.role, "partner_posts")
    title, text, row = speech.post(bank, random, "instagram")
    words = tags.get(row["campaign"] or "", ())
    caption = f"{title}\n\n{text}\n{' '.join('#' + tag for tag in words)}".rstrip()
    kind = random.choice(("image", "image", "carousel", "reel", "reel"))
    identity = digits(random, "179", 17)
    return Item(
        record_id=f"ig:media:{identity}",
        id=identity,
        platform="instagram",
        kind="post",
        author=actor,
        published_at=at,
        versions=[Version(at, caption)],
        labels={"purpose": row["purpose"], "campaign": row["campaign"], "bank": bank},
        format=kind,
        growth=_growth(actor, kind, random),
        via=("poll",) if actor.role == "official" or actor.connected else ("discovery",),
        extra={"tags": list(words), "hidden_likes": random.random() < 0.06, "shortcode": _shortcode(identity)},
    )


def _growth(actor: Actor, kind: str, random: Random) -> Growth:
    reach = int(actor.followers * random.lognormvariate(-1.9, 0.7)) + 12
    views = int(reach * random.uniform(1.1, 1.9))
    final = {"reach": reach, "views": views, "follows": reach // 900, "profile_visits": reach // 120}
    if kind == "story":
        final |= {
            "navigation": int(views * 1.3),
            "replies": reach // 700,
            "link_clicks": reach // 250,
            "shares": reach // 800,
        }
    else:
        likes = int(reach * random.uniform(0.02, 0.09))
        final |= {"likes": likes, "saved": likes // 14, "shares": likes // 9, "reposts": likes // 40}
    if kind == "reel":
        final["ig_reels_video_view_total_time"] = views * random.randint(4000, 15000)
    return Growth(final, random.uniform(5, 22))


def _shortcode(identity: str) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    number, text = int(identity), ""
    while number:
        number, digit = divmod(number, 64)
        text = alphabet[digit] + text
    return text


def _shape(media: list[Item], own: list[Item], plan: Plan, random: Random) -> None:
    """One own and one foreign medium are taken down; some captions are edited."""
    for group in (own, [m for m in media if m.author.role != "official"]):
        early = [m for m in group if m.published_at < plan.end - timedelta(days=3)]
        if early:
            chosen = random.choice(early)
            chosen.deleted_at = after(chosen.published_at + timedelta(hours=10), 8, random)
    for item in random.sample(media, max(1, len(media) // 9)):
        at = after(item.published_at, 7, random)
        if at < plan.end:
            item.versions.append(Version(at, item.versions[0].text + "\n(diperbarui: jadwal menyesuaikan daerah)"))


def _hide(comments: list[Item], random: Random) -> None:
    """Owners hide some spam; a hidden comment is still shown to the owner, marked."""
    for item in comments:
        if item.labels.get("spam") and random.random() < 0.4:
            item.extra["hidden_at"] = item.published_at + timedelta(minutes=random.randint(30, 600))


def _story(speech: Speech, actor: Actor, at: datetime, random: Random) -> Item:
    item = _media(speech, actor, at, random, {})
    item.format, item.growth, item.ends_at = "story", _growth(actor, "story", random), at + STORY_LIFE
    item.versions = [Version(at, item.versions[0].text.split("\n")[0])]
    return item


def _stories(plan: Plan, speech: Speech, actors: list[Actor], settings: dict[str, Any], random: Random) -> list[Item]:
    own = [a for a in actors if a.role == "official"]
    others = [a for a in actors if a.role != "official"]
    items = [_story(speech, random.choice(own), at, random) for at in spread(plan, settings["stories"], random)]
    foreign = [
        _story(speech, random.choice(others), at, random) for at in spread(plan, settings["foreign_stories"], random)
    ]
    _withhold(foreign, STORIES_WITHHELD)
    return [*items, *foreign]


def _tagged(
    plan: Plan,
    speech: Speech,
    public: Public,
    own: list[Actor],
    settings: dict[str, Any],
    random: Random,
    tags: dict[str, tuple[str, ...]],
) -> list[Item]:
    """Media of the public that tag an official account; every third also names it in the caption (a mention)."""
    items = []
    for number, at in enumerate(spread(plan, settings["tagged"], random)):
        item = _media(speech, public.somebody(random), at, random, tags)
        target = random.choice(own)
        item.extra["tagged"] = target.id
        item.via = ("tags",)
        if number % 3 == 0:
            item.extra["mentioned"] = target.id
            item.versions = [Version(at, f"{item.versions[0].text}\n@{target.handle}")]
            item.via = ("tags", "webhook")
        items.append(item)
    return items


def _hashtag_media(
    plan: Plan, speech: Speech, public: Public, count: int, random: Random, tags: dict[str, tuple[str, ...]]
) -> list[Item]:
    """Media of the public with a campaign's hashtag: found by hashtag for a day, without their author."""
    items = []
    for at in spread(plan, count, random):
        item = _media(speech, public.somebody(random), at, random, {})
        words = list(random.choice(list(tags.values())))
        item.extra["tags"] = words
        item.versions = [Version(at, f"{item.versions[0].text}\n{' '.join('#' + word for word in words)}")]
        item.via, item.ends_at = ("hashtag",), at + HASHTAG_LIFE
        items.append(item)
    return items


def _mentions(
    plan: Plan,
    speech: Speech,
    public: Public,
    foreign: list[Item],
    own: list[Actor],
    settings: dict[str, Any],
    random: Random,
) -> list[Item]:
    """Comments under others' media that name an official account: told by a webhook, read as mentioned_comment."""
    items: list[Item] = []
    talk = Talk("instagram", plan, speech, public, random)
    target = own[0]
    for _ in range(settings["mentioned_comments"] if foreign else 0):
        media = random.choice(foreign)
        limit = media.deleted_at or plan.end
        at = min(after(media.published_at, 8, random), limit)
        author = public.somebody(random)
        words = speech.followup("mentions", random, "instagram", author.handle)
        text = words.text if f"@{target.handle}" in words.text else f"{words.text} @{target.handle}"
        item = talk.single(media, author, at, Saying(text, words.labels))
        if item is not None:
            item.extra["mentioned"] = target.id
            item.via = ("poll", "webhook") if media.author.connected else ("webhook",)
            items.append(item)
    return items
