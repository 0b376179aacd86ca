"""Answers of the Graph API and webhook bodies → raw items, with the context that mapping needs."""

from __future__ import annotations

from typing import Any

import pytest

from listeners.context import Context
from listeners.instagram import split, webhook

CONTEXT = Context("instagram/x", "instagram.toy", "owned", account="100")


def test_nested_replies_go_out_on_their_own_within_their_thread() -> None:
    row = {
        "id": "1",
        "text": "kapan?",
        "media": {"id": "9"},
        "replies": {"data": [{"id": "2", "text": "besok", "parent_id": "1"}, {"id": "3", "text": "oke"}]},
    }
    top, *replies = split.comment(row, CONTEXT)
    assert (top.subject, top.payload, top.post_id) == ("ig:comment:1", row, "ig:media:9")
    assert (top.conversation_id, top.parent_id) == ("ig:comment:1", None)
    assert [reply.subject for reply in replies] == ["ig:comment:2", "ig:comment:3"]
    for reply in replies:
        assert (reply.post_id, reply.conversation_id, reply.parent_id) == ("ig:media:9", "ig:comment:1", "ig:comment:1")


def test_a_like_more_is_not_a_new_comment_and_another_text_is() -> None:
    row = {"id": "1", "text": "kapan?", "like_count": 1}
    version = split.comment(row, CONTEXT)[0].content_version
    assert split.comment({**row, "like_count": 2}, CONTEXT)[0].content_version == version
    assert split.comment({**row, "text": "kapan ya?"}, CONTEXT)[0].content_version != version


def test_counters_are_part_of_a_mediums_version_and_signed_addresses_are_not() -> None:
    row = {"id": "9", "caption": "x", "like_count": 1, "media_url": "https://cdn.example/a?sig=1"}
    version = split.media(row, CONTEXT)[0].content_version
    assert split.media({**row, "media_url": "https://cdn.example/a?sig=2"}, CONTEXT)[0].content_version == version
    assert split.media({**row, "like_count": 2}, CONTEXT)[0].content_version != version


@pytest.mark.parametrize(
    ("product", "story", "kind"), [("FEED", False, "media"), ("STORY", False, "story"), ("", True, "story")]
)
def test_a_story_is_told_by_its_product_or_its_call(product: str, story: bool, kind: str) -> None:
    (item,) = split.media({"id": "9", "media_product_type": product}, CONTEXT, story=story)
    assert (item.kind, item.subject, item.post_id, item.account) == (kind, "ig:media:9", "ig:media:9", "100")


def test_a_user_is_published_without_the_media_that_came_along() -> None:
    (item,) = split.user({"id": "5", "username": "mitra", "media": {"data": [{"id": "9"}]}}, CONTEXT)
    assert (item.subject, item.account, item.payload) == ("ig:user:5", "5", {"id": "5", "username": "mitra"})


def test_insights_belong_to_a_medium_or_an_account() -> None:
    (media,) = split.insights("media_insights", {"id": "9", "data": []}, CONTEXT)
    (account,) = split.insights("account_insights", {"id": "100", "data": []}, CONTEXT)
    assert (media.subject, media.post_id) == ("ig:media:9", "ig:media:9")
    assert (account.subject, account.post_id) == ("ig:user:100", None)


@pytest.mark.parametrize("body", [None, [], {}, {"data": None}, {"data": {}}, {"data": [None, 3, {}, {"id": ""}]}])
def test_an_edge_without_objects_has_no_rows(body: Any) -> None:
    assert split.rows(body) == []


CHANGE = {"field": "comments", "value": {"id": "1", "text": "halo", "media": {"id": "9"}}}


@pytest.mark.parametrize(
    "body",
    [
        {"object": "instagram", "entry": [{"id": "100", "time": 1, "changes": [CHANGE]}]},
        [{"object": "instagram", "entry": [{"id": "100", "time": 1, **CHANGE}]}],
    ],
)
def test_both_envelopes_give_the_change(body: Any) -> None:
    (item,) = webhook.split(body)
    assert (item.kind, item.subject, item.post_id) == ("webhook_change", "ig:comment:1", "ig:media:9")
    assert (item.payload, item.account, item.ownership) == (CHANGE, "100", "owned")


@pytest.mark.parametrize("echo", [False, True])
def test_a_message_belongs_to_the_thread_of_the_own_account_and_the_other(echo: bool) -> None:
    own, other = {"id": "100"}, {"id": "77"}
    row = {
        "sender": own if echo else other,
        "recipient": other if echo else own,
        "timestamp": 1,
        "message": {"mid": "m1", "text": "halo"} | ({"is_echo": True} if echo else {}),
    }
    (item,) = webhook.split({"entry": [{"id": "100", "messaging": [row]}]})
    assert (item.subject, item.topic, item.key) == ("ig:message:m1", "raw.messages", "ig:thread:100~77")


def test_a_body_of_more_than_a_thousand_changes_loses_none() -> None:
    assert len(webhook.split({"entry": [{"id": "1", "changes": [CHANGE] * 1_001}]})) == 1_001


@pytest.mark.parametrize("body", [None, 3, [], {}, {"entry": None}, {"entry": [None, {}, {"changes": [None, 3]}]}])
def test_what_is_no_webhook_yields_nothing(body: Any) -> None:
    assert webhook.split(body) == []
