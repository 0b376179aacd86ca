"""The study's figures against the sandbox's truth, and the rows that tell them."""

from __future__ import annotations

import math
import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from statistics import fmean, median
from typing import Any

import pytest

import sandbox
from dengar.index.query import ask
from dengar.paths import INFRA, PROJECT
from dengar.policy import load_policy
from dengar.responses.concepts import ACROSS, Concept, MeasuresError, concepts, page, rows
from dengar.responses.study import Tally, tallied
from sandbox.scenario import build_world, load_plan
from sandbox.scenario.truth import truth
from tests.unit.responses.memory import World
from tests.unit.responses.mentions import a_desk, label, mention

PUBLIC = ("public", "unknown")
ASKS = ("complaint", "question", "request", "report")
SMALL_DAY = Path(sandbox.__file__).parent / "scenarios" / "small_day.yaml"


class Sandbox:
    """A day of the sandbox: its truth, and what the pipeline would have made of it, had it judged as the truth does."""

    def __init__(self) -> None:
        world = build_world(7, load_plan(SMALL_DAY))
        self.now = world.end
        self.items = {
            name: row for name, row in truth(world)["items"].items() if row["obtainable"] and not row["deleted"]
        }
        self.mentions = [self._mention(name, row) for name, row in self.items.items()]
        self.reach = {
            name: row["reach"]["reach"] for name, row in self.items.items() if "reach" in row.get("reach", {})
        }
        desk = World(a_desk())
        desk.say(self.mentions)
        desk.track(self.now)
        self.responses = list(desk.state().values())
        self.tallies = tallied(self.mentions, self.responses, self.reach, self.now)

    def _mention(self, name: str, row: dict[str, Any]) -> dict[str, Any]:
        labels, kind = row["labels"], row["kind"]
        at = datetime.fromisoformat(row["published_at"])
        one = mention(
            name, at, role=row["author"]["role"], key=row["author"]["id"], kind=kind, platform=row["platform"], post=row["post_id"],
            thread=row["conversation_id"] if kind != "chat" else row["post_id"], asks=self.asks(row),
            intent=labels.get("intent") if kind != "post" else None, category=labels.get("category"),
            sentiment=labels.get("sentiment"), text=row["text"],
        )  # fmt: skip
        one["purpose"] = label(labels.get("purpose"))
        one["post_format"] = row["format"]
        one["campaigns"] = [labels["campaign"]] if labels.get("campaign") else []
        one["collected"] = {"ownership": "owned" if self.own(row) else "public"}
        return one

    @staticmethod
    def asks(row: dict[str, Any]) -> bool:
        labels = row["labels"]
        return (
            row["author"]["role"] in PUBLIC
            and labels.get("intent") in ASKS
            and not labels.get("spam")
            and row["kind"] != "post"
        )

    def own(self, row: dict[str, Any]) -> bool:
        post = self.items.get(row["post_id"], row)
        return row["kind"] == "dm" or post["author"]["role"] == "official"

    def on(self, platform: str, *roles: str, kind: str | None = None) -> list[dict[str, Any]]:
        return [
            {**row, "id": name}
            for name, row in self.items.items()
            if row["platform"] == platform
            and (not roles or row["author"]["role"] in roles)
            and (kind is None or row["kind"] == kind)
        ]


@pytest.fixture(scope="module")
def day():
    return Sandbox()


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def by_the_truth(day: Sandbox, platform: str) -> dict[str, float | None]:
    """Each figure from the truth's rows alone; first answers as the truth file has them."""
    said, posts = day.on(platform, *PUBLIC), day.on(platform, "official", kind="post")
    official = day.on(platform, "official")
    others = [row for row in day.on(platform) if row["author"]["role"] != "official"]
    partners = [row for row in day.on(platform, "influencer", "partner") if row["kind"] == "post"]
    intents = Counter(row["labels"]["intent"] for row in said if row["kind"] != "post" and row["labels"].get("intent"))
    moods = Counter(row["labels"]["sentiment"] for row in said if row["labels"].get("sentiment"))
    complaints = [row for row in said if row["kind"] != "post" and row["labels"].get("intent") == "complaint"]
    authors = Counter(row["author"]["id"] for row in said)
    formats = Counter(row["format"] for row in posts)
    below = Counter(row["post_id"] for row in said)
    n = sum(formats.values())
    purposes = Counter(row["labels"].get("purpose") for row in posts)
    reached = [row["reach"]["reach"] for row in posts if "reach" in row.get("reach", {})]
    return {
        "answering_share": share(sum(row["kind"] in ("reply", "dm") for row in official), len(official)),
        "clarification_share": share(purposes["clarification"], n),
        "accountability_share": share(purposes["accountability"], n),
        "education_share": share(purposes["education"] + purposes["programme_information"], n),
        "agenda_uptake": share(sum(bool(row["labels"].get("campaign")) for row in said), len(said)),
        "outside_share": share(sum(not day.own(row) for row in others), len(others)),
        "hoax_share": share(intents["hoax"], intents.total()),
        "format_evenness": -sum(c / n * math.log(c / n) for c in formats.values()) / math.log(len(formats))
        if len(formats) > 1
        else None,
        "reach": median(reached) if reached else None,
        "campaign_share": share(sum(bool(row["labels"].get("campaign")) for row in posts), n),
        "influencer_share": share(sum(bool(row["labels"].get("campaign")) for row in partners), len(partners)),
        "returning_share": share(sum(c > 1 for c in authors.values()), len(authors)),
        "comments_per_post": fmean(below[row["id"]] for row in posts),
        "data_complaint_share": share(
            sum(row["labels"]["category"] == "dtsen_data" for row in complaints), len(complaints)
        ),
        "net_sentiment": share(moods["positive"] - moods["negative"], moods.total()),
        **_of_threads(day, platform),
    }


