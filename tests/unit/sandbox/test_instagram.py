"""The Instagram stand-in: fields, paging, what is withheld, errors, limits, insights."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from sandbox.app import create_app
from sandbox.instagram.errors import GraphError
from sandbox.instagram.fields import Field, parse, write
from sandbox.instagram.insights import MEDIA_METRICS
from sandbox.scenario import World
from sandbox.state import State

_NAMES = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)
_FIELDS = st.recursive(
    st.builds(
        Field, _NAMES, st.dictionaries(_NAMES, st.from_regex(r"[a-zA-Z0-9=_-]{0,6}", fullmatch=True), max_size=2)
    ),
    lambda inner: st.builds(Field, _NAMES, st.just({}), st.lists(inner, min_size=1, max_size=3).map(tuple)),
    max_leaves=8,
)


def get(client: TestClient, path: str, **parameters: object) -> dict[str, Any]:
    answer = client.get(f"/v26.0/{path}", params={"access_token": "t", **parameters})
    assert answer.status_code == 200, answer.text
    return answer.json()


def error(client: TestClient, path: str, **parameters: object) -> tuple[int, int | None]:
    answer = client.get(f"/v26.0/{path}", params={"access_token": "t", **parameters})
    body = answer.json()["error"]
    assert answer.status_code >= 400
    return body["code"], body.get("error_subcode")


@given(st.lists(_FIELDS, min_size=1, max_size=4).map(tuple))
def test_fields_round_trip(fields: tuple[Field, ...]) -> None:
    assert parse(write(fields)) == fields


@given(st.text(max_size=30))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    with contextlib.suppress(GraphError):  # any other exception fails the test
        assert write(parse(text)).replace(" ", "") != "" or text == ""


@pytest.mark.parametrize("text", ["", "id{", "id,", "a.b", "media.limit(5{id}", "id}", "a{b{c{d{e{f{g{h}}}}}}}"])
def test_syntax_errors_have_code_100(text: str) -> None:
    with pytest.raises(GraphError) as caught:
        parse(text)
    assert caught.value.code == 100


def test_only_the_asked_fields_come(client: TestClient, state: State, own: str) -> None:
    state.clock.move(state.world.end - timedelta(days=1))
    rows = get(client, f"{own}/media", fields="id,caption,comments.limit(2){text,replies.limit(1){username}}")["data"]
    assert rows
    for row in rows:
        assert set(row) <= {"id", "caption", "comments"}
        for comment in row["comments"]["data"]:
            assert set(comment) <= {"id", "text", "replies"}
            for reply in comment.get("replies", {}).get("data", []):
                assert set(reply) == {"id", "username"}


def test_a_walk_finds_every_comment_and_reply(client: TestClient, state: State, own: str) -> None:
    state.clock.move(state.world.end - timedelta(hours=1))
    now, seen, true = state.clock.now, set(), set()
    media = get(client, f"{own}/media", fields="id,comments_count", limit=100)["data"]
    for medium in media:
        body = get(client, f"{medium['id']}/comments", fields="id,replies.limit(2){id}", limit=10)
        found: list[str] = []
        while True:
            for comment in body["data"]:
                found.append(comment["id"])
                replies = comment.get("replies", {"data": []})
                while True:
                    found += [r["id"] for r in replies["data"]]
                    if "next" not in replies.get("paging", {}):
                        break
                    replies = client.get(replies["paging"]["next"]).json()
            if "next" not in body.get("paging", {}):
                break
            body = client.get(body["paging"]["next"]).json()
        assert len(found) == len(set(found)) == medium["comments_count"]
        seen |= set(found)
    for item in state.world.items:
        if item.kind in ("comment", "reply") and item.post and item.post.author.id == own and item.visible(now):
            true.add(item.id)
    assert seen == true


def test_what_the_platform_withholds_is_withheld(client: TestClient, state: State, own: str) -> None:
    state.clock.move(state.world.end - timedelta(days=2))
    now = state.clock.now
    visible = [i for i in state.world.items if i.visible(now)]
    foreign_comment = next(i for i in visible if i.kind == "comment" and i.withheld)
    foreign_media = next(i for i in visible if i.via == ("discovery",))
    foreign_story = next(i for i in visible if i.format == "story" and i.withheld)
    for item in (foreign_comment, foreign_media, foreign_story):
        assert error(client, item.id, fields="id") == (100, 33)
    assert error(client, f"{foreign_media.id}/comments") == (100, 33)
    assert error(client, f"{foreign_media.id}/insights", metric="reach") == (100, 33)
    tag = get(client, "ig_hashtag_search", user_id=own, q="senyumlansia")["data"][0]["id"]
    assert error(client, f"{tag}/recent_media", user_id=own, fields="id,username") == (100, None)
    assert error(client, f"{own}/tags", fields="id,comments{text}") == (10, None)
    name = foreign_media.author.handle
    discovered = get(
        client, own, fields=f"business_discovery.username({name}){{username,media.limit(50){{id,media_product_type}}}}"
    )
    media = discovered["business_discovery"]["media"]["data"]
    assert foreign_media.id in {m["id"] for m in media}
    assert "STORY" not in {m["media_product_type"] for m in media}
    assert error(client, own, fields="business_discovery.username(nobody){id}")[0] == 110


def test_stories_live_for_a_day(client: TestClient, state: State, own: str) -> None:
    story = next(i for i in state.world.items if i.format == "story" and i.author.id == own)
    state.clock.move(story.published_at + timedelta(hours=23))
    assert story.id in {s["id"] for s in get(client, f"{own}/stories")["data"]}
    assert story.id not in {m["id"] for m in get(client, f"{own}/media", limit=100)["data"]}
    state.clock.advance(2 * 3600)
    assert story.id not in {s["id"] for s in get(client, f"{own}/stories")["data"]}
    assert error(client, story.id) == (100, 33)


def test_mentions_are_read_by_the_account_that_is_named(client: TestClient, state: State, own: str) -> None:
    comment = next(i for i in state.world.items if i.kind == "comment" and i.extra.get("mentioned") == own)
    state.clock.move(comment.published_at)
    fields = f"mentioned_comment.comment_id({comment.id}){{id,text,timestamp,username,media{{id,media_url}}}}"
    found = get(client, own, fields=fields)["mentioned_comment"]
    assert found["text"] == comment.versions[0].text
    assert comment.post is not None
    assert found["media"]["id"] == comment.post.id
    assert error(client, own, fields="mentioned_comment.comment_id(18000000000000000){id}") == (100, 33)


def test_insights_fit_the_product(client: TestClient, state: State, own: str) -> None:
    state.clock.move(state.world.end - timedelta(days=1))
    for medium in get(client, f"{own}/media", fields="media_product_type", limit=100)["data"]:
        metrics = sorted(MEDIA_METRICS[medium["media_product_type"]])
        data = get(client, f"{medium['id']}/insights", metric=",".join(metrics))["data"]
        assert [row["name"] for row in data] in (metrics, [])
        assert error(client, f"{medium['id']}/insights", metric="reach,impressions") == (100, None)
    total = get(client, f"{own}/insights", metric="reach,views,saves", period="day", metric_type="total_value")["data"]
    assert all(row["total_value"]["value"] > 0 for row in total)
    assert error(client, f"{own}/insights", metric="views", period="day") == (100, None)
    assert error(client, f"{own}/insights", metric="reach", period="day", since=0, until=10**9)[0] == 100


def test_insights_are_empty_not_zero_at_first(client: TestClient, state: State, own: str) -> None:
    medium = next(i for i in state.world.items if i.author.id == own and i.format == "image")
    state.clock.move(medium.published_at + timedelta(minutes=5))
    assert get(client, f"{medium.id}/insights", metric="reach") == {"data": []}


def test_tokens_faults_and_unknown_things(client: TestClient, own: str) -> None:
    assert error(client, own, access_token="") == (104, None)
    assert error(client, own, access_token="invalid") == (190, 463)
    assert error(client, own, fields="id,nothing") == (100, None)
    assert error(client, own, fields="id{") == (100, None)
    assert error(client, f"{own}/nothing") == (100, 33)
    assert error(client, f"{own}/media", after="%%%") == (100, None)
    client.post("/sandbox/faults", json={"status": 503, "share": 1.0})
    assert error(client, own)[0] == 2


def test_limits_and_their_headers(world: World, own: str) -> None:
    state = State(
        world,
        limits={"business_calls_per_day": 4, "app_users": 1, "app_calls_per_user_hour": 2, "hashtags_per_week": 1},
    )
    with TestClient(create_app(state)) as client:
        answers = [client.get(f"/v26.0/{own}", params={"access_token": "t"}) for _ in range(5)]
        assert own in answers[0].headers["x-business-use-case-usage"]
        assert [a.status_code for a in answers] == [200] * 4 + [400]
        assert answers[-1].json()["error"]["code"] == 80002
        state.clock.move(world.end)
        tag = get(client, "ig_hashtag_search", user_id=own, q="senyumlansia")["data"][0]["id"]
        assert error(client, "ig_hashtag_search", user_id=own, q="kemensospeduli") == (18, 2207034)
        assert error(client, f"{tag}/top_media", user_id=own)[0] == 4


@pytest.mark.parametrize("tag", ["senyumlansia", "kemensospeduli"])
def test_recent_hashtag_media_are_of_the_last_day(client: TestClient, state: State, own: str, tag: str) -> None:
    state.clock.move(state.world.end - timedelta(hours=5))
    node = get(client, "ig_hashtag_search", user_id=own, q=tag)["data"][0]["id"]
    for media in get(client, f"{node}/recent_media", user_id=own, fields="id,caption,timestamp", limit=50)["data"]:
        assert f"#{tag}" in media["caption"]
        assert state.world.by_id[f"ig:media:{media['id']}"].published_at > state.clock.now - timedelta(days=1)
    assert get(client, f"{own}/recently_searched_hashtags") == {"data": [{"id": node}]}


def test_demographics_are_by_breakdown_and_from_a_hundred_people_on(client: TestClient, state: State, own: str) -> None:
    state.clock.move(state.world.start)
    asked = {"period": "lifetime", "metric_type": "total_value", "breakdown": "age"}
    (row,) = get(client, f"{own}/insights", metric="follower_demographics", **asked)["data"]
    (breakdown,) = row["total_value"]["breakdowns"]
    assert breakdown["dimension_keys"] == ["age"]
    assert sum(result["value"] for result in breakdown["results"]) > 100
    # At the start nobody has engaged with anything yet.
    assert error(client, f"{own}/insights", metric="engaged_audience_demographics", **asked) == (10, None)
    assert error(client, f"{own}/insights", metric="follower_demographics", **(asked | {"breakdown": "x"}))[0] == 100
    assert error(client, f"{own}/insights", metric="follower_demographics,reach", **asked)[0] == 100


def test_a_page_of_too_many_rows_is_asked_to_be_smaller(world: World, own: str) -> None:
    with TestClient(create_app(State(world, limits={"rows_per_answer": 10}))) as client:
        assert error(client, f"{own}/media", limit=50) == (1, None)
        assert get(client, f"{own}/media", limit=10)["data"] is not None


def test_tokens_tell_their_age_and_are_renewed(client: TestClient, state: State) -> None:
    told = get(client, "debug_token", input_token="t")["data"]
    assert told["expires_at"] - told["issued_at"] == 60 * 86_400
    assert error(client, "debug_token") == (100, None)
    exchange = {"grant_type": "fb_exchange_token", "fb_exchange_token": "t", "client_id": "1", "client_secret": "s"}
    assert get(client, "oauth/access_token", **exchange)["access_token"] != "t"
    assert error(client, "oauth/access_token", **(exchange | {"client_secret": ""}))[0] == 101
    assert error(client, "refresh_access_token", grant_type="ig_refresh_token") == (100, None)
    state.clock.advance(86_400)
    assert get(client, "refresh_access_token", grant_type="ig_refresh_token")["expires_in"] == 60 * 86_400
