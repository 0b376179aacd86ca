"""Made-up mentions as the trends hear them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from dengar.trends.heard import Heard

START = datetime(2026, 11, 16, tzinfo=UTC)
WORDS = [f"kata{letter}{other}" for letter in "abcdefghij" for other in "klmnopqrst"]


def said(number: int, at: datetime, words: list[str], author: str | None = None, **more: Any) -> Heard:
    """A mention of these words, by an author of its own unless one is named; neutral, on Instagram."""
    fields: dict[str, Any] = {
        "id": f"ig:comment:{number:09d}", "at": at, "platform": "instagram", "post": "ig:media:1", "author": author or f"ig~{number}",
        "role": "public", "handle": None, "text": " ".join(words), "terms": tuple(f"t:{word}" for word in words), "domains": (),
        "signature": None, "negative": False, "complaint": False, "toxic": False, "spam": False, "suspect": False, "signs": (),
        "backfill": False,
    }  # fmt: skip
    return Heard(**(fields | more))


def usual(days: float, every: timedelta = timedelta(minutes=4), seed: int = 1) -> list[Heard]:
    """Ordinary talk from START on: three words of a hundred a mention, one mention in five a grievance."""
    random = Random(seed)
    count = int(timedelta(days=days) / every)
    return [
        said(number, START + number * every, random.sample(WORDS, 3), negative=random.random() < 0.2)
        for number in range(count)
    ]
