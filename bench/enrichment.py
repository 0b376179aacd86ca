"""Quality of the judgements – valid parts, sources and writers left out, sets never trained on – and their cost a text.

Example: python -m bench.enrichment
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable

import psutil

from bench.results import table, write_section
from dengar.enrich.features import Featuriser
from dengar.enrich.train.corpus import Corpus, DataError, data_folder
from dengar.enrich.train.evaluate import Scores, featuriser, judge, of_two, on_folds, score, train_without
from dengar.enrich.train.metrics import Labels, f1, macro_f1
from dengar.enrich.train.public import abuse, sentiment_trials
from dengar.enrich.train.registry import HEADS
from dengar.enrich.train.sentiment import SENTIMENT
from dengar.enrich.train.spam import SPAM
from dengar.enrich.train.spec import Row
from dengar.enrich.train.toxicity import TOXICITY

Line = list[object]
HEADER = ["head", "tested on", "measure", "score", "95 % interval", "texts", "ECE"]
ACTIONABLE = ("complaint", "request", "report")


def line(head: str, tested: str, measure: str, found: Scores) -> Line:
    """A row of the table."""
    return [
        head, tested, measure, f"{found.score:.1f}", f"{found.low:.1f}–{found.high:.1f}", found.texts, f"{found.calibration:.1f}",
    ]  # fmt: skip


def sentiment(corpus: Corpus, features: Featuriser) -> list[Line]:
    """Every trial; heads are trained once for each set of sources left out."""
    lines = []
    trained = {}
    for trial in sentiment_trials(corpus):
        if trial.without not in trained:
            trained[trial.without] = train_without(SENTIMENT, corpus, features, trial.without)
        answers = judge(trained[trial.without], corpus, features, trial.texts)
        if trial.two_class:
            answers = of_two(answers, "positive", "negative")
        lines.append(line("sentiment", trial.name, "macro-F1", score(trial.truth, answers)))
    return lines


def toxicity(corpus: Corpus, features: Featuriser) -> list[Line]:
    """Abuse in the set never trained on; and what is called toxic among our own complaints, held out by template."""
    fitted = train_without(TOXICITY, corpus, features, ())
    texts, truth = abuse(corpus.folder)
    answers = judge(fitted, corpus, features, texts)
    either = [a._replace(label="none" if a.label == "none" else "abuse") for a in answers]
    lines = [line("toxicity", "abusive tweets, never trained on", "F1 of abuse", score(truth, either, _f1_of("abuse")))]
    complaints = {seed.text for seed in corpus.seeds if seed.intent in ACTIONABLE and seed.toxicity == "none"}
    kept, said = on_folds(TOXICITY, corpus, features, lambda row: row.text in complaints)
    wrong = sum(answer.label != "none" for answer in said)
    return [*lines, ["toxicity", "own clean complaints, by template", "wrongly flagged", wrong, "", len(kept), ""]]


def spam(corpus: Corpus, features: Featuriser) -> list[Line]:
    """Gambling under channels left out; all kinds on our own texts by template."""
    kept, said = on_folds(SPAM, corpus, features, lambda row: row.source == "judol" or row.source.startswith("seeds"))
    lines = []
    for name, measure, source in (
        ("comments under unseen channels", _f1_of("gambling"), "judol"),
        ("own texts, by template", macro_f1, "seeds"),
    ):
        chosen = [(row.label, answer) for row, answer in zip(kept, said, strict=True) if row.source.startswith(source)]
        found = score([label for label, _ in chosen], [answer for _, answer in chosen], measure)
        lines.append(line("spam", name, "macro-F1" if measure is macro_f1 else "F1 of gambling", found))
    return lines


def own(corpus: Corpus, features: Featuriser) -> list[Line]:
    """The heads that only our own texts teach, held out by template."""
    lines = []
    for spec in HEADS:
        if spec.name in ("intent", "category", "purpose"):
            kept, said = on_folds(spec, corpus, features, lambda row: row.calibrates and row.source.startswith("seeds"))
            lines.append(line(spec.name, "own texts, by template", "macro-F1", score(_truth(kept), said)))
    return lines


def cost(corpus: Corpus) -> list[str]:
    """CPU and memory of featuriser and heads in a process that has them alone, on 1,000 texts that were not seen before."""
    from dengar.enrich.heads import load_heads

    before = psutil.Process(os.getpid()).memory_info().rss
    heads = load_heads()
    texts = [row.text for row in corpus.judol()][:3_000]
    masked, normalised = corpus.forms(texts)
    heads.judge(masked[:2_000], normalised[:2_000])
    begun = time.process_time()
    heads.judge(masked[2_000:], normalised[2_000:])
    spent = 1_000 * (time.process_time() - begun) / len(masked[2_000:])
    grown = (psutil.Process(os.getpid()).memory_info().rss - before) / 2**20
    return [
        f"Featuriser and {len(heads.names)} heads: {spent:.2f} ms a comment in a batch of 1,000; {grown:.0f} MiB with caches."
    ]


def _truth(rows: list[Row]) -> list[str]:
    return [row.label for row in rows]


def _f1_of(label: str) -> Callable[[Labels, Labels], float]:
    def measure(truth: Labels, said: Labels) -> float:
        return f1(truth, said, label)

    return measure


def main() -> None:
    """Measure and write the section; exit status 1 where the sets are absent."""
    argparse.ArgumentParser(prog="python -m bench.enrichment", description=__doc__).parse_args()
    try:
        corpus = Corpus(data_folder())
    except DataError as error:
        sys.exit(str(error))
    told = cost(corpus)
    features = featuriser(corpus)
    lines: list[Line] = []
    for part in (sentiment, toxicity, spam, own):
        lines += part(corpus, features)
        print(f"{part.__name__} measured", file=sys.stderr)
    written = [*table(HEADER, lines), "", *told]
    print("\n".join(written))
    write_section("Enrichment: quality where nothing was learnt from, and cost", "python -m bench.enrichment", written)


if __name__ == "__main__":
    main()
