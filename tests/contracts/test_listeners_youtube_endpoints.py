"""Every endpoint that the YouTube sources read, against recorded answers and against the sandbox: each row becomes an item that maps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httplib2
import orjson
import pytest
from fastapi.testclient import TestClient

from dengar.log.memory import MemoryLog
from dengar.mapping import MappingError, map_event
from dengar.records import Outcome
from dengar.registers import Account, Campaign, Registers, load_registers
from dengar.settings import Settings
from listeners.context import Context
from listeners.item import RawItem
from listeners.refresh import PREFIX
from listeners.registry import SOURCES
from listeners.source import Source
from listeners.station import Station
from listeners.youtube import client as module
from listeners.youtube.channels import Channels
from listeners.youtube.chat import Chat
from listeners.youtube.comments import Comments
from listeners.youtube.errors import CredentialsError, error_of
from listeners.youtube.found import Found, FoundComments
from listeners.youtube.refresh import Refresh
from listeners.youtube.search import Search
from listeners.youtube.split import split
from listeners.youtube.stats import Stats
from listeners.youtube.videos import Videos
from listeners.youtube.watch import CHATS, FOUND, UPLOADS, Watch, watch
from sandbox.app import create_app
from sandbox.scenario import build_world
from sandbox.scenario.world import Item
from sandbox.state import State
from tests.unit.listeners.rounds import round_of
from tests.unit.listeners.youtube.wire import KEY, SandboxWire

OBSERVED = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


class Recorded:
    """In place of httplib2.Http: the recorded pages of each method in turn, and nothing (an empty list) after them."""

    timeout: float | None = None

    def __init__(self, folder: Path, **pages: list[str]) -> None:
        self._pages = {path.replace("_", "/"): [folder / name for name in names] for path, names in pages.items()}
        self.asked: list[str] = []

    def request(self, uri: str, *_: Any, **__: Any) -> tuple[Any, bytes]:
        path = uri.partition("/youtube/v3/")[2].partition("?")[0]
        self.asked.append(path)
        pages = self._pages.get(path, [])
        content = pages.pop(0).read_bytes() if pages else b'{"items": []}'
        return httplib2.Response({"status": 200}), content


@pytest.fixture
def recordings(shared: Path) -> Path:
    folder = shared / "data" / "fixtures" / "youtube"
    if not folder.is_dir():
        pytest.skip("the recorded payloads (../shared/data/fixtures/youtube) are not on this machine")
    return folder


@pytest.fixture
def recorded(recordings: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def made(channel: str, **pages: list[str]) -> tuple[Recorded, Watch]:
        wire = Recorded(recordings / "sns-sdks__python-youtube" / "apidata", **pages)
        monkeypatch.setattr(module, "build_http", lambda: wire)
        registers = Registers(
            (Account("youtube", channel, "h", "H", "official"),),
            (Campaign("c", "C", ("x",), (), None, None, kind="campaign"),),
        )
        return wire, watch(Station("youtube", Settings(youtube_api_key=KEY), registers, MemoryLog(), walk=True))

    return made


def outcomes(items: list[RawItem]) -> set[Outcome]:
    """What the items map to."""
    return {map_event(item.event(OBSERVED), "raw.youtube/0/1").outcome for item in items}


def rows(folder: Path, *names: str) -> list[dict[str, Any]]:
    return [row for name in names for row in orjson.loads((folder / name).read_bytes())["items"]]


def apidata(recordings: Path) -> Path:
    return recordings / "sns-sdks__python-youtube" / "apidata"


def test_recorded_channels(recorded: Any, recordings: Path) -> None:
    (row,) = rows(apidata(recordings), "channels/info.json")
    _wire, looking = recorded(row["id"], channels=["channels/info.json"])
    items = round_of(Channels(looking), looking.station)
    assert [item.subject for item in items] == [f"yt:channel:{row['id']}"]
    assert outcomes(items) == {Outcome.ACCOUNT}
    playlist = row.get("contentDetails", {}).get("relatedPlaylists", {}).get("uploads")
    assert looking.uploads == ({row["id"]: playlist} if playlist else {})


def test_recorded_uploads_and_videos(recorded: Any, recordings: Path, tmp_path: Path) -> None:
    listed = []
    for number in (1, 2):
        # Recorded with another part than the one that we ask for; both name the video.
        body = orjson.loads((apidata(recordings) / f"playlist_items/playlist_items_paged_{number}.json").read_bytes())
        for row in body["items"]:
            row["contentDetails"] = {"videoId": row["snippet"]["resourceId"]["videoId"]}
        listed.append(str(tmp_path / f"{number}.json"))
        Path(listed[-1]).write_bytes(orjson.dumps(body))
    named = ["videos/videos_myrating_paged_1.json", "videos/videos_info_single.json"]
    wire, looking = recorded("UC1", playlistItems=list(listed), videos=list(named))
    looking.put(UPLOADS, "UC1", "UU1")
    items = round_of(Videos(looking), looking.station)
    assert wire.asked == ["playlistItems", "videos"] * 2
    ids = [row["id"] for row in rows(apidata(recordings), *named)]
    assert [item.subject for item in items] == [f"yt:video:{identity}" for identity in ids]
    assert outcomes(items) == {Outcome.MENTION}


def test_recorded_threads_of_a_channel_with_their_replies(recorded: Any, recordings: Path) -> None:
    threads = [
        "comment_threads/comment_threads_by_video_paged_1.json",
        "comment_threads/comment_threads_by_video_paged_2.json",
    ]
    replies = ["comments/comments_by_parent_paged_1.json", "comments/comments_by_parent_paged_2.json"]
    wire, looking = recorded("UC1", commentThreads=list(threads), comments=list(replies))
    items = round_of(Comments(looking), looking.station)
    tops = rows(apidata(recordings), *threads)
    inline = [reply["id"] for row in tops for reply in row.get("replies", {}).get("comments", [])]
    short = [row for row in tops if row["snippet"]["totalReplyCount"] > len(row.get("replies", {}).get("comments", []))]
    apart = [row["id"] for row in rows(apidata(recordings), *replies)] if short else []
    expected = {f"yt:comment:{identity}" for identity in [*(row["id"] for row in tops), *inline, *apart]}
    assert {item.subject for item in items} == expected
    assert wire.asked.count("commentThreads") == 2
    assert outcomes(items) == {Outcome.MENTION}


def test_recorded_replies_of_a_thread_are_walked_to_their_last_page(recorded: Any, recordings: Path) -> None:
    replies = ["comments/comments_by_parent_paged_1.json", "comments/comments_by_parent_paged_2.json"]
    wire, looking = recorded("UC1", comments=list(replies))
    bodies = looking.youtube.pages("comments.list", part="snippet", parentId="t1")
    assert [row["id"] for body in bodies for row in body["items"]] == [
        row["id"] for row in rows(apidata(recordings), *replies)
    ]
    assert wire.asked == ["comments", "comments"]


def test_recorded_search_results_are_pointers_and_are_followed(recorded: Any, recordings: Path) -> None:
    pages = ["search/search_by_keywords_p1.json", "search/search_by_keywords_p2.json", "search/search_by_event.json"]
    wire, looking = recorded("UC1", search=list(pages), videos=["videos/videos_info_single.json"])
    items = round_of(Search(looking), looking.station)
    assert wire.asked.count("search") == 3, "no more pages than three a query"
    ids = {row["id"]["videoId"] for row in rows(apidata(recordings), *pages) if row["id"].get("videoId")}
    assert set(looking.found()) == ids
    assert {item.subject for item in items if item.kind == "search_result"} >= {
        f"yt:search_result:{identity}" for identity in ids
    }
    assert outcomes(items) == {Outcome.NOTICE, Outcome.MENTION}


def test_recorded_live_chat(recordings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = recordings / "Its-donkey__yougopher" / "livechat"
    wire = Recorded(folder, liveChat_messages=["list_response.json"])
    monkeypatch.setattr(module, "build_http", lambda: wire)
    registers = Registers((Account("youtube", "UC1", "h", "H", "official"),))
    station = Station("youtube", Settings(youtube_api_key=KEY), registers, MemoryLog())
    looking = watch(station)
    looking.put(CHATS, "chat1", "v1")
    items = round_of(Chat(looking), station)
    assert [item.subject for item in items] == [f"yt:chat:{row['id']}" for row in rows(folder, "list_response.json")]
    assert {item.post_id for item in items} == {"yt:video:v1"}
    place = station.state.get("cursor/youtube.chat")["chats"]["chat1"]
    assert place["token"] == orjson.loads((folder / "list_response.json").read_bytes())["nextPageToken"]
    for item in items:  # the recording leaves times out: such a message is quarantined with that reason, not lost
        with pytest.raises(MappingError, match="no_time"):
            map_event(item.event(OBSERVED), "raw.youtube/0/1")


def test_recorded_threads_of_a_channel_by_its_own_filter(recorded: Any, recordings: Path) -> None:
    name = "comment_threads/comment_threads_by_channel.json"
    _wire, looking = recorded("UC1", commentThreads=[name])
    items = round_of(Comments(looking), looking.station)
    tops = {f"yt:comment:{row['id']}" for row in rows(apidata(recordings), name)}
    assert {item.subject for item in items if item.kind == "comment_thread"} == tops
    assert {item.account for item in items} == {"UC1"}
    # Of a channel's discussion page, as there were once: without a video they are quarantined, not lost.
    for item in items:
        with pytest.raises(MappingError, match="no_post"):
            map_event(item.event(OBSERVED), "raw.youtube/0/1")


def test_recorded_threads_of_a_found_video(recorded: Any, recordings: Path) -> None:
    name = "comment_threads/comment_threads_by_video_paged_2.json"
    _wire, looking = recorded("UC1", commentThreads=[name])
    tops = rows(apidata(recordings), name)
    looking.put(FOUND, tops[0]["snippet"]["videoId"], "2026-11-16T00:00:00Z")
    items = round_of(FoundComments(looking), looking.station)
    assert {f"yt:comment:{row['id']}" for row in tops} <= {item.subject for item in items}
    assert {item.ownership for item in items} == {"public"}
    assert outcomes(items) == {Outcome.MENTION}


def test_a_recorded_message_of_a_chat(recordings: Path) -> None:
    row = orjson.loads((recordings / "Its-donkey__yougopher" / "livechat" / "text_message.json").read_bytes())
    context = Context("r", "youtube.chat", "public", "UC1", post_id="yt:video:v1", conversation_id="yt:video:v1")
    (item,) = split(row, context)
    assert (item.kind, item.subject) == ("chat_message", f"yt:chat:{row['id']}")
    assert item.payload == row


def test_a_recorded_etag_is_sent_back_as_it_came(
    recorded: Any, recordings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "channels/info.json"
    wire, looking = recorded("UC1", channels=[name, name])
    sent: list[dict[str, str]] = []
    ask = wire.request

    def request(uri: str, method: str = "GET", body: Any = None, headers: Any = None, **more: Any) -> Any:
        sent.append(dict(headers or {}))
        return ask(uri, method, body, headers, **more)

    monkeypatch.setattr(wire, "request", request)
    for _ in range(2):
        looking.youtube.call("channels.list", part="snippet", id="UC1")
    etag = orjson.loads((apidata(recordings) / name).read_bytes())["etag"].strip('"')
    assert [headers.get("If-None-Match") for headers in sent] == [None, f'"{etag}"']


def test_a_recorded_error_is_told_by_its_reason(recordings: Path) -> None:
    content = (recordings / "sns-sdks__python-youtube" / "error_response.json").read_bytes()
    assert type(error_of(400, content, "videos.list")) is CredentialsError


@pytest.fixture(scope="module")
def state() -> State:
    return State(build_world(7))


@pytest.fixture
def standing(state: State, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[SandboxWire, Watch]]:
    """A watch on the sandbox while a live chat runs; a citizen's video is found already."""
    live = next(item for item in state.world.items if item.format == "live")
    state.clock.move(max(state.clock.now, live.published_at + timedelta(minutes=30)))
    with TestClient(create_app(state)) as client:
        wire = SandboxWire(client, state)
        monkeypatch.setattr(module, "build_http", lambda: wire)
        station = Station("youtube", Settings(youtube_api_key=KEY), load_registers(), MemoryLog(), walk=True)
        looking = watch(station)
        found = next(i for i in state.world.items if i.via == ("search",) and i.kind == "post")
        looking.put(FOUND, found.id, "2026-11-16T00:00:00Z")
        for item in _asked_for(state):
            row = {"until": "2026-12-01T00:00:00.000Z", "via": "youtube.refresh", "ownership": "public"}
            station.state.put(
                PREFIX + item.record_id, row | {"post": item.post.record_id if item.post else item.record_id}
            )
        round_of(Channels(looking), station)
        round_of(Videos(looking), station)
        wire.asked.clear()
        yield wire, looking


