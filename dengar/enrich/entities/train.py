"""`python -m dengar.enrich.entities.train`: train the entity labeller and write models/entities.npz and entities.json.

A linear-chain CRF (python-crfsuite, L-BFGS with L1 and L2) over the features of entities/features.py at a distance of up to two words
and pairs of neighbours. Its weights are written as whole numbers under hashed names: rows by feature, for use by entities/tagger.py.
Cased sets are seen as written and in lower case. The same data gives the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dengar.enrich.entities import contexts, styles
from dengar.enrich.entities.bodies import add_bodies, spans
from dengar.enrich.entities.comments import comments
from dengar.enrich.entities.corpus import SETS, TYPES, folder, labels, lower, read
from dengar.enrich.entities.features import FORMULA, OWN, features
from dengar.enrich.entities.plain import key, plain
from dengar.enrich.entities.tagger import DISTANCES, Tagger, is_cased, pair_key

MODELS = Path(__file__).parent.parent / "models"
_NEAR = ("w", "f", "c", "k", "s3", "s4", "p3", "has", "e64", "e320", "e1000")
_FAR = ("w", "k", "f", "e64", "e320")
_OWN_NEAR = ("w", "k", "e320")
FOLDS = 5
TEACHER: dict[str, Any] = {"max_iterations": 8}


class Row(NamedTuple):
    """A text of a set: `number` is its place there, the same for its lower-cased copy."""

    name: str
    number: int
    words: list[str]
    marks: list[str]


@lru_cache(maxsize=200_000)
def _features(word: str, cased: bool, distance: int, style: str) -> tuple[str, ...]:
    found = features(word, cased)
    kinds = [f.split("=")[0] for f in found]
    near = abs(distance)
    shared = [f for f, kind in zip(found, kinds, strict=True) if not near or kind in (_NEAR if near == 1 else _FAR)]
    own = [
        f"{style}~{f}"
        for f, kind in zip(found, kinds, strict=True)
        if kind in OWN and near < 2 and (not near or kind in _OWN_NEAR)
    ]
    return tuple(f"{distance}|{f}" for f in shared + own)


def attributes(words: Sequence[str], style: str) -> list[list[str]]:
    """What the CRF sees of each word of a text that is read in a style."""
    cased = is_cased(words)
    plains = [plain(word) for word in words]
    found: list[list[str]] = []
    for at in range(len(words)):
        seen: list[str] = []
        for distance in DISTANCES:
            other = at + distance
            if 0 <= other < len(words):
                seen += _features(words[other], cased, distance, style)
            elif other in (-1, len(words)):
                seen.append(f"{distance}|edge")
        if at:
            seen.append(f"b|{plains[at - 1]}\t{plains[at]}")
        if at + 1 < len(words):
            seen.append(f"n|{plains[at]}\t{plains[at + 1]}")
        found.append(seen)
    return found


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


def fit(rows: Sequence[Row], seen: Sequence[int], path: Path, algorithm: str, settings: dict[str, Any]) -> Any:
    """crfsuite's tagger, with the model trained at `path` by its algorithm (`ap`, `lbfgs`) and settings."""
    import pycrfsuite  # type: ignore[import-untyped]

    trainer = pycrfsuite.Trainer(algorithm=algorithm, verbose=False)
    for row, style in zip(rows, seen, strict=True):
        trainer.append(attributes(row.words, styles.STYLES[style]), row.marks)
    trainer.set_params(settings)
    trainer.train(str(path))
    tagger = pycrfsuite.Tagger()
    tagger.open(str(path))
    return tagger


def with_bodies(rows: Sequence[Row], path: Path) -> list[Row]:
    """The rows, with public bodies labelled in NERP's too (bodies.py)."""
    others = [row for row in rows if row.name != "nerp"]
    teacher = fit(others, [styles.STYLES.index(row.name) for row in others], path, "ap", TEACHER)
    nerp = [row for row in rows if row.name == "nerp"]
    marks = add_bodies([(row.words, row.marks) for row in nerp], lambda words: teacher.tag(attributes(words, "idner")))
    new = iter(marks)
    return [row._replace(marks=next(new)) if row.name == "nerp" else row for row in rows]


