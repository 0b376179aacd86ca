"""All figures of a campaign from a source in memory: each with its inputs; what the index leaves out is null; policy bars them by name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest

from dengar.attribution.figure import Figure
from dengar.attribution.spans import Days
from dengar.attribution.spoken import METRICS, Spoken, whole
from dengar.attribution.window import published
from dengar.policy import load_policy
from dengar.records import JAKARTA, timestamp
from dengar.registers import Member, Panel
from tests.unit.attribution.memory import Memory
from tests.unit.attribution.said import CAMPAIGN, NOW, REGISTERS, START, said, window

PANEL = Panel(
    "suara", 1, "Suara", (Member("kita", "Kita", campaigns=("peduli",)), Member("lain", "Lain", hashtags=("lain",)))
)
REGISTERED = replace(REGISTERS, panels=(replace(PANEL, locked=PANEL.digest),))
OURS = replace(CAMPAIGN, panel="suara")


@dataclass
class MemoryHistory:
    """`History` over the same lists."""

    memory: Memory

    def last_posts(self, author, until, most):
        own = [
            one
            for one in map(whole, self.memory.mentions_)
            if one["kind"] == "post" and one["author"]["key"] == author and published(one) < until
        ]
        return sorted(own, key=published, reverse=True)[:most]

    def readings(self, posts):
        asked, found = set(posts), {}
        for row in sorted(self.memory.metrics, key=lambda one: one["observed_at"]):
            if row["object_id"] in asked:
                at = datetime.fromisoformat(row["observed_at"])
                found[row["object_id"]] = (
                    *found.get(row["object_id"], ()),
                    (at, row["values"]["likes"] + row["values"]["comments"]),
                )
        return found


def counted(post, at, **values):
    return {"object_id": post, "period": "lifetime", "observed_at": timestamp(at), "values": values}


def corpus():
    old = [said(f"old{n}", "@yayasan", -30 + n, f"kiriman {n}", campaigns=[]) for n in range(12)]
    post = said("ig:media:1", "@yayasan", 3, "Yuk ikut gerakan ini")
    answers = [
        said(f"a{n}", f"w{n}", 3.2, f"jawab {n}", kind="comment", post_id="ig:media:1", parent_id="ig:media:1", campaigns=[],
             intent="praise", sentiment="positive")
        for n in range(12)
    ]  # fmt: skip
    others = [said(f"o{n}", f"x{n}", 4, hashtags=["lain"], campaigns=[]) for n in range(6)]
    entries = [said(f"e{n}", f"w{n}", 5, f"ikut serta {n}") for n in range(6)]
    metrics = [counted(one["id"], published(one) + timedelta(hours=1), likes=80, comments=20) for one in old]
    metrics.append(
        counted("ig:media:1", published(post) + timedelta(hours=1), likes=150, comments=50, reach=4000, views=None)
    )
    metrics.append(counted("ig:user:3", START, followers=10_000))
    return Memory([*old, post, *answers, *others, *entries], metrics)


def told(memory, profile="sandbox", platform="instagram", campaign=OURS):
    spoken = Spoken(memory, MemoryHistory(memory), REGISTERED)
    return list(spoken.of_campaign(campaign, window(platform, profile)))


def test_every_figure_of_a_campaign():
    rows = told(corpus())
    by = {(one.metric, *sorted(one.dimension.values())): one for one in rows}
    assert by["share_of_voice_mentions", "kita", "suara@1"].value == 7 / 13
    assert by["engagement_rate_by_followers",].value == 200 / 10_000
    assert by["engagement_rate_by_reach",].value == 200 / 4000
    assert by["engagement_rate_by_views",].refused == "not_obtainable"
    assert by["overperformance", "1h", "ig:media:1", "reel"].value == 2.0
    assert by["overperformance", "24h", "ig:media:1", "reel"].refused == "not_obtainable"
    assert by["response_net_sentiment",].value == 100.0
    assert by["response_net_sentiment",].coverage == 12 / 50
    assert by["participants",].value == 7
    assert by["undisclosed_posts",].partner == "yayasan"
    assert by["diffusion_virality",].inputs["root"] == "ig:media:1"
    assert {one.metric for one in rows} <= set(METRICS)
    assert {one.campaign for one in rows} == {"peduli"}
    assert len({one.key for one in rows}) == len(rows)
    for one in rows:
        assert Figure.from_dict(one.as_dict()) == one


def test_without_a_panel_there_is_no_share_of_voice():
    assert not any(one.metric.startswith("share") for one in told(corpus(), campaign=CAMPAIGN))
    assert any(one.metric == "participants" for one in told(corpus(), campaign=CAMPAIGN))


def test_strict_bars_youtube():
    memory = corpus()
    memory.mentions_.append(said("yt:video:1", "@rani", 5, "Yuk ikut", platform="youtube"))
    rows = told(memory, "strict", "youtube")
    assert rows
    assert {(one.refused, one.value, one.n) for one in rows} == {("policy_off", None, None)}
    agenda = list(Spoken(memory, MemoryHistory(memory), REGISTERED).agenda(window("youtube", "strict")))
    assert {one.refused for one in agenda} == {"policy_off"}


def test_agenda_is_of_half_a_year_of_whole_weeks():
    memory = corpus()
    rows = list(Spoken(memory, MemoryHistory(memory), REGISTERED).agenda(window()))
    assert {one.refused for one in rows} == {"too_few"}
    assert rows[0].end.astimezone().weekday() in (6, 0)
    assert rows[0].end - rows[0].start == timedelta(weeks=26)


def test_a_full_run_tells_campaigns_weeks_of_panels_and_agendas():
    memory = corpus()
    spoken = Spoken(memory, MemoryHistory(memory), replace(REGISTERED, campaigns=(OURS,)))
    days = Days(date(2026, 10, 26), date(2026, 11, 15))
    steps = list(spoken.told(days, NOW, load_policy("sandbox")))
    figures = [one for step in steps for one in step]
    assert len(steps) == 2 * (1 + 3 + 1)
    assert len({one.key for one in figures}) == len(figures)
    weekly = [
        one
        for one in figures
        if one.metric == "share_of_voice_mentions" and one.campaign is None and one.platform == "instagram"
    ]
    told = {(one.start.astimezone(JAKARTA).date().isoformat(), one.dimension["member"]): one for one in weekly}
    assert told["2026-11-02", "kita"].value == 7 / 13
    assert told["2026-10-26", "kita"].refused == "too_few"
    of_campaign = [
        one for one in figures if one.metric == "participants" and one.platform == "instagram" and not one.dimension
    ]
    assert [(one.start.astimezone(JAKARTA).date(), one.end.astimezone(JAKARTA).date()) for one in of_campaign] == [
        (date(2026, 11, 1), date(2026, 11, 16))
    ]
    late = list(spoken.told(Days(date(2026, 11, 2), date(2026, 11, 15)), NOW, load_policy("sandbox")))
    assert len(late) == 2 * (2 + 1), "a campaign that began before the days is not told of a part of it"


def test_a_bare_document_is_filled_with_nulls():
    bare = {
        "id": "ig:media:1",
        "platform": "instagram",
        "kind": "post",
        "post_id": "ig:media:1",
        "published_at": timestamp(START + timedelta(days=1)),
        "campaigns": ["peduli"],
    }
    filled = whole(bare)
    assert (filled["author"], filled["hashtags"], filled["signature"]) == (
        {"key": None, "role": "unknown", "handle": None},
        [],
        None,
    )
    rows = told(Memory([bare]))
    assert {one.refused for one in rows if one.metric == "participants"} == {"not_obtainable"}


@pytest.mark.parametrize(
    "broken", [{"author": None}, {"author": {}}, {"entities": None}, {"text": "", "signature": None}]
)
def test_odd_documents(broken):
    memory = corpus()
    memory.mentions_ = [
        one | broken if n % 3 == 0 and one["id"].startswith("e") else one for n, one in enumerate(memory.mentions_)
    ]
    assert told(memory)
