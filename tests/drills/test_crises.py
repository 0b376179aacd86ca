"""Twenty planted weeks with decoys: crises, hoax families and labels against the truth. Figures are printed and held to floors."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest

from dengar.trends.claims import Claim, content_words
from dengar.trends.families import Family
from dengar.trends.heard import heard
from dengar.trends.hoax import LEAST_AUTHORS, LEAST_COPIES, Hoax, HoaxWatch
from dengar.trends.watch import Watch
from tests.drills.planted import week

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]

SEEDS = range(101, 121)
"""Not the seeds that the constants were chosen on (1 to 24)."""
RUMOURS = ("Kartu bansos dipasangi alat pelacak oleh pemerintah", "Penerima bansos wajib menyerahkan sertifikat tanah")
CLAIMS = tuple(
    Claim(str(number), text, None, None, None, frozenset(word for word in content_words(text) if word))
    for number, text in enumerate(RUMOURS)
)


class Noted(HoaxWatch):
    """Remembers every family that was ever part of a hoax."""

    def __init__(self) -> None:
        super().__init__(CLAIMS)
        self.families: dict[int, Family] = {}

    def _joined(self, hoax: Hoax, family: Family) -> Hoax | None:
        self.families[family.number] = family
        return super()._joined(hoax, family)


def play(seed: int) -> Counter[str]:
    """Counts of one week: what was planted, what was told of it, and what was told wrongly."""
    mentions, world, planted = week(seed)
    truth = {item.record_id: item.labels for item in world.items}
    watch = Watch(True, CLAIMS)
    watch.hoaxes = noted = Noted()
    for mention in mentions:
        watch.hear(heard(mention))
    watch.advance(datetime.fromisoformat(mentions[-1]["published_at"]) + timedelta(hours=7))
    records = watch.taken()
    found = Counter(mentions=len(mentions), topics=sum(record["kind"] == "topic" for record in records))

    told = [datetime.fromisoformat(record["detected_at"]) for record in records if record["kind"] == "crisis"]
    right = [at for at in told if planted.crisis and planted.crisis[0] <= at <= planted.crisis[1]]
    found.update(crises=bool(planted.crisis), crises_hit=bool(right), crises_told=len(told), crises_right=len(right))
    if planted.crisis and right:
        found["delay_min"] = round((min(right) - planted.crisis[0]) / timedelta(minutes=1))
    if planted.crisis:
        start, end = planted.crisis
        topics = [
            one
            for one in records
            if one["kind"] == "topic" and start <= datetime.fromisoformat(one["detected_at"]) <= end
        ]
        found.update(labels=1, labels_right=any(planted.word in topic["label"] for topic in topics))

    hoaxes: dict[str, set[str]] = {}
    copies: Counter[str] = Counter()
    for mention in mentions:
        labels = truth[mention["id"]]
        if labels.get("hoax"):
            copies[labels["template"]] += 1
            hoaxes.setdefault(labels["template"], set()).add(mention["author"]["key"])
    planted_families = {
        name for name, authors in hoaxes.items() if copies[name] >= LEAST_COPIES and len(authors) >= LEAST_AUTHORS
    }
    judged = [
        Counter(truth[one].get("template") for one in family.samples).most_common(1)[0][0]
        for family in noted.families.values()
    ]
    found.update(families=len(planted_families), families_hit=len(planted_families & set(judged)))
    found.update(families_told=len(judged), families_right=sum(name in hoaxes for name in judged))
    return found


def test_planted_weeks(tell) -> None:
    total: Counter[str] = Counter()
    delays = []
    for seed in SEEDS:
        found = play(seed)
        delays += [found["delay_min"]] if found["crises_hit"] else []
        total.update(found)

    def share(part: str, whole: str) -> float:
        return total[part] / total[whole]

    figures = {
        "crisis recall": (share("crises_hit", "crises"), 0.95),
        "crisis precision": (share("crises_right", "crises_told"), 0.95),
        "hoax family recall": (share("families_hit", "families"), 0.9),
        "hoax family precision": (share("families_right", "families_told"), 0.9),
        "labels with the planted word": (share("labels_right", "labels"), 0.9),
    }
    tell(f"{len(SEEDS)} weeks, {total['mentions']} mentions, {total['crises']} crises, {total['topics']} topics told")
    tell(f"delay of crises: median {sorted(delays)[len(delays) // 2]} min, longest {max(delays)} min")
    for name, (value, floor) in figures.items():
        tell(f"{name}: {value:.3f} (floor {floor})")
    assert all(value >= floor for value, floor in figures.values())
