"""Attribution against the sandbox's truth: pollers over HTTP, mapping, enrichment, then the figures of the day, without a stack.

In one world no partner's Instagram account is connected, in the other three are; the talk is the same.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from scipy.stats import spearmanr

import sandbox as package
from dengar.attribution.constants import load_constants
from dengar.attribution.engaged import coverage_of
from dengar.attribution.figure import Figure
from dengar.attribution.period import Attribution
from dengar.attribution.spans import day_at, of_day
from dengar.attribution.window import is_spam
from dengar.enrich import Context
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.paths import INFRA
from dengar.policy import load_policy
from dengar.records import Outcome
from dengar.registers import Registers, load_registers
from dengar.settings import Settings
from dengar.stages.enrich import enrich
from dengar.topics import INDEX_GROUP
from listeners.registry import sources
from listeners.run import poll_once
from listeners.station import Station
from tests.sandbox_process import Sandbox, running_sandbox
from tests.unit.attribution.memory import Memory, Shelf, pick, told

CONNECTED = ("raracerita.sandbox", "pedulinusa.sandbox", "kabarrawa.sandbox")
KEY = b"a key of at least sixteen bytes"
HERE = Path(package.__file__).parent / "scenarios" / "small_day.yaml"


@dataclass
class Played:
    """A day on the sandbox: its truth, what was collected of it, and the figures of that."""

    truth: Mapping[str, Any]
    source: Memory
    registers: Registers
    figures: Mapping[str, Figure]
    shelf: Shelf
    day: Any


def registers(folder: Path, connected: tuple[str, ...]) -> Registers:
    """The shipped registers, with these Instagram accounts connected."""
    shutil.copytree(INFRA / "registers", folder)
    file = folder / "accounts.yaml"
    rows = yaml.safe_load(file.read_text(encoding="utf-8"))
    for row in rows:
        if row["platform"] == "instagram" and row["handle"] in connected:
            row["connected"] = True
    file.write_text(yaml.safe_dump(rows, allow_unicode=True), encoding="utf-8")
    return load_registers(folder)


def scenario(folder: Path, connected: tuple[str, ...]) -> Path:
    body = yaml.safe_load(HERE.read_text(encoding="utf-8"))
    body["instagram"]["connected"] = list(connected)
    body["instagram"]["accounts"] |= {role: {"media": 2, "comments": 14} for role in ("partner", "influencer", "media")}
    path = folder / "scenario.yaml"
    path.write_text(yaml.safe_dump(body), encoding="utf-8")
    return path


def collected(sandbox: Sandbox, known: Registers) -> Memory:
    """What pollers of both platforms hold at the end of the day, as it is indexed."""
    settings = Settings(
        youtube_endpoint=sandbox.url, youtube_api_key="key", instagram_endpoint=sandbox.url, instagram_token="token",
        instagram_app_id="1", instagram_app_secret="secret",
    )  # fmt: skip
    log, source = MemoryLog(), Memory()
    for platform in ("youtube", "instagram"):
        station = Station(platform, settings, known, log, walk=True)
        assert poll_once(station, sources(station)).errors == {}
    topics = ["raw.youtube", "raw.instagram"]
    ranges = [OffsetRange(place.topic, place.number, 0, end) for place, end in log.ends(topics).items() if end]
    rows = enrich(log, ranges, Context(known, KEY, "sandbox"), lambda _ids: {}, index_group=INDEX_GROUP)
    assert not [row.reason for row in rows if row.outcome is Outcome.QUARANTINED]
    mentions: dict[str, dict[str, Any]] = {}
    for row in rows:
        fresh = row.record is not None and row.outcome is not Outcome.DUPLICATE
        own = [(row.record_type, row.record)] if fresh else []
        for kind, record in [*own, *row.fan_out]:
            if kind == "mention":
                mentions[record["id"]] = record
            elif kind == "metrics":
                source.metrics.append(record)
    source.mentions_ = list(mentions.values())
    return source


def play(folder: Path, connected: tuple[str, ...]) -> Played:
    folder.mkdir()
    known = registers(folder / "registers", connected)
    with running_sandbox(folder, seed=5, scenario=scenario(folder, connected)) as sandbox:
        end = sandbox.get("state")["end"]
        sandbox.post("clock", to=end)
        truth = sandbox.get("truth")
        source = collected(sandbox, known)
    now = datetime.fromisoformat(end)
    shelf = Shelf()
    work = Attribution(source, known, load_policy("sandbox"), load_constants(), now, shelf.get)
    days = of_day(day_at(now - timedelta(minutes=1)))
    return Played(truth, source, known, told(work, days, shelf), shelf, days)


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(tmp_path_factory.mktemp("apart") / "day", ())


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(tmp_path_factory.mktemp("joined") / "day", CONNECTED)


def partner_of(played: Played, platform: str) -> dict[str, str]:
    """Post → partner, by the truth's own authors."""
    by = {one.key: one.partner for one in played.registers.accounts if one.partner and one.platform == platform}
    items = played.truth["items"].items()
    return {key: by[row["author"]["id"]] for key, row in items if row["kind"] == "post" and row["author"]["id"] in by}


