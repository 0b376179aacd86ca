"""Accounts that partners connected are read as their owner reads them, and marked as authorised."""

from __future__ import annotations

from dataclasses import replace

from dengar.registers import Account, Registers
from dengar.settings import Settings
from listeners.instagram.watch import listened_accounts

REGISTERS = Registers(
    accounts=(
        Account("instagram", "100", "kantor", "Kantor Contoh", "official"),
        Account("instagram", "200", "yayasan", "Yayasan Contoh", "partner", "yayasan", connected=True),
        Account("instagram", "300", "mitra", "Mitra Contoh", "influencer", "mitra"),
        Account("youtube", "UC4", "mitra", "Mitra Contoh", "influencer", "mitra", connected=True),
    )
)


def test_connected_accounts_are_listened_to_and_the_others_are_only_discovered():
    own, partners, connected = listened_accounts(Settings.from_environment({}), REGISTERS)
    assert own == ["100", "200"]
    assert partners == {"mitra": "300"}
    assert connected == {"200"}


def test_also_where_the_own_accounts_are_named():
    settings = Settings.from_environment({"DENGAR_INSTAGRAM_ACCOUNTS": "100"})
    assert listened_accounts(settings, REGISTERS)[0] == ["100", "200"]


def test_what_is_read_of_them_is_authorised(watch):
    watch = replace(watch, connected=frozenset({"200"}))
    assert watch.context("200/media", "media", "200").ownership == "authorised"
    assert watch.context("100/media", "media", "100").ownership == "owned"
    assert watch.context("200/tags", "tags", None, "public").ownership == "public"