def _asked_for(state: State) -> list[Item]:
    """A video and a comment that are there, and a comment that is gone: to be looked at again."""
    now, tube = state.clock.now, [item for item in state.world.items if item.platform == "youtube"]
    kinds = (("post", True), ("comment", True), ("comment", False))
    past = [item for item in tube if item.published_at <= now]
    return [next(i for i in past if (i.kind, i.visible(now)) == kind and i.via == ("poll",)) for kind in kinds]


ENDPOINTS: list[tuple[Any, set[str], set[str], set[Outcome]]] = [
    (Channels, {"channels"}, {"channel"}, {Outcome.ACCOUNT}),
    (Videos, {"playlistItems", "videos"}, {"video"}, {Outcome.MENTION}),
    (Comments, {"commentThreads", "comments"}, {"comment_thread", "comment"}, {Outcome.MENTION}),
    (Search, {"search", "videos"}, {"search_result", "video"}, {Outcome.NOTICE, Outcome.MENTION}),
    (Found, {"videos"}, {"video"}, {Outcome.MENTION}),
    (FoundComments, {"commentThreads"}, {"comment_thread", "comment"}, {Outcome.MENTION}),
    (Stats, {"videos:batchGetStats"}, {"video_stats"}, {Outcome.METRICS}),
    (Chat, {"liveChat/messages"}, {"chat_message"}, {Outcome.MENTION, Outcome.NOTICE, Outcome.DELETION}),
    (Refresh, {"videos", "comments"}, {"video", "comment", "gone"}, {Outcome.MENTION, Outcome.DELETION}),
]


def test_every_source_of_the_registry_is_held_against_the_sandbox() -> None:
    assert [source.name for source, *_ in ENDPOINTS] == [row.name for row in SOURCES if row.platform == "youtube"]


@pytest.mark.parametrize(("source", "paths", "kinds", "mapped"), ENDPOINTS)
def test_an_endpoint_of_the_sandbox(
    standing: tuple[SandboxWire, Watch], source: Any, paths: set[str], kinds: set[str], mapped: set[Outcome]
) -> None:
    wire, looking = standing
    built: Source = source(looking)
    items = round_of(built, looking.station)
    assert {path for path, _ in wire.asked} <= paths
    assert {path for path, _ in wire.asked} >= paths - {"comments"}
    assert {item.kind for item in items} <= kinds
    assert items
    assert outcomes(items) <= mapped
    assert all(item.via == built.name or built.name in ("youtube.search", "youtube.found") for item in items)
