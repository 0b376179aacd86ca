"""The third writer's seeds: well formed, labelled from the closed lists, apart from the others', nobody's real number in them."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from dengar.enrich.purpose import PURPOSES
from dengar.enrich.train.corpus import SEEDS
from dengar.enrich.train.intent import ACTIONABLE, CATEGORIES, INTENTS, URGENCIES


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


ROWS = [row for path in sorted(SEEDS.glob("d_*.ndjson")) for row in _read(path)]
COMMENTS = [row for row in ROWS if row["purpose"] is None]
CAPTIONS = [row for row in ROWS if row["purpose"]]


def test_labels_are_of_the_closed_lists() -> None:
    for row in ROWS:
        assert row["writer"] == "d"
        assert row["text"].strip() == row["text"] != ""
        assert row["intent"] in INTENTS
        assert (row["category"] in CATEGORIES) == (row["intent"] in ACTIONABLE), row
        assert row["sentiment"] in ("positive", "neutral", "negative")
        assert row["urgency"] in URGENCIES
        assert row["toxicity"] in ("none", "abuse", "hate")
        assert row["spam"] in ("none", "gambling", "promotion", "bot")
        assert row["purpose"] is None or row["purpose"] in PURPOSES


def test_no_text_stands_twice_nor_in_another_writers_seeds() -> None:
    def key(text: str) -> str:
        return re.sub(r"\W+", " ", text.lower()).strip() or text

    counted = Counter(key(row["text"]) for row in ROWS)
    assert [text for text, times in counted.items() if times > 1] == []
    others = {key(row["text"]) for path in SEEDS.glob("[abc]_*.ndjson") for row in _read(path)}
    assert sorted(counted.keys() & others) == []


def test_there_is_enough_of_everything() -> None:
    assert len(COMMENTS) >= 1_000
    assert len({row["style"] for row in COMMENTS}) >= 12
    assert {row["intent"] for row in COMMENTS} == set(INTENTS)
    assert min(Counter(row["category"] for row in COMMENTS if row["category"]).values()) >= 25
    assert min(Counter(row["purpose"] for row in CAPTIONS).values()) >= 30


def test_no_identity_number_nor_whole_telephone_number() -> None:
    assert [row["text"] for row in ROWS if re.search(r"\d{8,}|\d{4}[ -]\d{4}[ -]\d{3,4}", row["text"])] == []
