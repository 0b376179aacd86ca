"""The sandbox answers as the platforms do: held against the discovery document and the SDKs' field lists, through the real SDKs."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

import httpx
import pytest
import uvicorn
from facebook_business.adobjects.igcomment import IGComment
from facebook_business.adobjects.igmedia import IGMedia
from facebook_business.adobjects.iguser import IGUser
from facebook_business.adobjects.instagraminsightsresult import InstagramInsightsResult
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession
from fastapi.testclient import TestClient
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from sandbox.app import create_app
from sandbox.instagram.nodes import COMMENT_FIELDS, MEDIA_FIELDS, USER_FIELDS
from sandbox.scenario import build_world
from sandbox.state import State
from sandbox.youtube.methods import METHODS

DOCUMENT = json.loads((files("googleapiclient") / "discovery_cache/documents/youtube.v3.json").read_text())
SCHEMAS = DOCUMENT["schemas"]
_TYPES = {"string": str, "boolean": bool, "integer": int, "number": (int, float), "array": list, "object": dict}


@pytest.fixture(scope="module")
def state() -> State:
    state = State(build_world(11))
    state.clock.move(state.world.end - timedelta(hours=30))
    return state


@pytest.fixture(scope="module")
def address(state: State) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(create_app(state), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the sandbox did not start"
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def youtube(address: str) -> Any:
    options = {"api_endpoint": address}
    return build(
        "youtube", "v3", developerKey="k", static_discovery=True, cache_discovery=False, client_options=options
    )


@pytest.fixture(scope="module")
def graph(address: str) -> FacebookAdsApi:
    class Session(FacebookSession):
        GRAPH = address

    return FacebookAdsApi(Session("app", "secret", "token", timeout=10), api_version="v26.0")


def violations(value: Any, schema: dict[str, Any], path: str) -> Iterator[str]:
    """Where a value is not what the discovery schema says: unknown names, other primitive types, malformed times or numbers."""
    if "$ref" in schema:
        schema = SCHEMAS[schema["$ref"]]
    kind, form = schema.get("type", "any"), schema.get("format")
    if kind != "any" and (not isinstance(value, _TYPES[kind]) or (kind == "integer" and isinstance(value, bool))):
        yield f"{path}: {type(value).__name__} instead of {kind}"
    elif kind == "object":
        known = schema.get("properties", {})
        for name, one in value.items():
            if name in known:
                yield from violations(one, known[name], f"{path}.{name}")
            elif "additionalProperties" not in schema:
                yield f"{path}.{name}: no such field"
    elif kind == "array":
        for number, one in enumerate(value):
            yield from violations(one, schema["items"], f"{path}[{number}]")
    elif kind == "string":
        if form in ("date-time", "google-datetime") and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value):
            yield f"{path}: {value!r} is not a time"
        if form in ("uint64", "int64") and not value.isdigit():
            yield f"{path}: {value!r} is not a number in a string"
        if "enum" in schema and value not in schema["enum"]:
            yield f"{path}: {value!r} is not in the enumeration"


def conforms(body: dict[str, Any], schema: str) -> None:
    found = list(violations(body, {"$ref": schema}, schema))
    assert not found, found[:10]
    assert body["items"], f"{schema}: an empty answer proves nothing"


def test_the_check_itself_finds_violations() -> None:
    bad = {"items": [{"id": 3, "nothing": 1, "statistics": {"viewCount": 5}, "snippet": {"publishedAt": "yesterday"}}]}
    found = " ".join(violations(bad, {"$ref": "VideoListResponse"}, "v"))
    for part in ("v.items[0].id", "nothing", "viewCount", "publishedAt"):
        assert part in found


def test_every_path_is_the_discovery_documents() -> None:
    paths = {
        m["path"]
        for r in DOCUMENT["resources"].values()
        for m in r.get("methods", {}).values()
        if m["httpMethod"] == "GET"
    }
    assert {f"youtube/v3/{path}" for path in METHODS} <= paths


def test_youtube_reads_conform(youtube: Any, state: State) -> None:
    actors = state.world.registered("youtube")
    channels = youtube.channels().list(
        part="snippet,contentDetails,statistics", id=",".join(a.id for a in actors), maxResults=50
    )
    channels = channels.execute()
    conforms(channels, "ChannelListResponse")
    assert len(channels["items"]) == len(actors)
    uploads = channels["items"][0]["contentDetails"]["relatedPlaylists"]["uploads"]
    listed = (
        youtube.playlistItems().list(part="snippet,contentDetails,status", playlistId=uploads, maxResults=50).execute()
    )
    conforms(listed, "PlaylistItemListResponse")
    ids = [item["contentDetails"]["videoId"] for item in listed["items"]]
    parts = "snippet,statistics,contentDetails,status,liveStreamingDetails"
    conforms(youtube.videos().list(part=parts, id=",".join(ids)).execute(), "VideoListResponse")
    conforms(
        youtube.videos().batchGetStats(part="snippet,statistics,contentDetails", id=ids).execute(),
        "BatchGetStatsResponse",
    )
    conforms(
        youtube.search().list(part="snippet", q="warga", type="video", maxResults=50).execute(), "SearchListResponse"
    )
    replies = 0
    for video in ids:
        request = youtube.commentThreads().list(part="snippet,replies", videoId=video, maxResults=100, order="time")
        while request is not None:
            threads = request.execute()
            if threads["items"]:
                conforms(threads, "CommentThreadListResponse")
            for thread in threads["items"]:
                if thread["snippet"]["totalReplyCount"] > 5:
                    found = youtube.comments().list(part="snippet", parentId=thread["id"], maxResults=100).execute()
                    conforms(found, "CommentListResponse")
                    assert len(found["items"]) == thread["snippet"]["totalReplyCount"]
                    replies += 1
            request = youtube.commentThreads().list_next(request, threads)
    assert replies > 5


def test_youtube_errors_reach_the_sdk(youtube: Any, state: State) -> None:
    with pytest.raises(HttpError) as caught:
        youtube.commentThreads().list(part="snippet", videoId="AAAAAAAAAAA").execute()
    assert (caught.value.status_code, caught.value.error_details[0]["reason"]) == (404, "videoNotFound")
    request = youtube.channels().list(part="snippet", forHandle="@kemensos_sandbox")
    request.headers["If-None-Match"] = request.execute()["etag"]
    with pytest.raises(HttpError) as unchanged:
        request.execute()
    assert unchanged.value.status_code == 304


def test_live_chat_conforms() -> None:
    own = State(build_world(11))
    lives = [item for item in own.world.items if item.format == "live"]
    types: set[str] = set()
    with TestClient(create_app(own)) as client:
        for live in lives:
            assert live.ends_at is not None
            own.clock.move(live.ends_at - timedelta(seconds=1))
            query = {"part": "snippet,authorDetails", "liveChatId": live.extra["chat"], "key": "k"}
            body = client.get("/youtube/v3/liveChat/messages", params=query).json()
            conforms(body, "LiveChatMessageListResponse")
            types |= {message["snippet"]["type"] for message in body["items"]}
    assert {"textMessageEvent", "superChatEvent", "newSponsorEvent", "tombstone"} <= types


def enum(cls: Any) -> set[str]:
    return {value for name, value in vars(cls.Field).items() if not name.startswith("_")}


# edges, which the SDK has as methods (get_children, get_comments, get_replies) rather than fields
EDGES = {"children", "comments", "replies"}


def test_field_lists_are_the_sdks() -> None:
    for way, fields in MEDIA_FIELDS.items():
        assert fields - EDGES <= enum(IGMedia), way
    assert enum(IGComment) >= COMMENT_FIELDS - EDGES
    assert enum(IGUser) >= USER_FIELDS


def test_instagram_reads_through_the_sdk(graph: FacebookAdsApi, state: State) -> None:
    actor = state.world.registered("instagram", "official")[0]
    user = IGUser(actor.id, api=graph)
    account = user.api_get(fields=sorted(USER_FIELDS)).export_all_data()
    assert set(account) == USER_FIELDS
    wanted = sorted(MEDIA_FIELDS["own"] - EDGES)
    media = list(user.get_media(fields=wanted, params={"limit": 4}))
    true = [p for p in state.world.posts[actor.record_id] if p.visible(state.clock.now) and p.format != "story"]
    assert [m["id"] for m in media] == [p.id for p in reversed(true)]
    for medium in media:
        assert set(medium.export_all_data()) <= enum(IGMedia)
        datetime.fromisoformat(medium["timestamp"])
    fields = [IGComment.Field.id, IGComment.Field.text, IGComment.Field.timestamp, IGComment.Field.username]
    busiest = max(media, key=lambda m: m["comments_count"])
    comments = list(IGMedia(busiest["id"], api=graph).get_comments(fields=[*fields, "like_count", "hidden", "from"]))
    assert len(comments) > 10
    assert set(comments[0].export_all_data()) <= enum(IGComment)
    replies = sum(len(list(IGComment(c["id"], api=graph).get_replies(fields=fields))) for c in comments)
    assert len(comments) + replies == busiest["comments_count"]
    insights = list(IGMedia(busiest["id"], api=graph).get_insights(params={"metric": ["reach", "views"]}))
    for row in insights:
        assert set(row.export_all_data()) <= enum(InstagramInsightsResult)
    assert [row["name"] for row in insights] == ["reach", "views"]
    assert all(s["id"] for s in user.get_stories(fields=["id", "caption"]))
    assert list(user.get_tags(fields=["id", "username"]))


def test_instagram_errors_and_headers_reach_the_sdk(graph: FacebookAdsApi, state: State) -> None:
    actor = state.world.registered("instagram", "official")[0]
    with pytest.raises(FacebookRequestError) as caught:
        IGMedia("17900000000000000", api=graph).api_get(fields=["id"])
    assert (caught.value.api_error_code(), caught.value.api_error_subcode()) == (100, 33)
    answer = graph.call(
        "GET", (actor.id,), params={"fields": "business_discovery.username(raracerita.sandbox){id,media.limit(1){id}}"}
    )
    assert "call_count" in answer.headers()["X-App-Usage"]
    assert answer.json()["business_discovery"]["media"]["data"]


def test_the_port_answers_plain_http_too(address: str) -> None:
    assert httpx.get(f"{address}/sandbox/state").json()["scenario"] == "kemensos_week"
