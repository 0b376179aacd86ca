"""Working time against hand-computed cases and against a minute-stepping reference that shares no code with it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dengar.responses.calendar import FILE, WorkingTimeError, parse, read
from dengar.responses.worktime import WorkingDays, WorkingTime, working_time

WIB = ZoneInfo("Asia/Jakarta")
SOURCED = {"source": "test", "read": date(2026, 11, 25)}


def at(text: str, zone: str = "Asia/Jakarta") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def office(zone: str, hours: dict, days: list | None = None) -> WorkingTime:
    return WorkingTime(
        parse({"zone": zone, "schedules": {"ordinary": {"hours": hours, **SOURCED}}, "days": days or []})
    )


H = 3600
# start, end (Asia/Jakarta), seconds worked, computed by hand. 2026-11-23 is a Monday.
CASES = [
    # one day, its edges and its break
    ("2026-11-23 07:30:00", "2026-11-23 07:30:00", 0),
    ("2026-11-23 07:30:00", "2026-11-23 07:30:01", 1),
    ("2026-11-23 07:29:59", "2026-11-23 07:30:01", 1),
    ("2026-11-23 07:00:00", "2026-11-23 07:30:00", 0),
    ("2026-11-23 07:30:00", "2026-11-23 12:00:00", 16200),
    ("2026-11-23 07:30:00", "2026-11-23 16:00:00", 27000),
    ("2026-11-23 00:00:00", "2026-11-24 00:00:00", 27000),
    ("2026-11-23 11:59:59", "2026-11-23 13:00:01", 2),
    ("2026-11-23 12:00:00", "2026-11-23 13:00:00", 0),
    ("2026-11-23 12:30:00", "2026-11-23 12:45:00", 0),
    ("2026-11-23 12:30:00", "2026-11-23 14:00:00", H),
    ("2026-11-23 09:15:30", "2026-11-23 10:00:00", 2670),
    ("2026-11-23 15:59:59", "2026-11-23 18:00:00", 1),
    ("2026-11-23 16:00:00", "2026-11-23 23:59:59", 0),
    ("2026-11-23 15:00:00", "2026-11-24 08:30:00", 2 * H),
    ("2026-11-23 20:00:00", "2026-11-24 07:30:00", 0),
    # Friday: break of 90 minutes, closes at 16:30
    ("2026-11-27 07:30:00", "2026-11-27 16:30:00", 27000),
    ("2026-11-27 11:00:00", "2026-11-27 13:30:00", H),
    ("2026-11-27 11:30:00", "2026-11-27 13:00:00", 0),
    ("2026-11-27 16:00:00", "2026-11-27 17:00:00", 1800),
    # weekends and weeks
    ("2026-11-27 16:30:00", "2026-11-30 07:30:00", 0),
    ("2026-11-28 00:00:00", "2026-11-29 23:59:59", 0),
    ("2026-11-27 16:00:00", "2026-11-30 08:00:00", H),
    ("2026-11-28 10:00:00", "2026-11-30 10:00:00", 9000),
    ("2026-11-23 00:00:00", "2026-11-30 00:00:00", 135000),
    ("2026-11-23 10:00:00", "2026-11-30 10:00:00", 135000),
    ("2026-11-02 00:00:00", "2026-11-30 00:00:00", 540000),
    # end before start
    ("2026-11-23 10:00:00", "2026-11-23 09:00:00", -H),
    ("2026-11-30 08:00:00", "2026-11-27 16:00:00", -H),
    ("2026-11-29 10:00:00", "2026-11-28 10:00:00", 0),
    # national holidays: Monday 17 August, Thursday 1 January, Friday 1 May
    ("2026-08-17 00:00:00", "2026-08-18 00:00:00", 0),
    ("2026-08-14 16:00:00", "2026-08-18 08:00:00", H),
    ("2026-08-14 16:30:00", "2026-08-18 07:30:00", 0),
    ("2026-01-01 08:00:00", "2026-01-01 15:00:00", 0),
    ("2025-12-31 15:00:00", "2026-01-02 08:30:00", 2 * H),
    ("2026-05-01 00:00:00", "2026-05-04 08:30:00", H),
    ("2026-06-01 08:00:00", "2026-06-02 09:00:00", 5400),
    # cuti bersama: 24 December 2026 (Thursday) before Christmas; Kenaikan 14-15 May; Idul Adha 27-28 May
    ("2026-12-24 00:00:00", "2026-12-27 23:59:59", 0),
    ("2026-12-23 15:00:00", "2026-12-28 08:30:00", 2 * H),
    ("2026-05-13 15:30:00", "2026-05-18 08:00:00", H),
    ("2026-05-26 16:00:00", "2026-05-29 07:30:00", 0),
    ("2026-05-28 08:00:00", "2026-05-28 12:00:00", 0),
    ("2026-05-25 00:00:00", "2026-06-01 00:00:00", 81000),
    ("2026-02-16 00:00:00", "2026-02-18 00:00:00", 0),
    ("2026-02-13 16:00:00", "2026-02-18 08:00:00", H),
    ("2025-12-26 08:00:00", "2025-12-26 12:00:00", 0),
    # Ramadan 1447 H: from Thursday 19 February; Fridays till 15:30
    ("2026-02-18 07:30:00", "2026-02-18 16:00:00", 27000),
    ("2026-02-19 07:30:00", "2026-02-19 16:00:00", 23400),
    ("2026-02-19 07:30:00", "2026-02-19 08:00:00", 0),
    ("2026-02-19 12:00:00", "2026-02-19 13:00:00", 1800),
    ("2026-02-20 08:00:00", "2026-02-20 15:30:00", 23400),
    ("2026-02-20 11:30:00", "2026-02-20 12:30:00", 0),
    ("2026-02-23 00:00:00", "2026-03-02 00:00:00", 117000),
    ("2026-02-18 15:00:00", "2026-02-19 09:00:00", 2 * H),
    # Nyepi and Idul Fitri 2026: free from Wednesday 18 to Tuesday 24 March
    ("2026-03-18 00:00:00", "2026-03-25 00:00:00", 0),
    ("2026-03-17 14:00:00", "2026-03-25 08:30:00", 2 * H),
    ("2026-03-25 07:30:00", "2026-03-25 16:00:00", 27000),
    # other Ramadans and years
    ("2025-03-03 07:30:00", "2025-03-03 16:00:00", 23400),
    ("2024-03-14 00:00:00", "2024-03-15 00:00:00", 23400),
    ("2025-02-28 16:00:00", "2025-03-03 09:00:00", 5400),
    ("2024-02-14 08:00:00", "2024-02-14 12:00:00", 0),
]


@pytest.mark.parametrize(("start", "end", "seconds"), CASES)
def test_hand_computed(start: str, end: str, seconds: int) -> None:
    assert working_time().working_time_between(at(start), at(end)) == timedelta(seconds=seconds)


SPLIT = {
    "monday": {"work": ["06:00-10:00", "18:00-22:00"], "breaks": ["08:00-08:15", "20:00-20:15"]},
    "saturday": {"work": ["22:00-24:00"]},
    "sunday": {"work": ["00:00-06:00"]},
}
# zone, start, end, seconds: split shifts, night shifts, and zones that change their clocks
ELSEWHERE = [
    ("Asia/Jakarta", "2026-11-23 00:00", "2026-11-24 00:00", 27000),
    ("Asia/Jakarta", "2026-11-23 09:00", "2026-11-23 19:00", 2 * H),
    ("Asia/Jakarta", "2026-11-23 10:00", "2026-11-23 18:00", 0),
    ("Asia/Jakarta", "2026-11-23 07:30", "2026-11-23 08:30", 2700),
    ("Asia/Jakarta", "2026-11-28 23:00", "2026-11-29 01:00", 2 * H),
    ("Asia/Jakarta", "2026-11-28 00:00", "2026-11-30 00:00", 8 * H),
    ("Europe/Berlin", "2026-03-28 22:00", "2026-03-29 06:00", 7 * H),  # 02:00 is 03:00
    ("Europe/Berlin", "2026-10-24 22:00", "2026-10-25 06:00", 9 * H),  # 03:00 is 02:00
    ("Europe/Berlin", "2026-03-29 01:00", "2026-03-29 04:00", 2 * H),
    ("Europe/Berlin", "2026-03-23 09:00", "2026-03-30 09:00", 27000 + 7 * H),
]


@pytest.mark.parametrize(("zone", "start", "end", "seconds"), ELSEWHERE)
def test_split_and_night_shifts(zone: str, start: str, end: str, seconds: int) -> None:
    passed = office(zone, SPLIT).working_time_between(at(start, zone), at(end, zone))
    assert passed == timedelta(seconds=seconds)


# the same office hours lie an hour (WITA) or two (WIT) earlier on the common clock
ZONES = [
    ("WIB", "2026-11-23T00:30Z", "2026-11-23T01:30Z", H),
    ("WITA", "2026-11-23T00:30Z", "2026-11-23T01:30Z", H),
    ("WITA", "2026-11-22T23:30Z", "2026-11-23T00:30Z", H),
    ("WIB", "2026-11-22T23:30Z", "2026-11-23T00:30Z", 0),
    ("WIT", "2026-11-22T22:30Z", "2026-11-22T23:30Z", H),
    ("WIT", "2026-11-23T07:00Z", "2026-11-23T09:00Z", 0),
    ("WIB", "2026-11-23T07:00Z", "2026-11-23T09:00Z", 2 * H),
]


@pytest.mark.parametrize(("zone", "start", "end", "seconds"), ZONES)
def test_other_zones(zone: str, start: str, end: str, seconds: int) -> None:
    passed = working_time(zone).working_time_between(datetime.fromisoformat(start), datetime.fromisoformat(end))
    assert passed == timedelta(seconds=seconds)


DEADLINES = [
    ("2026-11-23 09:00", timedelta(0), "2026-11-23 09:00"),
    ("2026-11-28 09:00", timedelta(0), "2026-11-28 09:00"),
    ("2026-11-23 11:00", timedelta(hours=1), "2026-11-23 12:00"),
    ("2026-11-23 11:00", timedelta(hours=2), "2026-11-23 14:00"),
    ("2026-11-23 12:30", timedelta(minutes=1), "2026-11-23 13:01"),
    ("2026-11-27 16:00", timedelta(hours=1), "2026-11-30 08:00"),
    ("2026-12-23 15:00", timedelta(hours=2), "2026-12-28 08:30"),
    ("2026-11-23 09:00", WorkingDays(3), "2026-11-26 16:00"),
    ("2026-11-27 09:00", WorkingDays(1), "2026-11-30 16:00"),
    ("2026-11-28 09:00", WorkingDays(1), "2026-11-30 16:00"),
    ("2026-11-26 23:59", WorkingDays(1), "2026-11-27 16:30"),
    ("2026-03-17 09:00", WorkingDays(3), "2026-03-27 16:30"),
    ("2026-12-22 09:00", WorkingDays(2), "2026-12-28 16:00"),
    ("2026-02-18 09:00", WorkingDays(1), "2026-02-19 15:00"),
]


@pytest.mark.parametrize(("start", "amount", "due"), DEADLINES)
def test_deadlines(start: str, amount: timedelta | WorkingDays, due: str) -> None:
    assert working_time().deadline(at(start), amount) == at(due)


def stepped(start: datetime, end: datetime, hours: dict[int, list[tuple[int, int]]], free: set[date]) -> int:
    """Working minutes, one minute after another, by the local clock alone."""
    minutes, moment = 0, start
    while moment < end:
        local = moment.astimezone(WIB)
        now = local.hour * 60 + local.minute
        if local.date() not in free:
            minutes += any(a <= now < b for a, b in hours.get(local.weekday(), ()))
        moment += timedelta(minutes=1)
    return minutes


MONDAY_TO_THURSDAY, FRIDAY = [(450, 720), (780, 960)], [(450, 690), (780, 990)]
HOURS = {**dict.fromkeys(range(4), MONDAY_TO_THURSDAY), 4: FRIDAY}
FREE = {date(2026, 12, day) for day in (24, 25)}
FROM = datetime(2026, 12, 14, tzinfo=UTC)
minute = st.integers(0, 16 * 24 * 60)


@settings(max_examples=60, deadline=None)
@given(minute, st.integers(0, 6 * 24 * 60))
def test_equals_the_minute_stepping_reference(offset: int, length: int) -> None:
    start = FROM + timedelta(minutes=offset)
    end = min(start + timedelta(minutes=length), datetime(2026, 12, 31, tzinfo=UTC))
    assert working_time().working_time_between(start, max(start, end)) == timedelta(
        minutes=stepped(start, end, HOURS, FREE)
    )


seconds = st.integers(0, 400 * 86400)


@settings(max_examples=150, deadline=None)
@given(seconds, st.integers(0, 10**6))
def test_a_deadline_is_the_first_instant_that_has_its_time(offset: int, amount: int) -> None:
    start, wait = datetime(2025, 11, 1, tzinfo=UTC) + timedelta(seconds=offset), timedelta(seconds=amount)
    due = working_time().deadline(start, wait)
    assert working_time().working_time_between(start, due) == wait
    if amount:
        assert working_time().working_time_between(start, due - timedelta(seconds=1)) < wait


@settings(max_examples=100, deadline=None)
@given(seconds, seconds, seconds)
def test_time_adds_up(a: int, b: int, c: int) -> None:
    start, middle, end = (datetime(2025, 11, 1, tzinfo=UTC) + timedelta(seconds=each) for each in (a, b, c))
    between = working_time().working_time_between
    assert between(start, middle) + between(middle, end) == between(start, end)


def test_naive_times_and_impossible_amounts_are_refused() -> None:
    aware = at("2026-11-23 09:00")
    for call in (
        lambda: working_time().working_time_between(datetime(2026, 11, 23), aware),  # noqa: DTZ001
        lambda: working_time().deadline(datetime(2026, 11, 23), timedelta(1)),  # noqa: DTZ001
        lambda: working_time().deadline(aware, timedelta(-1)),
        lambda: WorkingDays(0),
        lambda: WorkingTime(read(), "Asia/Nowhere"),
        lambda: office("Asia/Jakarta", {}).deadline(aware, timedelta(hours=1)),
        lambda: office("Asia/Jakarta", {}).deadline(aware, WorkingDays(1)),
    ):
        with pytest.raises(WorkingTimeError):
            call()


def test_the_local_list_wins_over_holidays_and_weekends() -> None:
    days = [
        {"day": date(2026, 11, 24), "closed": True, **SOURCED},
        {"day": date(2026, 11, 28), "closed": False, "hours": {"work": ["08:00-12:00"]}, **SOURCED},
        {"day": date(2026, 12, 25), "closed": False, **SOURCED},
    ]
    body = yaml.safe_load(FILE.read_text(encoding="utf-8")) | {"days": days}
    calendar = WorkingTime(parse(body))
    worked = [
        calendar.working_time_between(at(f"{d} 00:00"), at(f"{d} 23:59"))
        for d in ("2026-11-24", "2026-11-28", "2026-12-25")
    ]
    assert worked == [timedelta(0), timedelta(hours=4), timedelta(hours=7.5)]


def test_days_beyond_the_decrees_are_uncertain() -> None:
    assert working_time().certain(at("2026-12-31 23:59"))
    assert not working_time().certain(at("2027-01-01 00:00"))


BROKEN = [
    ('work: ["07:30-16:00"]', 'work: ["16:00-07:30"]', "are none"),
    ('work: ["07:30-16:00"]', 'work: ["07:30-24:30"]', "are none"),
    ('breaks: ["12:00-13:00"]', 'breaks: ["15:00-17:00"]', "outside working hours"),
    ("monday:", "senin:", "names a day senin"),
    ("from: 2026-02-19", "from: 2026-04-19", "ends on"),
    ("from: 2026-02-19", "from: 2025-03-30", "overlap"),
    ("schedule: ramadan", "schedule: puasa", "not there"),
    ("day: 2026-03-18", "day: 2026-02-16", "twice"),
    ("closed: true", "closed: maybe", "neither closed nor open"),
    ("read: 2026-11-25", "read: yesterday", "day on which it was read"),
    ("zone: Asia/Jakarta", "zona: Asia/Jakarta", "not of its form"),
]


@pytest.mark.parametrize(("right", "wrong", "says"), BROKEN)
def test_mistakes_in_the_file_are_told(tmp_path: Path, right: str, wrong: str, says: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert right in text
    file = tmp_path / "working_time.yaml"
    file.write_text(text.replace(right, wrong), encoding="utf-8")
    with pytest.raises(WorkingTimeError, match=says):
        read(file)
