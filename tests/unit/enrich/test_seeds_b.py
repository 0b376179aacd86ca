"""The second writer's seeds: well formed, varied, and nobody's real number in them."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import dengar.enrich.train as train
from dengar.enrich.purpose import PURPOSES
from dengar.enrich.train.intent import ACTIONABLE, CATEGORIES, INTENTS

FOLDER = Path(train.__file__).parent / "seeds"
KEYS = [
    "text", "intent", "category", "sentiment", "urgency", "toxicity", "spam", "purpose", "language", "template", "style", "writer",
]  # fmt: skip


def _seeds() -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in sorted(FOLDER.glob("b_*.ndjson"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


SEEDS = _seeds()
CITIZENS = [seed for seed in SEEDS if seed["purpose"] is None]


def test_every_line_has_the_keys_and_labels_of_the_lists() -> None:
    for seed in SEEDS:
        assert list(seed) == KEYS
        assert seed["text"].strip()
        assert seed["intent"] in INTENTS
        assert (seed["category"] in CATEGORIES) == (seed["intent"] in ACTIONABLE), seed
        assert seed["sentiment"] in ("positive", "neutral", "negative")
        assert seed["urgency"] in ("none", "attention", "urgent")
        assert seed["toxicity"] in ("none", "abuse", "hate")
        assert seed["spam"] in ("none", "gambling", "promotion", "bot")
        assert seed["purpose"] is None or seed["purpose"] in PURPOSES
        assert seed["language"] in ("id", "jv", "su", "en", "min", "mix")
        assert seed["writer"] == "b"


def test_no_text_stands_twice() -> None:
    counted = Counter(seed["text"].lower() for seed in SEEDS)
    assert [text for text, times in counted.items() if times > 1] == []


def test_there_is_enough_of_each_label() -> None:
    assert len(CITIZENS) >= 1200
    assert len({seed["template"] for seed in CITIZENS}) >= 120
    assert len({seed["style"] for seed in CITIZENS}) >= 12
    assert min(Counter(seed["purpose"] for seed in SEEDS if seed["purpose"]).values()) >= 40
    toxicity = Counter(seed["toxicity"] for seed in CITIZENS)
    spam = Counter(seed["spam"] for seed in CITIZENS)
    assert toxicity["abuse"] >= 100
    assert toxicity["hate"] >= 50
    assert spam["gambling"] >= 100
    assert spam["promotion"] + spam["bot"] >= 60


def test_no_identity_number_and_only_made_up_telephones() -> None:
    for seed in SEEDS:
        assert not re.search(r"\d{12,}", seed["text"]), seed["text"]
        for number in re.findall(r"(?:\+?62|\b0)[ -]?8\d{2}[- ]?\d{4}[- ]?\d{4}", seed["text"]):
            assert re.search(r"0000", number), seed["text"]
