"""The scenario engine: the same seed gives the same truth, and the truth hangs together."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import orjson
import pytest
import yaml

from sandbox.__main__ import main
from sandbox.scenario import DEFAULT_SCENARIO, ScenarioError, World, build_world, load_plan
from sandbox.scenario.truth import obtainable, truth


def test_same_seed_same_bytes_other_seed_other(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        assert main(["--seed", str(seed), "--truth", str(tmp_path / name)]) == 0
    first, again, other = ((tmp_path / name).read_bytes() for name in "abc")
    assert first == again
    assert first != other


@pytest.mark.parametrize("seed", [1, 7, 99])
def test_volume(seed: int) -> None:
    world = build_world(seed)
    items = [item for item in world.items if item.via]
    platforms = Counter(item.platform for item in items)
    still_there = [
        i for i in items if i.via == ("poll",) and i.visible(world.end - timedelta(seconds=1)) and i.format != "story"
    ]
    assert 6_000 <= len(items) <= 9_000
    assert len(still_there) >= 5_500
    assert 0.5 <= platforms["youtube"] / len(items) <= 0.7
    assert {item.kind for item in items} == {"post", "comment", "reply", "chat", "dm"}


def test_times_and_ancestors(world: World) -> None:
    for item in world.items:
        assert item.published_at.tzinfo is UTC
        assert world.start <= item.published_at < world.end
        assert item.deleted_at is None or item.deleted_at > item.published_at
        assert all(earlier.at < later.at for earlier, later in zip(item.versions, item.versions[1:], strict=False))
        for ancestor in (item.parent, item.post):
            if ancestor is not None:
                assert ancestor.record_id in world.by_id
                assert ancestor.published_at <= item.published_at
                assert ancestor.deleted_at is None or (
                    item.deleted_at is not None and item.deleted_at <= ancestor.deleted_at
                )


def test_ids_are_distinct_and_in_the_platforms_form(world: World) -> None:
    assert len(world.by_id) == len(world.items)
    forms = {
        "yt:video": r"[\w-]{11}",
        "yt:comment": r"[\w-]{26}(\.[\w-]{22})?",
        "yt:chat": r"LCC\.[\w-]{28}",
        "ig:media": r"179\d{14}",
        "ig:comment": r"180\d{14}",
        "ig:message": r"[\w-]{40,}",
    }
    for record_id in world.by_id:
        platform, kind, identity = record_id.split(":", 2)
        assert re.fullmatch(forms[f"{platform}:{kind}"], identity), record_id


def test_truth_knows_edits_deletions_replies_and_what_is_withheld(world: World) -> None:
    items = truth(world)["items"]
    rows = list(items.values())
    assert sum(row["edited"] for row in rows) > 40
    assert sum(row["deleted"] for row in rows) > 60
    assert {row["reason"] for row in rows if not row["obtainable"]} == {
        "the platform shows no comments under other accounts' media",
        "the platform shows no stories of other accounts",
    }
    replies = [row["official_reply"] for row in rows if "official_reply" in row]
    assert len(replies) > 200
    for row in rows:
        if reply := row.get("official_reply"):
            assert reply["seconds"] > 0
            assert items[reply["id"]]["author"]["role"] == "official"


def test_planted_personal_data_stands_in_the_text(world: World) -> None:
    planted = [(item, datum) for item in world.items for datum in item.labels.get("pii", [])]
    assert {datum["kind"] for _, datum in planted} == {"nik", "kk", "phone", "email", "bank_account"}
    for item, datum in planted:
        assert datum["value"] in item.versions[-1].text
    assert sum(1 for item in world.items if item.labels.get("pii_decoy")) > 50


@pytest.mark.parametrize("seed", [1, 7, 99])
def test_spikes_stand_out(seed: int) -> None:
    world = build_world(seed)
    comments = [i for i in world.items if i.kind == "comment"]
    spikes = truth(world)["spikes"]
    assert len(spikes) == 2
    for spike in spikes:
        within = [i for i in comments if i.labels.get("burst") == spike["name"]]
        assert len(within) == spike["items"] > 0
        assert {i.platform for i in within} == {"youtube", "instagram"}
        start, end = datetime.fromisoformat(spike["from"]), datetime.fromisoformat(spike["to"])
        others = [
            sum(start + day <= i.published_at < end + day for i in comments) for day in _other_days(world, start, end)
        ]
        during = sum(start <= i.published_at < end for i in comments)
        assert during > 1.5 * sum(others) / len(others)


def _other_days(world: World, start: datetime, end: datetime) -> list[timedelta]:
    """Shifts by whole days that stay inside the scenario."""
    shifts = [timedelta(days=n) for n in range(-7, 8) if n]
    return [shift for shift in shifts if world.start <= start + shift and end + shift <= world.end]


def test_truth_so_far_does_not_tell_the_future(world: World) -> None:
    now = world.start + timedelta(days=2)
    early, late = truth(world, now), truth(world)
    assert 0 < len(early["items"]) < len(late["items"])
    changed = [i for i, row in early["items"].items() if not row["deleted"] and late["items"][i]["deleted"]]
    assert changed
    assert all(early["items"][i]["visible_to"] is None for i in changed if early["items"][i]["kind"] == "comment")
    assert all(
        row["visible_to"] is None or row["visible_to"] <= early["as_of"]
        for row in obtainable(world, now)["items"].values()
    )


def test_obtainable_leaves_out_what_is_withheld(world: World) -> None:
    rows = obtainable(world, world.end)["items"]
    assert rows
    assert not any(world.by_id[i].withheld for i in rows)
    story = next(i for i in world.items if i.format == "story" and i.via)
    assert rows[story.record_id]["visible_to"] is not None or story.published_at + timedelta(days=1) > world.end


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": "2026-11-16T00:00:00"}, "add a zone"),
        ({"start": "soon"}, "not an ISO 8601 time"),
        ({"days": None, "remove": "mix"}, "set mix"),
    ],
)
def test_unusable_scenarios_say_why(tmp_path: Path, change: dict[str, object], message: str) -> None:
    settings = yaml.safe_load(DEFAULT_SCENARIO.read_text())
    settings |= {"start": settings["start"].isoformat(), **{k: v for k, v in change.items() if k != "remove" and v}}
    settings.pop(str(change.get("remove", "")), None)
    file = tmp_path / "scenario.yaml"
    file.write_text(yaml.safe_dump(settings))
    with pytest.raises(ScenarioError, match=message):
        load_plan(file)


def test_a_missing_rate_is_named(tmp_path: Path) -> None:
    settings = yaml.safe_load(DEFAULT_SCENARIO.read_text())
    del settings["rates"]["deleted"]
    file = tmp_path / "scenario.yaml"
    file.write_text(yaml.safe_dump(settings))
    with pytest.raises(ScenarioError, match=r"rates\.deleted"):
        build_world(1, file)


def test_a_week_is_played_on_other_days_at_the_same_hours_and_is_another_world(world: World) -> None:
    written, moved = load_plan(), load_plan(first=date(2027, 2, 1))
    by = timedelta(days=77)
    assert (moved.start, moved.end) == (written.start + by, written.end + by)
    other = build_world(7, moved)
    assert [(b["from"], b["to"]) for b in other.bursts] == [(b["from"] + by, b["to"] + by) for b in world.bursts]
    assert all(moved.start <= item.published_at < moved.end for item in other.items)
    assert not other.by_id.keys() & world.by_id.keys(), "an id is never seen at two times"
    assert load_plan(first=date(2026, 11, 16)) == written


def test_main_refuses_a_missing_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["--scenario", str(tmp_path / "none.yaml")]) == 2
    assert "cannot read" in capsys.readouterr().err


def test_truth_is_json(world: World) -> None:
    assert orjson.loads(orjson.dumps(truth(world)))["scenario"] == "kemensos_week"
