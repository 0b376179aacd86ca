"""Following notices up: what is read, what is gone, what is tried again, and what a full queue or a crash leaves for later."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from dengar.events import Event, read_event
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.registers import Registers
from dengar.settings import Settings
from listeners.context import Context
from listeners.health import Health
from listeners.instagram import webhook
from listeners.instagram.errors import GoneError, RateLimitedError, TokenError
from listeners.item import RawItem
from listeners.publish import Publisher
from listeners.receiver.heard import Heard
from listeners.receiver.hydrate import DELAYS_S, Hydrator
from listeners.receiver.notices import GROUP, TOPICS, Notices, Progress, asks_for_a_read
from listeners.receiver.read import NotReadableError, Reader
from listeners.state import ListenerState
from listeners.station import Station
from listeners.youtube.errors import QuotaExhaustedError

Answer = dict[str, Any] | Exception


class Graph:
    """Answers in order (the last one for ever), and keeps what was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers, self.asked = list(answers), list[tuple[str, str]]()
        self.payers: list[str] = []

    def get(self, *path: str, fields: str = "", limit_of: str = "business") -> dict[str, Any]:
        self.payers.append(limit_of)
        self.asked.append(("/".join(path), fields))
        return self._answer()

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self.asked.append((method, str(parameters["id"])))
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


GONE = GoneError("gone", 100, 33)
NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def change(field: str, account: str = "100", **value: Any) -> RawItem:
    return webhook.change(
        {"field": field, "value": value}, Context("instagram/webhook?id=100", "instagram.webhook", "owned", account)
    )


def entry(video: str = "v1") -> RawItem:
    context = Context("youtube/websub", "youtube.websub", "owned", "UC1")
    return context.item("youtube", "websub_entry", f"yt:video:{video}", "1", b"<entry/>", post_id=f"yt:video:{video}")


COMMENT = change("comments", id="11", text="belum cair", media={"id": "9"})


def events(log: MemoryLog) -> list[Event]:
    spans = [OffsetRange(*partition, 0, end) for partition, end in log.ends(TOPICS).items()]
    return sorted(
        (read_event(row.headers, row.value) for span in spans for row in log.read(span)), key=lambda e: e.time
    )


def hydrated(log: MemoryLog) -> list[tuple[str | None, str]]:
    return [(e.subject, e.type.rpartition(".")[2]) for e in events(log) if e.extensions["via"].endswith(".hydrate")]


def made(graph: Graph, log: MemoryLog, progress: Progress | None = None, **options: Any) -> Hydrator:
    reader = Reader(lambda: graph, lambda: graph, "100")  # type: ignore[arg-type,return-value]
    return Hydrator(Publisher(log), reader, progress=progress, **({"delays_s": (0.0, 0.0)} | options))


def run(hydrator: Hydrator, *notices: RawItem) -> None:
    hydrator.start()
    for notice in notices:
        hydrator.offer(notice)
    until(lambda: hydrator.waiting == 0)
    hydrator.close()


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, "it did not come about within 20 s"
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("notice", "asked", "answer", "expected"),
    [
        (COMMENT, "11", {"id": "11", "text": "belum cair"}, ("ig:comment:11", "comment")),
        (change("comments", comment_id=11), "11", {"id": 11}, ("ig:comment:11", "comment")),
        (change("live_comments", id="11"), "11", {"id": "11"}, ("ig:comment:11", "comment")),
        (change("mentions", media_id="9"), "100", {"mentioned_media": {"id": "9"}}, ("ig:media:9", "media")),
        (
            change("mentions", media_id="9", comment_id="11"),
            "100",
            {"mentioned_comment": {"id": "11"}},
            ("ig:comment:11", "comment"),
        ),
        # The dashboard's test deliveries come from account 0.
        (change("mentions", "0", media_id="9"), "100", {"mentioned_media": {"id": "9"}}, ("ig:media:9", "media")),
        (
            entry(),
            "videos.list",
            {"items": [{"kind": "youtube#video", "id": "v1", "snippet": {}}]},
            ("yt:video:v1", "video"),
        ),
    ],
)
def test_what_a_notice_points_to_is_read_and_published(
    notice: RawItem, asked: str, answer: dict[str, Any], expected: tuple[str, str]
) -> None:
    graph, log = Graph(answer), MemoryLog()
    hydrator = made(graph, log)
    run(hydrator, notice)
    assert hydrated(log) == [expected]
    assert [path for path, _ in graph.asked] == [asked]
    (event,) = events(log)
    assert event.extensions.get("postid") == notice.post_id
    assert hydrator.fates.read == 1


def test_a_read_spends_the_limit_of_the_account_that_the_notice_names() -> None:
    graph = Graph({"id": "11"})
    run(made(graph, MemoryLog()), COMMENT, replace(COMMENT, account="0"))
    assert graph.payers == ["100", "business"]


def test_a_mention_is_asked_through_the_account_that_was_mentioned() -> None:
    graph = Graph({"mentioned_comment": {"id": "11"}})
    run(made(graph, MemoryLog()), change("mentions", "200", media_id="9", comment_id="11"))
    ((path, fields),) = graph.asked
    assert path == "200"
    assert fields.startswith("mentioned_comment.comment_id(11){id,text,")


