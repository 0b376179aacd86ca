"""Exports of YouTube Data Tools: the video list and the comments of a video."""

from __future__ import annotations

from listeners.archive.rows import Export, Row, RowError, count, filled, moment, required
from listeners.context import Context
from listeners.item import RawItem
from listeners.youtube.split import split


def video(row: Row, context: Context) -> list[RawItem]:
    """A row of a video list as a `videos.list` item."""
    statistics = {
        "viewCount": count(row, "viewcount"),
        "likeCount": count(row, "likecount"),
        "commentCount": count(row, "commentcount"),
    }
    snippet = {
        "publishedAt": moment(required(row, "publishedat")),
        "channelId": required(row, "channelid"),
        "channelTitle": row.get("channeltitle"),
        "title": row.get("videotitle"),
        "description": row.get("videodescription"),
        "tags": [tag for tag in row.get("tags", "").split(",") if tag],
        "defaultLanguage": row.get("defaultlanguage"),
    }
    item = {
        "kind": "youtube#video",
        "id": required(row, "videoid"),
        "snippet": filled(snippet),
        "statistics": {name: str(number) for name, number in statistics.items() if number is not None},
        "contentDetails": filled({"duration": row.get("duration")}),
    }
    return split(item, context.within(account=snippet["channelId"]))


def comment(row: Row, context: Context) -> list[RawItem]:
    """A row of a comments file as a comment. Its video is column `videoid`, or what `dengar import --post` says."""
    post = f"yt:video:{row['videoid']}" if row.get("videoid") else context.post_id
    if post is None:
        raise RowError("no_post", "the file does not say which video it belongs to: give --post yt:video:<id>")
    identity, parent = required(row, "id"), row.get("isreplyto") or row.get("isreplytoid") or None
    if row.get("isreply") in ("1", "yes", "true") and parent is None:
        parent = identity.partition(".")[0]
    snippet = {
        "videoId": post.rpartition(":")[2],
        "parentId": parent.partition(".")[0] if parent else None,
        "textDisplay": row.get("text", ""),
        "authorDisplayName": row.get("authorname"),
        "authorChannelId": filled({"value": row.get("authorchannelid")}) or None,
        "likeCount": count(row, "likecount"),
        "publishedAt": moment(required(row, "publishedat")),
        "updatedAt": moment(required(row, "updatedat", "publishedat")),
    }
    thread = f"yt:comment:{snippet['parentId'] or identity}"
    item = {"kind": "youtube#comment", "id": identity, "snippet": filled(snippet)}
    return split(item, context.within(post_id=post, conversation_id=thread))


VIDEOS = Export(
    "youtube_data_tools.videos",
    "YouTube Data Tools, Video List",
    frozenset({"videoid", "channelid", "publishedat", "videotitle"}),
    {
        "videoId": "id",
        "channelId": "snippet.channelId, the account",
        "channelTitle": "snippet.channelTitle",
        "publishedAt": "snippet.publishedAt; without a zone taken for UTC",
        "videoTitle": "snippet.title",
        "videoDescription": "snippet.description",
        "tags": "snippet.tags, split at commas",
        "defaultLanguage": "snippet.defaultLanguage",
        "duration": "contentDetails.duration",
        "viewCount, likeCount, commentCount": "statistics; an empty cell is absent, not 0",
    },
    video,
)
COMMENTS = Export(
    "youtube_data_tools.comments",
    "YouTube Data Tools, Video Comments",
    frozenset({"id", "text", "authorname", "isreply", "publishedat"}),
    {
        "id": "id; a reply's is <thread>.<suffix>",
        "videoId": "snippet.videoId; older files lack it: give `--post yt:video:<id>`",
        "isReply, isReplyTo or isReplyToId": "snippet.parentId, the thread",
        "text": "snippet.textDisplay",
        "authorName": "snippet.authorDisplayName (masked like any author)",
        "authorChannelId": "snippet.authorChannelId",
        "likeCount": "snippet.likeCount",
        "publishedAt": "snippet.publishedAt; without a zone taken for UTC",
        "updatedAt": "snippet.updatedAt, else publishedAt",
    },
    comment,
)
