"""What the trained heads are measured on: valid parts, sources left out, and the non-commercial sets (measured on, never learnt from)."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dengar.enrich.train.annotations import load
from dengar.enrich.train.corpus import Corpus, Labelled
from dengar.enrich.train.sentiment import written

_SIDES = {"happy": "positive", "love": "positive", "anger": "negative", "fear": "negative", "sadness": "negative"}


@dataclass(frozen=True)
class Trial:
    """Texts and true sentiment; `without` are the beginnings of the sources that must not be trained on; two classes or three."""

    name: str
    texts: tuple[str, ...]
    truth: tuple[str, ...]
    without: tuple[str, ...] = ()

    @property
    def two_class(self) -> bool:
        """Whether the set has no neutral: then the likelier of the two sides is taken."""
        return "neutral" not in self.truth


def sentiment_trials(corpus: Corpus) -> list[Trial]:
    """In domain first, then sources left out, then across our own two writers."""
    trials = [_trial("SmSA valid", corpus.smsa("valid"))]
    trials += [
        _trial(f"NusaX {language} valid", corpus.nusax(language, "valid"))
        for language in ("indonesian", "javanese", "sundanese")
    ]
    translated = ("indolem", "nusatranslation", "hand indolem", "hand nusatranslation")
    trials += [
        _trial("SmSA valid, no SmSA or NusaX", corpus.smsa("valid"), ("smsa", "nusax", "hand smsa", "hand nusax")),
        _trial("IndoLEM (2 classes), left out", corpus.indolem(), translated),
        _trial("PRDECT (2 classes), left out", corpus.prdect(), ("prdect", "hand prdect")),
        _hand("customer-service tweets, left out", corpus, "stif", ("hand stif",)),
        _hand("comments under videos, left out", corpus, "judol_youtube", ("hand judol_youtube",)),
    ]
    for tested in ("a", "b"):
        seeds = [seed for seed in corpus.seeds if seed.writer == tested and not seed.purpose]
        trials.append(
            Trial(
                f"own comments of writer {tested}, left out",
                tuple(seed.text for seed in seeds),
                tuple(seed.sentiment for seed in seeds),
                (f"seeds {tested}",),
            )
        )
    return [*trials, _emotions(corpus.folder)]


def abuse(folder: Path) -> tuple[list[str], list[str]]:
    """(texts, `abuse` or `none`) of nc-measure-only/id_multilabel_hate."""
    with (folder / "nc-measure-only/id_multilabel_hate/train.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    texts = [row["Tweet"].replace("\\n", " ") for row in rows]
    return texts, ["abuse" if row["Abusive"] == "1" else "none" for row in rows]


def _emotions(folder: Path) -> Trial:
    texts, truth = [], []
    for part in ("train", "valid"):
        with (folder / f"nc-measure-only/emot/{part}.csv").open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                texts.append(row["tweet"])
                truth.append(_SIDES[row["label"]])
    return Trial("EmoT tweets (2 classes), never trained on", tuple(texts), tuple(truth))


def _trial(name: str, rows: Sequence[Labelled], without: tuple[str, ...] = ()) -> Trial:
    return Trial(name, tuple(row.text for row in rows), tuple(written(row.label) for row in rows), without)


def _hand(name: str, corpus: Corpus, dataset: str, without: tuple[str, ...]) -> Trial:
    rows = [row for row in load(corpus.folder, topic=False) if row.dataset == dataset]
    return Trial(name, tuple(row.text for row in rows), tuple(row.sentiment for row in rows), without)
