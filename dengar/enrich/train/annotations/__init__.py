"""Hand labels on rows of public data sets: only the labels and a digest of each text are kept here, never the text.

`load` joins them with the data where it is present. README.md says how the rows were drawn and labelled.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
_CHOSEN = frozenset({"topic", "uncertain"})
# The column that holds the text, where a file is a CSV; any other file has one text a line.
_TEXT_COLUMN = {
    "indolem_sentiment": "sentence",
    "judol_youtube": "comment",
    "lid_identifikasi_bahasa": "cleanText",
    "nusatranslation_senti": "text",
    "nusax": "text",
    "prdect_id": "Customer Review",
    "smsa": "text",
}


@dataclass(frozen=True)
class Label:
    """One hand-labelled row without its text.

    `category` is None unless `intent` is actionable; `aid` says whether it is about social aid or a government service;
    `topic` whether the row was chosen – by topic words, or because a model was unsure of it – instead of drawn at random.
    """

    dataset: str
    file: str
    key: str
    intent: str
    sentiment: str
    toxicity: str
    category: str | None
    aid: bool
    topic: bool = False


@dataclass(frozen=True)
class Row:
    """One hand-labelled text as the data set has it (stripped, nothing masked or normalised)."""

    dataset: str
    text: str
    intent: str
    sentiment: str
    toxicity: str
    category: str | None
    aid: bool


def key(text: str) -> str:
    """16 hex digits that name a text: BLAKE2b of the stripped text in UTF-8, 8 bytes."""
    return hashlib.blake2b(text.strip().encode(), digest_size=8).hexdigest()


@cache
def labels() -> tuple[Label, ...]:
    """Every hand label, in the order of file name and line."""
    return tuple(_labels())


def load(data: Path, *, topic: bool = True) -> list[Row]:
    """The hand-labelled texts found under `data` (the folder that holds `smsa`, `stif`, …), in the order of `labels`.

    `topic=False` leaves out the rows that were chosen (topic.csv, uncertain.csv): what is measured should be random.
    A label whose file is absent, or whose text is no longer in it, is left out; so without the data the list is empty.
    """
    chosen = [label for label in labels() if topic or not label.topic]
    texts = {file: _texts(data / file) for file in sorted({label.file for label in chosen})}
    rows: list[Row] = []
    for label in chosen:
        text = texts[label.file].get(label.key)
        if text is not None:
            rows.append(
                Row(label.dataset, text, label.intent, label.sentiment, label.toxicity, label.category, label.aid)
            )
    return rows


def _labels() -> Iterator[Label]:
    for path in sorted(_HERE.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                yield Label(
                    row["dataset"],
                    row["file"],
                    row["key"],
                    row["intent"],
                    row["sentiment"],
                    row["toxicity"],
                    row["category"] or None,
                    row["aid"] == "1",
                    path.stem in _CHOSEN,
                )


def _texts(path: Path) -> dict[str, str]:
    """The texts of a data file by key; empty when the file is absent."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        if path.suffix == ".csv":
            column = _TEXT_COLUMN[_dataset(path)]
            found = [row[column] or "" for row in csv.DictReader(lines)]
        else:
            found = list(lines)
    return {key(text): text.strip() for text in found if text.strip()}


def _dataset(path: Path) -> str:
    return next(name for name in _TEXT_COLUMN if name in path.parts)
