"""The fourth writer's seeds, for sentiment: every side, well formed, apart from the others'."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from dengar.enrich.train.corpus import SEEDS
from dengar.enrich.train.intent import ACTIONABLE, CATEGORIES, INTENTS


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


ROWS = [row for path in sorted(SEEDS.glob("c_*.ndjson")) for row in _read(path)]


def test_labels_are_of_the_closed_lists() -> None:
    for row in ROWS:
        assert row["writer"] == "c"
        assert row["text"].strip() == row["text"] != ""
        assert row["intent"] in INTENTS
        assert (row["category"] in CATEGORIES) == (row["intent"] in ACTIONABLE), row


def test_every_sentiment_and_several_languages_are_there() -> None:
    assert min(Counter(row["sentiment"] for row in ROWS).values()) >= 40
    assert {"id", "jv", "su", "min"} <= {row["language"] for row in ROWS}
    assert len({row["template"] for row in ROWS}) >= 15


def test_no_text_stands_twice_nor_in_another_writers_seeds() -> None:
    texts = [row["text"].lower() for row in ROWS]
    assert len(set(texts)) == len(texts)
    others = {row["text"].lower() for path in SEEDS.glob("[abd]_*.ndjson") for row in _read(path)}
    assert sorted(set(texts) & others) == []
