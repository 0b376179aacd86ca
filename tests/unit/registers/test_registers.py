from __future__ import annotations

from pathlib import Path

import pytest

from dengar.registers import Account, Registers, RegistersError, load_registers

ACCOUNTS = """
- {platform: youtube, id: UCdinasSatu, handle: dinas.satu, name: Dinas Satu, role: official, partner: null}
- {platform: instagram, id: "17001", handle: Relawan_Dua, name: Relawan Dua, role: partner, partner: relawan}
"""
CAMPAIGNS = """
- {id: peduli, name: Peduli, hashtags: [dinaspeduli], phrases: [gerakan peduli], start: 2026-11-16, end: null, kind: campaign}
"""
PARTNERS = """
- {id: relawan, name: Relawan Dua, kind: ngo, tier: 2}
"""


def folder(tmp_path: Path, **texts: str) -> Path:
    files = {"accounts": ACCOUNTS, "campaigns": CAMPAIGNS, "partners": PARTNERS} | texts
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_lookup_by_id_and_by_handle(tmp_path: Path) -> None:
    registers = load_registers(folder(tmp_path))
    relawan = Account("instagram", "17001", "Relawan_Dua", "Relawan Dua", "partner", "relawan")
    assert registers.lookup("instagram", "17001", None) == relawan
    assert registers.lookup("instagram", None, "@relawan_dua") == relawan
    assert registers.lookup("youtube", None, "relawan_dua") is None
    assert registers.lookup("youtube", None, None) is None
    assert [a.id for a in registers.own("youtube")] == ["UCdinasSatu"]
    assert registers.own("instagram") == []
    assert registers.campaigns[0].start is not None
    assert registers.partners[0].tier == "2"


def test_a_known_id_is_not_overruled_by_an_imitated_handle(tmp_path: Path) -> None:
    registers = load_registers(folder(tmp_path))
    assert registers.lookup("instagram", "99", "relawan_dua") is None


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ({"accounts": ACCOUNTS.replace("official", "boss")}, ["accounts.yaml", "row 1 (UCdinasSatu)", "role"]),
        ({"accounts": ACCOUNTS.replace('"17001"', "17001")}, ["accounts.yaml", "row 2", "field id"]),
        ({"accounts": ACCOUNTS.replace("partner: relawan", "partner: siapa")}, ["row 2", "partner", "siapa"]),
        ({"accounts": ACCOUNTS + ACCOUNTS.splitlines()[1] + "\n"}, ["accounts.yaml", "row 3", "twice"]),
        ({"accounts": "["}, ["accounts.yaml", "cannot be read"]),
        ({"accounts": "a: 1"}, ["accounts.yaml", "top level"]),
        ({"campaigns": CAMPAIGNS.replace("dinaspeduli", "'#Peduli'")}, ["campaigns.yaml", "hashtags.0"]),
        ({"campaigns": CAMPAIGNS.replace("end: null", "end: 2026-01-01")}, ["campaigns.yaml", "peduli", "end"]),
        ({"campaigns": CAMPAIGNS.replace("2026-11-16", "besok")}, ["campaigns.yaml", "field start"]),
        ({"partners": PARTNERS.replace("ngo", "club")}, ["partners.yaml", "row 1 (relawan)", "kind"]),
    ],
)
def test_an_error_names_file_row_and_field(tmp_path: Path, texts: dict[str, str], told: list[str]) -> None:
    with pytest.raises(RegistersError) as caught:
        load_registers(folder(tmp_path, **texts))
    assert all(word in str(caught.value) for word in told), str(caught.value)


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RegistersError, match="DENGAR_REGISTERS"):
        load_registers(tmp_path)


def test_empty_registers_know_no_one() -> None:
    assert Registers().lookup("youtube", "UC1", "a") is None


def test_the_shipped_registers_load() -> None:
    registers = load_registers()
    assert registers.own("youtube")
    assert registers.own("instagram")
