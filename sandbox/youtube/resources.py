"""Items as YouTube resources: exactly the fields of the discovery document, counts as strings, absent where hidden."""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b
from html import escape
from typing import Any

from sandbox.scenario.world import Actor, Item, World

INLINE_REPLIES = 5


def time(value: datetime) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")


def etag(*parts: object) -> str:
    """A short opaque tag of what determines a resource."""
    return blake2b("\0".join(map(str, parts)).encode(), digest_size=20).hexdigest()[:27]


def duration(seconds: int) -> str:
    """ISO 8601, as in PT1H2M3S."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    text = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (left, "S")) if n)
    return f"PT{text or '0S'}"


def thumbnails(video: str) -> dict[str, Any]:
    base = f"https://i.ytimg.com/vi/{video}"
    return {
        "default": {"url": f"{base}/default.jpg", "width": 120, "height": 90},
        "high": {"url": f"{base}/hqdefault.jpg", "width": 480, "height": 360},
    }


def live_now(item: Item, now: datetime) -> bool:
    return item.format == "live" and item.ends_at is not None and item.published_at <= now < item.ends_at


def video(item: Item, now: datetime, parts: set[str]) -> dict[str, Any]:
    """A video resource with the parts asked for."""
    version = item.version(now)
    resource: dict[str, Any] = {"kind": "youtube#video", "id": item.id}
    if "snippet" in parts:
        resource["snippet"] = {
            "publishedAt": time(item.published_at),
            "channelId": item.author.id,
            "title": version.title or "",
            "description": version.text,
            "thumbnails": thumbnails(item.id),
            "channelTitle": item.author.name,
            "categoryId": "29",
            "liveBroadcastContent": "live" if live_now(item, now) else "none",
            "localized": {"title": version.title or "", "description": version.text},
            "defaultAudioLanguage": "id",
        }
        if item.extra["tags"]:
            resource["snippet"]["tags"] = item.extra["tags"]
    if "contentDetails" in parts:
        resource["contentDetails"] = {
            "duration": "P0D" if live_now(item, now) else duration(item.extra["seconds"]),
            "dimension": "2d",
            "definition": "hd",
            "caption": "false",
            "licensedContent": False,
            "contentRating": {},
            "projection": "rectangular",
        }
    if "status" in parts:
        resource["status"] = {
            "uploadStatus": "processed",
            "privacyStatus": "public",
            "license": "youtube",
            "embeddable": True,
            "publicStatsViewable": True,
            "madeForKids": False,
        }
    if "statistics" in parts:
        resource["statistics"] = {**statistics(item, now), "favoriteCount": "0"}
    if "liveStreamingDetails" in parts and item.format == "live" and item.ends_at is not None:
        details: dict[str, Any] = {
            "actualStartTime": time(item.published_at),
            "scheduledStartTime": time(item.published_at),
        }
        if live_now(item, now):
            details |= {
                "activeLiveChatId": item.extra["chat"],
                "concurrentViewers": str(40 + item.counter("likes", now)),
            }
        else:
            details["actualEndTime"] = time(item.ends_at)
        resource["liveStreamingDetails"] = details
    resource["etag"] = etag(item.id, resource)
    return resource


def statistics(item: Item, now: datetime) -> dict[str, str]:
    """Public counters as strings; hidden likes and closed comments are absent."""
    counts = {"viewCount": str(item.counter("views", now))}
    if not item.extra.get("hidden_likes"):
        counts["likeCount"] = str(item.counter("likes", now))
    if not item.extra.get("comments_disabled"):
        counts["commentCount"] = str(item.visible_comments(now))
    return counts


def video_stat(item: Item, now: datetime, parts: set[str]) -> dict[str, Any]:
    """A videoStat resource (videos:batchGetStats)."""
    resource: dict[str, Any] = {"kind": "youtube#videoStat", "id": item.id}
    if "snippet" in parts:
        resource["snippet"] = {"publishTime": time(item.published_at)}
    if "statistics" in parts:
        resource["statistics"] = statistics(item, now)
    if "contentDetails" in parts:
        resource["contentDetails"] = {"duration": f"{item.extra['seconds']}s"}
    resource["etag"] = etag(item.id, resource)
    return resource


def uploads(actor: Actor) -> str:
    """The uploads playlist of a channel."""
    return f"UU{actor.id[2:]}"


def channel(actor: Actor, world: World, now: datetime, parts: set[str]) -> dict[str, Any]:
    """A channel resource; the subscriber count is absent where hidden, otherwise rounded to three digits as YouTube does."""
    videos = [item for item in world.posts.get(actor.record_id, []) if item.visible(now)]
    resource: dict[str, Any] = {"kind": "youtube#channel", "id": actor.id}
    if "snippet" in parts:
        about = f"Akun fiktif {actor.name} untuk uji coba."
        resource["snippet"] = {
            "title": actor.name,
            "description": about,
            "customUrl": f"@{actor.handle}",
            "publishedAt": "2019-03-01T02:00:00Z",
            "thumbnails": {"default": {"url": f"https://yt3.ggpht.com/{actor.id}=s88", "width": 88, "height": 88}},
            "localized": {"title": actor.name, "description": about},
            "country": "ID",
        }
    if "contentDetails" in parts:
        resource["contentDetails"] = {"relatedPlaylists": {"likes": "", "uploads": uploads(actor)}}
    if "statistics" in parts:
        days = (now - world.start).total_seconds() / 86400
        audience = int(actor.followers * (1 + 0.001 * days))
        digits = max(len(str(audience)) - 3, 0)
        resource["statistics"] = {
            "viewCount": str(actor.followers * 30 + sum(v.counter("views", now) for v in videos)),
            "hiddenSubscriberCount": actor.hidden_followers,
            "videoCount": str(120 + len(videos)),
        }
        if not actor.hidden_followers:
            resource["statistics"]["subscriberCount"] = str(audience // 10**digits * 10**digits)
    resource["etag"] = etag(actor.id, resource)
    return resource


def playlist_item(item: Item, position: int, now: datetime, parts: set[str]) -> dict[str, Any]:
    """An entry of an uploads playlist."""
    version = item.version(now)
    resource: dict[str, Any] = {"kind": "youtube#playlistItem", "id": f"VVU{etag(item.author.id, item.id)}"}
    if "snippet" in parts:
        resource["snippet"] = {
            "publishedAt": time(item.published_at),
            "channelId": item.author.id,
            "title": version.title or "",
            "description": version.text,
            "thumbnails": thumbnails(item.id),
            "channelTitle": item.author.name,
            "playlistId": uploads(item.author),
            "position": position,
            "resourceId": {"kind": "youtube#video", "videoId": item.id},
            "videoOwnerChannelTitle": item.author.name,
            "videoOwnerChannelId": item.author.id,
        }
    if "contentDetails" in parts:
        resource["contentDetails"] = {"videoId": item.id, "videoPublishedAt": time(item.published_at)}
    if "status" in parts:
        resource["status"] = {"privacyStatus": "public"}
    resource["etag"] = etag(item.id, resource)
    return resource


def comment(item: Item, now: datetime, plain: bool) -> dict[str, Any]:
    """A comment resource (top level or reply)."""
    assert item.post is not None
    version = item.version(now)
    likes = item.counter("likes", now)
    snippet: dict[str, Any] = {
        "channelId": item.post.author.id,
        "videoId": item.post.id,
        "textDisplay": version.text if plain else escape(version.text, quote=True).replace("\n", "<br>"),
        "textOriginal": version.text,
        "authorDisplayName": f"@{item.author.handle}",
        "authorProfileImageUrl": f"https://yt3.ggpht.com/{item.author.id}=s48",
        "authorChannelUrl": f"http://www.youtube.com/@{item.author.handle}",
        "authorChannelId": {"value": item.author.id},
        "canRate": True,
        "viewerRating": "none",
        "likeCount": likes,
        "publishedAt": time(item.published_at),
        "updatedAt": time(version.at),
    }
    if item.kind == "reply" and item.parent is not None:
        snippet["parentId"] = item.parent.id
    return {"kind": "youtube#comment", "etag": etag(item.id, version.at, likes), "id": item.id, "snippet": snippet}


def comment_thread(item: Item, now: datetime, parts: set[str], plain: bool) -> dict[str, Any]:
    """A thread with at most five of its replies inline, the newest first."""
    assert item.post is not None
    replies = item.visible_children(now)
    resource: dict[str, Any] = {"kind": "youtube#commentThread", "id": item.id}
    if "snippet" in parts:
        resource["snippet"] = {
            "channelId": item.post.author.id,
            "videoId": item.post.id,
            "topLevelComment": comment(item, now, plain),
            "canReply": True,
            "totalReplyCount": len(replies),
            "isPublic": True,
        }
    if "replies" in parts and replies:
        newest = replies[::-1][:INLINE_REPLIES]
        resource["replies"] = {"comments": [comment(reply, now, plain) for reply in newest]}
    resource["etag"] = etag(item.id, item.version(now).at, item.counter("likes", now), *(r.id for r in replies))
    return resource


def search_result(item: Item, now: datetime) -> dict[str, Any]:
    """A search hit: a pointer with a snippet."""
    version = item.version(now)
    return {
        "kind": "youtube#searchResult",
        "etag": etag(item.id, version.at),
        "id": {"kind": "youtube#video", "videoId": item.id},
        "snippet": {
            "publishedAt": time(item.published_at),
            "channelId": item.author.id,
            "title": version.title or "",
            "description": version.text[:160],
            "thumbnails": thumbnails(item.id),
            "channelTitle": item.author.name,
            "liveBroadcastContent": "live" if live_now(item, now) else "none",
        },
    }


def chat_message(item: Item, now: datetime) -> dict[str, Any]:
    """A live chat message; one deleted by its owner or a moderator is a tombstone without text or author."""
    assert item.post is not None
    live = item.post
    snippet: dict[str, Any] = {"liveChatId": live.extra["chat"], "publishedAt": time(item.published_at)}
    resource: dict[str, Any] = {"kind": "youtube#liveChatMessage", "id": item.id, "snippet": snippet}
    if not item.visible(now):
        snippet |= {"type": "tombstone", "hasDisplayContent": False}
        resource["etag"] = etag(item.id, "tombstone")
        return resource
    text, kind = item.versions[0].text, item.extra["type"]
    snippet |= {"type": kind, "authorChannelId": item.author.id, "hasDisplayContent": True}
    if kind == "superChatEvent":
        amount = item.extra["amount"]
        money = f"Rp{amount:,}".replace(",", ".")
        snippet["displayMessage"] = f"{money} from {item.author.handle}" + (f': "{text}"' if text else "")
        snippet["superChatDetails"] = {
            "amountMicros": str(amount * 1_000_000),
            "currency": "IDR",
            "amountDisplayString": money,
            "tier": 1,
        }
        if text:
            snippet["superChatDetails"]["userComment"] = text
    elif kind == "newSponsorEvent":
        snippet["displayMessage"] = f"{item.author.handle} just became a member"
        snippet["newSponsorDetails"] = {"memberLevelName": "Kawan", "isUpgrade": False}
    else:
        snippet["displayMessage"] = text
        snippet["textMessageDetails"] = {"messageText": text}
    resource["authorDetails"] = {
        "channelId": item.author.id,
        "channelUrl": f"http://www.youtube.com/channel/{item.author.id}",
        "displayName": f"@{item.author.handle}",
        "profileImageUrl": f"https://yt3.ggpht.com/{item.author.id}=s88",
        "isVerified": False,
        "isChatOwner": item.author.id == live.author.id,
        "isChatSponsor": kind == "newSponsorEvent",
        "isChatModerator": False,
    }
    resource["etag"] = etag(item.id, kind)
    return resource
