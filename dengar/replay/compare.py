"""Compare two models on a range before switching: the same raw records judged by both, in this process, nothing published.

Of a mention that lies in the range several times the newest observation counts once. Where people labelled it, the report also says how
often each model agrees with them: that is the only truth there is.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dengar import enrich as enrichment
from dengar.events import EventError, read_event
from dengar.labels import FIELDS
from dengar.log import Log, OffsetRange
from dengar.mapping import MappingError, map_event
from dengar.records import Outcome

if TYPE_CHECKING:
    from dengar.labels.held import LabelsOf

log_ = logging.getLogger(__name__)

HEADS = tuple(name for name in FIELDS if name != "language")
SAMPLES = 10
NOTHING = "–"
"""Stands for a head that did not judge."""
_BATCH = 1_000
_MOST = 200_000


@dataclass
class HeadChanges:
    """What changes of one head: `confusion` counts (label now, label then) over all mentions, `samples` are ids of changed ones.

    `labelled` mentions have a hand label; `current_right` and `candidate_right` say how many of them each model met.
    """

    compared: int = 0
    changed: int = 0
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    samples: list[str] = field(default_factory=list)
    uncertain: list[int] = field(default_factory=lambda: [0, 0])
    labelled: int = 0
    current_right: int = 0
    candidate_right: int = 0

    def add(self, identity: str, now: dict[str, Any] | None, then: dict[str, Any] | None, truth: str | None) -> None:
        """One mention's judgements."""
        old, new = (NOTHING if judged is None else judged["label"] for judged in (now, then))
        self.compared += 1
        self.confusion[old, new] += 1
        self.uncertain[0] += bool(now and now.get("uncertain"))
        self.uncertain[1] += bool(then and then.get("uncertain"))
        if old != new:
            self.changed += 1
            if len(self.samples) < SAMPLES:
                self.samples.append(identity)
        if truth is not None:
            self.labelled += 1
            self.current_right += old == truth
            self.candidate_right += new == truth

    def told(self) -> dict[str, Any]:
        """As JSON; the confusion without its diagonal, the most frequent change first."""
        changes = [
            {"from": old, "to": new, "count": count} for (old, new), count in self.confusion.most_common() if old != new
        ]
        stay = {old: count for (old, new), count in sorted(self.confusion.items()) if old == new}
        return {
            "compared": self.compared,
            "changed": self.changed,
            "changes": changes,
            "unchanged": stay,
            "uncertain": {"current": self.uncertain[0], "candidate": self.uncertain[1]},
            "samples": self.samples,
            "hand_labels": {
                "labelled": self.labelled,
                "current_right": self.current_right,
                "candidate_right": self.candidate_right,
            },
        }


@dataclass
class Comparison:
    """The report. `mentions` were judged by both; `failed` could not be judged by one of them."""

    current: str
    candidate: str
    mentions: int = 0
    changed: int = 0
    failed: int = 0
    truncated: bool = False
    heads: dict[str, HeadChanges] = field(default_factory=lambda: {name: HeadChanges() for name in HEADS})
    actionable: Counter[tuple[str, str]] = field(default_factory=Counter)

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "current": self.current,
            "candidate": self.candidate,
            "mentions": self.mentions,
            "changed": self.changed,
            "failed": self.failed,
            "truncated": self.truncated,
            "heads": {name: changes.told() for name, changes in self.heads.items()},
            "actionable": [
                {"from": old, "to": new, "count": count}
                for (old, new), count in self.actionable.most_common()
                if old != new
            ],
        }


def compare(
    log: Log,
    spans: Sequence[OffsetRange],
    current: enrichment.Context,
    candidate: enrichment.Context,
    *,
    labels: LabelsOf | None = None,
    tell: Callable[[int], None] = lambda _: None,
) -> Comparison:
    """Judge the mentions of raw `spans` by both contexts. `tell` hears how many are judged. Raises LogError, ModelError.

    At most 200,000 mentions are held at once; a longer range is cut there, and the report says so.
    """
    from dengar.enrich.heads import load_heads

    report = Comparison(load_heads(current.models).version, load_heads(candidate.models).version)
    drafts, report.truncated = _newest(log, spans)
    for batch in _batches(list(drafts.values())):
        truth = labels(sorted(draft["id"] for draft in batch)) if labels is not None else {}
        for now, then in _judged(batch, current, candidate):
            if now is None or then is None:
                report.failed += 1
                continue
            report.mentions += 1
            decided = truth.get(now["id"], {"labels": {}})["labels"]
            for name, changes in report.heads.items():
                changes.add(now["id"], now[name], then[name], decided.get(name, {}).get("label"))
            report.actionable[_word(now["actionable"]), _word(then["actionable"])] += 1
            report.changed += any(_label(now[name]) != _label(then[name]) for name in HEADS)
        tell(report.mentions + report.failed)
    return report


def _newest(log: Log, spans: Sequence[OffsetRange]) -> tuple[dict[str, dict[str, Any]], bool]:
    """(id → newest draft of a mention in the spans, whether there were too many); what cannot be mapped is passed over."""
    found: dict[str, dict[str, Any]] = {}
    for span in spans:
        for raw in log.read(span):
            try:
                mapped = map_event(read_event(raw.headers, raw.value), raw.position)
            except (EventError, MappingError):
                continue  # the pipeline quarantines it, whatever the model
            draft = mapped.record
            if mapped.outcome is not Outcome.MENTION or draft is None:
                continue
            if draft["id"] not in found and len(found) >= _MOST:
                return found, True
            if draft["id"] not in found or draft["version"] >= found[draft["id"]]["version"]:
                found[draft["id"]] = draft
    return found, False


def _batches(drafts: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    for start in range(0, len(drafts), _BATCH):
        yield drafts[start : start + _BATCH]


def _judged(
    drafts: Sequence[dict[str, Any]], current: enrichment.Context, candidate: enrichment.Context
) -> Iterable[tuple[dict[str, Any] | None, dict[str, Any] | None]]:
    return zip(_enriched(drafts, current), _enriched(drafts, candidate), strict=True)


def _enriched(drafts: Sequence[dict[str, Any]], context: enrichment.Context) -> list[dict[str, Any] | None]:
    try:
        return list(enrichment.enrich_mentions(drafts, context))
    except Exception:
        # As in the pipeline: one poisonous text is found by judging one at a time.
        log_.exception("judging %s mentions at once failed; trying one at a time", len(drafts))
        if len(drafts) == 1:
            return [None]
        return [one for draft in drafts for one in _enriched([draft], context)]


def _label(judged: dict[str, Any] | None) -> str:
    return NOTHING if judged is None else str(judged["label"])


def _word(value: bool | None) -> str:
    return NOTHING if value is None else "yes" if value else "no"
