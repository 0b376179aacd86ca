"""Each row of the YouTube table errors → actions (docs: what the reason decides), through the runner against the sandbox.

The action is proved by what it costs (counted calls) and by where the walk goes on (the kept cursor).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.registers import load_registers
from dengar.settings import Settings
from listeners.clock import PlatformClock
from listeners.registry import SOURCES, sources
from listeners.run import PollReport, poll_once
from listeners.station import Station
from listeners.youtube import client as module
from listeners.youtube.client import ATTEMPTS, PAUSE, PROCESSING_ATTEMPTS
from listeners.youtube.watch import CLOSED, FOUND
from sandbox.app import create_app
from sandbox.scenario import World, build_world
from sandbox.state import State
from tests.unit.listeners.youtube.wire import KEY, Refusal, SandboxWire

THREADS, REPLIES, CHAT = "commentThreads", "comments", "liveChat/messages"
WALKED = ("channels", "videos", "comments")


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(7)


@pytest.fixture
def state(world: World) -> State:
    return State(world)


@pytest.fixture
def wire(state: State, monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxWire]:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    with TestClient(create_app(state)) as client:
        made = SandboxWire(client, state)
        monkeypatch.setattr(module, "build_http", lambda: made)
        yield made


class Listener:
    """A process: a station on a log and the sources that are named. Its clock is the sandbox's, as Station.hear_time sees to."""

    def __init__(
        self, state: State, names: tuple[str, ...], log: MemoryLog | None = None, *, walk: bool = True
    ) -> None:
        self.log, self._clock = log or MemoryLog(), state.clock
        still = PlatformClock(monotonic=lambda: 0.0)  # seconds of a busy machine are not the sandbox's
        settings = Settings(youtube_api_key=KEY)
        self.station = Station("youtube", settings, load_registers(), self.log, clock=still, walk=walk)
        self.sources = sources(self.station, [row for row in SOURCES if row.name.partition(".")[2] in names])

    def poll(self) -> PollReport:
        self.station.clock.hear(format_datetime(self._clock.now, usegmt=True))
        report = poll_once(self.station, self.sources)
        assert KEY not in str(report)
        return report

    def cursor(self, source: str) -> dict[str, Any]:
        return dict(self.station.state.get(f"cursor/youtube.{source}") or {})

    def published(self) -> list[tuple[str, str]]:
        """(subject, kind) of all that was published, in no order."""
        found = []
        for partition, end in self.log.ends(["raw.youtube"]).items():
            for record in self.log.read(OffsetRange("raw.youtube", partition.number, 0, end)):
                headers = {name: value.decode() for name, value in record.headers}
                found.append((headers["ce_subject"], headers["ce_type"].rpartition(".")[2]))
        return found

    def subjects(self) -> set[str]:
        return {subject for subject, _ in self.published()}

    def gone(self) -> set[str]:
        return {subject for subject, kind in self.published() if kind == "gone"}


def of(channel: str) -> Callable[[dict[str, str]], bool]:
    return lambda parameters: parameters.get("allThreadsRelatedToChannelId") == channel


@pytest.fixture
def small(state: State) -> list[str]:
    """Early in the week: little is there yet. The ids of the listened channels."""
    state.clock.move(state.world.start + timedelta(hours=30))
    return [actor.id for actor in state.world.registered("youtube")]


