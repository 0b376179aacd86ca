"""The YouTube stand-in: paging, ETags, errors, quota, edits, deletions, chat."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from sandbox.app import create_app
from sandbox.scenario import Item, World
from sandbox.state import State


def get(client: TestClient, path: str, **parameters: object) -> dict[str, Any]:
    answer = client.get(f"/youtube/v3/{path}", params={"part": "snippet", "key": "k", **parameters})
    assert answer.status_code == 200, answer.text
    return answer.json()


def reason(client: TestClient, path: str, **parameters: object) -> tuple[int, str]:
    answer = client.get(f"/youtube/v3/{path}", params={"part": "snippet", "key": "k", **parameters})
    error = answer.json()["error"]
    assert error["code"] == answer.status_code
    return answer.status_code, error["errors"][0]["reason"]


def walk(client: TestClient, path: str, **parameters: object) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    token: str | None = None
    while True:
        body = get(client, path, **parameters, **({"pageToken": token} if token else {}))
        items += body["items"]
        token = body.get("nextPageToken")
        if token is None:
            return items


def busiest(world: World) -> Item:
    videos = [i for i in world.items if i.format == "video" and i.deleted_at is None]
    return max(videos, key=lambda v: len(v.children))


def test_a_walk_finds_every_thread_and_reply(client: TestClient, state: State) -> None:
    state.clock.move(state.world.end)
    video, now = busiest(state.world), state.world.end
    threads = walk(client, "commentThreads", part="snippet,replies", videoId=video.id, maxResults=20, order="time")
    assert [t["id"] for t in threads] == [
        t.id for t in sorted(video.visible_children(now), key=lambda t: (-t.published_at.timestamp(), t.id))
    ]
    for thread in threads:
        inline = thread.get("replies", {}).get("comments", [])
        assert len(inline) == min(thread["snippet"]["totalReplyCount"], 5)
        if thread["snippet"]["totalReplyCount"] > 5:
            replies = walk(client, "comments", parentId=thread["id"], maxResults=4)
            assert len({r["id"] for r in replies}) == thread["snippet"]["totalReplyCount"]


def test_new_threads_do_not_shift_the_pages_of_a_walk(client: TestClient, state: State) -> None:
    video = busiest(state.world)
    state.clock.move(video.published_at + timedelta(hours=12))
    first = get(client, "commentThreads", videoId=video.id, maxResults=5)
    before = {t.id for t in video.visible_children(state.clock.now)}
    state.clock.advance(3600)
    rest, token = [], first["nextPageToken"]
    while token:
        page = get(client, "commentThreads", videoId=video.id, maxResults=5, pageToken=token)
        rest += page["items"]
        token = page.get("nextPageToken")
    seen = [t["id"] for t in [*first["items"], *rest]]
    assert len(seen) == len(set(seen))
    assert {i for i in before if state.world.by_id[f"yt:comment:{i}"].visible(state.clock.now)} <= set(seen) <= before


def test_a_channel_walk_equals_the_walks_of_its_videos(client: TestClient, state: State) -> None:
    state.clock.move(state.world.end - timedelta(days=3))
    actor = state.world.registered("youtube", "official")[0]
    by_channel = {
        t["id"] for t in walk(client, "commentThreads", allThreadsRelatedToChannelId=actor.id, maxResults=100)
    }
    videos = [v for v in state.world.posts[actor.record_id] if v.visible(state.clock.now)]
    assert by_channel == {t["id"] for v in videos for t in walk(client, "commentThreads", videoId=v.id, maxResults=100)}


def test_edits_and_deletions_show_when_they_happen(client: TestClient, state: State) -> None:
    edited = next(i for i in state.world.items if i.kind == "comment" and len(i.versions) > 1 and i.deleted_at is None)
    gone = next(i for i in state.world.items if i.record_id.startswith("yt:comment") and i.deleted_at)
    assert gone.deleted_at is not None
    moments: list[tuple[datetime, Item, str, int]] = [
        (edited.versions[1].at - timedelta(seconds=1), edited, edited.versions[0].text, 1),
        (edited.versions[1].at, edited, edited.versions[1].text, 1),
        (gone.deleted_at - timedelta(seconds=1), gone, gone.version(gone.deleted_at - timedelta(seconds=1)).text, 1),
        (gone.deleted_at, gone, "", 0),
    ]
    for at, item, text, count in sorted(moments, key=lambda m: m[0]):
        state.clock.move(at)
        items = get(client, "comments", id=item.id, textFormat="plainText")["items"]
        assert len(items) == count
        if items:
            assert items[0]["snippet"]["textOriginal"] == text
            assert (items[0]["snippet"]["updatedAt"] > items[0]["snippet"]["publishedAt"]) == (
                item.version(at).at > item.published_at
            )


def test_counts_are_strings_grow_and_hide(client: TestClient, state: State) -> None:
    video = next(v for v in state.world.items if v.format == "video" and v.extra["hidden_likes"] and v.via == ("poll",))
    state.clock.move(video.published_at + timedelta(hours=1))
    early = get(client, "videos", part="statistics", id=video.id)["items"][0]["statistics"]
    state.clock.advance(86_400)
    late = get(client, "videos:batchGetStats", part="statistics", id=video.id)["items"][0]["statistics"]
    assert isinstance(early["viewCount"], str)
    assert int(early["viewCount"]) < int(late["viewCount"])
    assert "likeCount" not in early
    hidden = next(a for a in state.world.registered("youtube") if a.hidden_followers)
    assert "subscriberCount" not in get(client, "channels", part="statistics", id=hidden.id)["items"][0]["statistics"]


def test_html_is_the_default_text_format(client: TestClient, state: State) -> None:
    state.clock.move(state.world.end)
    item = next(
        i
        for i in state.world.items
        if i.record_id.startswith("yt:comment") and "'" not in i.versions[-1].text and i.deleted_at is None
    )
    assert get(client, "comments", id=item.id)["items"][0]["snippet"]["textDisplay"] == item.versions[-1].text


def test_unchanged_answers_are_304(client: TestClient, state: State) -> None:
    actor = state.world.registered("youtube", "official")[0]
    state.clock.move(state.world.start + timedelta(days=1))
    query = {"part": "snippet", "key": "k", "id": actor.id}
    first = client.get("/youtube/v3/channels", params=query)
    again = client.get("/youtube/v3/channels", params=query, headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_errors_carry_the_platforms_reasons(client: TestClient, state: State) -> None:
    state.clock.move(state.world.end)
    closed = next(v for v in state.world.items if v.extra.get("comments_disabled"))
    live = next(v for v in state.world.items if v.format == "live")
    assert reason(client, "commentThreads", videoId=closed.id) == (403, "commentsDisabled")
    assert reason(client, "commentThreads", videoId="AAAAAAAAAAA") == (404, "videoNotFound")
    assert reason(client, "comments", parentId="nothing") == (404, "commentNotFound")
    assert reason(client, "playlistItems", playlistId="UUnothing") == (404, "playlistNotFound")
    assert reason(client, "liveChat/messages", liveChatId=live.extra["chat"]) == (403, "liveChatEnded")
    assert reason(client, "commentThreads", videoId=live.id, pageToken="x") == (400, "invalidPageToken")
    assert reason(client, "videos", id=live.id, key="invalid") == (400, "keyInvalid")
    assert reason(client, "videos", id=live.id, key="") == (403, "forbidden")
    assert reason(client, "videos", id=live.id, part="") == (400, "missingRequiredParameter")
    assert reason(client, "commentThreads", videoId=live.id, maxResults=101) == (400, "invalidParameter")
    assert reason(client, "nothing") == (404, "notFound")
    assert get(client, "videos", id="AAAAAAAAAAA")["items"] == []


@pytest.mark.parametrize(
    ("status", "expected"), [(403, "rateLimitExceeded"), (400, "processingFailure"), (500, "backendError")]
)
def test_faults_on_order(client: TestClient, status: int, expected: str) -> None:
    assert client.post("/sandbox/faults", json={"status": status, "share": 1.0}).status_code == 200
    assert reason(client, "channels", forHandle="@kemensos_sandbox") == (status, expected)


def test_quota_runs_dry_per_bucket_and_fills_at_midnight_in_los_angeles(world: World) -> None:
    state = State(world, quota={"search": 2})
    with TestClient(create_app(state)) as client:
        for _ in range(2):
            get(client, "search", q="bansos")
        assert reason(client, "search", q="bansos") == (403, "quotaExceeded")
        get(client, "channels", forHandle="@kemensos_sandbox")
        state.clock.advance(15 * 3600)  # the scenario starts at 09:00 in Los Angeles
        get(client, "search", q="bansos")


def test_live_chat_can_be_read_only_while_it_runs(client: TestClient, state: State) -> None:
    live = next(v for v in state.world.items if v.format == "live")
    assert live.ends_at is not None
    state.clock.move(live.published_at + timedelta(minutes=30))
    details = get(client, "videos", part="liveStreamingDetails", id=live.id)["items"][0]["liveStreamingDetails"]
    body = get(client, "liveChat/messages", liveChatId=details["activeLiveChatId"])
    spoken = {m.id for m in state.world.chats[live.record_id] if m.published_at <= state.clock.now}
    assert {m["id"] for m in body["items"]} == spoken
    state.clock.advance(1800)
    more = get(client, "liveChat/messages", liveChatId=details["activeLiveChatId"], pageToken=body["nextPageToken"])
    assert spoken.isdisjoint(m["id"] for m in more["items"])
    state.clock.move(live.ends_at)
    assert (
        "activeLiveChatId"
        not in get(client, "videos", part="liveStreamingDetails", id=live.id)["items"][0]["liveStreamingDetails"]
    )


def test_citizens_videos_are_found_by_search(client: TestClient, state: State) -> None:
    state.clock.move(state.world.end)
    found = {i["id"]["videoId"] for i in walk(client, "search", q="warga", maxResults=50, type="video", order="date")}
    assert any(state.world.by_id[f"yt:video:{i}"].via == ("search",) for i in found)


def test_clock_refuses_to_run_backwards(client: TestClient, state: State) -> None:
    assert client.post("/sandbox/clock", json={"to": "2020-01-01T00:00:00Z"}).status_code == 400
    assert client.post("/sandbox/clock", json={}).status_code == 400
    assert client.post("/sandbox/clock", json={"to": "2026-11-20T00:00:00"}).status_code == 400
    assert state.clock.now == state.world.start
    assert client.post("/sandbox/clock", json={"advance_seconds": 60}).json()["now"] == "2026-11-15T17:01:00.000Z"
    assert client.get("/sandbox/truth").json()["as_of"] == "2026-11-15T17:01:00.000Z"
    assert client.get("/sandbox/obtainable").json()["as_of"] == "2026-11-15T17:01:00.000Z"


def test_fields_trim_the_answer_and_not_its_etag(client: TestClient, state: State) -> None:
    state.clock.move(state.world.start + timedelta(days=1))
    ids = ",".join(actor.id for actor in state.world.registered("youtube"))
    whole = get(client, "channels", part="snippet,statistics", id=ids, maxResults=50)
    shown = get(
        client, "channels", part="snippet,statistics", id=ids, maxResults=50, fields="etag,items(id,snippet/title)"
    )
    assert shown == {
        "etag": whole["etag"],
        "items": [{"id": row["id"], "snippet": {"title": row["snippet"]["title"]}} for row in whole["items"]],
    }
    assert get(client, "channels", id=ids, maxResults=50, fields="items/snippet(title,*)")["items"] == [
        {"snippet": row["snippet"]} for row in whole["items"]
    ]
    for malformed in ("items(", "items)", "items//id", ",", "items(id))", "a b"):
        assert reason(client, "channels", id=ids, fields=malformed) == (400, "invalidParameter")


def test_a_search_repeats_videos_and_keeps_to_what_was_published_after(client: TestClient, state: State) -> None:
    state.clock.move(state.world.end)
    query = {"q": "bansos", "type": "video", "order": "date"}
    found = [row["id"]["videoId"] for row in walk(client, "search", maxResults=4, **query)]
    assert len(set(found)) < len(found)
    assert set(found) == {row["id"]["videoId"] for row in walk(client, "search", maxResults=50, **query)}
    middle = state.world.by_id[f"yt:video:{found[len(found) // 2]}"].published_at
    later = walk(client, "search", maxResults=4, publishedAfter=middle.isoformat(), **query)
    times = [state.world.by_id[f"yt:video:{row['id']['videoId']}"].published_at for row in later]
    assert 0 < len(times) < len(found)
    assert min(times) >= middle


def test_a_query_that_is_too_long_comes_as_a_form(client: TestClient, state: State) -> None:
    state.clock.move(state.world.end)
    replies = [i.id for i in state.world.items if i.record_id.startswith("yt:comment") and i.kind == "reply"][:50]
    form = {"part": "snippet", "key": "k", "id": ",".join(replies)}
    answer = client.post("/youtube/v3/comments", data=form, headers={"X-HTTP-Method-Override": "GET"})
    assert answer.json()["items"] == get(client, "comments", id=",".join(replies))["items"]
    assert len(answer.json()["items"]) > 40
    assert client.post("/youtube/v3/comments", data=form).status_code == 404
