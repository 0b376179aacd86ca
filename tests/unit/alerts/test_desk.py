"""What the response desk raises: each occasion once, a platform each, loud as its rule says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dengar.alerts.desk import Asking, Waiting, for_backlog, for_breaches, for_privacy, hours_of, severity
from dengar.alerts.plan import due
from dengar.alerts.rules import RulesError, load_rules, rule_of
from dengar.responses.breaches import Breaches
from dengar.responses.routing import routing
from dengar.schemas import validator
from dengar.stages.desk_alerts import asked_in
from tests.unit.responses.memory import World
from tests.unit.responses.mentions import a_desk, mention

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)  # 12:00 in Jakarta
CLOSE = datetime(2026, 11, 24, 9, tzinfo=UTC)
RULES = load_rules()
NAMES = routing().directorates


def breach(overdue: int = 0, soon: int = 12, platform: str = "instagram") -> Breaches:
    return Breaches(platform, CLOSE, overdue, soon, None, {"itjen": 2, "linjamsos": 10})


def test_twelve_will_be_overdue_by_four():
    (one,) = for_breaches([breach()], RULES, NOON, NAMES)
    assert validator("alert").is_valid(one)
    assert one["title"]["id"] == "Instagram: 12 percakapan lagi lewat batas pada 16.00 WIB"
    assert one["title"]["en"] == "Instagram: 12 more conversations will be overdue by 16:00 WIB"
    assert "Inspektorat Jenderal 2" in one["text"]["id"]
    assert (one["level"], one["severity"], one["platform"]) == ("attention", 5, "instagram")
    assert rule_of(one, RULES).id == "breach"


def test_a_day_has_one_alert_a_platform_and_another_where_it_grows_urgent():
    first = for_breaches([breach(), breach(platform="youtube")], RULES, NOON, NAMES)
    assert [one["platform"] for one in first] == ["instagram", "youtube"], "never both in one"
    assert len({one["id"] for one in first}) == 2
    (later,) = for_breaches([breach(overdue=3)], RULES, NOON + timedelta(minutes=5), NAMES)
    assert later["id"] == first[0]["id"], "the same occasion"
    (urgent,) = for_breaches([breach(overdue=30)], RULES, NOON, NAMES)
    assert (urgent["level"], urgent["id"] != later["id"]) == ("urgent", True)
    (past,) = for_breaches([breach(overdue=3, soon=0)], RULES, NOON, NAMES)
    assert past["title"] == {
        "id": "Instagram: 3 percakapan lewat batas",
        "en": "Instagram: 3 conversations are overdue",
    }, "never that none will be overdue"
    (tomorrow,) = for_breaches([replace(breach(), until=CLOSE + timedelta(days=1))], RULES, NOON, NAMES)
    assert tomorrow["id"] != later["id"]
    assert for_breaches([breach(0, 0)], RULES, NOON, NAMES) == []
    assert for_breaches([breach()], [rule for rule in RULES if rule.what != "breach"], NOON, NAMES) == []


def test_quiet_hours_hold_an_attention_back_and_what_nobody_takes_escalates():
    night = datetime(2026, 11, 24, 15, tzinfo=UTC)  # 22:00 in Jakarta
    (one,) = for_breaches([breach()], RULES, night, NAMES)
    assert due([one], RULES, night) == []
    morning = night + timedelta(hours=9)
    assert [delivery.channel for delivery in due([one], RULES, morning)] == ["piket"]
    assert [delivery.channel for delivery in due([one], RULES, morning + timedelta(hours=4))] == ["piket", "pimpinan"]


def test_a_backlog_that_ages_is_told_once_a_day():
    assert hours_of(RULES) == [72]
    row = Waiting("youtube", 72, 25, NOON - timedelta(days=9))
    (one,) = for_backlog([row], RULES, NOON)
    assert validator("alert").is_valid(one)
    assert one["title"]["id"] == "YouTube: 25 percakapan menunggu 72 jam atau lebih"
    assert "15-11-2026 12.00 WIB" in one["text"]["id"]
    assert (one["level"], rule_of(one, RULES).id) == ("urgent", "backlog")
    assert for_backlog([row], RULES, NOON + timedelta(hours=3))[0]["id"] == one["id"]
    assert for_backlog([row], RULES, NOON + timedelta(days=1))[0]["id"] != one["id"]
    assert for_backlog([replace(row, conversations=9)], RULES, NOON) == [], "below its threshold"
    assert for_backlog([replace(row, hours=24)], RULES, NOON) == [], "asked for by no rule"


def test_an_answer_that_asks_for_nik_in_public_is_told_at_once_even_at_night():
    world = World(a_desk())
    night = datetime(2026, 11, 24, 16, tzinfo=UTC)
    asks = {"asks": True, "category": "pkh", "urgency": "none", "sentiment": "negative"}
    world.say([mention("ig:comment:1", night - timedelta(hours=1), **asks)])
    for number, text in enumerate(("Tulis NIK di sini ya Kak.", "Mohon maaf Kak, kami cek.")):
        at = night - timedelta(minutes=30 - number)
        world.say([mention(f"ig:comment:1{number}", at, role="official", thread="ig:comment:1", text=text)])
    world.track(night)
    response = world.state()["ig:comment:1"]
    (answer,) = asked_in(response, night)
    assert answer == Asking("ig:comment:1", "ig:comment:10", "instagram", night - timedelta(minutes=30))
    (one,) = for_privacy([answer], RULES, night)
    assert validator("alert").is_valid(one)
    assert (one["level"], one["subject"], one["links"]) == ("urgent", "ig:comment:1", ["ig:comment:1", "ig:comment:10"])
    assert [delivery.channel for delivery in due([one], RULES, night)] == ["piket"]
    assert for_privacy([answer], RULES, night + timedelta(hours=5))[0]["id"] == one["id"]
    assert list(asked_in(response, night + timedelta(days=3))) == [], "no news"
    gone = {**response, "turns": [{**turn, "gone": 1} for turn in response["turns"]]}
    assert list(asked_in(gone, night)) == [], "it was taken down"


def test_a_backlog_rule_says_how_long(tmp_path):
    text = "id: b\nwhat: backlog\nlevel: info\nthreshold: {conversations: 3}\ncool_down: 0m\nchannels: [piket]\n"
    (tmp_path / "b.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RulesError, match="has no hours"):
        load_rules(tmp_path)


@pytest.mark.parametrize(("count", "told"), [(0, 1), (1, 3), (4, 3), (5, 5), (19, 5), (20, 7), (50, 9), (900, 9)])
def test_the_more_the_more_severe(count, told):
    assert severity(count) == told