@pytest.mark.parametrize(
    "notice",
    [
        change("comments", id="../me/accounts"),
        change("comments", id=".."),
        change("comments", id="1?fields=x"),
        change("comments", id=""),
        change("mentions", media_id="9){id},owner{email"),
        change("mentions", "1/2", media_id="9"),
        entry("v1,v2"),
    ],
)
def test_what_is_no_id_is_not_asked(notice: RawItem) -> None:
    graph, log = Graph({"id": "1"}), MemoryLog()
    hydrator = made(graph, log)
    run(hydrator, notice)
    assert graph.asked == []
    assert (hydrator.fates.failed, hydrator.fates.retried, hydrated(log)) == (1, 0, [])


@pytest.mark.parametrize(
    ("notice", "answer", "subject"),
    [
        (COMMENT, GONE, "ig:comment:11"),
        (change("mentions", media_id="9"), {"id": "100"}, "ig:media:9"),
        (change("mentions", media_id="9", comment_id="11"), GONE, "ig:comment:11"),
        (entry(), {"items": []}, "yt:video:v1"),
    ],
)
def test_what_is_gone_is_asked_twice_and_published_as_gone(notice: RawItem, answer: Answer, subject: str) -> None:
    graph, log = Graph(answer), MemoryLog()
    hydrator = made(graph, log)
    run(hydrator, notice)
    assert hydrated(log) == [(subject, "gone")]
    assert len(graph.asked) == 2
    assert (hydrator.fates.gone, hydrator.fates.failed) == (1, 0)


def test_what_was_gone_too_early_is_read() -> None:
    log = MemoryLog()
    run(made(Graph(GONE, {"id": "11", "text": "belum cair"}), log), COMMENT)
    assert hydrated(log) == [("ig:comment:11", "comment")]


@pytest.mark.parametrize("error", [RateLimitedError("wait", 4), QuotaExhaustedError("spent", "quotaExceeded", 403)])
def test_a_failure_is_tried_again_and_given_up_after_the_last_pause(error: Exception) -> None:
    graph, log = Graph(error), MemoryLog()
    hydrator = made(graph, log)
    run(hydrator, COMMENT)
    assert len(graph.asked) == 3
    assert (hydrator.fates.failed, hydrator.fates.retried, hydrated(log)) == (1, 2, [])
    log = MemoryLog()
    hydrator = made(Graph(error, {"id": "11"}), log)
    run(hydrator, COMMENT)
    assert (hydrator.fates.read, hydrator.fates.failed) == (1, 0)


def test_what_is_given_up_is_a_counted_gap_unless_a_poll_has_read_it() -> None:
    log = MemoryLog()
    station = Station("", Settings(), Registers(), log)
    heard = Heard(station.state, now=lambda: NOW)
    reader = Reader(lambda: Graph(RateLimitedError("wait", 4)), None, "100")  # type: ignore[arg-type,return-value]
    hydrator = Hydrator(station.publisher, reader, delays_s=(0.0,), given_up=heard.given_up)
    station.publisher.publish(
        [Context("r", "instagram.comments").item("instagram", "comment", "ig:comment:12", "1", {})]
    )
    run(hydrator, COMMENT, change("comments", id="12"), entry())
    assert hydrator.fates.failed == 3
    station.state.flush()
    kept = ListenerState(log)
    kept.refresh()
    assert dict(kept.items("gap/")).keys() == {
        "gap/instagram.webhook/ig:comment:11/notice_unread",
        "gap/youtube.websub/yt:video:v1/notice_unread",
    }
    assert Health.load(kept, "instagram.webhook").gaps == 1


def test_a_token_that_is_out_for_a_night_loses_no_notice() -> None:
    assert sum(DELAYS_S) >= 3 * 86_400
    now, log = [0.0], MemoryLog()
    graph = Graph(*[TokenError("connect the account again", 190)] * 12, {"id": "11"})
    hydrator = made(graph, log, delays_s=DELAYS_S, clock=lambda: now[0])
    hydrator.start()
    hydrator.offer(COMMENT)
    until(lambda: len(graph.asked) == 1)

    def later(asked: int) -> bool:
        now[0] += 60.0  # again and again: a pause may begin only after the clock was moved
        return len(graph.asked) >= asked

    for asked in range(2, 14):
        until(lambda asked=asked: later(asked))  # type: ignore[misc]
    until(lambda: hydrated(log) == [("ig:comment:11", "comment")])
    hydrator.close()
    assert (hydrator.fates.read, hydrator.fates.failed) == (1, 0)


