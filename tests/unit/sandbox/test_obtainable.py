"""What /sandbox/obtainable promises is exactly what complete walks find: no id more, none less."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dengar.records import timestamp
from sandbox.state import State


def pages(client: TestClient, path: str, **parameters: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    query = {"part": "snippet", "key": "k", "maxResults": 50, **parameters}
    while True:
        answer = client.get(f"/youtube/v3/{path}", params=query)
        if answer.status_code == 403 and answer.json()["error"]["errors"][0]["reason"] == "commentsDisabled":
            return items
        body = answer.json()
        items += body["items"]
        if "nextPageToken" not in body:
            return items
        query["pageToken"] = body["nextPageToken"]


def youtube_walk(client: TestClient, state: State) -> set[str]:
    found = set()
    for actor in state.world.registered("youtube"):
        for entry in pages(client, "playlistItems", playlistId=f"UU{actor.id[2:]}"):
            video = entry["snippet"]["resourceId"]["videoId"]
            found.add(f"yt:video:{video}")
            for thread in pages(client, "commentThreads", videoId=video):
                found.add(f"yt:comment:{thread['id']}")
                if thread["snippet"]["totalReplyCount"]:
                    found |= {f"yt:comment:{r['id']}" for r in pages(client, "comments", parentId=thread["id"])}
    return found


def graph_pages(client: TestClient, path: str, **parameters: Any) -> list[dict[str, Any]]:
    body = client.get(f"/v26.0/{path}", params={"access_token": "t", "limit": 50, **parameters}).json()
    items = list(body["data"])
    while "next" in body.get("paging", {}):
        body = client.get(body["paging"]["next"]).json()
        items += body["data"]
    return items


def instagram_walk(client: TestClient, state: State) -> tuple[set[str], set[str], set[str]]:
    """(polled, discovered, tagged)."""
    polled: set[str] = set()
    tagged: set[str] = set()
    officials = state.world.registered("instagram", "official")
    for actor in officials:
        polled |= {f"ig:media:{s['id']}" for s in graph_pages(client, f"{actor.id}/stories")}
        tagged |= {f"ig:media:{m['id']}" for m in graph_pages(client, f"{actor.id}/tags")}
        for media in graph_pages(client, f"{actor.id}/media"):
            polled.add(f"ig:media:{media['id']}")
            for comment in graph_pages(client, f"{media['id']}/comments", fields="id"):
                polled.add(f"ig:comment:{comment['id']}")
                polled |= {f"ig:comment:{r['id']}" for r in graph_pages(client, f"{comment['id']}/replies")}
    discovered = set()
    for actor in state.world.registered("instagram", "partner", "influencer", "media", "public_figure"):
        fields = f"business_discovery.username({actor.handle}){{media.limit(100){{id}}}}"
        query = {"access_token": "t", "fields": fields}
        body = client.get(f"/v26.0/{officials[0].id}", params=query).json()["business_discovery"]
        discovered |= {f"ig:media:{m['id']}" for m in body["media"]["data"]}
    return polled, discovered, tagged


@pytest.mark.parametrize("hours", [31.5, 100, 167.9])
def test_a_complete_walk_finds_exactly_what_is_obtainable(client: TestClient, state: State, hours: float) -> None:
    state.clock.move(state.world.start + timedelta(hours=hours))
    now = timestamp(state.clock.now)
    rows = client.get("/sandbox/obtainable").json()["items"]

    def promised(way: str) -> set[str]:
        return {
            i
            for i, r in rows.items()
            if way in r["via"] and r["visible_from"] <= now and (r["visible_to"] or "9") > now
        }

    polled, discovered, tagged = instagram_walk(client, state)
    assert youtube_walk(client, state) | polled == promised("poll")
    assert discovered == promised("discovery")
    assert tagged == promised("tags")
