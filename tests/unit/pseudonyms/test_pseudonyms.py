"""Joining a pseudonym back, its log, and the life of a key."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from typer.testing import CliRunner
from upath import UPath

from dengar.cli import build
from dengar.enrich.pseudonym import KeyRing, pseudonym
from dengar.pseudonyms import PseudonymError
from dengar.pseudonyms.audit import acts, note
from dengar.pseudonyms.join import Account, account_of
from dengar.pseudonyms.periods import Period, retired, rotated, write
from tests.unit.erasure.story import ACCOUNT, HANDLE, OTHER, World, comment

FIRST, SECOND = b"key-of-the-first-period", b"key-of-the-second-one"
RING = KeyRing.read(b"2026-01-01=" + FIRST + b" 2026-07-01=" + SECOND + b" stable=key-that-never-rotates")
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    world.collect(comment(1), comment(2, author=OTHER, handle="orang.lain"))
    return world


@pytest.mark.parametrize("key", [FIRST, SECOND, b"key-that-never-rotates"])
def test_a_pseudonym_of_any_period_is_joined_while_a_raw_record_names_the_account(world, key):
    expected = Account("youtube", ACCOUNT, HANDLE)
    assert account_of(world.log, RING, pseudonym(key, "youtube", ACCOUNT, None)) == expected
    assert account_of(world.log, RING, pseudonym(key, "youtube", None, HANDLE)) == expected


def test_without_its_key_or_its_raw_record_nobody_is_found(world):
    one = pseudonym(FIRST, "youtube", ACCOUNT, None)
    assert account_of(world.log, KeyRing.read(b"2026-07-01=" + SECOND), one) is None
    for partition, end in world.log.ends(["raw.youtube"]).items():
        world.log.expire(partition, end)
    assert account_of(world.log, RING, one) is None


def test_every_join_stands_in_the_log_without_the_account(tmp_path):
    stage = UPath(tmp_path)
    note(stage, "join", ["yt~a"], "ancaman, telepon 0812 3456 7890", True, NOW)
    note(stage, "of", ["yt~b"], "permintaan akses", True, NOW + timedelta(seconds=1))
    told = acts(stage)
    assert [(act["act"], act["pseudonyms"], act["found"]) for act in told] == [
        ("join", ["yt~a"], True),
        ("of", ["yt~b"], True),
    ]
    assert told[0]["because"] == "ancaman, telepon [TELEPON]"
    assert told[0]["by"]


def cli(tmp_path, *arguments, key=RING.text()):
    environment = {
        "DENGAR_STAGE": f"file://{tmp_path}",
        "DENGAR_STATE": str(tmp_path / "state"),
        "DENGAR_PSEUDONYM_KEY": key,
        "DENGAR_PSEUDONYM_KEY_FILE": str(tmp_path / "keys"),
    }
    return CliRunner().invoke(build(), ["pseudonym", *arguments], env=environment)


def test_the_verb_of_tells_every_period_and_logs_first(tmp_path):
    done = cli(tmp_path, "of", "--platform", "youtube", "--account", ACCOUNT, "--because", "surat 12/2026")
    assert done.exit_code == 0
    assert set(done.stdout.split()) == RING.every("youtube", ACCOUNT)
    (act,) = acts(UPath(tmp_path))
    assert set(act["pseudonyms"]) == RING.every("youtube", ACCOUNT)
    assert ACCOUNT not in str(act)
    assert "surat 12/2026" in cli(tmp_path, "log", "--json").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("of", "--platform", "youtube", "--account", ACCOUNT),  # no reason
        ("of", "--platform", "tiktok", "--account", ACCOUNT, "--because", "x"),
        ("of", "--platform", "youtube", "--because", "x"),
        ("join", "yt~short", "--because", "x"),
        ("rotate", "--from", "soon"),
    ],
)
def test_what_is_asked_wrongly_ends_with_2(tmp_path, arguments):
    assert cli(tmp_path, *arguments).exit_code == 2


def test_a_new_key_is_added_to_the_file_and_old_pseudonyms_stay(tmp_path):
    path = tmp_path / "keys"
    path.write_text(RING.text())
    assert cli(tmp_path, "rotate", "--from", "2099-01-01").exit_code == 0
    ring = KeyRing.read(path.read_bytes())
    assert path.stat().st_mode & 0o777 == 0o600
    assert ring.periods[:2] == RING.periods
    assert (ring.periods[2][0], ring.stable) == (date(2099, 1, 1), RING.stable)
    assert re.fullmatch(rb"[0-9a-f]{64}", ring.periods[2][1])


def test_one_key_for_all_time_becomes_the_first_period_and_the_stable_key(tmp_path):
    ring = rotated(KeyRing.read(b"one-key-for-all-time"), date(2027, 1, 1), NOW.date())
    write(ring, tmp_path / "keys")
    again = KeyRing.read((tmp_path / "keys").read_bytes())
    assert again.at(NOW) == again.stable == b"one-key-for-all-time"
    assert again.at(datetime(2027, 1, 1, tzinfo=UTC)) != again.stable


def test_a_period_cannot_begin_where_records_already_are():
    with pytest.raises(PseudonymError, match="in the future"):
        rotated(RING, NOW.date(), NOW.date())
    with pytest.raises(PseudonymError, match="after the last"):
        rotated(rotated(RING, date(2099, 1, 1), NOW.date()), date(2098, 1, 1), NOW.date())


def period(until, last, stable=False):
    return Period(date(2026, 1, 1), until, 0, last, stable)


def test_a_key_is_destroyed_when_its_last_record_has_expired_and_not_before():
    past, future, turn = NOW - timedelta(days=1), NOW + timedelta(days=1), date(2026, 7, 1)
    current = Period(turn, None, 9, future, False)
    for old, gone in (
        (period(turn, past), 1),
        (period(turn, None), 1),
        (period(turn, future), 0),
        (period(turn, past, stable=True), 0),
    ):
        ring, told = retired(RING, [old, current], NOW)
        assert (len(told), len(ring.periods)) == (gone, 2 - gone)
    assert retired(RING, [current], NOW)[1] == [], "the key in use"
