"""Conversations under shuffled arrival, duplicates, edits, deletions and decisions, against a reference that shares no code with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dengar.responses.actions import act
from dengar.responses.record import response_of, says_the_same
from dengar.responses.store import of_document
from dengar.responses.turn import merge, turn_of
from dengar.schemas import validator
from tests.unit.responses.memory import World, shuffled
from tests.unit.responses.mentions import a_desk, deletion, mention
from tests.unit.responses.reference import Did, History, Said, read

DESK = a_desk()
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 08:00 in Jakarta
THREAD = "ig:comment:1"
CATEGORIES = ("pkh", "fraud_levy", "disaster_aid", "other", None)
URGENCIES = ("none", "attention", "urgent", None)


class Told:
    """A random conversation: its true history, and the records that tell of it."""

    def __init__(self, seed: int) -> None:
        random = Random(seed)
        self.records: list[dict] = []
        self.history = History([])
        at = MONDAY + timedelta(minutes=random.randrange(3000))
        for number in range(random.randint(1, 7)):
            name = THREAD if number == 0 else f"ig:comment:{number + 1}"
            self._turn(random, name, at)
            at += timedelta(seconds=random.choice((0, 4, 9, 10, 11, 600, 7_000, 40_000, 200_000)))
        self.end = at
        self.desk = self._decisions(random)

    def _turn(self, random: Random, name: str, at: datetime) -> None:
        official = random.random() < 0.4
        said = Said(name, at, official, False)
        seen, versions = at + timedelta(seconds=random.randint(1, 600)), random.choice((1, 1, 2, 3))
        for _ in range(versions):  # the last one holds
            asks = not official and random.random() < 0.7
            said.asks, said.category, said.urgency = asks, random.choice(CATEGORIES), random.choice(URGENCIES)
            self.records.append(
                mention(
                    name,
                    at,
                    role="official" if official else random.choice(("public", "unknown")),
                    key="ig~office" if official else "ig~anna",
                    thread=None if name == THREAD else THREAD,
                    asks=None if official else asks,
                    category=said.category,
                    urgency=said.urgency,
                    observed=seen,
                )
            )
            seen += timedelta(seconds=random.randint(1, 9_000))
        if random.random() < 0.25:
            gone = None if random.random() < 0.5 else at + timedelta(seconds=random.randint(0, 90_000))
            self.records.append(deletion(name, seen, at=gone, thread=THREAD if random.random() < 0.5 else None))
            said.deleted_at = gone or seen
        self.history.said.append(said)

    def _decisions(self, random: Random) -> dict | None:
        record, late = None, {one.id for one in self.history.said if random.random() < 0.15}
        where = {"id": THREAD, "platform": "instagram", "post_id": "ig:media:1"}
        at = MONDAY + timedelta(minutes=random.randrange(6000))
        for _ in range(random.choice((0, 0, 1, 2, 3))):
            kind = random.choice(("assign", "note", "resolve", "close", "dismiss", "hand_over", "answered_live"))
            seen = [one.id for one in self.history.said if one.asks and one.at <= at and one.id not in late]
            record = act(
                record,
                where,
                kind,
                by="sari",
                now=at,
                covers=seen,
                to="sari",
                reason="other",
                reference="LAPOR-1",
                note="ya",
            )
            self.history.did.append(Did(datetime.fromisoformat(record["actions"][-1]["at"]), kind, frozenset(seen)))
            at += timedelta(seconds=random.choice((600, 50_000, 300_000)))
        return record


def arrive(told: Told, seed: int, now: datetime) -> World:
    """The records in some order, some twice, in runs of some size; decisions somewhere between."""
    random, world = Random(seed), World(DESK)
    records = shuffled(told.records, random)
    decided = told.desk is None
    while records or not decided:
        if not decided and (not records or random.random() < 0.3):
            world.decide(told.desk)
            decided = True
        size = random.randint(1, 5)
        world.say(records[:size])
        records = records[size:]
        world.track(now)
    return world


def waits(response: dict) -> list[tuple]:
    def time(text):
        return None if text is None else datetime.fromisoformat(text)

    return [
        (time(one["asked_at"]), time(one["ended_at"]), one["ended_by"], time(one["due_at"]))
        for one in response["rounds"]
    ]


@settings(max_examples=80, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), order=st.integers(0, 2**32), later=st.integers(0, 20))
def test_any_order_gives_what_the_reference_says(seed: int, order: int, later: int) -> None:
    as_the_reference_says(seed, order, later)


def as_the_reference_says(seed: int, order: int, later: int) -> None:
    """Let the records of a conversation arrive in an order, and hold what the desk tells against the reference."""
    told = Told(seed)
    now = told.end + timedelta(days=later)
    world = arrive(told, order, now)
    expected = read(told.history, now, DESK.classes, DESK.working)
    found = world.state().get(THREAD)
    if not any(one.asks for one in told.history.said):
        assert found is None or (found["state"], found["reason"]) == ("dismissed", "not_actionable")
        return
    assert found is not None
    assert waits(found) == expected["waits"]
    assert (found["state"], found["automatic"]) == (expected["state"], expected["automatic"])
    for one in found["rounds"]:
        if one["ended_at"]:
            start, end = datetime.fromisoformat(one["asked_at"]), datetime.fromisoformat(one["ended_at"])
            assert one["wall_ms"] == (end - start) / timedelta(milliseconds=1)
            assert one["working_ms"] == DESK.working.working_time_between(start, end) / timedelta(milliseconds=1)
            assert one["within"] == (end <= datetime.fromisoformat(one["due_at"]))
    published = world.published()
    assert [one["version"] for one in published] == list(range(1, len(published) + 1))
    assert not any(says_the_same(one, other) for one, other in pairwise(published))
    assert says_the_same(published[-1], found)
    for one in published:
        validator("response").validate(one)


@settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), order=st.integers(0, 2**32))
def test_a_rebuild_and_a_second_pass_change_nothing(seed: int, order: int) -> None:
    told = Told(seed)
    now = told.end + timedelta(days=2)
    world = arrive(told, order, now)
    before, published = world.state(), world.published()
    world.rebuild(now)
    assert world.published() == published
    again = world.state()
    assert again.keys() == before.keys()
    assert all(
        says_the_same(again[name], one) and again[name]["version"] == one["version"] for name, one in before.items()
    )
    # Whoever publishes mentions sees to it that the newest lies last (dengar.stages.superseded): compaction keeps that one.
    world.say(sorted(told.records, key=lambda record: record["version"]))
    for topic in ("mentions", "desk-actions", "responses"):
        world.log.compact(topic)
    left = world.published()
    world.rebuild(now)
    assert all(says_the_same(world.state()[name], one) for name, one in before.items())
    assert world.published() == left, "compaction loses nothing that a rebuild needs"


@given(seed=st.integers(0, 2**32))
@settings(max_examples=80, deadline=None, derandomize=True, database=None)
def test_turns_merge_in_any_order(seed: int) -> None:
    random = Random(seed)
    name, made = THREAD, []
    for _ in range(3):
        seen = MONDAY + timedelta(minutes=random.randint(1, 5))
        made.append(turn_of(mention(name, MONDAY, asks=random.random() < 0.5, category="pkh", observed=seen)))
        reason = random.choice(("platform_deleted", "erasure", "retention"))
        made.append(turn_of(deletion(name, MONDAY + timedelta(minutes=random.randint(1, 5)), reason=reason)))
    outcomes = set()
    for _ in range(6):
        whole = None
        for turn in shuffled(made, random):
            whole = merge(whole, turn)
        assert merge(whole, whole) == whole
        outcomes.add(orjson.dumps(whole, option=orjson.OPT_SORT_KEYS))
    assert len(outcomes) == 1


def test_a_run_that_dies_after_publishing_publishes_nothing_twice() -> None:
    world, now = World(DESK), MONDAY + timedelta(hours=1)
    world.say([mention(THREAD, MONDAY, asks=True)])
    deaths = iter([True, True, False])

    def die() -> None:
        if next(deaths, False):
            raise RuntimeError("the machine went down")

    world.remembered.before_write = die
    for _ in range(2):
        with pytest.raises(RuntimeError):
            world.track(now)
    assert world.backlog(), "nothing is committed by a run that died"
    world.track(now)
    assert [one["version"] for one in world.published()] == [1]
    assert says_the_same(world.published()[0], world.state()[THREAD])


def test_what_is_erased_leaves_nothing_of_the_person() -> None:
    world = World(DESK)
    asked = mention(THREAD, MONDAY, asks=True, category="pkh", signature="0f" * 8)
    world.say([asked])
    world.track(MONDAY + timedelta(hours=1))
    world.say([deletion(THREAD, MONDAY + timedelta(hours=2), reason="erasure")])
    world.track(MONDAY + timedelta(hours=2))
    left = world.state()[THREAD]
    assert (left["state"], left["reason"], left["opened_at"], left["grievance"], left["signatures"]) == (
        "withdrawn",
        "forgotten",
        None,
        None,
        [],
    )
    assert left["turns"][0]["key"] is None
    assert left["turns"][0]["at"] is None
    world.say(
        [mention(THREAD, MONDAY, asks=True, observed=MONDAY + timedelta(minutes=30))]
    )  # late, and older than the erasure
    world.track(MONDAY + timedelta(hours=3))
    assert world.state()[THREAD]["state"] == "withdrawn"


def test_a_deletion_tracked_before_its_mention_holds() -> None:
    world = World(DESK)
    world.say([deletion(THREAD, MONDAY + timedelta(hours=2), at=MONDAY + timedelta(hours=1), thread=None)])
    world.track(MONDAY + timedelta(hours=3))
    assert world.state() == {}
    world.say([mention(THREAD, MONDAY, asks=True)])
    world.track(MONDAY + timedelta(hours=4))
    assert world.state()[THREAD]["state"] == "withdrawn"


def test_what_falls_due_is_told_without_any_record() -> None:
    world = World(DESK)
    world.say([mention(THREAD, MONDAY, asks=True, category="disaster_aid")])
    world.track(MONDAY + timedelta(minutes=5))
    assert world.state()[THREAD]["state"] == "new"
    summary = world.track(MONDAY + timedelta(hours=6))
    assert (summary["in"], summary["fell_due"]) == (0, 1)
    assert world.state()[THREAD]["state"] == "overdue"
    assert world.state()[THREAD]["since"] == world.state()[THREAD]["rounds"][0]["due_at"]
    assert world.track(MONDAY + timedelta(hours=7)).get("fell_due", 0) == 0


def test_opened_again_by_the_desk_the_stopped_clock_runs_on() -> None:
    told = World(DESK)
    told.say([mention(THREAD, MONDAY, asks=True, category="pkh")])
    where = {"id": THREAD, "platform": "instagram", "post_id": "ig:media:1"}
    record = act(None, where, "dismiss", by="sari", now=MONDAY + timedelta(hours=1), covers=[THREAD], reason="spam")
    told.decide(record)
    told.track(MONDAY + timedelta(hours=2))
    assert told.state()[THREAD]["state"] == "dismissed"
    told.decide(act(record, where, "reopen", by="budi", now=MONDAY + timedelta(hours=2), covers=[THREAD]))
    told.track(MONDAY + timedelta(hours=3))
    assert told.state()[THREAD]["state"] == "new"
    assert [one["asked_at"] for one in told.state()[THREAD]["rounds"]] == ["2026-11-23T01:00:00.000Z"]


def test_resolved_and_asked_again_is_reopened() -> None:
    told = World(DESK)
    told.say([mention(THREAD, MONDAY, asks=True, category="pkh")])
    where = {"id": THREAD, "platform": "instagram", "post_id": "ig:media:1"}
    told.decide(act(None, where, "resolve", by="sari", now=MONDAY + timedelta(hours=1), covers=[THREAD]))
    told.track(MONDAY + timedelta(hours=2))
    one = told.state()[THREAD]
    assert (one["state"], one["resolution"]["outcome"], one["resolution"]["wall_ms"]) == (
        "resolved",
        "settled",
        3_600_000,
    )
    told.say([mention("ig:comment:2", MONDAY + timedelta(days=1), asks=True, thread=THREAD)])
    told.track(MONDAY + timedelta(days=1, hours=1))
    one = told.state()[THREAD]
    assert (one["state"], one["reopened"], one["resolution"]["ended_at"]) == ("waiting", 1, None)
    assert one["resolution"]["from"] == "2026-11-24T01:00:00.000Z"


def test_two_responders_side_by_side_lose_nothing() -> None:
    world = World(DESK)
    world.say([mention(THREAD, MONDAY, asks=True)])
    where = {"id": THREAD, "platform": "instagram", "post_id": "ig:media:1"}
    now = MONDAY + timedelta(hours=1)
    world.decide(act(None, where, "assign", by="sari", now=now, covers=[THREAD], to="sari"))
    world.decide(act(None, where, "note", by="budi", now=now, covers=[THREAD], note="sudah ditelepon"))
    world.track(now)
    world.log.compact("desk-actions")
    world.rebuild(now)
    one = world.state()[THREAD]
    assert (one["assigned_to"], one["notes"]) == ("sari", 1)


def test_youtube_under_strict_lists_every_thread_without_an_official_reply() -> None:
    world = World(a_desk("strict"))
    where = {"platform": "youtube", "post": "yt:video:1"}
    world.say(
        [
            mention("yt:comment:1", MONDAY, key="yt~a", **where),
            mention("yt:comment:2", MONDAY, key="yt~b", **where),
            mention(
                "yt:comment:2.1",
                MONDAY + timedelta(hours=1),
                role="official",
                key="yt~o",
                thread="yt:comment:2",
                **where,
            ),
            mention("yt:comment:2.2", MONDAY + timedelta(hours=2), key="yt~b", thread="yt:comment:2", **where),
            mention("ig:comment:9", MONDAY, asks=False),
        ]
    )
    world.track(MONDAY + timedelta(hours=3))
    found = world.state()
    assert {name: (one["state"], one["classified"], one["category"]) for name, one in found.items()} == {
        "yt:comment:1": ("new", False, None),
        "yt:comment:2": ("answered", False, None),
    }
    assert found["yt:comment:1"]["weight"] is None, "likes are not derived from under strict"


@pytest.mark.parametrize(("profile", "judged"), [("strict", False), ("audited", False), ("sandbox", True)])
def test_the_desk_under_each_policy_profile(profile: str, judged: bool) -> None:
    world = World(a_desk(profile))  # under audited, no operator has declared anything yet
    told = {"asks": True, "category": "pkh", "urgency": "urgent", "sentiment": "negative"}
    world.say(
        [
            mention("yt:comment:1", MONDAY, platform="youtube", post="yt:video:1", **told),
            mention(THREAD, MONDAY, **told),
        ]
    )
    world.track(MONDAY + timedelta(minutes=1))
    found = world.state()
    youtube, instagram = found["yt:comment:1"], found[THREAD]
    assert (youtube["state"], youtube["classified"], youtube["category"]) == ("new", judged, "pkh" if judged else None)
    assert (youtube["urgency"], youtube["sentiment"]["first"]) == (("urgent", "negative") if judged else (None, None))
    assert (instagram["classified"], instagram["category"], instagram["urgency"]) == (True, "pkh", "urgent")
    assert youtube["service"] == "plain"


def test_a_correction_by_hand_takes_it_off_the_desk() -> None:
    world = World(DESK)
    world.say([mention(THREAD, MONDAY, asks=True)])
    world.track(MONDAY + timedelta(hours=1))
    world.say([mention(THREAD, MONDAY, asks=False, intent="praise", label_revision=1)])
    world.track(MONDAY + timedelta(hours=2))
    assert (world.state()[THREAD]["state"], world.state()[THREAD]["reason"]) == ("dismissed", "not_actionable")


def test_a_line_of_a_live_chat_is_a_conversation_of_its_own() -> None:
    world = World(DESK)
    chat = {"kind": "chat", "platform": "youtube", "post": "yt:video:1", "thread": "yt:video:1"}
    world.say([mention("yt:chat:1", MONDAY, asks=True, **chat), mention("yt:chat:2", MONDAY, asks=True, **chat)])
    world.track(MONDAY + timedelta(hours=1))
    assert sorted(world.state()) == ["yt:chat:1", "yt:chat:2"]
    where = {"id": "yt:chat:1", "platform": "youtube", "post_id": "yt:video:1"}
    world.decide(act(None, where, "answered_live", by="sari", now=MONDAY + timedelta(hours=1), covers=["yt:chat:1"]))
    world.track(MONDAY + timedelta(hours=2))
    one = world.state()["yt:chat:1"]
    assert (one["state"], one["reason"], one["rounds"][0]["ended_by"]) == ("answered", "orally", "orally")


def test_what_the_index_holds_reads_back() -> None:
    world = World(DESK)
    world.say([mention(THREAD, MONDAY, asks=True)])
    world.track(MONDAY + timedelta(hours=1))
    held = of_document(orjson.loads(world.remembered.documents[THREAD]))
    response = response_of(held.conversation(), MONDAY + timedelta(hours=1), DESK)
    assert response is not None
    assert says_the_same(held.response, response)


def test_what_an_erasure_takes_from_the_topics_is_no_defect() -> None:
    world = World(DESK)
    world.say([mention(THREAD, MONDAY, asks=True)])
    where = {"id": THREAD, "platform": "instagram", "post_id": "ig:media:1"}
    world.decide(act(None, where, "assign", by="sari", now=MONDAY, covers=[THREAD], to="sari"))
    world.track(MONDAY + timedelta(hours=1))
    for topic in ("responses", "desk-actions"):
        world.log.append(topic, THREAD, None, [])
    world.say([deletion(THREAD, MONDAY + timedelta(hours=2), reason="erasure")])
    summary = world.track(MONDAY + timedelta(hours=2))
    assert summary.get("quarantined", 0) == 0
    for topic in ("mentions", "responses", "desk-actions"):
        world.log.compact(topic)
    world.rebuild(MONDAY + timedelta(hours=3))
    assert all(turn["key"] is None for one in world.state().values() for turn in one["turns"])
