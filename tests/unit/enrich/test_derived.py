"""Judgements in a mention: their shape is the schema's, policy switches them off, the order and the batch do not matter."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from dengar.enrich import Context, enrich_mentions, enrich_texts
from dengar.enrich.judged import DERIVED
from dengar.records import ENRICHMENT_REVISION, pack_version, timestamp
from dengar.registers import Account, Registers
from dengar.schemas import validator

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
OFFICIAL = Account("instagram", "100", "kemensos_uji", "Kemensos Uji", "official", None)
REGISTERS = Registers(accounts=(OFFICIAL,))
TEXTS = [
    "PKH saya dari Cianjur belum cair sejak Agustus, tolong dicek min",
    "kapan pencairan bpnt tahap 3 ya?",
    "terima kasih kemensos, bansos sudah sampai ke ibu saya 🙏",
    "lagi makan bakso",
    "",
]


def context(profile: str = "sandbox") -> Context:
    return Context(REGISTERS, b"0123456789abcdef", profile)


def draft(text: str, platform: str = "instagram", **changes: Any) -> dict[str, Any]:
    prefix = {"instagram": "ig", "youtube": "yt"}[platform]
    made = {
        "id": f"{prefix}:comment:1",
        "platform": platform,
        "kind": "comment",
        "post_format": None,
        "post_id": f"{prefix}:{'media' if platform == 'instagram' else 'video'}:9",
        "conversation_id": f"{prefix}:comment:1",
        "parent_id": None,
        "permalink": None,
        "title": None,
        "text": text,
        "author": {"id": "7", "handle": "warga.uji", "name": None},
        "engagement": None,
        "published_at": timestamp(NOW),
        "edited_at": None,
        "observed_at": timestamp(NOW),
        "expires_at": timestamp(NOW.replace(month=12)),
        "content_version": "1",
        "version": pack_version(NOW),
        "enrichment_revision": ENRICHMENT_REVISION,
        "label_revision": 0,
        "deleted": False,
        "collected": {"via": "instagram.comments", "ownership": "owned", "backfill": False},
        "provenance": {"raw": "raw.instagram/0/0", "formulas": {}},
    }
    return made | changes


def test_every_judged_mention_is_of_the_schema() -> None:
    found = enrich_mentions([draft(text) for text in TEXTS], context())
    for mention in found:
        validator("mention").validate(mention)
        assert mention["sentiment"]["origin"] == "model"
        assert mention["model_version"]
    assert found[0]["intent"]["label"] in ("complaint", "request")
    assert found[0]["actionable"] is True
    assert found[0]["category"] is not None
    assert found[0]["complaint"]["complete"] is True
    assert found[3]["category"] is None
    assert found[3]["complaint"] is None


@pytest.mark.parametrize(("profile", "derives"), [("strict", False), ("audited", False), ("sandbox", True)])
def test_nothing_is_derived_of_youtube_before_policy_allows_it(profile: str, derives: bool) -> None:
    tube, gram = enrich_mentions([draft(TEXTS[0], "youtube"), draft(TEXTS[0])], context(profile))
    assert all((tube[name] is not None) == derives for name in DERIVED if name != "purpose")
    assert gram["intent"] is not None
    for name in ("text_normalised", "language", "signature"):
        assert tube[name], f"{name} is needed to find a text: it is processing, not derived"
    validator("mention").validate(tube)


def test_only_posts_of_ours_and_partners_have_a_purpose() -> None:
    caption = "INFOGRAFIS: 3 langkah cek penerima bansos di aplikasi Cek Bansos. Simak ya, Sahabat Sosial! #CekBansos"
    ours = draft(
        caption, kind="post", post_format="image", author={"id": "100", "handle": "kemensos_uji", "name": None}
    )
    theirs = draft(caption, kind="post", post_format="image")
    first, second = enrich_mentions([ours, theirs], context())
    assert first["purpose"]["label"] in ("education", "programme_information")
    assert first["post_format"] == "infographic"
    assert first["actionable"] is False, "our own posts are nobody's complaint"
    assert second["purpose"] is None


def test_a_text_is_judged_alike_alone_and_in_any_batch() -> None:
    together = enrich_texts(TEXTS, context(), platforms=["instagram"] * len(TEXTS))
    alone = [enrich_texts([text], context(), platforms=["instagram"])[0] for text in reversed(TEXTS)]
    assert together == alone[::-1]


def test_what_dengar_enrich_promises_is_there() -> None:
    (found,) = enrich_texts(TEXTS[:1], context(), platforms=["instagram"])
    promised = {
        "text", "text_normalised", "language", "sentiment", "intent", "category", "urgency", "toxicity", "spam", "hashtags",
        "mentions", "urls", "entities", "pii", "simhash", "model_version",
    }  # fmt: skip
    assert promised <= found.keys()
    assert set(found["sentiment"]["probabilities"]) == {"positive", "neutral", "negative"}
    assert 0 <= found["intent"]["score"] <= 1
