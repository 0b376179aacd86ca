"""Records of schemas/trend, made of what the watch found. Times are UTC; `version` is the moment of the data, so that a repeat is equal."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dengar.records import milliseconds, timestamp
from dengar.trends.crisis import STEP, Crisis, Signal, severity_of
from dengar.trends.events import severity
from dengar.trends.explain import explain
from dengar.trends.hoax import LEAST_COPIES, Hoax
from dengar.trends.lead import lead
from dengar.trends.rising import THRESHOLD
from dengar.trends.topics import Topic, term_rows

if TYPE_CHECKING:
    from dengar.trends.watch import Voice

TOPIC_FORMULA, CRISIS_FORMULA, HOAX_FORMULA = "topic@1", "crisis@2", "hoax@1"
SAMPLES, POSTS, AMPLIFIERS = 5, 5, 5
BEFORE = timedelta(hours=1)
UNNAMED = "keluhan yang beragam"


def topic_record(topic: Topic, recent: Sequence[Voice], at: datetime, off: Sequence[str]) -> dict[str, Any]:
    """A topic as known at `at`."""
    own = [voice for voice in recent if voice.id in topic.ids]
    posts = Counter(post for post, _ in topic.ids.values())
    level = severity(topic.score)
    platforms = {voice.platform for voice in own}
    record = _base("topic", _key("all", topic.key, topic.detected_at), topic.label, at, off) | {
        "platform": platforms.pop() if len(platforms) == 1 else None,
        **_times(
            topic.start, topic.start, topic.detected_at, topic.peak_at, topic.last_at if topic.ended else None, at
        ),
        **_figures(level, topic.score, THRESHOLD, topic.expected, topic.observed),
        "authors": topic.authors,
        "mentions": max(len(topic.ids), round(topic.observed)),
        "stories": round(topic.observed),
        "terms": term_rows(topic.terms),
        "reasons": [{"code": "rising_terms", "points": float(level), "value": round(topic.score, 2)}],
        "formula": TOPIC_FORMULA,
        **_voices(own),
        "conversations": [post for post, _ in posts.most_common(POSTS)],
        "samples": list(topic.ids)[:SAMPLES],
    }
    return record | {"explanation": explain(record)}


def naming_topic(crisis: Crisis, recent: Iterable[Voice], topics: Sequence[Topic]) -> Topic | None:
    """The strongest topic of which a third at least is told by the crisis' own mentions."""
    ids = {voice.id for voice in recent if voice.at >= crisis.event.start and (voice.grievance or not crisis.judged)}
    near = [one for one in topics if one.label and len(ids & one.ids.keys()) >= max(2, len(one.ids) // 3)]
    return max(near, key=lambda one: one.score, default=None)


def crisis_record(crisis: Crisis, recent: Sequence[Voice], at: datetime, off: Sequence[str]) -> dict[str, Any]:
    """A crisis as known at `at`."""
    event, topic = crisis.event, crisis.topic
    own = [voice for voice in recent if voice.at >= event.start and (voice.grievance or not crisis.judged)]
    times: dict[str, list[datetime]] = {}
    for voice in recent:
        if voice.at >= event.start - BEFORE and (voice.grievance or not crisis.judged):
            times.setdefault(voice.platform, []).append(voice.at)
    loudest = {name for name, spoken in times.items() if len(spoken) >= 0.15 * max(1, len(own))}
    level, reasons = severity_of(crisis, len(loudest))
    platform = crisis.scope if crisis.scope != "all" else None
    missing = [] if crisis.judged else ["negative_share", "complaint_share", "toxic_share"]
    record = _base("crisis", _key(crisis.scope, "crisis", event.detected_at), topic.label if topic else UNNAMED, at, off) | {
        "platform": platform,
        **_times(event.start - BEFORE, event.start, event.detected_at, event.peak_at, event.end, at),
        **_figures(level, event.score, crisis.threshold, event.expected, event.observed),
        "authors": len(crisis.authors),
        "mentions": crisis.mentions,
        "stories": max(0, crisis.mentions - sum(voice.copy for voice in own)),
        "terms": term_rows(topic.terms) if topic else [],
        "signals": [*(_signal(one, platform) for one in crisis.signals), *(_absent(name, platform) for name in missing)],
        "reasons": reasons,
        "lead": lead(dict(times)) if crisis.scope == "all" else None,
        "formula": CRISIS_FORMULA,
        **_voices(own),
        "samples": _telling(own, topic),
    }  # fmt: skip
    return record | {"explanation": explain(record)}


def hoax_record(hoax: Hoax, at: datetime, off: Sequence[str]) -> dict[str, Any]:
    """A hoax as known at `at`."""
    families = sorted(hoax.families.values(), key=lambda family: family.first)
    first = families[0]
    copies, authors = hoax.copies, hoax.authors
    assert hoax.detected_at is not None  # a hoax is made when it is detected
    score = copies / LEAST_COPIES * THRESHOLD
    posts: dict[str, datetime] = {}
    for family in families:
        for post, (seen, _) in family.posts.items():
            posts[post] = min(seen, posts.get(post, seen))
    signs = Counter(sign for family in families for sign in family.signs.elements())
    platforms = {platform for family in families for platform in family.platforms}
    loudest = max(hoax.hours, key=lambda hour: (hoax.hours[hour], hour), default=first.first[0])
    level = max(severity(score), 1)
    reasons = [{"code": "copies", "points": float(level), "value": float(copies)}]
    if hoax.claim:
        reasons.append({"code": "known_claim", "points": 1.0, "value": None})
        level = min(10, level + 1)
    record = _base("hoax", _key("all", hoax.key, first.first[0]), first.text[:120], at, off) | {
        "platform": platforms.pop() if len(platforms) == 1 else None,
        **_times(first.first[0], first.first[0], hoax.detected_at, max(loudest, first.first[0]), hoax.last_at if hoax.ended else None, at),
        **_figures(level, score, THRESHOLD, 0.0, float(copies)),
        "authors": len(authors),
        "mentions": copies,
        "stories": len(families),
        "terms": [{"kind": "domain", "value": domain, "score": round(score, 2)} for domain in hoax.domains[:5]],
        "reasons": reasons,
        "copied_share": 1.0,
        "first_seen": first.first[1],
        "conversations": [post for post, _ in sorted(posts.items(), key=lambda item: (item[1], item[0]))][:10],
        "samples": [sample for family in families for sample in family.samples][:SAMPLES],
        "hoax": {
            "claim": hoax.claim,
            "signs": [sign for sign, _ in signs.most_common(20)] + (["link_reuse"] if hoax.domains and len(authors) > 1 else []),
            "links": hoax.domains[:20],
            "clarified_at": timestamp(hoax.clarified_at) if hoax.clarified_at else None,
            "clarification": hoax.clarification,
            "overtaken": hoax.denials_since > hoax.copies_since if hoax.clarified_at else None,
        },
        "formula": HOAX_FORMULA,
        "muted": 2 * sum(family.backfilled for family in families) > copies,
    }  # fmt: skip
    return record | {"explanation": explain(record)}


def _signal(one: Signal, platform: str | None) -> dict[str, Any]:
    return {
        "name": one.name,
        "platform": platform,
        "observed": round(one.observed, 4),
        "expected": round(one.expected, 4),
        "score": round(one.score, 3),
        "off_by_policy": False,
    }


def _absent(name: str, platform: str | None) -> dict[str, Any]:
    nothing = dict.fromkeys(("observed", "expected", "score"))
    return {"name": name, "platform": platform, **nothing, "off_by_policy": True}


def _telling(own: Sequence[Voice], topic: Topic | None) -> list[str]:
    """Samples: what tells the topic first."""
    ids = [voice.id for voice in own]
    return sorted(ids, key=lambda one: topic is None or one not in topic.ids)[:SAMPLES]


def _key(where: str, what: str, since: datetime) -> str:
    digest = hashlib.blake2b(f"{what} {timestamp(since)}".encode(), digest_size=8).hexdigest()
    return f"{where}:{digest}"


def _base(kind: str, key: str, label: str, at: datetime, off: Sequence[str]) -> dict[str, Any]:
    return {
        "id": f"{kind}:{key}", "version": milliseconds(at), "kind": kind, "label": label, "signals": [], "lead": None, "copied_share": None,
        "first_seen": None, "conversations": [], "samples": [], "amplifiers": [], "hoax": None, "off_by_policy": list(off), "muted": False,
    }  # fmt: skip


def _times(
    begun: datetime, start: datetime, detected: datetime, peak: datetime, end: datetime | None, at: datetime
) -> dict[str, Any]:
    """Crises are detected when their bin ends, not when it begins."""
    return {
        "period": {"start": timestamp(begun), "end": timestamp(at)},
        "start": timestamp(start),
        "detected_at": timestamp(min(detected + STEP, at)),
        "peak_at": timestamp(peak),
        "end": timestamp(end) if end else None,
    }


def _figures(level: int, score: float, threshold: float, expected: float, observed: float) -> dict[str, Any]:
    return {
        "severity": level,
        "confidence": round(max(0.0, 1 - threshold / score) if score > 0 else 0.0, 3),
        "score": round(score, 3),
        "expected": round(expected, 3),
        "observed": round(observed, 3),
    }


def _voices(own: Sequence[Voice]) -> dict[str, Any]:
    """What the mentions tell: who was first, where, who carried it, how much of it is copied, whether it is history."""
    posts = Counter(voice.post for voice in own)
    carried = Counter((voice.author, voice.handle) for voice in own if voice.author is not None)
    return {
        "first_seen": own[0].id if own else None,
        "conversations": [post for post, _ in posts.most_common(POSTS)],
        "samples": [voice.id for voice in own[:SAMPLES]],
        "amplifiers": [
            {"key": key, "handle": handle, "mentions": number}
            for (key, handle), number in carried.most_common(AMPLIFIERS)
        ],
        "copied_share": round(sum(voice.copy for voice in own) / len(own), 3) if own else None,
        "muted": 2 * sum(voice.backfill for voice in own) > len(own),
    }