@pytest.mark.parametrize("reason", ["quotaExceeded", "dailyLimitExceeded"])
def test_a_spent_quota_ends_its_bucket_until_the_reset_for_all_workers(
    wire: SandboxWire, state: State, small: list[str], reason: str
) -> None:
    listener = Listener(state, (*WALKED, "stats"))
    wire.refusals = [Refusal(THREADS, 403, reason, of(small[3]))]
    report = listener.poll()
    assert "daily quota is spent" in report.errors["youtube.comments"]
    assert len([p for p in wire.calls(THREADS) if of(small[3])(p)]) == 1, "a spent quota is not asked again"
    assert wire.calls("videos:batchGetStats"), "the other bucket goes on"
    assert listener.cursor("comments")["at"] == small[3]
    # The same worker, and another on the same log: no call of that bucket.
    other = Listener(state, WALKED, listener.log)
    wire.asked.clear()
    for worker in (listener, other):
        assert "until" in worker.poll().errors["youtube.comments"]
    assert [path for path, _ in wire.asked if path != "videos:batchGetStats"] == []
    # After midnight in Los Angeles the walk goes on with the page that was refused.
    wire.refusals = []
    state.clock.move(datetime.fromisoformat("2026-11-17T08:00:01+00:00"))
    wire.asked.clear()
    assert listener.poll().errors == {}
    assert [p["allThreadsRelatedToChannelId"] for p in wire.calls(THREADS)] == small[3:]


def test_a_refusal_to_one_worker_ends_the_calls_of_another_in_the_middle_of_its_walk(
    wire: SandboxWire, state: State, small: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("listeners.station.HEARD_S", 0.0)
    first = Listener(state, WALKED)
    second = Listener(state, WALKED, first.log)

    def refused(parameters: dict[str, str]) -> bool:
        """The second walks into the refusal while the first is half-way through its channels."""
        if of(small[2])(parameters) and not second.station.state.get("refused/youtube.default"):
            wire.refusals = [Refusal("*", 403, "quotaExceeded")]
            assert second.poll().errors
            wire.refusals = []
        return False

    wire.refusals = [Refusal(THREADS, 403, "quotaExceeded", refused)]
    report = first.poll()
    assert "is spent until" in report.errors["youtube.comments"]
    refusal = [path for path, _ in wire.asked].index("channels", 1)
    assert wire.asked[refusal + 1 :] == [], "the first had read no news since its page began"
    assert first.cursor("comments")["at"] == small[3]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (403, "rateLimitExceeded"),
        (403, "userRateLimitExceeded"),
        (429, "rateLimitExceeded"),
        (500, "backendError"),
        (503, "backendError"),
    ],
)
def test_what_passes_is_tried_again_and_a_walk_goes_on_where_it_was(
    wire: SandboxWire, state: State, small: list[str], status: int, reason: str
) -> None:
    passing = Listener(state, WALKED)
    wire.refusals = [Refusal(THREADS, status, reason, of(small[1]), times=ATTEMPTS - 1)]
    assert passing.poll().errors == {}
    assert len(wire.calls(THREADS)) == len(small) + ATTEMPTS - 1

    lasting = Listener(state, WALKED)
    wire.refusals = [Refusal(THREADS, status, reason, of(small[1]))]
    wire.asked.clear()
    assert "try again later" in lasting.poll().errors["youtube.comments"]
    assert len(wire.calls(THREADS)) == 1 + ATTEMPTS
    assert lasting.cursor("comments")["at"] == small[1]
    wire.refusals = []
    wire.asked.clear()
    assert lasting.poll().errors == {}
    assert [p["allThreadsRelatedToChannelId"] for p in wire.calls(THREADS)] == small[1:]
    assert lasting.subjects() == passing.subjects()


def found_video(world: World, state: State) -> str:
    """A citizen's video with comments, and the clock two days after it."""
    video = next(i for i in world.items if i.via == ("search",) and i.kind == "post" and len(i.children) > 2)
    state.clock.move(max(state.clock.now, video.published_at + timedelta(days=2)))
    return video.id


def test_closed_comments_mark_the_video_and_are_neither_zero_nor_deleted(
    wire: SandboxWire, state: State, world: World
) -> None:
    video = found_video(world, state)
    listener = Listener(state, ("found", "found_comments"))
    listener.station.state.put(FOUND + video, "2026-11-16T00:00:00Z")
    assert listener.poll().errors == {}
    held = listener.station.known.under(f"yt:video:{video}", "yt:comment")
    assert len(held) > 2
    wire.refusals = [Refusal(THREADS, 403, "commentsDisabled")]
    wire.asked.clear()
    for _ in range(3):
        assert listener.poll().errors == {}
    assert len(wire.calls(THREADS)) == 1, "a closed video is asked once a day"
    assert listener.station.state.get(CLOSED + video)
    assert listener.gone() == set()
    wire.refusals = []
    wire.asked.clear()
    state.clock.advance(86_401)
    assert listener.poll().errors == {}
    assert len(wire.calls(THREADS)) == 1
    assert listener.station.state.get(CLOSED + video) is None


