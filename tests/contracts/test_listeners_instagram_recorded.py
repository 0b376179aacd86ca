"""The Instagram sources against recorded payloads of the Graph API, endpoint by endpoint, and what they become when mapped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from dengar.log.memory import MemoryLog
from dengar.mapping import map_event
from dengar.records import Outcome
from dengar.registers import Campaign, Registers
from dengar.settings import Settings
from listeners.clock import PlatformClock
from listeners.context import Context
from listeners.instagram import split
from listeners.instagram.accounts import Accounts
from listeners.instagram.client import Instagram, cursor
from listeners.instagram.comments import Comments
from listeners.instagram.discovery import Discovery
from listeners.instagram.errors import (
    InstagramError,
    PermissionMissingError,
    RequestError,
    TokenError,
    TransientError,
    error_of,
)
from listeners.instagram.hashtags import Hashtags
from listeners.instagram.insights import Insights
from listeners.instagram.media import Media, Tags
from listeners.instagram.stories import Stories
from listeners.instagram.token import inspect, warning_of
from listeners.instagram.usage import highest
from listeners.instagram.watch import Watch
from listeners.item import RawItem
from listeners.receiver.read import Reader
from listeners.station import Station
from tests.unit.listeners.instagram.wire import Answer, Wire
from tests.unit.listeners.rounds import round_of

OWN = "17841406338772941"
OBSERVED = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
Recorded = Callable[[str], Any]


@pytest.fixture
def recorded(shared: Path) -> Recorded:
    folder = shared / "data" / "fixtures" / "instagram"
    if not folder.is_dir():
        pytest.skip("the recorded Instagram payloads are not on this machine")
    libraries = {
        "sns": "sns-sdks__python-facebook",
        "airbyte": "airbytehq__airbyte-source-instagram",
        "restfb": "restfb__restfb",
    }

    def read(name: str) -> Any:
        library, _, path = name.partition("/")
        return orjson.loads((folder / libraries[library] / f"{path}.json").read_bytes())

    return read


def graph(recorded: Recorded) -> Callable[[str, dict[str, str]], Answer]:
    """Answers each endpoint with what was recorded of it; an endpoint without a recording answers an empty edge."""

    def answer(path: str, parameters: dict[str, str]) -> Answer:
        page = "_p2" if parameters.get("after") or ".after(" in parameters.get("fields", "") else "_p1"
        edge = path.partition("/")[2]
        if "business_discovery" in parameters.get("fields", ""):
            account = recorded("sns/discovery/user_fields")["business_discovery"]
            media = recorded(f"sns/discovery/medias{page}")["business_discovery"]["media"]
            return 200, {"id": OWN, "business_discovery": account | {"media": media}}
        if "mentioned_comment" in parameters.get("fields", ""):
            return 200, recorded("sns/users/mentioned_comment")
        named = {
            OWN: "sns/users/user_fields",
            f"{OWN}/media": f"sns/users/medias{page}",
            f"{OWN}/stories": "sns/users/stories",
            f"{OWN}/tags": "sns/users/tagged_medias",
            f"{OWN}/insights": "sns/users/user_insights_new",
            "ig_hashtag_search": "sns/users/hashtag_search",
            "debug_token": "sns/base/token_info",
        }
        edges = {
            "comments": f"sns/medias/comments{page}",
            "replies": "sns/comments/replies",
            "insights": "sns/medias/insights",
            "recent_media": f"sns/hashtags/hashtag_recent_medias{page}",
            "top_media": "sns/hashtags/hashtag_recent_medias_p2",
        }
        name = named.get(path) or edges.get(edge)
        assert name is not None, f"{path} is not recorded"
        return 200, recorded(name)

    return answer


@pytest.fixture
def connection(recorded: Recorded) -> Instagram:
    clock = PlatformClock(monotonic=lambda: 0.0)
    clock.hear("Fri, 20 Nov 2026 03:00:00 GMT")
    made = Instagram(Settings(instagram_token="a-token-of-a-test"), clock=clock)
    made._api._session.requests.mount("https://", Wire(graph(recorded)))
    return made


@pytest.fixture
def watch(connection: Instagram) -> Watch:
    registers = Registers(campaigns=(Campaign("c", "C", ("developers",), (), None, None, kind="campaign"),))
    station = Station("instagram", Settings(), registers, MemoryLog(), clock=connection.clock, walk=True)
    return Watch(station, connection, [OWN], {"facebookfordevelopers": "17841407673135339"})


def ids(recorded: Recorded, *names: str) -> set[str]:
    return {row["id"] for name in names for row in recorded(name)["data"]}


def outcomes(items: list[RawItem]) -> set[Outcome]:
    return {map_event(item.event(OBSERVED), "raw.instagram/0/1").outcome for item in items}


def subjects(items: list[RawItem], kind: str) -> set[str]:
    return {item.subject.rpartition(":")[2] for item in items if item.kind == kind}


@pytest.mark.parametrize(
    ("build", "kind", "names"),
    [
        (Media, "media", ("sns/users/medias_p1", "sns/users/medias_p2")),
        (Stories, "story", ("sns/users/stories",)),
        (Tags, "media", ("sns/users/tagged_medias",)),
        (Hashtags, "media", ("sns/hashtags/hashtag_recent_medias_p1", "sns/hashtags/hashtag_recent_medias_p2")),
    ],
)
def test_an_edge_gives_every_row_of_its_recorded_pages_and_each_is_mapped(
    recorded: Recorded, watch: Watch, build: Callable[[Watch], Any], kind: str, names: tuple[str, ...]
) -> None:
    items = round_of(build(watch), watch.station)
    assert subjects(items, kind) == ids(recorded, *names)
    # The hashtag pages were recorded without asking for the time, as the sources do.
    dated = [replace(item, payload={"timestamp": "2021-08-13T08:25:28+0000"} | item.payload) for item in items]
    assert outcomes(dated) == {Outcome.MENTION}


def test_comments_and_replies(recorded: Recorded, watch: Watch) -> None:
    round_of(Media(watch), watch.station)
    items = round_of(Comments(watch), watch.station)
    assert subjects(items, "comment") == ids(recorded, "sns/medias/comments_p1", "sns/medias/comments_p2")
    assert outcomes(items) == {Outcome.MENTION}
    context = Context("r", "v", "owned", OWN, post_id="ig:media:1", parent_id="ig:comment:9")
    replies = [
        item
        for body in watch.instagram.pages("17858154961981086", "replies")
        for row in split.rows(body)
        for item in split.comment(row, context)
    ]
    assert subjects(replies, "comment") == ids(recorded, "sns/comments/replies")
    nested = split.comment(recorded("restfb/instagram/comment"), context)
    assert [(item.subject, item.parent_id) for item in nested][1:] == [
        ("ig:comment:1234567891", "ig:comment:123456789")
    ]


def test_own_account_and_a_discovered_one(recorded: Recorded, watch: Watch) -> None:
    (own,) = round_of(Accounts(watch), watch.station)
    assert (own.kind, outcomes([own])) == ("user", {Outcome.ACCOUNT})
    items = round_of(Discovery(watch), watch.station)
    pages = [recorded(f"sns/discovery/medias_p{n}")["business_discovery"]["media"]["data"] for n in (1, 2)]
    assert subjects(items, "media") == {row["id"] for page in pages for row in page}
    assert subjects(items, "user") == {"17841407673135339"}
    assert outcomes(items) == {Outcome.MENTION, Outcome.ACCOUNT}


def test_insights_of_media_and_accounts(watch: Watch) -> None:
    round_of(Media(watch), watch.station)
    items = round_of(Insights(watch), watch.station)
    assert {item.kind for item in items} == {"media_insights", "account_insights"}
    assert outcomes(items) == {Outcome.METRICS}


def test_a_mention_is_read_by_the_id_of_its_notice(recorded: Recorded, connection: Instagram) -> None:
    notice = Context("r", "instagram.webhook", "owned", OWN).item(
        "instagram", "webhook_change", "ig:comment:17967008497439572", None,
        {"field": "mentions", "value": {"media_id": "1", "comment_id": "17967008497439572"}}, post_id="ig:media:1",
    )  # fmt: skip
    (item,) = Reader(lambda: connection, None, OWN).read(notice)
    assert item.payload == recorded("sns/users/mentioned_comment")["mentioned_comment"]
    assert outcomes([item]) == {Outcome.MENTION}


def test_a_comment_is_read_by_the_id_of_its_notice(recorded: Recorded, connection: Instagram) -> None:
    row = recorded("sns/comments/comment_fields")
    connection._api._session.requests.mount("https://", Wire([(200, row)]))
    notice = Context("r", "instagram.webhook", "owned", OWN).item(
        "instagram", "webhook_change", f"ig:comment:{row['id']}", None,
        {"field": "live_comments", "value": {"id": row["id"]}}, post_id="ig:media:1",
    )  # fmt: skip
    (item,) = Reader(lambda: connection, None, OWN).read(notice)
    assert (item.payload, item.post_id) == (row, "ig:media:1")
    assert outcomes([item]) == {Outcome.MENTION}


def test_a_mentioned_medium_with_its_children_is_read_by_the_id_of_its_notice(
    recorded: Recorded, connection: Instagram
) -> None:
    row = recorded("sns/medias/media_default")
    wire = Wire([(200, {"mentioned_media": row, "id": OWN})])
    connection._api._session.requests.mount("https://", wire)
    notice = Context("r", "instagram.webhook", "owned", OWN).item(
        "instagram", "webhook_change", f"ig:media:{row['id']}", None, {"field": "mentions", "value": {"media_id": row["id"]}}
    )  # fmt: skip
    (item,) = Reader(lambda: connection, None, OWN).read(notice)
    assert item.payload == row
    assert len(row["children"]["data"]) == 3
    assert outcomes([item]) == {Outcome.MENTION}
    assert wire.asked[0][1]["fields"].startswith(f"mentioned_media.media_id({row['id']}){{id,caption")


def test_a_carousel_is_one_post_of_that_format(recorded: Recorded, watch: Watch) -> None:
    (row,) = recorded("airbyte/media_for_carousel_album")["data"]
    (item,) = split.media(row, watch.context("media", "media", OWN))
    mapped = map_event(item.event(OBSERVED), "raw.instagram/0/1")
    assert mapped.record is not None
    assert (mapped.outcome, mapped.record["post_format"]) == (Outcome.MENTION, "carousel")


def test_a_time_series_of_an_account_keeps_the_end_of_each_day(recorded: Recorded, watch: Watch) -> None:
    body = recorded("airbyte/user_insights")
    (item,) = split.insights("account_insights", {"id": OWN} | body, watch.context("insights", "insights", OWN))
    mapped = map_event(item.event(OBSERVED), "raw.instagram/0/1")
    assert mapped.outcome == Outcome.METRICS
    assert item.payload["data"] == body["data"]


def test_debug_token_tells_age_and_scopes(connection: Instagram) -> None:
    told = inspect(connection, "a-token")
    assert told["expires_at"] == 1577347200
    said = warning_of(told, OBSERVED)
    assert said is not None
    assert "instagram_basic" in said
    assert "pages_show_list" not in said
    complete = told | {"scopes": []}
    assert "ends in 0 days" in str(warning_of(complete, OBSERVED))


@pytest.mark.parametrize(
    ("name", "status", "expected"),
    [
        ("sns/base/error_data", 400, RequestError),
        ("airbyte/media_insights_for_error_posted_before_business", 400, RequestError),
        ("airbyte/media_insights_for_error_with_wrong_permissions_code_10", 403, PermissionMissingError),
        ("restfb/exampleErrorNew", 400, TokenError),
        ("restfb/oauthExampleError", 400, TransientError),
        ("restfb/instagram/ig_login_exception", 400, RequestError),
    ],
)
def test_recorded_errors_are_told_apart(
    recorded: Recorded, name: str, status: int, expected: type[InstagramError]
) -> None:
    error = error_of(status, recorded(name), "/1")
    assert type(error) is expected
    assert (error.subcode == 2108006) is ("before_business" in name)


def test_recorded_headers_and_paging(recorded: Recorded) -> None:
    usage = orjson.dumps(recorded("restfb/api/header-business")).decode()
    assert highest({"X-Business-Use-Case-Usage": usage}) == (100.0, 10.0)
    assert cursor(recorded("restfb/v2_2/cursor_only_paging1")) is None
    assert cursor(recorded("sns/users/medias_p1")) == "after"
    assert cursor(recorded("sns/users/medias_p2")) is None
    assert cursor(recorded("airbyte/stories")) is None
