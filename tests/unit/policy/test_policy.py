"""The switchboard: every derived field and metric has a rule, and each profile allows what its clauses let it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from dengar.cli import build
from dengar.enrich import Context, enrich_mentions
from dengar.enrich.judged import DERIVED
from dengar.labels import FIELDS
from dengar.labels.session import PROCESSING
from dengar.policy import FILE, PolicyError, load_policy
from dengar.policy.rules import PLATFORMS, PROFILES, USES, read
from dengar.registers import Registers
from dengar.schemas import load
from listeners.instagram import metrics as instagram_metrics

STRICT, AUDITED, SANDBOX = (load_policy(profile) for profile in PROFILES)


def edited(tmp_path: Path, change: str, to: str) -> Path:
    """The shipped file with one thing changed."""
    text = FILE.read_text(encoding="utf-8")
    assert change in text
    file = tmp_path / "policy.yaml"
    file.write_text(text.replace(change, to, 1), encoding="utf-8")
    return file


def derived_fields() -> set[str]:
    """What schemas/mention marks as a judgement."""
    fields = load("mention")["properties"].items()
    return {name for name, field in fields if field.get("x-dengar-class") == "derived"}


def test_every_derived_field_has_a_rule_on_every_platform() -> None:
    assert set(DERIVED) <= derived_fields()
    for platform in PLATFORMS:
        for name in derived_fields():
            assert STRICT.verdict("derive", platform, f"mention.{name}").clause is not None, f"{name} on {platform}"


def test_every_metric_that_is_collected_has_a_rule() -> None:
    asked = {name for names in instagram_metrics.MEDIA.values() for name in names} | set(instagram_metrics.ACCOUNT)
    for example in load("metrics")["examples"]:
        asked |= set(example["values"])
    for name in asked:
        for platform in PLATFORMS:
            assert STRICT.verdict("show", platform, f"metrics.{name}").clause is not None, f"{name} on {platform}"


def test_what_no_rule_covers_is_refused_and_says_so() -> None:
    told = SANDBOX.verdict("derive", "youtube", "mention.horoscope")
    assert not told
    assert "no rule covers mention.horoscope" in str(told.reason)
    with pytest.raises(PolicyError, match=r"no rule for mention\.horoscope"):
        SANDBOX.keep("youtube", "mention.horoscope")


def test_strict_derives_nothing_from_youtube_and_says_how_to_enable_it() -> None:
    assert STRICT.derivable("youtube", DERIVED) == frozenset()
    assert STRICT.derivable("instagram", DERIVED) == frozenset(DERIVED)
    told = STRICT.verdict("derive", "youtube", "mention.sentiment")
    assert str(told.reason).startswith("dimatikan kebijakan")
    assert "DENGAR_POLICY_PROFILE=audited" in str(told.enable)
    assert STRICT.allows("derive", "youtube", "clock.first_response")  # the list of threads without an official reply


def test_audited_wants_a_declaration(tmp_path: Path) -> None:
    told = AUDITED.verdict("derive", "youtube", "mention.sentiment")
    assert not told
    assert "no declaration for yt-derived" in str(told.reason)
    line = 'declarations:\n  - {clause: yt-derived, accepted_by: "Biro Humas", accepted_on: 2026-11-01, rests_on: "audit 1"}\n  #'
    declared = load_policy("audited", edited(tmp_path, "declarations:\n  #", line))
    assert declared.allows("derive", "youtube", "mention.sentiment")
    assert declared.declarations["yt-derived"].accepted_on == date(2026, 11, 1)


def test_counters_of_two_platforms_are_never_in_one_figure() -> None:
    for policy in (STRICT, AUDITED, SANDBOX):
        assert not policy.mixes({"youtube", "instagram"}, "metrics.views")
        assert policy.mixes({"instagram"}, "metrics.views")
    assert not STRICT.mixes({"youtube", "instagram"}, "mention.sentiment")


def test_clocks() -> None:
    assert STRICT.keep("youtube", "metrics.views") == timedelta(days=30)
    assert STRICT.keep("instagram", "hand.label") is None
    assert not STRICT.outlives("youtube", records=1_000, authors=1_000)
    assert STRICT.outlives("instagram", records=10, authors=5)
    assert not STRICT.outlives("instagram", records=10, authors=4)


@pytest.mark.parametrize(
    ("change", "to", "message"),
    [
        ("derive: [audited, sandbox]", "derive: [everyone]", "which is no profile"),
        ("clause: yt-30-days, keep_days", "clause: nowhere, keep_days", "which it does not have"),
        ("demographics: [metrics.fol", "demographics: [metrics.views, metrics.fol", "in two groups"),
        ("    hand_labels: {clause: yt", "    hand_lables: {clause: yt", "no such group"),
        ("read: 2026-11-24", "read: lately", "no day on which it was read"),
        ("keep_days: 30, store", "kept: 30, store", "not of its form"),
        ("rules:", "rules: [", "not of its form"),
    ],
)
def test_a_broken_file_says_what_to_repair(tmp_path: Path, change: str, to: str, message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        load_policy("strict", edited(tmp_path, change, to))


def test_a_missing_rule_and_a_missing_file_say_so(tmp_path: Path) -> None:
    body = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    del body["rules"]["instagram"]["demographics"]
    file = tmp_path / "policy.yaml"
    file.write_text(yaml.safe_dump(body), encoding="utf-8")
    with pytest.raises(PolicyError, match="no rule on instagram for the group demographics"):
        read(file)
    with pytest.raises(PolicyError, match="cannot be read"):
        read(tmp_path / "nowhere.yaml")
    with pytest.raises(PolicyError, match="set it to one of strict, audited, sandbox"):
        load_policy("lenient")


@pytest.mark.parametrize("profile", PROFILES)
def test_enrichment_asks(profile: str) -> None:
    drafts = [
        {
            "platform": platform, "kind": "comment", "text": "bansos saya belum cair pak", "title": None,
            "author": {"id": "1", "handle": None, "name": None}, "provenance": {"raw": "t/0/0", "formulas": {}},
        }
        for platform in PLATFORMS
    ]  # fmt: skip
    judged = enrich_mentions(drafts, Context(Registers(), b"k" * 16, profile))
    policy = load_policy(profile)
    for draft, mention in zip(drafts, judged, strict=True):
        allowed = policy.derivable(draft["platform"], DERIVED)
        assert all(mention[name] is None for name in DERIVED if name not in allowed)
        assert (mention["sentiment"] is not None) == ("sentiment" in allowed)


def test_hand_labels_of_judgements_need_the_permission_too() -> None:
    assert set(FIELDS) > PROCESSING
    assert set(FIELDS) - PROCESSING <= derived_fields()
    assert not STRICT.allows("derive", "youtube", "hand.label")


def test_the_verb_shows_the_rules_of_a_profile() -> None:
    told = CliRunner().invoke(build(), ["policy", "--platform", "youtube", "--profile", "strict", "--json"])
    assert told.exit_code == 0, told.output
    rows = {row["name"]: row for row in map(json.loads, told.stdout.splitlines())}
    assert rows["mention.sentiment"]["derive"] is False
    assert rows["mention.sentiment"]["source"]
    assert set(USES) <= set(rows["metrics.views"])
    table = CliRunner().invoke(build(), ["policy"])
    assert "youtube" in table.stdout
    assert "instagram" in table.stdout
    assert CliRunner().invoke(build(), ["policy", "--platform", "x"]).exit_code == 2
