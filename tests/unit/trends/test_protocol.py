"""The crisis protocol and its clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dengar.schemas import load
from dengar.trends.brief import FORWARD, Facts, forward, page
from dengar.trends.protocol import ProtocolError, clocks, level_of, read_protocol

TREND = load("trend")["examples"][0]
ONSET = datetime(2026, 11, 24, 8, 50, tzinfo=UTC)


def facts(trend=TREND, statements=(), unanswered=12):
    hours = {ONSET.replace(minute=0) + n * timedelta(hours=1): count for n, count in enumerate((40, 88, 60, 44, 20))}
    spoken = [datetime.fromisoformat(one["published_at"]) for one in statements]
    told = clocks(trend, [ONSET + timedelta(minutes=25)], spoken, hours)
    return Facts(
        trend,
        statements,
        unanswered,
        [{"text": "antrean dibubarkan, kami disuruh pulang"}],
        told,
        level_of(7, read_protocol()),
    )


def test_the_clocks_run_from_onset_and_say_what_has_not_come():
    passed = facts().clocks.passed()
    assert passed["detected"] == timedelta(minutes=15)
    assert passed["acknowledged"] == timedelta(minutes=25)
    assert passed["first_statement"] is None
    assert passed["halved"] == timedelta(hours=2, minutes=10)


def test_the_page_says_what_since_when_who_what_we_said_and_what_is_unanswered():
    said = {"published_at": "2026-11-24T10:00:00.000Z", "text": "Antrean dibuka kembali pukul 18."}
    text = page(facts(statements=[said]))
    for part in (
        "Antrean pencairan bansos",
        "15.50 WIB",
        "@akun.contoh",
        "Antrean dibuka kembali",
        "12 pengaduan",
        "tenggat 15 menit",
    ):
        assert part in text
    assert "Belum ada." in page(facts())


@pytest.mark.parametrize("length", [10, 1900])
def test_the_text_to_forward_has_at_most_700_characters_and_keeps_the_end(length):
    trend = TREND | {"explanation": {"id": "x" * length, "en": "x"}}
    text = forward(facts(trend))
    assert len(text) <= FORWARD
    assert text.endswith("Belum dijawab: 12. Tingkat 7/10 (merah).")


@pytest.mark.parametrize(
    "text", ["levels: []", "a: [", "levels: [{name: x, from_severity: 4, roles: [], spokesperson: x}]"]
)
def test_a_protocol_that_cannot_be_used_says_so(tmp_path, text):
    file = tmp_path / "p.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ProtocolError, match=r"p\.yaml"):
        read_protocol(file)
