"""What people said: how much, what they wanted, about what, how they felt, and the grievances behind it.

Of the public alone (nobody of the registers). Spam counts as a share of its own and is in no other figure of judgement.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from dengar.report.figure import Figure
from dengar.report.scope import CLOCK, PUBLIC, Reading, Scope
from dengar.report.source import Value

INTENTS = ("complaint", "question", "request", "report", "praise", "suggestion", "hoax", "promotion", "other")
GRIEVANCES = ("complaint", "report")
"""Intents that blame: docs/label-guide.md."""
CATEGORIES = (
    "bansos_not_received", "pkh", "dtsen_data", "bpnt_sembako", "disability", "elderly", "child", "disaster_aid", "fraud_levy",
    "service_attitude", "app_system", "other",
)  # fmt: skip
SENTIMENTS = ("positive", "neutral", "negative")
NO_SPAM = (None, "none")
TOLD = 5
"""Grievances that are shown by a text."""
SHORTEST, LONGEST = 30, 240
"""Characters of a text that can stand as an example."""


def figures(scope: Scope) -> list[Figure]:
    """Volume, intents, complaint share, categories, sentiment, spam and the samples of the week."""
    rows = [
        *scope.measured("mentions", "mentions/1", CLOCK, "count", lambda on, week: _mentions(scope, on, week)),
        *scope.measured(
            "complaint_share",
            "complaint-share/1",
            "mention.intent",
            "share",
            lambda on, week: _complaints(scope, on, week),
        ),
        *scope.measured(
            "net_sentiment", "net-sentiment/1", "mention.sentiment", "points", lambda on, week: _net(scope, on, week)
        ),
        *scope.measured(
            "uncertain_share",
            "uncertain-share/1",
            "mention.sentiment",
            "share",
            lambda on, week: _uncertain(scope, on, week),
        ),
        *scope.measured("spam_share", "spam-share/1", "mention.spam", "share", lambda on, week: _spam(scope, on, week)),
    ]
    authors = scope.source.distinct(
        ("platform", "intent.label"), scope.span, scope.where(author__role=PUBLIC, intent__label=INTENTS)
    )
    rows += _counts(scope, "intent", "mention.intent", INTENTS, authors)
    authors = scope.source.distinct(
        ("platform", "category.label"), scope.span, scope.where(author__role=PUBLIC, actionable=[True])
    )
    rows += _counts(scope, "category", "mention.category", CATEGORIES, authors, actionable=[True])
    authors = scope.source.distinct(
        ("platform", "sentiment.label"), scope.span, scope.where(author__role=PUBLIC, sentiment__label=SENTIMENTS)
    )
    rows += _counts(scope, "sentiment", "mention.sentiment", SENTIMENTS, authors)
    return rows + _grievances(scope)


def _mentions(scope: Scope, on: Collection[str], week: str) -> Reading:
    count = scope.voice(on, week)
    return Reading(count, count, sum(scope.authors.get((week, platform), 0) for platform in on))


def _of_judged(scope: Scope, on: Collection[str], week: str, count: int, n: int) -> Reading | None:
    authors = sum(scope.authors.get((week, platform), 0) for platform in on)
    return Reading(round(count / n, 4), n, authors) if n else None


def _complaints(scope: Scope, on: Collection[str], week: str) -> Reading | None:
    n = scope.voice(on, week, intent__label=INTENTS, spam__label=NO_SPAM)
    return _of_judged(scope, on, week, scope.voice(on, week, intent__label=GRIEVANCES, spam__label=NO_SPAM), n)


def _net(scope: Scope, on: Collection[str], week: str) -> Reading | None:
    """%positive − %negative of all that were judged (reference: metrics, net sentiment over all), in points from −100 to 100."""
    felt = {label: scope.voice(on, week, sentiment__label=[label], spam__label=NO_SPAM) for label in SENTIMENTS}
    n = sum(felt.values())
    authors = sum(scope.authors.get((week, platform), 0) for platform in on)
    return Reading(round(100 * (felt["positive"] - felt["negative"]) / n, 1), n, authors) if n else None


def _uncertain(scope: Scope, on: Collection[str], week: str) -> Reading | None:
    n = scope.voice(on, week, sentiment__label=SENTIMENTS, spam__label=NO_SPAM)
    unsure = scope.voice(on, week, sentiment__label=SENTIMENTS, sentiment__uncertain=[True], spam__label=NO_SPAM)
    return _of_judged(scope, on, week, unsure, n)


def _spam(scope: Scope, on: Collection[str], week: str) -> Reading | None:
    clean = scope.voice(on, week, spam__label=["none"])
    spam = scope.voice(on, week, spam__label=["gambling", "promotion", "bot"])
    return _of_judged(scope, on, week, spam, clean + spam)


def _counts(
    scope: Scope,
    id: str,
    name: str,
    labels: Iterable[str],
    authors: Mapping[tuple[Value, ...], int],
    **fields: Collection[Value],
) -> list[Figure]:
    """One figure a label, each with its week before; nothing where policy is against it (the headline of the section tells that)."""
    rows = []
    for platform, members, refused in scope.lines(name):
        told = [one for one in members if scope.observed([one], scope.week.name)]
        if refused is not None or not told:
            continue
        asked: dict[str, Collection[Value]] = {"spam__label": NO_SPAM, **fields}
        counts = [{label: _count(scope, told, week.name, id, label, asked) for label in labels} for week in _two(scope)]
        n, seen = sum(counts[0].values()), scope.observed(told, scope.week.back(1).name)
        rows += [
            Figure(
                id,
                f"{id}-count/1",
                platform,
                label,
                counts[0][label],
                n=n,
                authors=sum(authors.get((one, label), 0) for one in told),
                before=counts[1][label] if seen else None,
            )
            for label in labels
        ]
    return rows


def _two(scope: Scope) -> list[Any]:
    return [scope.week, scope.week.back(1)]


def _count(
    scope: Scope, on: Collection[str], week: str, field: str, label: str, asked: Mapping[str, Collection[Value]]
) -> int:
    return scope.voice(on, week, **{**asked, f"{field}__label": [label]})


def _grievances(scope: Scope) -> list[Figure]:
    """The commonest matters of complaints, with the ids of texts that show them: texts are read when a report is shown, never frozen."""
    open_to = [one for one in ("instagram", "youtube") if scope.judgeable(one, "mention.category")]
    if not open_to:
        return []
    asked = scope.where(author__role=PUBLIC, platform=open_to, intent__label=GRIEVANCES, actionable=[True])
    fields = ["id", "platform", "text", "category.label", "intent.score", "intent.uncertain", "sentiment.label"]
    fields += ["complaint.complete", "signature"]
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in scope.source.mentions(scope.span, asked, fields):
        if row.get("category"):
            found[row["platform"], row["category"]["label"]].append(row)
    rows = []
    for (platform, category), told in sorted(found.items(), key=lambda item: -len(item[1]))[: 2 * TOLD]:
        copies = Counter(row["signature"] for row in told if row.get("signature"))
        best = sorted(told, key=lambda row: _worth(row, copies), reverse=True)[:2]
        incomplete = sum(1 for row in told if not (row.get("complaint") or {}).get("complete"))
        rows.append(
            Figure(
                "grievance",
                "grievance/1",
                platform,
                category,
                len(told),
                n=sum(len(one) for (where, _), one in found.items() if where == platform),
                detail={
                    "samples": [row["id"] for row in _apart(best)],
                    "copies": max(copies.values(), default=1),
                    "incomplete": incomplete,
                },
            )
        )
    return rows


def _worth(row: Mapping[str, Any], copies: Mapping[str, int]) -> tuple[Any, ...]:
    """A good example is of a fit length, surely judged, and negative by the other judgement too; it tells enough, and stands for many."""
    intent = row["intent"]
    fits = SHORTEST <= len(row["text"]) <= LONGEST
    complete = bool((row.get("complaint") or {}).get("complete"))
    return (
        fits,
        not intent.get("uncertain"),
        (row.get("sentiment") or {}).get("label") == "negative",
        complete,
        copies.get(row.get("signature") or "", 1),
        intent.get("score") or 1.0,
        row["id"],
    )


def _apart(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Near copies of one text stand for each other."""
    seen, kept = set(), []
    for row in rows:
        signature = row.get("signature") or row["id"]
        if signature not in seen:
            seen.add(signature)
            kept.append(row)
    return kept