def test_more_than_may_wait_is_left_to_the_log_and_read_from_there() -> None:
    now, log = [0.0], MemoryLog()
    failing = [RateLimitedError("wait", 4)] * 20
    graph = Graph(*failing, {"id": "1"})
    hydrator = made(graph, log, most_later=5, delays_s=(60.0, 60.0), clock=lambda: now[0])
    notices = Notices(log, hydrator.offer)
    hydrator.progress = Progress(log, notices.lock)
    log.commit(GROUP, log.ends(TOPICS))
    hydrator.start()
    notices.keep([change("comments", id=str(number)) for number in range(20)])
    until(lambda: len(graph.asked) == 20)
    until(lambda: hydrator.fates.deferred == 15)
    time.sleep(0.6)
    assert len(graph.asked) == 20, "nothing is asked again before its pause is over"
    now[0] = 61.0
    until(lambda: hydrator.fates.read >= 20)
    assert {path for path, _ in graph.asked[20:]} == {str(number) for number in range(20)}
    until(lambda: list(Progress(log, notices.lock).unread()) == [] or bool(now.__setitem__(0, now[0] + 11)))
    hydrator.close()
    assert hydrator.fates.failed == 0


def test_a_pause_does_not_keep_other_notices_waiting() -> None:
    log = MemoryLog()
    hydrator = made(Graph(RateLimitedError("wait", 4), {"id": "12"}), log, delays_s=(3_600.0,))
    hydrator.start()
    hydrator.offer(COMMENT)
    hydrator.offer(change("comments", id="12"))
    until(lambda: hydrated(log) == [("ig:comment:12", "comment")])
    until(lambda: hydrator.waiting == 1)
    hydrator.close()
    assert hydrator.waiting == 1


def test_a_defect_costs_one_notice() -> None:
    log = MemoryLog()
    hydrator = made(Graph(KeyError("a defect"), {"id": "12"}), log)
    run(hydrator, COMMENT, change("comments", id="12"))
    assert (hydrator.fates.failed, hydrator.fates.read) == (1, 1)


def test_without_credentials_a_notice_fails_and_says_what_to_set() -> None:
    reader = Reader(None, None, None)
    with pytest.raises(NotReadableError, match="DENGAR_INSTAGRAM_TOKEN"):
        reader.read(COMMENT)
    with pytest.raises(NotReadableError, match="DENGAR_YOUTUBE_API_KEY"):
        reader.read(entry())


@pytest.mark.parametrize(
    ("item", "asks"),
    [
        (COMMENT, True),
        (entry(), True),
        (change("story_insights", media_id="9", reach=3), False),
        (change("novelty", id="9"), False),
        (Context("r", "v").item("instagram", "message", "ig:message:m", None, {}), False),
        (Context("r", "v").item("youtube", "websub_deleted", "yt:video:v1", None, b""), False),
    ],
)
def test_only_what_points_somewhere_is_followed(item: RawItem, asks: bool) -> None:
    assert asks_for_a_read(item) is asks


def test_a_full_queue_leaves_notices_to_the_log_and_none_is_lost() -> None:
    log = MemoryLog()
    graph = Graph({"id": "1"})
    hydrator = made(graph, log, size=2)
    notices = Notices(log, hydrator.offer)
    hydrator.progress = Progress(log, notices.lock)
    log.commit(GROUP, log.ends(TOPICS))
    notices.keep([change("comments", id=str(number)) for number in range(50)])
    assert hydrator.fates.deferred == 48
    hydrator.start()
    until(lambda: {path for path, _ in graph.asked} == {str(number) for number in range(50)})
    hydrator.close()


def test_what_was_not_read_before_the_end_is_read_at_the_next_start_and_only_once() -> None:
    log = MemoryLog()
    notices = Notices(log)
    progress = Progress(log, notices.lock)
    run(made(Graph({}), log, progress))  # commits where reading begins
    stored = [COMMENT, entry(), change("story_insights", media_id="9", reach=3), change("mentions", media_id="9")]
    notices.keep(stored)
    Publisher(log).publish(
        [Context("r", "youtube.comments").item("youtube", "comment", "yt:comment:1", "1", {"id": "1"})]
    )
    found = {item.subject: item for item in progress.unread()}
    assert found.keys() == {"ig:comment:11", "yt:video:v1", "ig:media:9"}
    assert (found["ig:comment:11"].payload, found["ig:comment:11"].account) == (COMMENT.payload, "100")
    assert (found["yt:video:v1"].payload, found["yt:video:v1"].ownership) == (b"<entry/>", "owned")
    graph = Graph(RateLimitedError("wait", 4))
    hydrator = made(graph, log, progress, delays_s=(3_600.0,))
    hydrator.start()
    until(lambda: len(graph.asked) == 3)
    hydrator.close()
    assert len(list(progress.unread())) == 3  # what waits for another try is not done
    hydrator = made(Graph({"id": "1", "mentioned_media": {"id": "9"}, "items": []}), log, progress)
    run(hydrator)
    assert hydrator.fates.read + hydrator.fates.gone == 3
    assert list(progress.unread()) == []


def test_progress_starts_where_the_log_still_keeps_records() -> None:
    log = MemoryLog({"raw.instagram": 1, "raw.youtube": 1})
    notices = Notices(log)
    log.commit(GROUP, log.ends(TOPICS))
    notices.keep([change("comments", id=str(number)) for number in range(4)])
    for partition in log.ends(["raw.instagram"]):
        log.expire(partition, 2)
    assert [item.subject for item in Progress(log, notices.lock).unread()] == ["ig:comment:2", "ig:comment:3"]