@pytest.mark.parametrize(
    ("status", "reason"),
    [(401, "authError"), (403, "accessNotConfigured"), (400, "keyInvalid"), (403, "ipRefererBlocked")],
)
def test_a_refused_key_stops_everything_after_one_call(
    wire: SandboxWire, state: State, small: list[str], status: int, reason: str
) -> None:
    listener = Listener(state, (*WALKED, "search", "stats", "found"))
    wire.refusals = [Refusal("*", status, reason)]
    report = listener.poll()
    assert len(wire.asked) == 1
    assert {"youtube.channels", "youtube.comments", "youtube.search"} <= report.errors.keys()
    assert all("DENGAR_YOUTUBE_API_KEY" in sentence for sentence in report.errors.values())
    listener.poll()
    assert len(wire.asked) == 1


def test_what_is_forbidden_once_costs_its_place_and_twice_in_a_row_the_method(
    wire: SandboxWire, state: State, small: list[str]
) -> None:
    listener = Listener(state, WALKED)
    wire.refusals = [Refusal(THREADS, 403, "forbidden", of(small[1]))]
    assert "DENGAR_YOUTUBE_API_KEY" in listener.poll().errors["youtube.comments"]
    assert len(wire.calls(THREADS)) == len(small), "the other channels are read"
    assert listener.gone() == set()

    refused = Listener(state, WALKED)
    wire.refusals = [Refusal(THREADS, 403, "forbidden")]
    wire.asked.clear()
    assert "youtube.comments" in refused.poll().errors
    refused.poll()
    assert len(wire.calls(THREADS)) == 2
    assert refused.cursor("comments")["at"] == small[1]
    wire.refusals = []
    wire.asked.clear()
    state.clock.advance(PAUSE.total_seconds() + 1)
    assert refused.poll().errors == {}
    assert wire.calls(THREADS)


@pytest.mark.parametrize(
    ("path", "reason", "refused"),
    [
        (THREADS, "channelNotFound", lambda p: True),
        ("playlistItems", "playlistNotFound", lambda p: True),
        (REPLIES, "commentNotFound", lambda p: "parentId" in p),
        (THREADS, "commentThreadNotFound", lambda p: True),
    ],
)
def test_a_404_makes_candidates_and_only_the_look_up_by_id_a_tombstone(
    wire: SandboxWire, state: State, path: str, reason: str, refused: Callable[[dict[str, str]], bool]
) -> None:
    state.clock.move(state.world.start + timedelta(days=2))
    listener = Listener(state, WALKED)
    listener.poll()
    everything = {subject for subject in listener.subjects() if not subject.startswith("yt:channel")}
    refusal = Refusal(path, 404, reason, refused)
    wire.refusals = [refusal]
    assert listener.poll().errors == {}
    assert listener.gone() == set(), "all of it is there when it is asked for by its id"
    # Now the ids are not there either.
    kinds = ("videos",) if path == "playlistItems" else (REPLIES,)
    wire.refusals += [Refusal(one, 200, "", lambda p: "id" in p, body={"items": []}) for one in kinds]
    assert listener.poll().errors == {}
    if path == REPLIES:  # only the replies that are not inline are missing
        assert {subject.count(".") for subject in listener.gone()} <= {1}
        return
    kind = "yt:video" if path == "playlistItems" else "yt:comment"
    assert listener.gone() == {subject for subject in everything if subject.startswith(kind)}


