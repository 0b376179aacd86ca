"""The watch: what rises, what is a crisis, what is a hoax; its state; a period run again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from upath import UPath

from dengar.policy import load_policy
from dengar.schemas import validator
from dengar.trends import period
from dengar.trends.claims import ClaimsError, match, read_claims
from dengar.trends.crisis import Crisis
from dengar.trends.events import Event
from dengar.trends.freeze import StateError, freeze, thaw
from dengar.trends.hoax import denies
from dengar.trends.lead import lead
from dengar.trends.period import adopt, detect_period, same
from dengar.trends.topics import Topic
from dengar.trends.watch import Watch
from tests.unit.trends.made import START, said, usual

RISE = START + timedelta(days=2, hours=5)


def burst(count: int, word: str, start=RISE, first: int = 500_000, **more):
    return [said(first + n, start + n * timedelta(seconds=40), [word, f"lain{n % 7}"], **more) for n in range(count)]


def heard_by(watch: Watch, mentions, hours: float = 3.0):
    for one in sorted(mentions, key=lambda one: (one.at, one.id)):
        watch.hear(one)
    watch.advance(max(one.at for one in mentions) + timedelta(hours=hours))
    return watch.taken()


def test_a_word_that_many_say_at_once_rises_and_names_its_topic():
    records = heard_by(Watch(True), usual(2.6) + burst(60, "antrean"))
    topics = [one for one in records if one["kind"] == "topic"]
    assert [("antrean" in one["label"]) for one in topics] == [True]
    assert topics[0]["authors"] >= 20
    assert RISE.isoformat() < topics[0]["detected_at"] < (RISE + timedelta(minutes=45)).isoformat()
    assert all(validator("trend").is_valid(one) for one in records)


@pytest.mark.parametrize(
    "decoy",
    [
        {"author": "ig~satu"},  # one author
        {"signature": 0x1234567890ABCDEF},  # copies of one text
        {"spam": True},
        {"role": "official"},
    ],
)
def test_one_author_copies_advertising_and_our_own_posts_are_no_topic(decoy):
    records = heard_by(Watch(True), usual(2.6) + burst(60, "antrean", **decoy))
    assert [one for one in records if one["kind"] == "topic"] == []


def test_anger_is_a_crisis_and_joy_is_not():
    angry = heard_by(Watch(True), usual(2.6) + burst(90, "antrean", negative=True, complaint=True))
    crises = [one for one in angry if one["kind"] == "crisis"]
    assert len(crises) == 1
    assert "antrean" in crises[0]["label"]
    assert {reason["code"] for reason in crises[0]["reasons"]} >= {"grievances", "negative_share"}
    assert sum(reason["points"] for reason in crises[0]["reasons"]) == pytest.approx(crises[0]["severity"], abs=0.6)
    assert "antrean" in crises[0]["explanation"]["id"]
    assert [one for one in heard_by(Watch(True), usual(2.6) + burst(90, "antrean")) if one["kind"] == "crisis"] == []


def test_one_furious_account_is_no_crisis():
    records = heard_by(Watch(True), usual(2.6) + burst(90, "antrean", author="ig~satu", negative=True))
    assert [one for one in records if one["kind"] == "crisis"] == []


def test_without_judgements_volume_decides_and_the_record_says_so():
    unjudged = {"negative": None, "complaint": None, "toxic": None, "suspect": None}
    quiet = [said(n, one.at, list(one.terms), platform="youtube", **unjudged) for n, one in enumerate(usual(2.6))]
    records = heard_by(
        Watch(False, (), ["youtube:mention.sentiment"]), quiet + burst(120, "antrean", platform="youtube", **unjudged)
    )
    crisis = next(one for one in records if one["kind"] == "crisis")
    assert crisis["platform"] == "youtube"
    assert [one["name"] for one in crisis["signals"] if one["off_by_policy"]] == [
        "negative_share",
        "complaint_share",
        "toxic_share",
    ]
    assert all(one["observed"] is None for one in crisis["signals"] if one["off_by_policy"])
    assert "dimatikan kebijakan" in crisis["explanation"]["id"]


def lures(count: int, signature: int = 0x0F0F0F0F0F0F0F0F, **more):
    text = "daftar bantuan di bansos-kilat.example sekarang juga jangan sampai terlambat"
    return [
        said(700_000 + n, RISE + n * timedelta(minutes=3), ["daftar"], text=text, signature=signature, **more)
        for n in range(count)
    ]


def test_copies_of_a_lure_are_one_hoax_with_its_origin_and_its_clarification():
    copies = lures(8, suspect=True, signs=("claim_link",), domains=("bansos-kilat.example",))
    denial = said(
        800_000,
        RISE + timedelta(minutes=16),
        ["hoaks"],
        role="official",
        text="hoaks! tautan bansos-kilat.example bukan dari kami",
    )
    hoaxes = [one for one in heard_by(Watch(True), [*usual(2.4), *copies, denial]) if one["kind"] == "hoax"]
    assert len(hoaxes) == 1
    told = hoaxes[0]
    assert (told["mentions"], told["authors"], told["first_seen"]) == (8, 8, copies[0].id)
    assert told["hoax"]["links"] == ["bansos-kilat.example"]
    assert (told["hoax"]["clarification"], told["hoax"]["overtaken"]) == (denial.id, False)


def test_warnings_and_a_single_author_are_no_hoax():
    alone = lures(8, suspect=True, author="ig~satu")
    assert [one for one in heard_by(Watch(True), usual(2.4) + alone) if one["kind"] == "hoax"] == []
    assert denies("Hati-hati, tautan itu penipuan")
    assert not denies("ini bukan hoaks, ayo daftar")


def test_a_known_claim_is_a_hoax_without_any_sign(tmp_path):
    file = tmp_path / "claims.csv"
    file.write_text("kode,judul\n7,Kartu bansos dipasangi alat pelacak oleh pemerintah\n", encoding="utf-8")
    (claim,) = read_claims(file)
    text = "awas kartu bansos dipasangi alat pelacak sama pemerintah"
    assert match(text, (claim,)) == claim
    assert match("kartu bansos saya hilang di pasar", (claim,)) is None
    copies = [said(700_000 + n, RISE + n * timedelta(minutes=2), [], text=text, signature=99) for n in range(6)]
    hoax = next(one for one in heard_by(Watch(True, (claim,)), usual(2.4) + copies) if one["kind"] == "hoax")
    assert hoax["hoax"]["claim"] == "7"


@pytest.mark.parametrize("text", ["", "id;claim\n", "id,claim\n1,\n", "id,claim\n1,satu\n1,dua\n"])
def test_a_claims_list_that_cannot_be_used_says_what_to_repair(tmp_path, text):
    file = tmp_path / "claims.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ClaimsError, match=r"claims\.csv"):
        read_claims(file)


def test_a_frozen_watch_goes_on_as_if_nothing_had_happened():
    mentions = sorted(usual(2.6) + burst(90, "antrean", negative=True), key=lambda one: (one.at, one.id))
    whole, thawed = Watch(True), Watch(True)
    for number, one in enumerate(mentions):
        whole.hear(one)
        thawed.hear(one)
        if number % 500 == 250:
            thawed = thaw(freeze(thawed))
    end = mentions[-1].at + timedelta(hours=2)
    whole.advance(end)
    thawed.advance(end)
    assert thawed.taken() == whole.taken() != []


def test_a_state_that_names_foreign_code_is_refused():
    with pytest.raises(StateError):
        thaw(b"nothing")
    frozen = freeze(Watch(True))
    import zlib

    with pytest.raises(StateError):
        thaw(zlib.compress(zlib.decompress(frozen).replace(b"watch:Watch", b"os:system")))


def test_runs_over_a_period_say_what_one_run_says_and_again_the_same(tmp_path, monkeypatch):
    mentions = sorted(usual(2.6) + burst(90, "antrean", negative=True), key=lambda one: (one.at, one.id))
    monkeypatch.setattr(period, "heard", lambda one: one)
    read = lambda a, b: [one for one in mentions if a <= one.at < b]  # noqa: E731 - the index
    policy, end = load_policy("sandbox"), RISE + timedelta(hours=4)
    live: dict[str, dict] = {}
    now = RISE - timedelta(hours=1)
    while now <= end:
        live |= {one["id"]: one for one in detect_period(read, UPath(tmp_path / "a"), policy, None, now).records}
        now += timedelta(minutes=50)
    once = {
        one["id"]: one
        for one in detect_period(read, UPath(tmp_path / "b"), policy, RISE - timedelta(hours=3), end).records
    }
    again = {
        one["id"]: one
        for one in detect_period(read, UPath(tmp_path / "b"), policy, RISE - timedelta(hours=3), end).records
    }
    crises = {name: one for name, one in once.items() if one["kind"] == "crisis"}
    assert len(crises) == 1
    assert {name: one for name, one in live.items() if one["kind"] == "crisis"} == crises
    assert again == once
    assert len(list((tmp_path / "a" / "sandbox").iterdir())) > 1, "checkpoints are there"


def test_what_was_collected_late_is_heard_anew_and_nothing_else_is_needed(tmp_path, monkeypatch):
    backfill = sorted(usual(2.6) + burst(90, "antrean", negative=True), key=lambda one: (one.at, one.id))
    monkeypatch.setattr(period, "heard", lambda one: one)
    policy, end, collected = load_policy("sandbox"), RISE + timedelta(hours=12), []
    read = lambda a, b: [one for one in collected if a <= one.at < b]  # noqa: E731 - the index

    def crises(**how):
        found = detect_period(read, UPath(tmp_path), policy, None, end, **how)
        return {one["id"] for one in found.records if one["kind"] == "crisis"}

    collected = backfill[: len(backfill) // 2]  # the first run leaves checkpoints that lie after the rise
    crises()
    collected = backfill
    assert not crises(), "what lies before the newest checkpoint is heard already"
    assert len(crises(anew=True)) == 1
    assert not crises(), "checkpoints are there again"


def test_what_was_told_before_keeps_its_id_where_late_mentions_moved_its_beginning():
    def told(identity: str, at: str, **more):
        return {"id": identity, "kind": "crisis", "detected_at": at, "terms": [], "first_seen": None} | more

    old = told("crisis:all:01", "2026-11-24T09:05:00.000Z")
    assert adopt([told("crisis:all:02", "2026-11-24T09:00:00.000Z")], [old])[0]["id"] == "crisis:all:01"
    assert adopt([told("crisis:all:02", "2026-11-24T15:00:00.000Z")], [old])[0]["id"] == "crisis:all:02"
    assert not same(old, told("crisis:youtube:01", "2026-11-24T09:05:00.000Z"))


def test_the_platform_that_spoke_first_leads_with_an_interval():
    first = [START + timedelta(minutes=n) for n in range(60)]
    later = [at + timedelta(minutes=40) for at in first]
    told = lead({"youtube": later, "instagram": first})
    assert told is not None
    assert told["platform"] == "instagram"
    assert told["low_ms"] < 40 * 60_000 < told["high_ms"]
    near = lead({"youtube": first, "instagram": [at + timedelta(seconds=30) for at in first]})
    assert near is not None
    assert near["platform"] is None
    assert lead({"youtube": first, "instagram": later[:3]}) is None


@pytest.mark.parametrize(("later_score", "name"), [(7.0, "antrean"), (30.0, "kursi")])
def test_a_crisis_is_named_by_its_loudest_topic_so_far_also_when_that_is_over(later_score, name):
    watch = Watch(True)
    heard_by(watch, usual(0.1) + burst(12, "antrean", start=START + timedelta(hours=3), negative=True), hours=0)
    event = Event(START + timedelta(hours=3), RISE, RISE, None, 5, 9.0, 1.0, 12.0)
    ids = {voice.id: (voice.post, voice.author) for voice in watch.recent if voice.grievance}

    def topic(label, score):
        return Topic(label, label, START, START, START, START, score, 12.0, 1.0, 12, {f"t:{label}": score}, ids)

    crisis = Crisis("all", event, 4.0, True, topic=topic("antrean", 17.0))
    watch.topics.active = [topic("kursi", later_score)]
    watch._tell_crisis(crisis, RISE)
    assert [record["label"] for record in watch.taken()] == [name]
