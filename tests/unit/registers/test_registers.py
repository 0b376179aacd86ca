from __future__ import annotations

from datetime import date
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from dengar.cli import build
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
PANELS = """
- id: suara
  version: 1
  name: Suara
  locked: null
  members:
    - {id: kita, name: Kita, campaigns: [peduli]}
    - {id: lain, name: Yang lain, hashtags: [gerakanlain], phrases: [gerakan lain], partners: [relawan]}
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
        (
            {"partners": PARTNERS.replace("tier: 2", "start: 2026-05-02, end: 2026-05-01")},
            ["partners.yaml", "relawan", "end"],
        ),
        ({"partners": PARTNERS.replace("tier: 2", "disclosure: maybe")}, ["partners.yaml", "disclosure"]),
        (
            {"accounts": ACCOUNTS.replace("role: official, partner: null", "role: official, partner: relawan")},
            ["row 1", "our own"],
        ),
        ({"accounts": ACCOUNTS.replace("partner: relawan", "partner: relawan, connected: mungkin")}, ["connected"]),
        (
            {"campaigns": CAMPAIGNS.replace("[dinaspeduli]", "[]").replace("[gerakan peduli]", "[]")},
            ["peduli", "hashtag or a phrase"],
        ),
        ({"campaigns": CAMPAIGNS.replace("kind: campaign", "kind: campaign, panel: siapa")}, ["field panel", "siapa"]),
        ({"panels": PANELS + PANELS}, ["panels.yaml", "row 2 (suara version 1)", "twice"]),
        ({"panels": PANELS.replace("campaigns: [peduli]", "campaigns: [siapa]")}, ["members.0.campaigns", "siapa"]),
        ({"panels": PANELS.replace("partners: [relawan]", "partners: [siapa]")}, ["members.1.partners", "siapa"]),
        ({"panels": PANELS.replace(", campaigns: [peduli]", "")}, ["members.0", "kita"]),
        ({"panels": PANELS.replace("id: lain", "id: kita")}, ["members.1.id", "twice"]),
        ({"panels": PANELS.replace("locked: null", "locked: '0123456789abcdef'")}, ["locked", "version 2"]),
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


def test_what_a_partnership_says(tmp_path: Path) -> None:
    texts = {
        "partners": "- {id: relawan, name: Relawan, kind: ngo, start: 2026-05-01, end: 2026-05-31, disclosure: not_required}",
        "accounts": ACCOUNTS.replace("partner: relawan", "partner: relawan, connected: true"),
        "campaigns": CAMPAIGNS.replace("phrases", "variants: [dinpeduli], phrases"),
    }
    registers = load_registers(folder(tmp_path, **texts))
    partner = registers.partners[0]
    days = [date(2026, 4, 30), date(2026, 5, 1), date(2026, 5, 31), date(2026, 6, 1)]
    assert [partner.holds(day) for day in days] == [False, True, True, False]
    assert not partner.must_disclose
    (account,) = registers.of_partner("relawan")
    assert account.connected
    assert account.key == "ig:user:17001"
    assert registers.campaigns[0].variants == ("dinpeduli",)
    assert load_registers(folder(tmp_path, partners=PARTNERS)).partners[0].must_disclose


def test_the_highest_locked_version_of_a_panel_is_in_use(tmp_path: Path) -> None:
    draft = load_registers(folder(tmp_path, panels=PANELS))
    assert draft.panel("suara") is None
    digest = draft.panels[0].digest
    locked = PANELS.replace("locked: null", f"locked: '{digest}'")
    second = PANELS.replace("version: 1", "version: 2").replace("gerakanlain", "lainlagi")
    assert load_registers(folder(tmp_path, panels=locked + second)).panel("suara").version == 1
    other = load_registers(folder(tmp_path, panels=locked + second)).panels[1].digest
    assert other != digest
    both = locked + second.replace("locked: null", f"locked: '{other}'")
    assert load_registers(folder(tmp_path, panels=both)).panel("suara").version == 2


def test_a_locked_panel_may_be_written_in_another_order_and_named_better_but_not_changed(tmp_path: Path) -> None:
    digest = load_registers(folder(tmp_path, panels=PANELS)).panels[0].digest
    locked = PANELS.replace("locked: null", f"locked: '{digest}'")
    head, first, second = locked.rstrip().rsplit("\n", 2)
    turned = "\n".join((head, second.replace("Yang lain", "Lain"), first)) + "\n"
    assert load_registers(folder(tmp_path, panels=turned)).panel("suara") is not None
    with pytest.raises(RegistersError, match="locked version was changed"):
        load_registers(folder(tmp_path, panels=locked.replace("[gerakanlain]", "[gerakanlain, lagi]")))


def test_the_commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DENGAR_REGISTERS", str(folder(tmp_path, panels=PANELS)))
    runner = CliRunner()
    done = runner.invoke(build(), ["registers", "check", "--json"])
    assert orjson.loads(done.output) == {
        "accounts": 2, "connected": 0, "campaigns": 1, "partners": 1, "panels": 1, "locked": 0,
    }  # fmt: skip
    assert "1 panels (0 locked)" in runner.invoke(build(), ["registers", "check"]).output
    (row,) = runner.invoke(build(), ["registers", "panels", "--json"]).output.splitlines()
    assert orjson.loads(row)["members"] == ["kita", "lain"]
    assert "draft" in runner.invoke(build(), ["registers", "panels"]).output