def test_a_video_that_is_not_there_any_more_takes_its_comments_along(
    wire: SandboxWire, state: State, world: World
) -> None:
    video = found_video(world, state)
    listener = Listener(state, ("found", "found_comments", "stats"))
    listener.station.state.put(FOUND + video, "2026-11-16T00:00:00Z")
    listener.poll()
    held = listener.station.known.under(f"yt:video:{video}", "yt:comment")
    wire.refusals = [
        Refusal(THREADS, 404, "videoNotFound"),
        Refusal("videos", 200, "", body={"items": []}),
        Refusal(REPLIES, 200, "", lambda p: "id" in p, body={"items": []}),
    ]
    assert listener.poll().errors == {}
    assert listener.gone() == {f"yt:video:{video}", *held}
    wire.asked.clear()
    listener.poll()
    assert wire.asked == [], "what is gone is left alone"


def test_an_expired_page_token_restarts_the_listing_and_nothing_is_published_twice(
    wire: SandboxWire, state: State, world: World
) -> None:
    state.clock.move(world.end)
    listener = Listener(state, WALKED)
    wire.refusals = [
        Refusal(THREADS, 400, "invalidPageToken", lambda p: "pageToken" in p, times=1),
        Refusal("playlistItems", 400, "invalidPageToken", lambda p: "pageToken" in p, times=1),
    ]
    assert listener.poll().errors == {}
    first = next(p for p in wire.calls(THREADS) if "pageToken" in p)["allThreadsRelatedToChannelId"]
    starts = [p for p in wire.calls(THREADS) if of(first)(p) and "pageToken" not in p]
    assert len(starts) == 2
    comments = [row for row in listener.published() if row[0].startswith("yt:comment")]
    assert len(comments) == len(set(comments))
    truth = {
        item.record_id
        for item in world.items
        if item.record_id.startswith("yt:comment") and item.via == ("poll",) and item.visible(world.end)
    }
    assert {subject for subject, _ in comments} == truth


def test_an_expired_page_of_a_search_restarts_its_query(wire: SandboxWire, state: State, world: World) -> None:
    state.clock.move(world.end)
    listener = Listener(state, ("search",))
    page = {"items": [], "nextPageToken": "old"}
    wire.refusals = [
        Refusal("search", 400, "invalidPageToken", lambda p: "pageToken" in p),
        Refusal("search", 200, "", times=1, body=page | {"items": [{"id": {"videoId": "x"}, "snippet": {}}]}),
    ]
    assert listener.poll().errors == {}
    queries = [p["q"] for p in wire.calls("search")]
    assert queries[:3] == [queries[0]] * 3
    assert "pageToken" not in wire.calls("search")[2]


def test_what_cannot_be_worked_on_is_tried_three_times_and_parked(
    wire: SandboxWire, state: State, small: list[str]
) -> None:
    listener = Listener(state, WALKED)
    wire.refusals = [Refusal(THREADS, 400, "processingFailure", of(small[0]))]
    report = listener.poll()
    assert (report.errors, report.gaps) == ({}, 1)
    assert len(wire.calls(THREADS)) == PROCESSING_ATTEMPTS + len(small) - 1
    assert listener.station.state.get(f"gap/youtube.comments/yt:channel:{small[0]}/parked")
    wire.refusals = []
    assert listener.poll().errors == {}
    assert listener.gone() == set()
    assert listener.station.known.under(small[0], "yt:comment")


def test_replies_that_cannot_be_worked_on_cost_their_thread_only(wire: SandboxWire, state: State) -> None:
    state.clock.move(state.world.start + timedelta(days=2))
    listener = Listener(state, WALKED)
    wire.refusals = [Refusal(REPLIES, 400, "processingFailure", lambda p: "parentId" in p)]
    report = listener.poll()
    threads = {p["parentId"] for p in wire.calls(REPLIES)}
    assert (report.errors, report.gaps) == ({}, len(threads))
    assert threads
    assert listener.gone() == set()


@pytest.fixture
def live(state: State, world: World) -> Any:
    """A live video that has run for half an hour."""
    item = next(item for item in world.items if item.format == "live")
    state.clock.move(item.published_at + timedelta(minutes=30))
    return item


