"""Agenda salience over seeded worlds: where nobody leads, no effect is shown; who leads is found; and who counts in which group."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from dengar.attribution.agenda import figures, leads
from dengar.attribution.salience import GROUPS, Agenda, agenda_of
from tests.unit.attribution.said import said, window

MONDAY = date(2026, 1, 5)


def world(seed, *, weeks=30, topics=10, effect=0.0, shared=0.0, keeps=(0.5,) * 4, said_a_week=(40, 60, 80, 600)):
    """Salience of topics keeps part of itself, hears of shared events, and the public (the last) may follow official posts (the first)."""
    rng = np.random.default_rng(seed)
    popular, state = rng.normal(0, 1, topics), np.zeros((4, topics))
    counts = {group: [] for group in GROUPS}
    for week in range(-20, weeks):
        events = rng.normal(0, 1, topics)
        own = rng.normal(0, 1, (4, topics)) * np.sqrt(1 - shared**2)
        led = effect * state[0]
        state = np.array(keeps)[:, None] * state + shared * events + own
        state[3] += led
        if week >= 0:
            for row, volume, group in zip(state, said_a_week, GROUPS, strict=True):
                chance = np.exp(popular + 0.7 * row)
                counts[group].append(rng.multinomial(volume, chance / chance.sum()))
    days = [MONDAY + timedelta(days=7 * number) for number in range(weeks)]
    return Agenda(
        days, [f"t{n}" for n in range(topics)], {group: np.array(rows, float) for group, rows in counts.items()}
    )


@pytest.mark.parametrize(
    "kind",
    [
        {},
        {"keeps": (0.9,) * 4},
        {"shared": 0.8},
        {"shared": 0.8, "said_a_week": (8, 20, 50, 2000)},
        {"shared": 0.8, "keeps": (0.2, 0.4, 0.6, 0.9)},
        {"weeks": 12, "topics": 6},
    ],
)
def test_where_nobody_leads_no_effect_is_shown(kind):
    shown = sum(any(one.leader for one in leads(world(seed, **kind))) for seed in range(30))
    assert shown <= 3


def test_who_leads_is_found_and_never_turned_round():
    found = [
        {(one.first, one.second): one for one in leads(world(seed, weeks=52, effect=0.6, shared=0.4))}
        for seed in range(20)
    ]
    pairs = [rows["official", "public"] for rows in found]
    assert sum(one.leader == "official" for one in pairs) >= 17
    assert not any(one.leader == "public" for one in pairs)
    for one in pairs:
        assert one.low <= one.difference <= one.high
        assert one.difference == pytest.approx(one.forward - one.backward)


def test_the_same_answer_twice_and_with_the_groups_exchanged():
    made = world(7, weeks=52, effect=0.8)
    assert leads(made) == leads(made)
    turned = Agenda(
        made.weeks, made.topics, {**made.counts, "official": made.counts["public"], "public": made.counts["official"]}
    )
    (one,) = [lead for lead in leads(turned) if (lead.first, lead.second) == ("official", "public")]
    assert one.leader == "public"
    assert one.high < 0


def test_too_little_is_not_told():
    assert all(one.difference is None and one.leader is None for one in leads(world(1, weeks=6)))
    assert all(one.difference is None for one in leads(world(1, topics=3)))
    quiet = world(1, said_a_week=(3, 60, 80, 600))
    assert {one.second for one in leads(quiet) if one.first == "official" and one.difference is None} == {
        "media",
        "influencer",
        "public",
    }


def of_weeks(number, who, campaign, code, **changes):
    return [
        said(f"{who}{campaign}{week}{n}", who, 1.2 + 7 * week, campaigns=[campaign], **changes,
             entities=[{"type": "programme", "code": code}])
        for week in range(4) for n in range(number)
    ]  # fmt: skip


def test_whole_weeks_groups_and_topics():
    mentions = [
        *of_weeks(2, "@kantor", "peduli", "pkh"), *of_weeks(1, "@rani", "lain", None), *of_weeks(1, "@yayasan", "lain", "bpnt"),
        *of_weeks(3, "warga", "peduli", "pkh"), *of_weeks(9, "judi", "peduli", "pkh", spam="gambling"),
    ]  # fmt: skip
    made = agenda_of(mentions, window())  # from Sunday 1 November 07:00 WIB
    assert made.weeks == [date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)]
    assert made.topics == ["campaign:peduli", "programme:pkh", "campaign:lain", "programme:bpnt"]
    assert made.counts["official"].tolist() == [[2, 2, 0, 0]] * 3
    assert made.counts["influencer"].tolist() == [[0, 0, 2, 1]] * 3
    assert made.counts["public"].tolist() == [[3, 3, 0, 0]] * 3


def test_figures_say_no_effect_and_policy():
    mentions = of_weeks(2, "warga", "peduli", "pkh")
    rows = figures(mentions, window())
    assert len(rows) == 6
    assert {one.refused for one in rows} == {"too_few"}
    assert rows[0].inputs["leader"] is None
    assert rows[0].dimension == {"first": "official", "second": "media"}
    assert {(one.refused, one.rule) for one in figures(mentions, window("youtube", "strict"))} == {
        ("policy_off", "yt-30-days")
    }


def test_figures_of_a_year():
    rng = np.random.default_rng(5)
    start = datetime(2026, 1, 4, 17, tzinfo=UTC)
    codes = ["pkh", "bpnt", "atensi", "sembako", "lansia", "anak"]
    mentions, popular = [], rng.normal(0, 1, 6)
    for week in range(40):
        ahead = rng.normal(0, 1.2, 6)
        for who, mood in (("@kantor", ahead), ("warga", popular)):
            for n, topic in enumerate(rng.choice(6, 25, p=np.exp(mood) / np.exp(mood).sum())):
                one = said(
                    f"{who}{week}.{n}", who, 0, campaigns=[], entities=[{"type": "programme", "code": codes[topic]}]
                )
                at = start + timedelta(days=7 * week + 1)
                mentions.append(one | {"published_at": at.isoformat()})
        popular = ahead
    rows = figures(mentions, window(start=start, end=start + timedelta(days=280)))
    (one,) = [row for row in rows if row.dimension == {"first": "official", "second": "public"}]
    assert (one.inputs["leader"], one.inputs["effect_shown"], one.n) == ("official", True, 39)
    assert one.low > 0.3