def _of_threads(day: Sandbox, platform: str) -> dict[str, float | None]:
    threads: dict[str, list[dict[str, Any]]] = {}
    for row in day.on(platform):
        if row["author"]["role"] in PUBLIC or row["kind"] not in ("post", "chat"):
            threads.setdefault(row["id"] if row["kind"] == "chat" else row["conversation_id"], []).append(row)
    asked = []
    for rows_ in threads.values():
        ordered = sorted(rows_, key=lambda row: (row["published_at"], row["id"]))
        if any(day.asks(row) for row in ordered):
            asked.append(ordered)
    waits, answered, changes = [], 0, []
    for ordered in asked:
        first = next(row for row in ordered if day.asks(row))
        replies = [
            row
            for row in ordered
            if row["author"]["role"] == "official" and row["published_at"] >= first["published_at"]
        ]
        answered += bool(replies)
        start = datetime.fromisoformat(first["published_at"])
        end = datetime.fromisoformat(replies[0]["published_at"]) if replies else day.now
        waits.append(((end - start) / timedelta(hours=1), bool(replies)))
        value = {"negative": -1, "neutral": 0, "positive": 1}
        felt = [
            value[row["labels"]["sentiment"]]
            for row in ordered
            if row["author"]["role"] in PUBLIC and row["labels"].get("sentiment")
        ]
        if len(felt) > 1:
            changes.append(felt[-1] - felt[0])
    return {
        "turns": fmean(len(ordered) for ordered in asked),
        "reply_ratio": answered / len(asked),
        "mood_change": fmean(changes) if changes else None,
        "first_response": _kaplan_meier(waits),
    }


def _kaplan_meier(waits: list[tuple[float, bool]]) -> float | None:
    left = 1.0
    for at in sorted({time for time, answered in waits if answered}):
        left *= 1 - sum(time == at and answered for time, answered in waits) / sum(time >= at for time, _ in waits)
        if left <= 0.5 + 1e-12:
            return at
    return None


# Told of the desk by its own tests: deadlines need promises and hours, flags the words of an answer.
ELSEWHERE = {"within_target", "acknowledging_share", "explaining_share", ACROSS}


@pytest.mark.parametrize("platform", ["instagram", "youtube"])
def test_every_row_yields_what_the_truth_gives(day: Sandbox, platform: str) -> None:
    wanted = by_the_truth(day, platform)
    found = {row["concept"]: row for row in rows(day.tallies, load_policy("sandbox")) if row["platform"] == platform}
    checked = 0
    for concept in concepts():
        if concept.measure is None or concept.measure in ELSEWHERE:
            continue
        expected, row = wanted.pop(concept.measure), found[concept.id]
        if expected is None:
            assert "why" in row, concept.id
            continue
        assert row["value"] == pytest.approx(expected, abs=6e-5), concept.id
        assert row["n"] > 0
        if row["low"] is not None:
            assert row["low"] - 1e-4 <= row["value"] <= row["high"] + 1e-4, concept.id
        checked += 1
    assert not wanted, "each figure of the truth has its row"
    assert checked >= 16
    assert found["responsive"]["n"] > 0
    assert 0 < found["caring"]["value"] <= 1


@pytest.mark.parametrize("profile", ["strict", "audited", "sandbox"])
def test_a_row_without_a_figure_says_why(day: Sandbox, profile: str) -> None:
    for row in rows(day.tallies, load_policy(profile)):
        refused = row.get("off", "").startswith("dimatikan kebijakan") and "enable" in row
        assert "value" in row or row.get("why") or refused


def test_what_cannot_be_measured_says_why_and_what_policy_forbids_how_to_enable_it(day: Sandbox) -> None:
    strict = {(row["concept"], row["platform"]): row for row in rows(day.tallies, load_policy("strict"))}
    assert "off" in strict["reputation", "youtube"]
    assert "value" in strict["reputation", "instagram"]
    assert "survey" in strict["trust", None]["why"]
    assert {row["concept"] for row in strict.values()} == {one.id for one in concepts()}


def test_counterparts_by_hand() -> None:
    tallies = {"youtube": Tally("youtube", campaigns={"a", "b"}), "instagram": Tally("instagram", campaigns={"b", "c"})}
    row = next(row for row in rows(tallies, load_policy("sandbox")) if row["concept"] == "consistency")
    assert (row["platform"], row["value"], row["n"]) == ("all", 0.3333, 3)


def test_the_page_is_made_of_the_file() -> None:
    assert (PROJECT / "docs" / "measures.md").read_text(encoding="utf-8") == page(concepts()), (
        "run dengar report study --page"
    )


@pytest.mark.parametrize("concept", concepts(), ids=lambda concept: concept.id)
def test_the_row_can_be_followed(concept: Concept) -> None:
    for query in re.findall(r"dengar search '([^']+)'", concept.query):
        ask(query)
    if concept.panel != "-":
        assert (INFRA / "kibana" / "panels" / f"{concept.panel}.json").exists()
    for name in concept.needs:
        assert load_policy("sandbox").rules["instagram"].get(name) is not None


def test_a_row_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "measures.yaml"
    row = 'x: {{term: a, theory: a, measure: {}, formula: a, query: a, panel: "-", limits: a, needs: [], labels: []}}'
    file.write_text(row.format("no_such"))
    with pytest.raises(MeasuresError, match="is measured by no_such"):
        concepts(file)
    file.write_text(row.format("null"))
    with pytest.raises(MeasuresError, match="does not say why"):
        concepts(file)
