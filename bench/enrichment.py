"""Quality of the judgements – valid parts, sources and writers left out, sets never trained on – and their cost a text.

Example: python -m bench.enrichment
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import zlib
from collections.abc import Callable, Sequence

import numpy as np
import psutil

from bench.results import table, write_section
from dengar.enrich.actionable import asks_for_action
from dengar.enrich.features import Featuriser
from dengar.enrich.heads import Judgement
from dengar.enrich.insults import weigh
from dengar.enrich.purpose import weighed
from dengar.enrich.train.annotations import load
from dengar.enrich.train.corpus import Corpus, DataError, data_folder
from dengar.enrich.train.evaluate import Scores, featuriser, judge, left_out, of_two, on_folds, score, train_without
from dengar.enrich.train.intent import COMPLAINS
from dengar.enrich.train.metrics import Labels, f1, macro_f1
from dengar.enrich.train.public import abuse, sentiment_trials
from dengar.enrich.train.registry import HEADS
from dengar.enrich.train.sentiment import SENTIMENT
from dengar.enrich.train.spam import SPAM
from dengar.enrich.train.spec import Row
from dengar.enrich.train.toxicity import TOXICITY

Line = list[object]
HEADER = ["head", "tested on", "measure", "score", "95 % interval", "texts", "ECE"]
# Sets whose sentences are translations of one another are left out together.
FAMILIES = {
    "smsa": "smsa", "nusax": "smsa", "indolem": "indolem", "nusatranslation": "indolem", "prdect": "prdect", "stif": "stif",
    "judol": "judol", "lid": "lid",
}  # fmt: skip


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
    answers = _with_insults(judge(fitted, corpus, features, texts), corpus, texts)
    either = [a._replace(label="none" if a.label == "none" else "abuse") for a in answers]
    lines = [line("toxicity", "abusive tweets, never trained on", "F1 of abuse", score(truth, either, _f1_of("abuse")))]
    complaints = {seed.text for seed in corpus.seeds if seed.intent in COMPLAINS and seed.toxicity == "none"}
    kept, said = on_folds(TOXICITY, corpus, features, lambda row: row.text in complaints)
    wrong = sum(answer.label != "none" for answer in _with_insults(said, corpus, [row.text for row in kept]))
    return [*lines, ["toxicity", "own clean complaints, by template", "wrongly flagged", wrong, "", len(kept), ""]]


def _with_insults(answers: Sequence[Judgement], corpus: Corpus, texts: Sequence[str]) -> list[Judgement]:
    """As `dengar enrich` has it: the head and the listed words together."""
    return [weigh(answer, normalised) for answer, normalised in zip(answers, corpus.forms(texts)[1], strict=True)]


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
    """Intent, category and purpose of our own texts, held out by template and by writer; captions by the voice of an office, too."""
    specs = {spec.name: spec for spec in HEADS}
    writer = {seed.text: seed.writer for seed in corpus.seeds}
    lines = []
    for name in ("intent", "category"):
        for tested, (kept, said) in {
            "own texts, by template": on_folds(specs[name], corpus, features, _own),
            "own texts, by writer": left_out(specs[name], corpus, features, _writer, _own),
        }.items():
            lines.append(line(name, tested, "macro-F1", score(_truth(kept), said)))
            if name == "intent":
                lines.append(line("complaint or not", tested, "F1 of yes", _complaints(kept, said, _f1_of("yes"))))
    for tested, (kept, said) in {
        "own captions, by template": on_folds(specs["purpose"], corpus, features, _own),
        "own captions, by writer": left_out(specs["purpose"], corpus, features, lambda row: writer.get(row.text), _own),
        "own captions, by office": left_out(
            specs["purpose"], corpus, features, lambda row: str(zlib.crc32(row.source.encode()) % 4), _own
        ),
    }.items():
        with_cues = [
            weighed(answer, text) for answer, text in zip(said, corpus.forms(row.text for row in kept)[0], strict=True)
        ]
        lines.append(line("purpose", tested, "macro-F1", score(_truth(kept), with_cues)))
    return lines


def elsewhere(corpus: Corpus, features: Featuriser) -> list[Line]:
    """Intent of hand-labelled public rows drawn at random, each judged by a head without its source (and its translations)."""
    random_rows = {row.text for row in load(corpus.folder, topic=False)}
    spec = next(spec for spec in HEADS if spec.name == "intent")
    kept, said = left_out(
        spec,
        corpus,
        features,
        _source,
        lambda row: row.source.startswith("hand") and row.calibrates and row.text in random_rows,
    )
    real = [(row, answer) for row, answer in zip(kept, said, strict=True) if row.label == "complaint"]
    found = [answer._replace(label="yes" if asks_for_action(answer.label) else "no") for _, answer in real]
    recall = score(["yes"] * len(real), found, lambda truth, told: float(np.mean(np.asarray(told) == "yes")))
    tested = "social texts at large, source left out"
    return [
        line("complaint or not", tested, "macro-F1", _complaints(kept, said, macro_f1)),
        ["real complaints", tested, "found actionable", *line("", "", "", recall)[3:6], ""],
    ]


def _complaints(rows: list[Row], answers: Sequence[Judgement], measure: Callable[[Labels, Labels], float]) -> Scores:
    """Complaint, request and report against the rest; the score is that of the side chosen."""
    truth = ["yes" if row.label in COMPLAINS else "no" for row in rows]
    said = []
    for answer in answers:
        yes = sum(answer.probabilities[intent] for intent in COMPLAINS)
        told = answer.label in COMPLAINS
        said.append(answer._replace(label="yes" if told else "no", score=yes if told else 1 - yes))
    return score(truth, said, measure)


def _own(row: Row) -> bool:
    return row.calibrates and row.source.startswith("seeds")


def _writer(row: Row) -> str | None:
    """Of our own texts: who wrote it."""
    kind, _, name = row.source.partition(" ")
    return name if kind in ("seeds", "official") else None


def _source(row: Row) -> str | None:
    """Of public texts: the set, and the sets that translate it."""
    name = row.source.removeprefix("hand ")
    return next((FAMILIES[known] for known in FAMILIES if name.startswith(known)), None)


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
    for part in (sentiment, toxicity, spam, own, elsewhere):
        lines += part(corpus, features)
        print(f"{part.__name__} measured", file=sys.stderr)
    written = [*table(HEADER, lines), "", *told]
    print("\n".join(written))
    write_section("Enrichment: quality where nothing was learnt from, and cost", "python -m bench.enrichment", written)


if __name__ == "__main__":
    main()
