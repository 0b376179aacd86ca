"""Campaigns, partners and official accounts of a text, by registers of our own making."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dengar.enrich.campaigns import CampaignMatcher, campaigns
from dengar.registers import Account, Campaign, Partner, Registers

REGISTERS = Registers(
    accounts=(
        Account("instagram", "1", "kantor.contoh", "Kantor Contoh", "official"),
        Account("instagram", "2", "sahabat.contoh", "Sahabat Contoh", "partner", "sahabat"),
    ),
    campaigns=(
        Campaign(
            "peduli",
            "Peduli",
            ("kemensospeduli",),
            ("kemensos peduli",),
            date(2026, 3, 1),
            date(2026, 3, 31),
            "campaign",
        ),
        Campaign("senyum", "Senyum", ("senyumlansia",), ("senyum untuk lansia",), None, None, "challenge"),
        Campaign("abc", "Abc", ("abcde",), (), None, None, "campaign", variants=("abjad5", "kampanyeabjad")),
    ),
    partners=(Partner("sahabat", "Sahabat Contoh", "ngo", None),),
)


@pytest.fixture
def matcher() -> CampaignMatcher:
    return CampaignMatcher(REGISTERS)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("senyumlansia", ["senyum"]),
        ("senyum_lansia", ["senyum"]),
        ("senyumlansia2026", ["senyum"]),
        ("senyumlansai", ["senyum"]),
        ("senyunlansia", ["senyum"]),
        ("kemensospeduli", ["peduli"]),
        ("kemensospdulii", ["peduli"]),
        ("senyumlancar", []),
        ("senyum", []),
        ("abcd", []),
        ("abjad5", ["abc"]),
        ("kampanye_abjat", ["abc"]),
        ("abjad6", []),
        ("bansos", []),
    ],
)
def test_hashtag_variants(matcher: CampaignMatcher, tag: str, expected: list[str]) -> None:
    assert matcher.campaigns([tag], "", "") == expected
    assert matcher.campaigns([tag], "", "") == expected  # from what was kept, too


def test_phrases_in_either_text(matcher: CampaignMatcher) -> None:
    assert matcher.campaigns([], "Senyum  untuk Lansia!", "") == ["senyum"]
    assert matcher.campaigns([], "snyum utk lansia", "senyum untuk lansia") == ["senyum"]
    assert matcher.campaigns([], "senyum untuk lansiamu", "") == []


@pytest.mark.parametrize(
    ("day", "running"),
    [
        (datetime(2026, 2, 28, 16, 59, tzinfo=UTC), False),
        (datetime(2026, 2, 28, 17, 0, tzinfo=UTC), True),
        (datetime(2026, 4, 14, 16, 59, tzinfo=UTC), True),
        (datetime(2026, 4, 14, 17, 0, tzinfo=UTC), False),
    ],
)
def test_the_period_is_days_in_jakarta_with_a_fortnights_echo(
    matcher: CampaignMatcher, day: datetime, running: bool
) -> None:
    assert matcher.campaigns(["kemensospeduli"], "", "", day) == (["peduli"] if running else [])


def test_partners_and_official_accounts(matcher: CampaignMatcher) -> None:
    handles = ["Kantor.Contoh", "sahabat.contoh", "orang_lain", "kantor.contoh"]
    assert matcher.official_accounts("instagram", handles) == ["kantor.contoh"]
    assert matcher.partners("instagram", handles, "") == ["sahabat"]
    assert matcher.partners("youtube", handles, "") == []
    assert matcher.partners("youtube", [], "terima kasih Sahabat  Contoh 🙏") == ["sahabat"]


def test_one_text_and_empty_registers() -> None:
    assert campaigns(REGISTERS, ["senyumlansia"], "", "") == ["senyum"]
    assert campaigns(Registers(), ["senyumlansia"], "senyum", "senyum") == []
