"""Derived fields of a batch: what the heads and the rules judge of masked texts, in the shape of schemas/mention.

Every judgement says who made it (`origin: model`); a hand label replaces it later (dengar.labels). What a head was not trained for, or
what does not apply to a mention, is null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from dengar.enrich import insults, scam
from dengar.enrich.actionable import actionable, asks_for_action
from dengar.enrich.complaint import Details, Span, details
from dengar.enrich.heads import MODELS, Judgement, load_heads
from dengar.enrich.judged import DERIVED
from dengar.enrich.purpose import asked, weighed
from dengar.enrich.urgency import urgency

NOTHING: dict[str, Any] = dict.fromkeys(DERIVED)
"""The derived fields of a mention of which nothing may be derived."""


class Subject(NamedTuple):
    """What is judged: masked text (a title before it), the same normalised, role of the author, the draft, spans of places."""

    masked: str
    normalised: str
    role: str
    draft: Mapping[str, Any]
    links: Sequence[str]
    places: Sequence[tuple[int, int]]


def derive(subjects: Sequence[Subject], models: Path = MODELS) -> list[dict[str, Any]]:
    """Derived fields of each subject, in order. Pure; the heads of folder `models` are read once a process. Raises ModelError."""
    heads = load_heads(models)
    masked, normalised = [one.masked for one in subjects], [one.normalised for one in subjects]
    found = heads.judge(masked, normalised)
    lures = scam.judge(masked, normalised, [one.links for one in subjects])
    return [
        _fields(subject, {name: answers[number] for name, answers in found.items()}, lures[number], heads.version)
        for number, subject in enumerate(subjects)
    ]


def _fields(subject: Subject, judged: Mapping[str, Judgement], lure: scam.Scam, version: str) -> dict[str, Any]:
    intent, spam, toxic = judged.get("intent"), judged.get("spam"), judged.get("toxicity")
    about = intent is not None and asks_for_action(intent.label)
    urgent = urgency(subject.normalised)
    sentiment = judged.get("sentiment")
    purpose = None
    if (given := judged.get("purpose")) is not None and asked(subject.draft, subject.role):
        purpose = weighed(given, subject.masked)
    return {
        "sentiment": sentiment and _doubted(sentiment) | {"probabilities": sentiment.probabilities},
        "intent": intent and _doubted(intent),
        "actionable": actionable(intent and intent.label, subject.role, spam and spam.label),
        "category": _doubted(judged["category"]) if about and "category" in judged else None,
        "complaint": _told(details(subject.masked, subject.normalised, subject.places)) if about else None,
        "urgency": {"label": urgent.label, "reasons": list(urgent.reasons)[:10], "origin": "model"},
        "toxicity": _against_none(toxic and insults.weigh(toxic, subject.normalised)),
        "spam": _against_none(spam),
        "scam": {"suspected": lure.suspected, "reasons": list(lure.reasons)[:20]},
        "purpose": purpose and _doubted(purpose),
        "model_version": version,
    }


def _doubted(judgement: Judgement) -> dict[str, Any]:
    return {
        "label": judgement.label,
        "score": judgement.score,
        "uncertain": judgement.uncertain,
        "origin": "model",
    }


def _against_none(judgement: Judgement | None) -> dict[str, Any] | None:
    """`score` is the probability that it is anything but `none`."""
    if judgement is None:
        return None
    return {
        "label": judgement.label,
        "score": round(1 - judgement.probabilities.get("none", 0.0), 4),
        "origin": "model",
    }


def _told(found: Details) -> dict[str, Any]:
    return {
        "who": _first(found.who),
        "where": _first(found.where),
        "since": _first(found.since),
        "complete": found.complete,
    }


def _first(spans: Sequence[Span]) -> str | None:
    return spans[0].text[:200] if spans else None