def below(played: Played, platform: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(id, partner, row) of every comment and reply that still stands below a partner's post."""
    partners, items = partner_of(played, platform), played.truth["items"]
    for key, row in items.items():
        partner = partners.get(row["post_id"])
        parent = items.get(row["parent_id"] or "", {})
        stands = not row["deleted"] and not parent.get("deleted") and not items.get(row["post_id"], {}).get("deleted")
        if partner is not None and row["kind"] in ("comment", "reply") and stands:
            yield key, partner, row


def of_partner(played: Played, metric: str, platform: str) -> dict[str, Figure]:
    """A figure of the day by partner, whatever the campaign."""
    span = {"start": played.day.start, "end": played.day.end}
    found = pick(played.figures, metric=metric, platform=platform, campaign=None, **span)
    return {str(one.partner): one for one in found}


def acted(played: Played, platform: str, *, obtainable: bool = True) -> dict[str, set[str]]:
    """Partner → who acted, by the truth; without what enrichment took for spam."""
    spam = {one["id"] for one in played.source.mentions_ if is_spam(one)}
    own = {one.key: one.partner for one in played.registers.accounts}
    found: dict[str, set[str]] = defaultdict(set)
    for key, partner, row in below(played, platform):
        who = row["author"]
        outsider = who["role"] != "official" and own.get(who["id"]) != partner
        if outsider and key not in spam and (row["obtainable"] or not obtainable):
            found[partner].add(who["id"])
    return found


def test_engaged_reach_is_the_truth_where_comments_can_be_read(apart: Played) -> None:
    truth, reach = acted(apart, "youtube"), of_partner(apart, "engaged_reach", "youtube")
    assert len(truth) >= 5
    assert {name: one.value for name, one in reach.items() if name in truth} == {
        name: len(who) for name, who in truth.items()
    }


def test_the_ranking_of_partners_is_the_truths(apart: Played) -> None:
    truth, shares = acted(apart, "youtube"), of_partner(apart, "engaged_shapley", "youtube")
    fair = {name: sum(1 / sum(one in other for other in truth.values()) for one in who) for name, who in truth.items()}
    ranked = sorted(fair, key=lambda name: (-fair[name], name))
    assert (
        sorted((name for name in shares if name in fair), key=lambda name: (-(shares[name].value or 0), name)) == ranked
    )
    assert {name: shares[name].value for name in fair} == pytest.approx(fair, abs=0.001)


def test_coverage_is_the_truths_share_of_readable_comments(apart: Played, joined: Played) -> None:
    for played in (apart, joined):
        for platform in ("youtube", "instagram"):
            stands, readable = defaultdict[str, int](int), defaultdict[str, int](int)
            for _, partner, row in below(played, platform):
                stands[partner] += 1
                readable[partner] += row["obtainable"] and "poll" in row["via"]
            reach = of_partner(played, "engaged_reach", platform)
            for name, count in stands.items():
                assert reach[name].coverage == pytest.approx(readable[name] / count, abs=0.001), (platform, name)


def test_who_connects_raises_coverage_and_is_told_instead_of_refused(apart: Played, joined: Played) -> None:
    before, after = (of_partner(one, "engaged_reach", "instagram") for one in (apart, joined))
    connected = {one.partner for one in joined.registers.accounts if one.connected}
    truth = acted(joined, "instagram")
    assert len(connected) == 3
    for name, one in before.items():
        assert (one.value, one.refused) == (None, "coverage_below_floor"), "nobody is connected"
        if name in connected:
            assert after[name].coverage == 1.0 > (one.coverage or 0.0)
            assert (after[name].value, after[name].refused) == (len(truth[name]), None)
        else:
            assert after[name].refused == "coverage_below_floor"
    cells = [
        one for one in joined.shelf.get(list(joined.shelf.held)) if one.platform == "instagram" and one.campaign is None
    ]
    assert 0 < (coverage_of(cells) or 0) < 1


def test_insights_of_who_connected_are_measured_reach(apart: Played, joined: Played) -> None:
    connected = {one.partner for one in joined.registers.accounts if one.connected}
    before, after = (of_partner(one, "reach_measured", "instagram") for one in (apart, joined))
    posts = partner_of(joined, "instagram")
    for name in connected:
        assert before[str(name)].refused == "not_obtainable"
        told_ = after[str(name)]
        reaches = [joined.truth["items"][key]["reach"]["reach"] for key, partner in posts.items() if partner == name]
        living = [
            one
            for key, one in zip((k for k, p in posts.items() if p == name), reaches, strict=True)
            if not joined.truth["items"][key]["deleted"]
        ]
        assert told_.refused is None
        assert (told_.high or told_.value) <= sum(living)
        assert (told_.low or told_.value) <= max(living)


def test_the_ranking_holds_against_labels_too(apart: Played) -> None:
    """With the truth's own word on spam instead of the classifier's: the order hardly moves."""
    people: dict[str, set[str]] = defaultdict(set)
    for _, partner, row in below(apart, "youtube"):
        if row["author"]["role"] == "public" and not row["labels"].get("spam"):
            people[partner].add(row["author"]["id"])
    reach = of_partner(apart, "engaged_reach", "youtube")
    names = sorted(people)
    assert spearmanr([len(people[name]) for name in names], [reach[name].value for name in names]).statistic >= 0.9