def pack(model: Any, smallest: float = 0.02) -> tuple[dict[str, npt.NDArray[Any]], list[str]]:
    """(arrays for the tagger, labels; the first is O) of a trained model; weights under `smallest` are left out."""
    names = sorted(model.labels, key=lambda name: (name != "O", name))
    column = {name: number for number, name in enumerate(names)}
    rows: dict[int, npt.NDArray[np.float32]] = {}
    pairs: dict[int, npt.NDArray[np.float32]] = {}
    edge = np.zeros((len(DISTANCES), len(names)), np.float32)
    for (attribute, label), weight in model.state_features.items():
        kind, _, rest = attribute.partition("|")
        if abs(weight) < smallest:
            continue
        if kind in "bn":
            left, right = rest.split("\t")
            number = int(pair_key(*(np.array([key(word)], np.uint64) for word in (left, right)))[0])
            pairs.setdefault(number, np.zeros((2, len(names)), np.float32))["bn".index(kind), column[label]] = weight
        elif rest == "edge":
            edge[DISTANCES.index(int(kind)), column[label]] = weight
        else:
            row = rows.setdefault(key(rest), np.zeros(edge.shape, np.float32))
            row[DISTANCES.index(int(kind)), column[label]] += weight
    steps = np.zeros((len(names), len(names)), np.float32)
    for left in names:
        for right in names:
            steps[column[left], column[right]] = model.transitions.get((left, right), 0.0)
            if right.startswith("I-") and left not in (right, "B" + right[1:]):
                steps[column[left], column[right]] = -30.0
    keys, pair_keys = sorted(rows), sorted(pairs)
    scale = float(np.quantile(np.abs(list(model.state_features.values())), 0.9995)) / 127
    return {
        "keys": np.array(keys, np.uint32),
        "weights": _whole(np.stack([rows[number] for number in keys]), scale),
        "scale": np.array([scale], np.float32),
        "pair_keys": np.array(pair_keys, np.uint64),
        "pair_before": _whole(np.stack([pairs[number][0] for number in pair_keys]), scale),
        "pair_after": _whole(np.stack([pairs[number][1] for number in pair_keys]), scale),
        "transitions": steps,
        "edge": edge,
    }, names


def _whole(weights: npt.NDArray[np.float32], scale: float) -> npt.NDArray[np.int8]:
    whole: npt.NDArray[np.int8] = np.clip(np.rint(weights / scale), -127, 127).astype(np.int8)
    return whole


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
    for row, (marks, sure) in zip(rows, labelled, strict=True):
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
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--c1", type=float, default=0.05, help="L1, which leaves weights out")
    parser.add_argument("--c2", type=float, default=0.01, help="L2")
    options = parser.parse_args()
    settings = {"max_iterations": options.rounds, "c1": options.c1, "c2": options.c2}
    if options.contexts:
        contexts.FILE.write_bytes(_npz(contexts.learn(folder())))
    with tempfile.TemporaryDirectory() as scratch:
        rows = with_bodies(examples(list(SETS)), Path(scratch) / "teacher")
        rows += [Row("comments", number, *row) for number, row in enumerate(comments())]
        weights, seen = read_styles(rows)
        right = sum(styles.STYLES[style] == row.name for style, row in zip(seen, rows, strict=True)) / len(rows)
        sys.stdout.write(f"texts read in their own style: {right:.3f}\n")
        arrays, names = pack(fit(rows, seen, Path(scratch) / "crf", "lbfgs", settings).info())
    arrays["styles"], arrays["styles_scale"] = _whole(weights, 0.05), np.array([0.05], np.float32)
    packed = _npz(arrays)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "entities.npz").write_bytes(packed)
    card = {
        "version": f"entities/1+{hashlib.blake2b(packed, digest_size=4).hexdigest()}",
        "features": FORMULA,
        "licence": "CC-BY-SA-4.0",
        "labels": names,
        "temperature": 1.0,
        "training": settings | {"sentences": len(rows)},
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
