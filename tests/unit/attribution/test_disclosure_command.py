"""`dengar attribution disclosure` over a source in memory: rows for machines and people, policy told, unknown campaigns refused."""

from __future__ import annotations

import orjson
import pytest
from typer.testing import CliRunner

from dengar.cli import build
from dengar.registers import load_registers
from dengar.settings import Settings
from tests.unit.attribution.memory import Memory
from tests.unit.attribution.said import said

CAMPAIGN = "bansos_tepat_sasaran"


def post(platform: str) -> dict[str, object]:
    """A post of an influencer of the shipped registers on the first day of the campaign."""
    registers = load_registers()
    account = next(one for one in registers.of_partner("bang_togar") if one.platform == platform)
    who = {"key": account.key, "role": account.role, "handle": account.handle, "name": account.name}
    identity = f"{'yt:video' if platform == 'youtube' else 'ig:media'}:1"
    made = said(identity, None, text="Yuk ikut, daftar lewat tautan di bio", campaigns=[CAMPAIGN])
    return made | {"platform": platform, "author": who, "published_at": "2026-11-17T05:00:00.000Z"}


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch):
    def asked(*arguments: str, profile: str = "sandbox"):
        source = Memory([post("youtube"), post("instagram")])
        monkeypatch.setattr("dengar.target.target", lambda: Settings(policy_profile=profile))
        monkeypatch.setattr("dengar.index.client", lambda _settings: None)
        monkeypatch.setattr("dengar.attribution.indexed.IndexSource", lambda *_: source)
        return CliRunner().invoke(build(), ["attribution", "disclosure", *arguments])

    return asked


def test_rows_for_machines_and_people(ask):
    rows = [orjson.loads(line) for line in ask(CAMPAIGN, "--json").stdout.splitlines()]
    assert [(row["mention"], row["partner"], row["signs"]) for row in rows] == [
        ("yt:video:1", "bang_togar", ["calls_to_act"]), ("ig:media:1", "bang_togar", ["calls_to_act"]),
    ]  # fmt: skip
    one = ask(CAMPAIGN, "--platform", "instagram")
    assert "ig:media:1" in one.stdout
    assert "yt:video:1" not in one.stdout
    assert "No post" in ask("senyum_lansia").stdout


def test_policy_is_told_and_an_unknown_campaign_is_an_error(ask):
    strict = ask(CAMPAIGN, "--json", profile="strict")
    assert [orjson.loads(line)["platform"] for line in strict.stdout.splitlines()] == ["instagram"]
    assert "dimatikan kebijakan" in strict.stderr
    unknown = ask("tidak_ada")
    assert unknown.exit_code == 1
    assert "tidak_ada" in unknown.stderr
    assert ask(CAMPAIGN, "--platform", "lain").exit_code == 2
