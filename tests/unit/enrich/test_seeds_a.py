"""The first writer's seeds: well-formed, unique, balanced, without a real person's number."""

import json
import re
from collections import Counter

import pytest

from dengar.enrich.train.corpus import SEEDS
from dengar.enrich.train.intent import ACTIONABLE, CATEGORIES, INTENTS

ROWS = [json.loads(line) for path in sorted(SEEDS.glob("a_*.ndjson")) for line in path.read_text("utf-8").splitlines()]
LISTS = {
    "intent": set(INTENTS),
    "category": {*CATEGORIES, None},
    "sentiment": {"positive", "neutral", "negative"},
    "urgency": {"none", "attention", "urgent"},
    "toxicity": {"none", "abuse", "hate"},
    "spam": {"none", "gambling", "promotion", "bot"},
    "purpose": {None},
    "language": {"id", "jv", "su", "en", "min", "mix"},
    "writer": {"a"},
}


@pytest.mark.parametrize("field", LISTS)
def test_labels_are_of_the_closed_lists(field):
    assert {row[field] for row in ROWS} <= LISTS[field]


def test_enough_of_everything():
    assert len(ROWS) >= 1_600
    assert len({row["template"] for row in ROWS}) >= 150
    assert len({row["style"] for row in ROWS}) >= 12
    assert min(Counter(row["intent"] for row in ROWS).values()) >= 40
    assert min(Counter(row["category"] for row in ROWS if row["category"]).values()) >= 60


def test_category_goes_with_an_actionable_intent_alone():
    assert all((row["category"] is not None) == (row["intent"] in ACTIONABLE) for row in ROWS)


def test_no_text_twice():
    assert [text for text, times in Counter(row["text"] for row in ROWS).items() if times > 1] == []


def test_long_numbers_are_plainly_made_up():
    numbers = re.findall(r"\d{8,}|\d{4}[ -]\d{4}[ -]\d{3,4}", " ".join(row["text"] for row in ROWS))
    assert all(number.startswith("0812-0000") for number in numbers)


def test_promotion_and_spam_agree():
    assert {row["spam"] != "none" for row in ROWS if row["intent"] == "promotion"} == {True}
