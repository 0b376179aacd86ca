"""Keys by period: a record keeps the pseudonym of the period it was observed in; what must stay joined goes by the stable key."""

from datetime import UTC, date, datetime

import pytest

from dengar.enrich import Context, enrich_mentions, hide_thread
from dengar.enrich.pseudonym import KeyRing, pseudonym
from dengar.registers import Registers

OLD, NEW, STABLE = b"old-key-0123456789", b"new-key-0123456789", b"stable-0123456789"
RING = b"2026-01-01=" + OLD + b"\n2026-07-01=" + NEW + b"\nstable=" + STABLE


def draft(observed_at, **changed):
    return {
        "id": "yt:comment:a",
        "platform": "youtube",
        "kind": "comment",
        "text": "halo @seseorang",
        "title": None,
        "author": {"id": "UCorang", "handle": None, "name": "Orang"},
        "published_at": "2026-06-30T00:00:00.000Z",
        "observed_at": observed_at,
        "provenance": {"raw": "raw.youtube/0/1", "formulas": {}},
        **changed,
    }


def test_the_observation_decides_the_key():
    context = Context(Registers(), RING, "sandbox")
    drafts = [draft("2026-06-30T23:59:59.000Z"), draft("2026-07-01T00:00:00.000Z"), draft("2020-01-01T00:00:00.000Z")]
    before, after, earliest = enrich_mentions(drafts, context)
    assert before["author"]["key"] == earliest["author"]["key"] == pseudonym(OLD, "youtube", "UCorang", None)
    assert after["author"]["key"] == pseudonym(NEW, "youtube", "UCorang", None)
    assert before["mentions"] == [pseudonym(OLD, "youtube", None, "seseorang")]
    assert after["mentions"] == [pseudonym(NEW, "youtube", None, "seseorang")]


def test_one_key_is_a_ring_of_one_and_changes_nothing():
    ring = KeyRing.read(b"one key for all time")
    assert ring.at(datetime(1999, 1, 1, tzinfo=UTC)) == ring.at(None) == ring.stable == b"one key for all time"
    assert KeyRing.read(ring.text().encode()) == ring


def test_a_ring_is_read_as_it_is_written():
    ring = KeyRing.read(RING)
    assert ring.periods == ((date(2026, 1, 1), OLD), (date(2026, 7, 1), NEW))
    assert KeyRing.read(ring.text().encode()) == ring
    assert KeyRing.read(b"2026-01-01=" + OLD).stable == OLD


@pytest.mark.parametrize("text", [b"short", b"2026-01-01=short", b"stable=" + STABLE, b"2026-13-01=" + OLD])
def test_what_is_no_ring_is_refused(text):
    with pytest.raises(ValueError, match=r"DENGAR_PSEUDONYM_KEY|month"):
        KeyRing.read(text)


def test_every_pseudonym_of_an_account_is_known():
    names = KeyRing.read(RING).every("instagram", "77", ["@Orang"])
    assert names == {
        pseudonym(key, "instagram", *who) for key in (OLD, NEW, STABLE) for who in (("77", None), (None, "orang"))
    }


def test_the_person_of_a_thread_is_hidden_by_the_stable_key_whenever_it_was_observed():
    context = Context(Registers(), RING, "sandbox")
    hidden = f"ig:thread:100~{pseudonym(STABLE, 'instagram', '77', None)}"
    record = {"post_id": "ig:thread:100~77", "conversation_id": "ig:thread:100~77", "parent_id": None}
    for _ in range(2):  # what is hidden stays as it is
        hide_thread(record, context)
        assert record == {"post_id": hidden, "conversation_id": hidden, "parent_id": None}
    other = {"post_id": "yt:video:a", "conversation_id": "yt:comment:b"}
    hide_thread(other, context)
    assert other == {"post_id": "yt:video:a", "conversation_id": "yt:comment:b"}
