"""What rose, out of the index that DAG detect_trends fills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dengar.records import JAKARTA, timestamp
from dengar.web.archive import Archive
from dengar.web.question import Question
from dengar.web.text import path
from dengar.web.words import Words

TRENDS = "trends"
MOST = 50
_LONGEST = 160


@dataclass(frozen=True)
class Rise:
    """A rise as a line: its `name`, a `link` to its mentions, notes, and a paragraph where told."""

    name: str
    link: str
    note: str
    text: str = ""
    off: str = ""


def rises(archive: Archive, words: Words, start: datetime, end: datetime) -> Sequence[Rise] | None:
    """Rises that were restless in [start, end), the severest first; None while there is no index of trends. Raises IndexUnavailable."""
    if not archive.exists(TRENDS):
        return None
    lasting = {"bool": {"must_not": [{"exists": {"field": "end"}}]}}
    later = {"range": {"end": {"gte": timestamp(start)}}}
    filters = [
        {"term": {"muted": False}},
        {"range": {"detected_at": {"lt": timestamp(end)}}},
        {"bool": {"should": [lasting, later], "minimum_should_match": 1}},
    ]
    body = {
        "query": {"bool": {"filter": filters}},
        "sort": [{"severity": "desc"}, {"detected_at": "desc"}, "id"],
        "size": MOST,
    }
    return [_rise(one, words) for one in archive.listed(TRENDS, body)]


def _rise(trend: Mapping[str, Any], words: Words) -> Rise:
    ended = words("trends.ended", when=words.when(trend["end"])) if trend.get("end") else words("trends.lasting")
    figures = words(
        "trends.observed",
        observed=words.number(round(trend["observed"])),
        expected=words.number(round(trend["expected"])),
    )
    where = words.label("platform", trend["platform"]) if trend["platform"] else "YouTube + Instagram"
    notes = [
        words.label("trend", trend["kind"]),
        where,
        words("trends.severity", n=trend["severity"]),
        figures,
        words("trends.since", when=words.when(trend["start"])),
        ended,
    ]
    off = trend.get("off_by_policy") or ()
    return Rise(
        trend["label"],
        _mentions(trend),
        " · ".join(notes),
        (trend.get("explanation") or {}).get(words.language, ""),
        words("trends.off", what=", ".join(off)) if off else "",
    )


def _mentions(trend: Mapping[str, Any]) -> str:
    """Where its mentions are: a search for its first term, in its time."""
    terms = trend.get("terms") or ()
    filters = {"platform": trend["platform"]} if trend["platform"] else {}
    text = "*"
    if terms and terms[0]["kind"] == "hashtag":
        filters["hashtag"] = terms[0]["value"].removeprefix("#")
    elif terms:
        text = '"' + terms[0]["value"].replace('"', " ")[:_LONGEST] + '"'
    elif samples := trend.get("samples"):
        return f"/mentions/{path(samples[0])}"
    since = datetime.fromisoformat(trend["start"]).astimezone(JAKARTA)
    return Question(text, filters, since=f"{since:%Y-%m-%dT%H:%M}", sort="oldest").address()
