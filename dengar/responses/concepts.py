"""The rows of infra/measures.yaml, what each yields, and the page docs/measures.md made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dengar.labels.agreement import Agreement
from dengar.paths import INFRA
from dengar.policy import Policy
from dengar.responses import study
from dengar.responses.study import Figure, Tally
from dengar.yaml_file import read_yaml

FILE = INFRA / "measures.yaml"
ACROSS = "counterpart_share"
"""The measure that looks at all platforms at once, at official posts only."""
_TEXTS = ("term", "theory", "formula", "query", "panel", "limits")


_HEAD = """# What is measured of the study's concepts

One row a concept: its term, the theory it comes from, the formula, how to ask for it, where it is shown, and what it does not say.
`dengar report study` prints the figures with n, 95 % intervals and how far people and machine agree (Cohen's κ) on the labels that
a figure rests on. There is no composite index: figures of different kinds are not added up. A concept that cannot be measured says
why. What policy switches off reads *dimatikan kebijakan*. Panels are those of Kibana and the explorer.

This page is made of `infra/measures.yaml`: `dengar report study --page > docs/measures.md`.""".splitlines()
_FOOT = """Intervals: Wilson for shares; normal for means; Brookmeyer and Crowley for the median wait; order statistics for the median
reach; a bootstrap for evenness. Mentions count once each, copies too. *Public* is everybody who is not in the registers. Direct
messages count where a formula speaks of messages; their texts are shown nowhere.
Works are named as commonly cited: check them before you cite them.""".splitlines()


class MeasuresError(ValueError):
    """The rows cannot be read; the message says what to repair."""


@dataclass(frozen=True)
class Concept:
    """A row. `measure` names a function of dengar.responses.study; None: it cannot be measured, `why` tells."""

    id: str
    term: str
    theory: str
    measure: str | None
    why: str | None
    formula: str
    query: str
    panel: str
    limits: str
    needs: tuple[str, ...]
    labels: tuple[str, ...]


def concepts(file: Path = FILE) -> list[Concept]:
    """The rows, in order. Raises MeasuresError."""
    return read_yaml(file, _parse, MeasuresError)


def _parse(body: Mapping[str, Any]) -> list[Concept]:
    found = []
    for name, row in body.items():
        measure = row["measure"]
        if measure is not None and not callable(getattr(study, measure, None)):
            raise MeasuresError(
                f"{name} of measures.yaml is measured by {measure}, which dengar.responses.study does not have."
            )
        if measure is None and not row.get("why"):
            raise MeasuresError(f"{name} of measures.yaml is not measured and does not say why: add why.")
        texts = {text: row[text] for text in _TEXTS}
        found.append(
            Concept(
                name,
                measure=measure,
                why=row.get("why"),
                needs=tuple(row["needs"]),
                labels=tuple(row["labels"]),
                **texts,
            )
        )
    return found


def rows(
    tallies: Mapping[str, Tally],
    policy: Policy,
    agreements: Mapping[str, Agreement] | None = None,
    asked: Sequence[Concept] | None = None,
) -> Iterator[dict[str, Any]]:
    """One row a concept and platform: value, n, interval, unit, and how far people and machine agree on what it rests on.

    A row without a figure says why: `why` (cannot be measured, or nothing was seen) or `off` with `enable` (policy).
    """
    for concept in asked or concepts():
        head = {"concept": concept.id, "term": concept.term}
        if concept.measure is None:
            yield {**head, "platform": None, "why": concept.why}
        elif concept.measure == ACROSS:
            yield {**head, "platform": "all", **_told(study.counterpart_share(tallies))}
        else:
            for platform in sorted(tallies):
                refused = [
                    told
                    for name in concept.needs
                    for use in ("derive", "show")
                    if not (told := policy.verdict(use, platform, name))
                ]
                if refused:
                    yield {**head, "platform": platform, "off": refused[0].reason, "enable": refused[0].enable}
                else:
                    figure = getattr(study, concept.measure)(tallies[platform])
                    yield {**head, "platform": platform, **_told(figure), **_agreed(concept, agreements or {})}


def _told(figure: Figure) -> dict[str, Any]:
    if figure.value is None:
        return {
            "why": f"nothing was seen that it could be computed of (n = {figure.n})"
            if not figure.n
            else f"n = {figure.n} is too few to tell"
        }
    low, high = figure.interval or (None, None)
    return {
        "value": round(figure.value, 4),
        "n": figure.n,
        "low": None if low is None else round(low, 4),
        "high": None if high is None else round(high, 4),
        "unit": figure.unit,
    }


def _agreed(concept: Concept, agreements: Mapping[str, Agreement]) -> dict[str, Any]:
    found = {name: agreements[name] for name in concept.labels if name in agreements}
    told = {name: {"kappa": one.kappa, "n": one.n, "low": one.low, "high": one.high} for name, one in found.items()}
    return {"agreement": told} if told else {}


def page(asked: Sequence[Concept]) -> str:
    """docs/measures.md."""
    lines = [
        *_HEAD,
        "",
        "| concept | theory | formula | query | panel | limits | rests on |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in asked:
        formula = one.formula if one.measure else f"**not measured**: {one.why}"
        rests = (
            ", ".join((*one.labels, *(name for name in one.needs if name.partition(".")[2] not in one.labels))) or "-"
        )
        cells = [f"**{one.term}** (`{one.id}`)", one.theory, formula, one.query, one.panel, one.limits, rests]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    lines += ["", *_FOOT]
    return "\n".join(lines) + "\n"
