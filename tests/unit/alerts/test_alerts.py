"""Rules, raising, planning, the outbox, channels: pure, with a clock of our own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from upath import UPath

from dengar.alerts.channels import ChannelsError, Sender, channels, message
from dengar.alerts.outbox import LEASE, DeliveryError, Outbox
from dengar.alerts.plan import Delivery, due
from dengar.alerts.raising import for_silence, for_trends
from dengar.alerts.record import NotAnAlertError, alert, append_alert, changed, read_alert
from dengar.alerts.rules import RulesError, duration, load_rules, rule_of
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.schemas import load, validator

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)  # 12:00 in Jakarta
NIGHT = datetime(2026, 11, 24, 16, tzinfo=UTC)  # 23:00 in Jakarta
RULES = load_rules()
EXAMPLE = load("trend")["examples"][0]


def trend(severity: int = 5, at: datetime = NOON, **more):
    body = EXAMPLE | {
        "id": "crisis:all:1", "platform": None, "severity": severity, "detected_at": at.isoformat(), "muted": False,
        "period": {"start": (at - timedelta(hours=1)).isoformat(), "end": at.isoformat()}, "start": at.isoformat(),
    }  # fmt: skip
    return body | more


def raised(at: datetime = NOON, severity: int = 5, **more):
    (one,) = for_trends([trend(severity, at, **more)], RULES, [], at, mute=False)
    return one


def occasions(alerts, now):
    return sorted((one.channel, one.occasion.partition("-")[0]) for one in due(alerts, RULES, now))


def test_a_trend_raises_one_alert_and_a_repeat_none():
    one = raised()
    assert validator("alert").is_valid(one)
    assert (one["rule"], one["level"], one["subject"], one["muted"]) == ("crisis", "attention", "crisis:all:1", False)
    assert raised() == one
    assert for_trends([trend()], RULES, [one], NOON + timedelta(minutes=5), mute=False) == []
    assert for_trends([trend(severity=3)], RULES, [], NOON, mute=False) == [], "below its threshold"


def test_the_cool_down_holds_back_what_is_no_worse_and_lets_through_what_is_urgent():
    first = raised()
    second = {"id": "crisis:all:2"}
    later = NOON + timedelta(minutes=30)
    assert for_trends([trend(5, later, **second)], RULES, [first], later, mute=False) == []
    assert for_trends([trend(8, later, **second)], RULES, [first], later, mute=False)[0]["level"] == "urgent"
    after = NOON + timedelta(hours=3)
    assert len(for_trends([trend(5, after, **second)], RULES, [first], after, mute=False)) == 1


def test_replays_history_and_old_news_are_mute():
    assert for_trends([trend()], RULES, [], NOON, mute=True)[0]["muted"]
    assert for_trends([trend(muted=True)], RULES, [], NOON, mute=False)[0]["muted"]
    assert for_trends([trend()], RULES, [], NOON + timedelta(days=1), mute=False)[0]["muted"]
    assert due(for_trends([trend()], RULES, [], NOON, mute=True), RULES, NOON) == []


def test_a_silent_source_alerts_once_a_silence():
    heard = {"instagram.comments": NOON - timedelta(hours=4), "youtube.videos": NOON - timedelta(hours=4)}
    (one,) = for_silence(heard, RULES, [], NOON)
    assert (one["subject"], one["platform"], one["kind"]) == ("source:instagram.comments", "instagram", "silence")
    assert for_silence(heard, RULES, [one], NOON + timedelta(hours=1)) == []
    again = {"instagram.comments": NOON + timedelta(hours=1)}
    assert for_silence(again, RULES, [one], NOON + timedelta(hours=6))[0]["id"] != one["id"]


def test_quiet_hours_wait_for_the_morning_unless_it_is_urgent():
    assert occasions([raised(NIGHT)], NIGHT + timedelta(hours=1)) == []
    assert occasions([raised(NIGHT)], NIGHT + timedelta(hours=7, minutes=1)) == [("piket", "first")]
    assert occasions([raised(NIGHT, 8)], NIGHT) == [("piket", "first")]


def test_what_nobody_acknowledges_escalates():
    one = raised()
    later = NOON + timedelta(minutes=31)
    assert occasions([one], later) == [("piket", "first"), ("pimpinan", "escalation")]
    assert occasions([changed(one, "acknowledged", "sari", NOON + timedelta(minutes=5))], later) == []


def test_a_snoozed_alert_comes_back_when_its_time_is_over():
    one = changed(raised(), "snoozed", "sari", NOON, NOON + timedelta(hours=2))
    assert validator("alert").is_valid(one)
    assert occasions([one], NOON + timedelta(hours=1)) == []
    assert occasions([one], NOON + timedelta(hours=2)) == [("piket", "back")]


def test_alerts_of_other_parts_are_delivered_by_the_rule_for_any():
    one = raised() | {"rule": "saved-7", "kind": "saved_search"}
    rule = rule_of(one, RULES)
    assert rule is not None
    assert rule.id == "others"


def test_an_alert_goes_through_the_topic_unchanged_and_nothing_else_does():
    log = MemoryLog()
    one = raised()
    append_alert(log, one)
    with pytest.raises(NotAnAlertError):
        append_alert(log, one | {"severity": 11})
    log.append("alerts", "x", b"{}", [])
    log.flush()
    first, second = log.read(OffsetRange("alerts", 0, 0, 2))
    assert read_alert(first) == one
    with pytest.raises(NotAnAlertError):
        read_alert(second)


class Killed(BaseException):
    """The process dies here."""


@pytest.fixture
def box(tmp_path):
    return Outbox(UPath(tmp_path / "outbox"))


def delivery():
    return Delivery(raised(), "piket", "first")


def test_a_delivery_is_made_once(box):
    sent = []
    send = lambda one, repeat: sent.append((one.key, repeat))  # noqa: E731 - the channel
    assert [box.deliver(delivery(), send, NOON) for _ in range(3)] == ["sent", "known", "known"]
    assert sent == [(delivery().key, False)]


def test_who_died_while_sending_is_taken_over_after_the_lease_as_a_repeat(box):
    sent = []

    def dies(one, repeat):
        sent.append(repeat)
        raise Killed

    with pytest.raises(Killed):
        box.deliver(delivery(), dies, NOON)
    send = lambda one, repeat: sent.append(repeat)  # noqa: E731 - the channel
    assert box.deliver(delivery(), send, NOON + LEASE / 2) == "waiting"
    assert box.deliver(delivery(), send, NOON + LEASE) == "sent"
    assert sent == [False, True]


def test_a_refused_delivery_is_tried_again_with_growing_pauses_for_a_day(box):
    def refuses(one, repeat):
        raise DeliveryError("channel piket did not take the message")

    outcomes, now, one = [], NOON, delivery()
    while now < NOON + timedelta(hours=26):
        outcomes.append(box.deliver(one, refuses, now))
        now += timedelta(minutes=1)
    tries = [one for one in outcomes if one in ("failed", "given_up")]
    assert outcomes[:4] == ["failed", "failed", "waiting", "failed"], "pauses of one minute, then of two"
    assert tries[-1] == "given_up"
    assert 20 < len(tries) < 40
    assert outcomes[-1] == "known"


def test_slips_are_forgotten_when_nothing_can_be_due_any_more(box):
    box.deliver(delivery(), lambda one, repeat: None, NOON)
    box.forget(NOON)
    assert [slip.state for slip in box.slips()] == ["sent"]
    box.forget(NOON + timedelta(seconds=1))
    assert box.slips() == []


def test_channels_are_read_and_an_unknown_one_says_what_to_add():
    assert channels("piket=json://localhost:1/ pimpinan=mailto://a:b@example.org") == {
        "piket": "json://localhost:1/",
        "pimpinan": "mailto://a:b@example.org",
    }
    with pytest.raises(ChannelsError) as told:
        channels("piket=json://localhost rahasia")
    assert "rahasia" not in str(told.value)
    with pytest.raises(DeliveryError, match="DENGAR_ALERT_CHANNELS"):
        Sender({})(delivery(), False)


def test_a_message_names_what_to_do_and_marks_a_repeat():
    one = raised()
    title, body = message(one, "escalation", repeat=True)
    assert title.startswith("[ulang] [eskalasi] Krisis")
    assert f"dengar alerts ack {one['id']}" in body


def test_versions_of_an_alert_only_grow():
    one = raised()
    assert changed(one, "closed", "sari", NOON - timedelta(days=1))["version"] == one["version"] + 1


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("30m", 1800), ("2h", 7200), ("1d", 86400)])
def test_durations(text, seconds):
    assert duration(text).total_seconds() == seconds


@pytest.mark.parametrize(
    "text",
    [
        "id: x",
        "nonsense: 1",
        "{id: x, what: crisis, level: loud, threshold: {}, cool_down: 1h, channels: []}",
        "a: [",
        "- 1",
    ],
)
def test_a_rule_that_cannot_be_used_says_so(tmp_path, text):
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RulesError, match=r"x\.yaml"):
        load_rules(tmp_path)


def test_an_occurrence_makes_another_alert():
    common = {
        "rule": "r", "kind": "test", "level": "info", "severity": 1, "subject": "s", "title": {"id": "a", "en": "a"},
        "period": (NOON, NOON), "created_at": NOON,
    }  # fmt: skip
    assert alert(occurrence="1", **common)["id"] != alert(occurrence="2", **common)["id"]