def spoken(world: World, live: Any, until: datetime) -> set[str]:
    return {message.record_id for message in world.chats[live.record_id] if message.published_at <= until}


@pytest.mark.parametrize(
    ("status", "reason"), [(403, "liveChatEnded"), (403, "liveChatDisabled"), (404, "liveChatNotFound")]
)
def test_a_chat_that_is_over_ends_the_session_and_its_video_is_looked_up_once(
    wire: SandboxWire, state: State, live: Any, status: int, reason: str
) -> None:
    listener = Listener(state, ("channels", "videos"))
    listener.poll()
    chat = Listener(state, ("chat",), listener.log)
    chat.poll()
    wire.refusals = [Refusal(CHAT, status, reason)]
    wire.asked.clear()
    state.clock.advance(300)
    for _ in range(2):
        assert chat.poll().errors == {}
    assert [path for path, _ in wire.asked] == [CHAT, "videos"]


def test_messages_between_the_last_page_and_the_end_of_a_chat_are_a_gap(
    wire: SandboxWire, state: State, world: World, live: Any
) -> None:
    listener = Listener(state, ("channels", "videos", "chat"))
    listener.poll()
    read = state.clock.now
    assert spoken(world, live, read) <= listener.subjects()
    state.clock.move(live.ends_at + timedelta(minutes=10))
    report = listener.poll()
    assert (report.errors, report.gaps) == ({}, 1)
    gap = listener.station.state.get(f"gap/youtube.chat/{live.record_id}/live_chat_missed")
    bounds = [datetime.fromisoformat(gap[name]) for name in ("since", "until")]
    assert abs(bounds[0] - read) < timedelta(seconds=5)
    assert bounds[1] == live.ends_at


def test_a_chat_that_came_and_went_while_nobody_could_look_is_a_gap(
    wire: SandboxWire, state: State, world: World, live: Any
) -> None:
    listener = Listener(state, ("channels", "videos", "chat"))
    before = live.published_at - timedelta(hours=2)
    for channel in [actor.id for actor in world.registered("youtube")]:
        listener.station.state.put(f"since/yt:{channel}", before.isoformat())
    state.clock.move(live.ends_at + timedelta(hours=1))
    assert listener.poll().gaps == 1
    gap = listener.station.state.get(f"gap/youtube.videos/{live.record_id}/live_chat_missed")
    assert [datetime.fromisoformat(gap[name]) for name in ("since", "until")] == [live.published_at, live.ends_at]
    assert listener.poll().gaps == 0
    # Who begins to listen afterwards has missed nothing.
    assert Listener(state, ("channels", "videos", "chat")).poll().gaps == 0


def test_a_chat_that_was_asked_too_early_waits_longer_and_loses_nothing(
    wire: SandboxWire, state: State, world: World, live: Any
) -> None:
    listener = Listener(state, ("channels", "videos"))
    listener.poll()
    chat = Listener(state, ("chat",), listener.log)
    wire.refusals = [Refusal(CHAT, 403, "rateLimitExceeded", times=2)]
    asked = []
    for _ in range(40):
        assert chat.poll().errors == {}
        asked.append(len(wire.calls(CHAT)))
        state.clock.advance(5)
    waits = [asked.count(number) * 5 for number in (1, 2)]
    assert waits == [30, 60]
    assert spoken(world, live, state.clock.now - timedelta(seconds=40)) <= chat.subjects()


def test_a_chat_that_fails_waits_and_does_not_eat_the_quota(wire: SandboxWire, state: State, live: Any) -> None:
    listener = Listener(state, ("channels", "videos"))
    listener.poll()
    chat = Listener(state, ("chat",), listener.log)
    wire.refusals = [Refusal(CHAT, 503, "backendError")]
    assert "try again later" in chat.poll().errors["youtube.chat"]
    assert len(wire.calls(CHAT)) == ATTEMPTS
    for _ in range(5):
        assert chat.poll().errors == {}
    assert len(wire.calls(CHAT)) == ATTEMPTS
