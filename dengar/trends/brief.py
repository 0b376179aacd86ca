"""`dengar brief`: one Indonesian page on a trend, and a text of 700 characters to forward, of facts that the index holds now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from elasticsearch import Elasticsearch

from dengar.index.connection import plain_errors
from dengar.records import timestamp
from dengar.trends.beside import Beside, beside
from dengar.trends.explain import wib
from dengar.trends.planned import Plan
from dengar.trends.protocol import Clocks, Level, clocks

FORWARD = 700
_HOUR = timedelta(hours=1)
_OFFICIAL: dict[str, Any] = {"term": {"author.role": "official"}}


@dataclass(frozen=True)
class Facts:
    """What a brief is made of: the trend, its official statements and unanswered mentions, clocks, level, and what was planned."""

    trend: Mapping[str, Any]
    statements: Sequence[Mapping[str, Any]]
    unanswered: int
    samples: Sequence[Mapping[str, Any]]
    clocks: Clocks
    level: Level
    beside: Sequence[Beside] = ()


def gather(
    client: Elasticsearch,
    trend: Mapping[str, Any],
    level: Level,
    acknowledged: Sequence[datetime],
    stated: Sequence[datetime] = (),
    plans: Sequence[Plan] = (),
    now: datetime | None = None,
) -> Facts:
    """The facts of a trend as the index has them now, or at `now`; `stated`: statements that people noted. Raises IndexUnavailable."""
    about, where = about_trend(trend), dict[str, Any](ignore_unavailable=True, allow_no_indices=True)
    with plain_errors():
        found = client.search(index="mentions", **where, **statements_request(trend))["hits"]["hits"]
        shown = client.search(
            index="mentions", **where, query={"ids": {"values": list(trend["samples"])}}, size=10,
            source_includes=["id", "platform", "text", "permalink", "published_at", "deleted"],
        )["hits"]["hits"]  # fmt: skip
        answered = {hit["_source"]["conversation_id"] for hit in found}
        asking = {
            "bool": {
                "filter": [*about, {"term": {"actionable": True}}],
                "must_not": [{"terms": {"conversation_id": sorted(answered)}}],
            }
        }
        unanswered = client.count(index="mentions", **where, query=asking)["count"]
        hours = hours_of(client.search(index="mentions", **where, size=0, **hours_request(trend)).body)
    now = now or datetime.now(UTC)
    statements = [hit["_source"] for hit in found]
    spoken = [*stated, *(datetime.fromisoformat(one["published_at"]) for one in statements)]
    return Facts(
        trend,
        statements,
        unanswered,
        [hit["_source"] for hit in shown if not hit["_source"].get("deleted")],
        clocks(trend, acknowledged, spoken, hours, min(now, followed_until(trend))),
        level,
        beside(client, plans, trend, now),
    )


def about_trend(trend: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Filters of the living mentions below a trend's posts, from its beginning to a day after its end."""
    span = {"range": {"published_at": {"gte": trend["start"], "lt": timestamp(followed_until(trend))}}}
    return [span, {"terms": {"post_id": list(trend["conversations"])}}, {"term": {"deleted": False}}]


def followed_until(trend: Mapping[str, Any]) -> datetime:
    """Up to when a trend's mentions and statements are looked for: a day after its end, or after its newest data."""
    return datetime.fromisoformat(trend["end"] or trend["period"]["end"]) + 24 * _HOUR


def statements_request(trend: Mapping[str, Any]) -> dict[str, Any]:
    """The search for what officials said below a trend's posts, the earliest first: answers, and posts that clarify."""
    spoken_to = {
        "bool": {"should": [{"terms": {"kind": ["comment", "reply"]}}, {"term": {"purpose.label": "clarification"}}]}
    }
    return {
        "query": {"bool": {"filter": [*about_trend(trend), _OFFICIAL, spoken_to]}},
        "sort": ["published_at"],
        "size": 50,
        "source_includes": ["id", "published_at", "text", "conversation_id", "permalink"],
    }


def hours_request(trend: Mapping[str, Any]) -> dict[str, Any]:
    """The count of a trend's mentions by hour, without officials."""
    return {
        "query": {"bool": {"filter": about_trend(trend), "must_not": [_OFFICIAL]}},
        "aggs": {"hours": {"date_histogram": {"field": "published_at", "fixed_interval": "1h"}}},
    }


