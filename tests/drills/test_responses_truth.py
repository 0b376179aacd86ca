"""The desk against the sandbox's truth, many seeds: every actionable conversation is there, its times exact, its state right.

The truth's labels stand for what enrichment judged, so that what is tested is the desk. Records arrive shuffled, some twice, edits and
deletions in any order.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

import sandbox
from dengar.enrich.actionable import actionable
from dengar.responses.record import says_the_same
from sandbox.scenario import build_world, load_plan
from sandbox.scenario.truth import truth
from sandbox.scenario.world import Item, World
from tests.unit.responses.memory import World as DeskWorld
from tests.unit.responses.memory import shuffled
from tests.unit.responses.mentions import a_desk, deletion, mention
from tests.unit.responses.reference import History, Said, read

pytestmark = pytest.mark.long

SEEDS = range(24)
SMALL_DAY = Path(sandbox.__file__).parent / "scenarios" / "small_day.yaml"
DESK = a_desk()


def asks(row: dict[str, Any]) -> bool:
    """The truth's own word: an intent that asks for action, by the public, no spam."""
    labels = row["labels"]
    return bool(actionable(labels.get("intent"), row["author"]["role"], labels.get("spam") or "none"))


def conversation(identity: str, row: dict[str, Any]) -> str:
    return identity if row["kind"] == "chat" else row["conversation_id"]


def records(item: Item, row: dict[str, Any], random: Random) -> list[dict[str, Any]]:
    """What topic mentions would hold of an item: each version that was observed, and its deletion."""
    labels, made = row["labels"], []
    for number, version in enumerate(item.versions):
        seen = version.at + timedelta(seconds=random.randint(1, 50))
        intent = labels.get("intent")
        last = number == len(item.versions) - 1
        made.append(
            mention(
                item.record_id,
                item.published_at,
                role=row["author"]["role"],
                key=f"{item.platform}~{row['author']['id']}",
                kind=row["kind"],
                thread=row["conversation_id"] if row["kind"] != "chat" else row["post_id"],
                post=row["post_id"],
                platform=item.platform,
                # An earlier version may have been judged otherwise: the newest holds.
                asks=asks(row) if last else random.random() < 0.5,
                intent=intent if intent else None,
                category=labels.get("category"),
                text=version.text,
                observed=seen,
            )
        )
    if item.deleted_at is not None and row["deleted"]:  # some are deleted after the scenario's end
        thread = row["conversation_id"] if random.random() < 0.6 else None
        made.append(
            deletion(
                item.record_id,
                max(item.deleted_at, *(one.at for one in item.versions)) + timedelta(minutes=2),
                at=item.deleted_at,
                thread=thread,
                post=row["post_id"],
                platform=item.platform,
            )
        )
    return made


def expected(told: dict[str, Any], now: datetime) -> dict[str, dict[str, Any]]:
    """Conversation's id → what the reference makes of the truth."""
    histories: dict[str, History] = {}
    for identity, row in told["items"].items():
        if not row["obtainable"] or (
            row["author"]["role"] not in ("public", "unknown") and row["kind"] in ("post", "chat")
        ):
            continue
        gone = row["deleted_at"]
        said = Said(
            identity,
            datetime.fromisoformat(row["published_at"]),
            row["author"]["role"] == "official",
            asks(row),
            row["labels"].get("category"),
            None,
            datetime.fromisoformat(gone) if gone else None,
        )
        histories.setdefault(conversation(identity, row), History([])).said.append(said)
    return {
        name: read(history, now, DESK.classes, DESK.working)
        for name, history in histories.items()
        if any(one.asks for one in history.said)
    }


def played(world: World, told: dict[str, Any], seed: int) -> DeskWorld:
    random, desk = Random(seed), DeskWorld(DESK)
    made = [
        record
        for item in world.items
        if (row := told["items"].get(item.record_id)) is not None and row["obtainable"]
        for record in records(item, row, random)
    ]
    arriving = shuffled(made, random)
    while arriving:
        size = random.randint(20, 400)
        desk.say(arriving[:size])
        arriving = arriving[size:]
        desk.track(world.end, limit=random.randint(10, 300))
    while desk.backlog():
        desk.track(world.end)
    desk.track(world.end)
    return desk


def milliseconds(first: datetime, last: datetime) -> float:
    return (last - first) / timedelta(milliseconds=1)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_actionable_conversation_is_there_and_exact(seed: int) -> None:
    world = build_world(seed, load_plan(SMALL_DAY))
    told = truth(world)
    wanted = expected(told, world.end)
    desk = played(world, told, seed)
    found = {name: one for name, one in desk.state().items() if one["opened_at"]}
    assert len(wanted) > 50
    assert found.keys() == wanted.keys(), "none is missing, none is invented"
    for name, one in found.items():
        assert one["state"] == wanted[name]["state"], name
        waits = [
            (
                datetime.fromisoformat(wait["asked_at"]),
                wait["ended_at"] and datetime.fromisoformat(wait["ended_at"]),
                wait["ended_by"],
            )
            for wait in one["rounds"]
        ]
        assert waits == [wait[:3] for wait in wanted[name]["waits"]], name
        for wait, (start, end, _, due) in zip(one["rounds"], wanted[name]["waits"], strict=True):
            assert datetime.fromisoformat(wait["due_at"]) == due
            if end is not None:
                assert wait["wall_ms"] == milliseconds(start, end)
                assert wait["working_ms"] == DESK.working.working_time_between(start, end) / timedelta(milliseconds=1)
    _as_the_truth_has_it(told, found)
    assert "answered" in {one["state"] for one in found.values()}
    before = desk.state()
    desk.rebuild(world.end)
    assert all(says_the_same(desk.state()[name], one) for name, one in before.items())


def _as_the_truth_has_it(told: dict[str, Any], found: dict[str, Any]) -> None:
    """The truth file's own seconds, where nobody else asked or was answered in the thread before."""
    checked = 0
    for identity, row in told["items"].items():
        reply = row.get("official_reply")
        one = found.get(conversation(identity, row))
        if reply is None or one is None or not asks(row) or not row["obtainable"]:
            continue
        first = one["rounds"][0]
        if first["asked_at"] == row["published_at"] and first["answer"] == reply["id"]:
            assert first["wall_ms"] == reply["seconds"] * 1000
            checked += 1
    assert checked >= 10
