"""The labelled sets the entity labeller learns from: read where they lie, never copied. Their schemes become ours.

| set | theirs → ours |
|---|---|
| NERGrit (cased encyclopaedia and news) | PERSON PLACE ORGANISATION → person place organisation |
| NERP (lower-cased news) | PPL PLC → person place, IND (firms, media, clubs, brands) → organisation, EVT → event, FNB → product |
| idner-news-2k (cased news) | PER LOC ORG → person place organisation |

Labels inside keep the set's sense of organisation apart (ORG: bodies of any kind; IND: firms and brands).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from dengar.enrich.entities.words import words
from dengar.paths import SHARED

TYPES = {
    "PER": "person",
    "LOC": "place",
    "ORG": "organisation",
    "IND": "organisation",
    "EVT": "event",
    "FNB": "product",
}
_OURS = {
    "PERSON": "PER", "PPL": "PER", "PER": "PER", "PLACE": "LOC", "PLC": "LOC", "LOC": "LOC", "ORGANISATION": "ORG",
    "ORG": "ORG", "IND": "IND", "EVT": "EVT", "FNB": "FNB",
}  # fmt: skip
SETS = {
    "nergrit": ("nergrit/train.txt", "nergrit/valid.txt"),
    "nerp": ("nerp/train.txt", "nerp/valid.txt"),
    "idner": ("idner_news_2k/train.txt", "idner_news_2k/dev.txt"),
}


class Labelled(NamedTuple):
    """A text, its words' places and labels are the set's own: `spans` are (start, end, label) in characters of `text`."""

    text: str
    spans: tuple[tuple[int, int, str], ...]


def folder() -> Path:
    """Where the labelled sets lie: $DENGAR_SHARED/data/nlp, by default beside the project."""
    return SHARED / "data" / "nlp"


def read(path: Path) -> list[Labelled]:
    """All sentences of a file in CoNLL's manner, their words joined by one blank."""
    found: list[Labelled] = []
    for sentence in sentences(path):
        spans: list[tuple[int, int, str]] = []
        position, open_label = 0, ""
        for word, label in sentence:
            kind = _OURS.get(label[2:], "")
            if label[0] == "I" and kind and kind == open_label:
                start, _, _ = spans.pop()
                spans.append((start, position + len(word), kind))
            elif kind:
                spans.append((position, position + len(word), kind))
            open_label = kind
            position += len(word) + 1
        found.append(Labelled(" ".join(word for word, _ in sentence), tuple(spans)))
    return found


def sentences(path: Path) -> Iterator[list[tuple[str, str]]]:
    """(word, label) of each sentence of a file in CoNLL's manner."""
    sentence: list[tuple[str, str]] = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            parts = line.rstrip("\n").split("\t" if "\t" in line else " ")
            if len(parts) > 1 and parts[0].strip():
                sentence.append((parts[0], parts[-1]))
            elif sentence:
                yield sentence
                sentence = []
    if sentence:
        yield sentence


def labels(example: Labelled) -> tuple[list[str], list[str]]:
    """(words as the labeller cuts them, their B-/I-/O labels)."""
    cut = words(example.text)
    found = ["O"] * len(cut)
    for start, end, kind in example.spans:
        inside = [at for at, word in enumerate(cut) if word.start >= start and word.end <= end]
        while inside and not cut[inside[0]].text[0].isalnum():
            inside.pop(0)
        while inside and cut[inside[-1]].text == ")" and all(cut[at].text != "(" for at in inside):
            inside.pop()
        for number, at in enumerate(inside):
            found[at] = f"{'I' if number else 'B'}-{kind}"
    return [word.text for word in cut], found


def lower(example: Labelled) -> Labelled:
    """The same in lower case, character by character, so that the places stay."""
    return Labelled("".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in example.text), example.spans)


def lowered(examples: Sequence[Labelled]) -> list[Labelled]:
    """All of them in lower case."""
    return [lower(example) for example in examples]
