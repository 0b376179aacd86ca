"""Three things to decide: rules over the figures propose, the three that weigh most are told. What has no figure proposes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from dengar.report.figure import OFF, Figure, Figures
from dengar.report.targets import Targets

MOST = 3
MIDDLING = 3
"""Severity of a rise from which one voice is wanted."""
FEW = 10
"""A figure of fewer records proposes nothing."""


@dataclass(frozen=True, slots=True)
class Decision:
    """`rule` is a sentence of the catalogue, `values` what it is filled with; `weight` orders them, 0 to 10."""

    rule: str
    weight: float
    values: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return asdict(self)


Rule = Callable[[Figures, Targets], Iterator[Decision]]


def decisions(figures: Figures, targets: Targets) -> list[Decision]:
    """The three that weigh most, the weightiest first; at most one a rule."""
    found = []
    for rule in RULES:
        best = max(rule(figures, targets), key=lambda one: one.weight, default=None)
        if best is not None:
            found.append(best)
    return sorted(found, key=lambda one: (-one.weight, one.rule))[:MOST]


def _rise(figures: Figures, _: Targets) -> Iterator[Decision]:
    """A rise of middling severity or more wants one voice."""
    for row in figures.all("rise"):
        if row.value is not None and row.value >= MIDDLING:
            detail = row.detail
            yield Decision(
                "rise_hoax" if detail.get("kind") == "hoax" else "rise",
                min(10.0, 4 + 0.6 * row.value),
                {
                    "platform": row.platform,
                    "label": detail.get("label"),
                    "start": detail["start"],
                    "observed": detail["observed"],
                    "expected": detail["expected"],
                },
            )


def _late(figures: Figures, targets: Targets) -> Iterator[Decision]:
    """Answers that stay below the target, or overdue ones."""
    target = targets.get("reply_share")
    for row in _whole_first(figures, "reply_share"):
        if row.value is not None and (row.n or 0) >= FEW and target is not None and not target.met(float(row.value)):
            lacking = float(target.at_least or 0) - float(row.value)
            values = {"platform": row.platform, "share": row.value, "n": row.n, "target": target.at_least}
            open_ = figures.value("unanswered", row.platform)
            yield Decision("answer_more", min(9.0, 5 + 6 * lacking), {**values, "unanswered": open_})


def _matter(figures: Figures, _: Targets) -> Iterator[Decision]:
    """The matter that most complaints are about, or that grew most."""
    for row in _whole_first(figures, "category"):
        if row.key == "other" or row.value is None or not row.n or row.value < FEW:
            continue
        share, grown = row.value / row.n, row.value / row.before - 1 if row.before else 0.0
        if share >= 0.25 or grown >= 0.5:
            values = {
                "platform": row.platform,
                "category": row.key,
                "value": row.value,
                "n": row.n,
                "before": row.before,
            }
            yield Decision("explain_matter", min(8.0, 3 + 5 * share + 1.5 * min(grown, 2.0)), values)


def _hoax(figures: Figures, _: Targets) -> Iterator[Decision]:
    """Claims passed on: a twentieth of all that is said, or three times as many as the week before."""
    for row in _whole_first(figures, "intent"):
        if row.key != "hoax" or row.value is None or not row.n or row.value < FEW:
            continue
        share, times = row.value / row.n, row.value / row.before if row.before else 1.0
        if share >= 0.05 or times >= 3:
            values = {"platform": row.platform, "value": row.value, "n": row.n, "before": row.before}
            yield Decision("refute", min(9.0, 5 + 15 * share + min(times, 10) / 4), values)


def _incomplete(figures: Figures, _: Targets) -> Iterator[Decision]:
    """Complaints that do not say who, where and since when cannot be acted on."""
    for platform in ("instagram", "youtube"):
        told = [row for row in figures.all("grievance") if row.platform == platform]
        n = sum(int(row.value or 0) for row in told)
        lacking = sum(int(row.detail["incomplete"]) for row in told)
        if n >= FEW and lacking / n >= 0.5:
            yield Decision("teach_complaining", 2 + 2 * lacking / n, {"platform": platform, "value": lacking, "n": n})


def _format(figures: Figures, _: Targets) -> Iterator[Decision]:
    """The purpose and form that did best, where it is told of several posts."""
    for platform in ("instagram", "youtube"):
        told = [row for row in figures.all("engagement") if row.platform == platform and row.value is not None]
        several = [row for row in told if (row.n or 0) >= 3]
        if several and len(told) >= 2:
            best = max(several, key=lambda row: row.value or 0)
            values = {"platform": platform, "group": best.key, "value": best.value, "n": best.n}
            yield Decision("more_of", 2.0, values)


def _silent(figures: Figures, _: Targets) -> Iterator[Decision]:
    for row in figures.all("coverage"):
        if row.value is not None and row.value < 1 and row.n:
            values = {"platform": row.platform, "days": len(row.detail["gaps"]), "n": row.n}
            yield Decision("mend_collection", 3 + 5 * (1 - row.value), values)


def _switched_off(figures: Figures, _: Targets) -> Iterator[Decision]:
    for row in figures.all("off"):
        if row.missing is not None and row.missing.kind == OFF and row.missing.enable:
            yield Decision("enable", 2.5, {"platform": row.platform, "clause": row.missing.says})


def _mood(figures: Figures, targets: Targets) -> Iterator[Decision]:
    target = targets.get("net_sentiment")
    for row in _whole_first(figures, "net_sentiment"):
        if row.value is None or (row.n or 0) < 3 * FEW:
            continue
        fell = (row.before - row.value) if row.before is not None else 0
        if fell >= 10 and (target is None or not target.met(float(row.value))):
            values = {"platform": row.platform, "value": row.value, "before": row.before, "n": row.n}
            yield Decision("mood_fell", min(8.0, 3 + fell / 10), values)


def _whole_first(figures: Figures, id: str) -> list[Figure]:
    """The figures of both platforms where there are any, else those of each."""
    whole = [row for row in figures.all(id) if row.platform is None]
    return whole or figures.all(id)


RULES: tuple[Rule, ...] = (_rise, _late, _matter, _hoax, _incomplete, _format, _silent, _switched_off, _mood)
