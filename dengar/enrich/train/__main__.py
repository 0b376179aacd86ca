"""Train every head and write dengar/enrich/models. Seeded: the same data gives the same bytes.

Example: python -m dengar.enrich.train
"""

from __future__ import annotations

import argparse
import sys
import time
from functools import partial
from pathlib import Path

from dengar.enrich.features import Featuriser, learn_idf
from dengar.enrich.heads import MODELS
from dengar.enrich.train.artefact import write
from dengar.enrich.train.corpus import Corpus, DataError, data_folder
from dengar.enrich.train.fit import fit
from dengar.enrich.train.registry import HEADS
from dengar.enrich.train.related import related


def main() -> None:
    """Read, weigh, fit, write; say each step on stderr."""
    parser = argparse.ArgumentParser(prog="python -m dengar.enrich.train", description=__doc__)
    parser.add_argument("--to", type=Path, default=MODELS, help="folder of the model's files")
    arguments = parser.parse_args()
    try:
        corpus = Corpus(data_folder())
    except DataError as error:
        sys.exit(str(error))
    began = time.monotonic()

    def say(what: str) -> None:
        sys.stderr.write(f"[{time.monotonic() - began:5.0f} s] {what}\n")

    say("masking and normalising every text")
    _, normalised = corpus.forms(corpus.everything())
    idf = learn_idf(Featuriser().count(normalised))
    featuriser = Featuriser(idf)
    fitted = []
    for spec in HEADS:
        rows = spec.rows(corpus)
        say(f"{spec.name}: {len(rows)} texts")
        X = featuriser.transform(*corpus.forms(row.text for row in rows))
        fitted.append(fit(spec, X, rows, known=partial(related, corpus, featuriser)))
        for direction, weights in zip(spec.all_directions(), fitted[-1].weights, strict=True):
            if not weights.any():
                sys.exit(f"{spec.name} has no texts on one side of {direction.name}: add seeds for it.")
    version = write(arguments.to, fitted, idf, corpus.hashes(), {one.spec.name: one.on_folds for one in fitted})
    say(f"wrote {version}")


if __name__ == "__main__":
    main()