def hours_of(answer: Mapping[str, Any]) -> dict[datetime, int]:
    """Hour → mentions, of the answer to `hours_request`."""
    buckets = answer.get("aggregations", {}).get("hours", {}).get("buckets", [])
    return {datetime.fromtimestamp(row["key"] / 1000, UTC): row["doc_count"] for row in buckets}


def page(facts: Facts) -> str:
    """One page, Markdown."""
    trend, level = facts.trend, facts.level
    lines = [
        f"# {trend['label']}", "",
        f"Tingkat {trend['severity']} dari 10 ({level.name}). Juru bicara: {level.spokesperson}. Dilibatkan: {', '.join(level.roles)}.", "",
        "## Apa", "", _paragraph(trend), "",
        "## Siapa yang membawa", "", *_carried(trend), "",
        "## Apa yang sudah kita sampaikan", "", *_said(facts), "",
        "## Yang belum dijawab", "", f"{facts.unanswered} pengaduan atau pertanyaan di percakapan terkait belum ada jawaban resmi.", "",
        "## Jam", "", *clock_lines(facts), "",
        "## Yang direncanakan", "", *([one.line() for one in facts.beside] or ["Tidak ada di kalender pada hari-hari ini."]), "",
        "## Contoh", "", *_samples(facts),
    ]  # fmt: skip
    return "\n".join(lines).rstrip() + "\n"


def forward(facts: Facts) -> str:
    """A text to forward, at most 700 characters: what, since when, who leads, what we said, what is unanswered."""
    trend = facts.trend
    first = facts.clocks.first_statement
    spoken = f"Pernyataan resmi: {wib(timestamp(first))}." if first else "Belum ada pernyataan resmi."
    tail = f" {spoken} Belum dijawab: {facts.unanswered}. Tingkat {trend['severity']}/10 ({facts.level.name})."
    room = FORWARD - len(tail)
    head = _paragraph(trend)
    return (head if len(head) <= room else head[: room - 1].rstrip() + "…") + tail


def _paragraph(trend: Mapping[str, Any]) -> str:
    explanation = trend.get("explanation")
    return (
        str(explanation["id"])
        if explanation
        else f"{trend['label']}: {trend['mentions'] or 'belum dihitung berapa'} mention sejak {wib(trend['start'])}."
    )


def _carried(trend: Mapping[str, Any]) -> list[str]:
    named = [one for one in trend["amplifiers"] if one["handle"]]
    lines = [f"- @{one['handle']}: {one['mentions']} mention" for one in named]
    others = len(trend["amplifiers"]) - len(named)
    if trend["authors"] is None:  # opened by hand: nobody counted
        return ["Belum dihitung: krisis ini dibuka dengan tangan."]
    return [*lines, f"- {trend['authors']} orang ikut, yang terbanyak {others} akun pribadi (tidak disebut namanya)."]


def _said(facts: Facts) -> list[str]:
    if not facts.statements:
        first = facts.clocks.first_statement
        return [f"- {wib(timestamp(first))}: pernyataan yang dicatat petugas."] if first else ["Belum ada."]
    return [f"- {wib(one['published_at'])}: {str(one['text'])[:200]}" for one in facts.statements[:5]]


def clock_lines(facts: Facts) -> list[str]:
    """A line a clock, Indonesian: how long after the onset, and its deadline."""
    names = {
        "detected": "terdeteksi",
        "acknowledged": "ditanggapi",
        "first_statement": "pernyataan pertama",
        "halved": "volume separuh",
    }
    lines = []
    for name, passed in facts.clocks.passed().items():
        told = "belum" if passed is None else f"{passed // timedelta(minutes=1)} menit sejak mulai"
        due = facts.level.deadlines.get(name)
        lines.append(
            f"- {names[name]}: {told}"
            + (f" (tenggat {due // timedelta(minutes=1)} menit sejak terdeteksi)" if due else "")
        )
    return lines


def _samples(facts: Facts) -> list[str]:
    lines = [f"> {' '.join(str(one['text']).split())[:240]}" for one in facts.samples]
    return lines or ["Tidak ada yang masih dapat ditampilkan."]
