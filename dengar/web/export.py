"""What a question finds as a file: CSV for a spreadsheet, NDJSON for a notebook. What policy hides is not in it, and CSV says so."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import orjson

from dengar.index.when import JAKARTA
from dengar.policy import OFF, Policy
from dengar.web.archive import Archive
from dengar.web.question import Question
from dengar.web.seen import JUDGED, Seen, seen

MOST = 20_000
PAGE = 500
MEDIA = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}
COLUMNS = (
    "id", "platform", "kind", "published_wib", "role", "account", "title", "text", "hashtags", "intent", "category", "sentiment", "urgency",
    "actionable", "purpose", "spam", "campaigns", "partners", "likes", "replies", "conversation_id", "permalink",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export(archive: Archive, policy: Policy, question: Question, form: str) -> Iterator[bytes]:
    """The file in pieces, MOST mentions at most, on the index as it is now. Raises QueryError, IndexUnavailable with the first piece."""
    head = b"" if form == "ndjson" else "\ufeff".encode() + _row(COLUMNS)
    cursor, left = None, MOST
    while left > 0:
        page = archive.find(question, cursor=cursor, size=min(PAGE, left), facets=())
        told = [seen(hit.mention, policy) for hit in page.hits]
        yield head + b"".join(_line(one) if form == "ndjson" else _row(_cells(one)) for one in told)
        head, cursor, left = b"", page.cursor, left - len(told)
        if cursor is None:
            return


def _line(one: Seen) -> bytes:
    """One JSON object; `off_by_policy` names the fields that are left out."""
    shown = {name: value for name, value in one.mention.items() if name not in one.off and name != "provenance"}
    return orjson.dumps({**shown, "off_by_policy": sorted(one.off)}) + b"\n"


def _cells(one: Seen) -> list[Any]:
    mention = one.mention
    author: Mapping[str, Any] = mention["author"]
    counters = mention["engagement"] or {}

    def judged(name: str) -> Any:
        if name in one.off:
            return OFF
        value = mention[name]
        return value["label"] if isinstance(value, dict) else value

    cells: dict[str, Any] = {
        **{name: judged(name) for name in COLUMNS if name in JUDGED},
        "published_wib": f"{datetime.fromisoformat(mention['published_at']).astimezone(JAKARTA):%Y-%m-%d %H:%M:%S}",
        "role": author["role"],
        "account": author["handle"],
        "likes": counters.get("likes"),
        "replies": counters.get("replies"),
    }
    return [cells[name] if name in cells else mention[name] for name in COLUMNS]


def _row(cells: Any) -> bytes:
    told = io.StringIO()
    csv.writer(told).writerow([_safe(cell) for cell in cells])
    return told.getvalue().encode(errors="replace")


def _safe(cell: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it. What is absent is empty, which is not 0."""
    if cell is None:
        return ""
    if isinstance(cell, list):
        cell = " ".join(map(str, cell))
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
