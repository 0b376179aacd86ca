"""`python -m dengar.enrich.entities.train`: train the entity labeller and write models/entities.npz and entities.json.

The network (network.py) learns from the training parts of the labelled sets, cased ones as written and in lower case, and from our
comments. Its weights are written as whole numbers under hashed names: rows by feature, for use by entities/tagger.py. About a minute;
the same data gives the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dengar.enrich.entities import contexts, network, styles
from dengar.enrich.entities.bodies import add_bodies, spans
from dengar.enrich.entities.comments import comments
from dengar.enrich.entities.corpus import SETS, TYPES, folder, labels, lower, read
from dengar.enrich.entities.features import FORMULA
from dengar.enrich.entities.numbering import Numbering
from dengar.enrich.entities.plain import key
from dengar.enrich.entities.tagger import DISTANCES, MAX_LONG, Tagger, is_cased, pair_key

MODELS = Path(__file__).parent.parent / "models"
LABELS = (
    "O", "B-EVT", "B-FNB", "B-IND", "B-LOC", "B-ORG", "B-PER", "I-EVT", "I-FNB", "I-IND", "I-LOC", "I-ORG", "I-PER",
)  # fmt: skip
FOLDS = 5
ROUNDS, TEACHER_ROUNDS = 5, 3
LEAST, LEAST_PAIRS = 2, 3
# Few levels pack well, and a score is the sum of so many weights that their rounding doesn't show.
LEVELS, INNER_LEVELS = 31, 31
# Nats taken from O in each style: more is found, at the price of precision; span F1 of the development parts is best about here.
READINESS = {"nergrit": 0.5, "nerp": 0.5, "idner": 0.1, "comments": 0.0}


class Row(NamedTuple):
    """A text of a set: `number` is its place there, the same for its lower-cased copy."""

    name: str
    number: int
    words: list[str]
    marks: list[str]


def read_styles(rows: Sequence[Row]) -> tuple[npt.NDArray[np.float32], list[int]]:
    """(weights of the styles' model, the style each text reads like by a model that has not seen it)."""
    texts = [(row.words, is_cased(row.words), styles.STYLES.index(row.name)) for row in rows]
    seen = [0] * len(rows)
    for fold in range(FOLDS):
        weights = styles.fit([text for text, row in zip(texts, rows, strict=True) if row.number % FOLDS != fold])
        for at, row in enumerate(rows):
            if row.number % FOLDS == fold:
                seen[at] = styles.style_of(row.words, texts[at][1], weights)
    return styles.fit(texts), seen


def fit(
    rows: Sequence[Row],
    seen: Sequence[int],
    rounds: int = ROUNDS,
    hidden: bool = True,
    readiness: Mapping[str, float] = READINESS,
) -> dict[str, npt.NDArray[Any]]:
    """The tagger's arrays, but those of the styles' model, learnt from rows that are read in the styles `seen`."""
    numbering = Numbering(zip((row.words for row in rows), seen, strict=True), LEAST, LEAST_PAIRS)
    column = {label: number for number, label in enumerate(LABELS)}
    texts = [
        numbering.text(row.words, [column[mark] for mark in row.marks], style)
        for row, style in zip(rows, seen, strict=True)
        if len(row.words) <= MAX_LONG
    ]
    learner = network.Network(numbering, LABELS, hidden=hidden)
    learner.train(texts, numbering.matrix(), rounds)
    return pack(numbering, learner, readiness)


def with_bodies(rows: Sequence[Row]) -> list[Row]:
    """The rows, with public bodies labelled in NERP's too (bodies.py), by a first labeller that learns from the others only."""
    others = [row for row in rows if row.name != "nerp"]
    arrays = fit(others, [styles.STYLES.index(row.name) for row in others], TEACHER_ROUNDS, readiness={})
    # All texts are read in the news style of the other two: the case column alone decides.
    weights = np.zeros((styles.BUCKETS, len(styles.STYLES)), np.int8)
    weights[styles.column(False) : styles.column(True) + 1, styles.STYLES.index("idner")] = 1
    teacher = Tagger(arrays | {"styles": weights, "styles_scale": np.array([1.0], np.float32)}, LABELS)
    nerp = [row for row in rows if row.name == "nerp"]
    found = teacher.label([(row.words, is_cased(row.words)) for row in nerp])
    said = [[LABELS[mark] for mark in marks.tolist()] for marks, _, _ in found]
    new = iter(add_bodies([(row.words, row.marks) for row in nerp], said))
    return [row._replace(marks=next(new)) if row.name == "nerp" else row for row in rows]


def pack(numbering: Numbering, learner: network.Network, readiness: Mapping[str, float]) -> dict[str, npt.NDArray[Any]]:
    """Arrays for the tagger of what the network has learnt; features and pairs whose weights all come to 0 are left out."""
    shape = (-1, len(DISTANCES), len(LABELS))
    weights, scale = _whole(learner.linear.now, LEVELS)
    inner, inner_scale = _whole(learner.inner.now, INNER_LEVELS)
    keys = np.array([key(name) for name in numbering.features], np.uint32)
    kept = np.any(weights != 0, axis=1)
    kept[: numbering.shared] |= np.any(inner != 0, axis=1)
    names = np.array([[key(word) for word in pair] for pair in numbering.pairs], np.uint64).reshape(-1, 2)
    numbers = pair_key(names[:, 0], names[:, 1])
    pairs = np.clip(np.rint(learner.pairs.now / scale), -LEVELS, LEVELS).astype(np.int8)
    order = np.argsort(numbers, kind="stable")
    order = order[np.any(pairs[order] != 0, axis=1)]
    bias = learner.bias.now.copy()
    bias[:, 0] -= [readiness.get(style, 0.0) for style in styles.STYLES]
    return {
        "keys": keys[kept],
        "weights": weights[kept].reshape(shape),
        "scale": np.array([scale], np.float32),
        "inner": inner[kept[: numbering.shared]],
        "inner_scale": np.array([inner_scale], np.float32),
        "mix": learner.mix.now.astype(np.float16),
        "mix_bias": learner.mix_bias.now,
        "out": learner.out.now.astype(np.float16) if learner.hidden else np.zeros_like(learner.out.now, np.float16),
        "bias": bias,
        "pair_keys": numbers[order],
        "pair_before": pairs[order, : len(LABELS)],
        "pair_after": pairs[order, len(LABELS) :],
        "transitions": learner.transitions(),
    }


def _whole(weights: npt.NDArray[np.float32], levels: int) -> tuple[npt.NDArray[np.int8], float]:
    """(whole numbers of −levels … levels, what 1 stands for); the largest one in 2,000 are cut."""
    scale = float(np.quantile(np.abs(weights[weights != 0]), 0.9995)) / levels
    return np.clip(np.rint(weights / scale), -levels, levels).astype(np.int8), scale


def examples(sets: Sequence[str], part: int = 0) -> list[Row]:
    """The sets' texts, cased ones as written and in lower case."""
    found: list[Row] = []
    for name in sets:
        texts = read(folder() / SETS[name][part])
        for copy in (texts,) if name == "nerp" else (texts, [lower(text) for text in texts]):
            for number, text in enumerate(copy):
                words, marks = labels(text)
                if words:
                    found.append(Row(name, number, words, marks))
    return found


def temperature(folder_of_model: Path) -> float:
    """What the margins are divided by before they are read as log-odds: by the development parts' log loss, over a grid."""
    card = json.loads((folder_of_model / "entities.json").read_text(encoding="utf-8"))
    with np.load(folder_of_model / "entities.npz", allow_pickle=False) as stored:
        tagger = Tagger({name: stored[name] for name in stored.files}, card["labels"])
    rows = examples(list(SETS), 1)
    labelled = tagger.label([(row.words, is_cased(row.words)) for row in rows])
    margins, right = [], []
    for row, (marks, sure, _) in zip(rows, labelled, strict=True):
        said = [tagger.labels[mark] for mark in marks.tolist()]
        for kind in TYPES:
            true = set(spans(row.marks, kind))
            for first, last in spans(said, kind):
                margins.append(float(sure[first:last].min()))
                right.append((first, last) in true)
    sure_of, hit = np.array(margins), np.array(right, np.float64)
    losses = {}
    for step in range(1, 201):
        chance = np.clip(1 / (1 + np.exp(-sure_of / (step / 2))), 1e-6, 1 - 1e-6)
        losses[step / 2] = float(-(hit * np.log(chance) + (1 - hit) * np.log(1 - chance)).mean())
    return min(losses, key=lambda value: losses[value])


def main() -> None:
    """Train on the training parts and write the artefact."""
    from dengar.enrich.train.artefact import _npz

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contexts", action="store_true", help="learn the groups of words anew first")
    parser.add_argument("--out", type=Path, default=MODELS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    if options.contexts:
        contexts.FILE.write_bytes(_npz(contexts.learn(folder())))
    rows = with_bodies(examples(list(SETS)))
    rows += [Row("comments", number, *row) for number, row in enumerate(comments())]
    weights, seen = read_styles(rows)
    right = sum(styles.STYLES[style] == row.name for style, row in zip(seen, rows, strict=True)) / len(rows)
    sys.stdout.write(f"texts read in their own style: {right:.3f}\n")
    arrays = fit(rows, seen, options.rounds)
    arrays["styles"] = np.clip(np.rint(weights / 0.05), -127, 127).astype(np.int8)
    arrays["styles_scale"] = np.array([0.05], np.float32)
    packed = _npz(arrays)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "entities.npz").write_bytes(packed)
    card = {
        "version": f"entities/1+{hashlib.blake2b(packed, digest_size=4).hexdigest()}",
        "features": FORMULA,
        "licence": "CC-BY-SA-4.0",
        "labels": LABELS,
        "temperature": 1.0,
        "training": {"rounds": options.rounds, "seed": network.SEED, "readiness": READINESS, "sentences": len(rows)},
        "data": {part: hashlib.sha256((folder() / part).read_bytes()).hexdigest() for part, _ in SETS.values()},
    }
    _write(options.out, card)
    _write(options.out, card | {"temperature": temperature(options.out)})
    sys.stdout.write(
        f"{card['version']}: {len(arrays['keys'])} features, {len(arrays['pair_keys'])} pairs, {len(packed)} bytes\n"
    )


def _write(out: Path, card: dict[str, Any]) -> None:
    (out / "entities.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
