"""`dengar brief`: one Indonesian page on a trend, and a text of 700 characters to forward, of facts that the index holds now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from elasticsearch import Elasticsearch

from dengar.index.connection import plain_errors
from dengar.records import timestamp
from dengar.trends.explain import wib
from dengar.trends.protocol import Clocks, Level, clocks

FORWARD = 700
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Facts:
    """What a brief is made of: the trend, its official statements and unanswered mentions, clocks and level."""

    trend: Mapping[str, Any]
    statements: Sequence[Mapping[str, Any]]
    unanswered: int
    samples: Sequence[Mapping[str, Any]]
    clocks: Clocks
    level: Level


def gather(client: Elasticsearch, trend: Mapping[str, Any], level: Level, acknowledged: Sequence[datetime]) -> Facts:
    """The facts of a trend as the index has them now. Raises IndexUnavailable."""
    start = datetime.fromisoformat(trend["start"])
    end = datetime.fromisoformat(trend["end"] or trend["period"]["end"]) + 24 * _HOUR
    span: dict[str, Any] = {"range": {"published_at": {"gte": timestamp(start), "lt": timestamp(end)}}}
    about: dict[str, Any] = {"terms": {"post_id": trend["conversations"]}}
    living: dict[str, Any] = {"term": {"deleted": False}}
    official: dict[str, Any] = {"term": {"author.role": "official"}}
    spoken_to = {
        "bool": {"should": [{"terms": {"kind": ["comment", "reply"]}}, {"term": {"purpose.label": "clarification"}}]}
    }
    where: dict[str, Any] = {"index": "mentions", "ignore_unavailable": True, "allow_no_indices": True}
    with plain_errors():
        said = client.search(
            **where, query={"bool": {"filter": [span, about, living, official, spoken_to]}}, sort=["published_at"], size=50,
            source_includes=["id", "published_at", "text", "conversation_id", "permalink"],
        )["hits"]["hits"]  # fmt: skip
        shown = client.search(
            **where, query={"ids": {"values": list(trend["samples"])}}, size=10,
            source_includes=["id", "platform", "text", "permalink", "published_at", "deleted"],
        )["hits"]["hits"]  # fmt: skip
        answered = {hit["_source"]["conversation_id"] for hit in said}
        asking = {
            "bool": {
                "filter": [span, about, living, {"term": {"actionable": True}}],
                "must_not": [{"terms": {"conversation_id": sorted(answered)}}],
            }
        }
        unanswered = client.count(**where, query=asking)["count"]
        page = client.search(
            **where, size=0, query={"bool": {"filter": [span, about, living], "must_not": [official]}},
            aggs={"hours": {"date_histogram": {"field": "published_at", "fixed_interval": "1h"}}},
        )  # fmt: skip
    buckets = page.get("aggregations", {}).get("hours", {}).get("buckets", [])
    hours = {datetime.fromtimestamp(row["key"] / 1000, UTC): row["doc_count"] for row in buckets}
    statements = [hit["_source"] for hit in said]
    spoken = [datetime.fromisoformat(one["published_at"]) for one in statements]
    living_samples = [hit["_source"] for hit in shown if not hit["_source"].get("deleted")]
    return Facts(trend, statements, unanswered, living_samples, clocks(trend, acknowledged, spoken, hours), level)


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
        "## Jam", "", *_clock_lines(facts), "",
        "## Contoh", "", *_samples(facts),
    ]  # fmt: skip
    return "\n".join(lines).rstrip() + "\n"


def forward(facts: Facts) -> str:
    """A text to forward, at most 700 characters: what, since when, who leads, what we said, what is unanswered."""
    trend = facts.trend
    spoken = (
        f"Pernyataan resmi: {wib(facts.statements[0]['published_at'])}."
        if facts.statements
        else "Belum ada pernyataan resmi."
    )
    tail = f" {spoken} Belum dijawab: {facts.unanswered}. Tingkat {trend['severity']}/10 ({facts.level.name})."
    room = FORWARD - len(tail)
    head = _paragraph(trend)
    return (head if len(head) <= room else head[: room - 1].rstrip() + "…") + tail


def _paragraph(trend: Mapping[str, Any]) -> str:
    explanation = trend.get("explanation")
    return (
        str(explanation["id"])
        if explanation
        else f"{trend['label']}: {trend['mentions']} mention sejak {wib(trend['start'])}."
    )


def _carried(trend: Mapping[str, Any]) -> list[str]:
    named = [one for one in trend["amplifiers"] if one["handle"]]
    lines = [f"- @{one['handle']}: {one['mentions']} mention" for one in named]
    others = len(trend["amplifiers"]) - len(named)
    return [*lines, f"- {trend['authors']} orang ikut, yang terbanyak {others} akun pribadi (tidak disebut namanya)."]


def _said(facts: Facts) -> list[str]:
    if not facts.statements:
        return ["Belum ada."]
    return [f"- {wib(one['published_at'])}: {str(one['text'])[:200]}" for one in facts.statements[:5]]


def _clock_lines(facts: Facts) -> list[str]:
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
