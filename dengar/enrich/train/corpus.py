"""The texts to learn from: our own seeds, hand labels, and the public sets under ../shared/data/nlp (never nc-measure-only)."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dengar.enrich.normalise import normalise
from dengar.enrich.pii import mask
from dengar.enrich.train.annotations import Row as Annotation
from dengar.enrich.train.annotations import load as load_annotations
from dengar.paths import SHARED

SEEDS = Path(__file__).parent / "seeds"

# Stand-ins the public sets wrote where names, numbers and links stood.
_STAND_INS = (
    (re.compile(r"\[USERNAME\]|xxxuserxxx|\bUSER\b"), "@akun"),
    (re.compile(r"\[URL\]|xxxurlxxx|\bURL\b"), "http://a.id"),
)
_STAND_IN_NUMBER = re.compile(r"xxx(?:number|date|phone|time)xxx")


class DataError(Exception):
    """The public data is not there; the message says what to do."""


def data_folder() -> Path:
    """The `nlp` folder of the shared data: beside the project, or under DENGAR_SHARED."""
    return SHARED / "data" / "nlp"


@dataclass(frozen=True)
class Seed:
    """One line of our own seeds."""

    text: str
    intent: str
    category: str | None
    sentiment: str
    urgency: str
    toxicity: str
    spam: str
    purpose: str | None
    language: str
    template: str
    style: str
    writer: str


@dataclass(frozen=True)
class Labelled:
    """One row of a public set: text, label as the set writes it, and what must not be split between folds."""

    text: str
    label: str
    group: str


class Corpus:
    """Readers of every source, each read once; and the masked and normalised form of any text, kept."""

    def __init__(self, folder: Path) -> None:
        if not (folder / "smsa" / "train.csv").is_file():
            raise DataError(
                "The public data is absent: put shared/data/nlp beside the project, or name its parent in DENGAR_SHARED."
            )
        self.folder = folder
        self._forms: dict[str, tuple[str, str]] = {}
        self._read: dict[str, list[Labelled]] = {}

    @cached_property
    def seeds(self) -> list[Seed]:
        """Our own seeds, in the order of file name and line."""
        return [
            Seed(**json.loads(line))
            for path in sorted(SEEDS.glob("*.ndjson"))
            for line in path.read_text(encoding="utf-8").splitlines()
            if line.strip()
        ]

    @cached_property
    def annotations(self) -> list[Annotation]:
        """Our hand labels on rows of the public sets."""
        return load_annotations(self.folder)

    @cached_property
    def annotated(self) -> frozenset[str]:
        """The texts that have a hand label: their set's own label gives way to it."""
        return frozenset(row.text for row in self.annotations)

    def forms(self, texts: Iterable[str]) -> tuple[list[str], list[str]]:
        """(masked, normalised) of the texts, as `dengar enrich` would have them."""
        masked, normalised = [], []
        for text in texts:
            form = self._forms.get(text)
            if form is None:
                hidden = mask(stand_in(text))[0]
                form = self._forms[text] = (hidden, normalise(hidden))
            masked.append(form[0])
            normalised.append(form[1])
        return masked, normalised

    def smsa(self, part: str) -> list[Labelled]:
        """Formal-ish reviews and posts, three classes; part: train or valid."""
        return self._table(f"smsa/{part}.csv", "text", "label")

    def nusax(self, language: str, part: str) -> list[Labelled]:
        """Translations of the same sentences into each language, three classes; grouped by sentence."""
        return self._table(f"nusax/{language}/{part}.csv", "text", "label", "id", "nusax ")

    def nusatranslation(self, language: str, part: str) -> list[Labelled]:
        """IndoLEM's sentences in Javanese (`jv`) or Sundanese (`su`), two classes; grouped by sentence."""
        return self._table(f"nusatranslation_senti/{language}_{part}.csv", "text", "label", "id", "")

    def indolem(self) -> list[Labelled]:
        """Tweets and hotel reviews; label 1 (positive) or 0."""
        return self._table("indolem_sentiment/train.csv", "sentence", "sentiment")

    def prdect(self) -> list[Labelled]:
        """Product reviews; Positive or Negative."""
        return self._table("prdect_id/train.csv", "Customer Review", "Sentiment")

    def judol(self) -> list[Labelled]:
        """Comments under videos; label 1 (gambling promotion) or 0; grouped by channel."""
        return self._table("judol_youtube/train.csv", "comment", "label", "channel", "judol ")

    def languages(self) -> list[Labelled]:
        """Noisy social texts; Indonesia, Jawa or Ambon."""
        return self._table("lid_identifikasi_bahasa/train.csv", "cleanText", "label")

    def stif(self, part: str = "train", form: str = "inf") -> list[Labelled]:
        """Customer-service tweets, informal (`inf`) or formal (`for`), line by line the same; no labels."""
        lines = (self.folder / "stif" / f"{part}.{form}").read_text(encoding="utf-8").splitlines()
        return [Labelled(line.strip(), "", f"stif {part} {n}") for n, line in enumerate(lines) if line.strip()]

    def everything(self) -> Iterator[str]:
        """Every text to learn word weights from, whatever its labels."""
        readers: list[Sequence[Labelled]] = [
            self.smsa("train"), self.indolem(), self.prdect(), self.judol(), self.languages(), self.stif(),
            *(self.nusax(language, "train") for language in NUSAX),
            *(self.nusatranslation(language, "train") for language in ("jv", "su")),
        ]  # fmt: skip
        for reader in readers:
            yield from (row.text for row in reader)
        yield from (seed.text for seed in self.seeds)

    def hashes(self) -> dict[str, str]:
        """SHA-256 of each public file read so far and of each seed file and hand-label file."""
        own = [*SEEDS.glob("*.ndjson"), *(Path(__file__).parent / "annotations").glob("*.csv")]
        found = {name: hashlib.sha256((self.folder / name).read_bytes()).hexdigest() for name in sorted(self._read)}
        return found | {
            f"{path.parent.name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(own)
        }

    def _table(self, name: str, text: str, label: str, group: str | None = None, prefix: str = "") -> list[Labelled]:
        if name not in self._read:
            with (self.folder / name).open(encoding="utf-8", newline="") as lines:
                self._read[name] = [
                    Labelled(row[text].strip(), row[label].strip(), prefix + row[group] if group else f"{name} {n}")
                    for n, row in enumerate(csv.DictReader(lines))
                    if (row[text] or "").strip()
                ]
        return self._read[name]


NUSAX = ("indonesian", "javanese", "sundanese", "minangkabau", "english", "banjarese", "balinese", "madurese")


def stand_in(text: str) -> str:
    """The public sets' stand-ins written the way real texts have it: @akun, a link, a number."""
    if "USER" in text or "URL" in text or "xxx" in text:
        for pattern, written in _STAND_INS:
            text = pattern.sub(written, text)
        text = _STAND_IN_NUMBER.sub("12", text)
    return text
