"""What a section is made of. Every text in it is plain text: the page escapes it, and the PDF takes it as data."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from dengar.report.figure import Figure, Figures, Missing
from dengar.report.scope import PLATFORMS
from dengar.report.words import ReportWords

Block = dict[str, Any]
Cell = str | dict[str, Any]
Texts = Mapping[str, Mapping[str, Any]]
_LONGEST = 400


def plain(text: str) -> str:
    """One line of printable text: no control characters, nothing that turns the direction of what follows, at most 400 characters."""
    kept = "".join(
        " " if c in "\n\r\t" else c
        for c in text
        if c in "\n\r\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    line = " ".join(kept.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def table(
    columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Cell]], *, title: str = "", note: str = ""
) -> Block:
    """Columns are (heading, left or right); a cell is a text, or a bar `{"text", "bar" (0 to 1), "platform"}`."""
    heads = [{"label": label, "align": align} for label, align in columns]
    cells = [[cell if isinstance(cell, dict) else {"text": cell} for cell in row] for row in rows]
    return {"kind": "table", "title": title, "columns": heads, "rows": cells, "note": note}


def chart(svg: str, alt: str, *, title: str = "", note: str = "", key: Sequence[Mapping[str, str]] = ()) -> Block:
    """A drawing, with its words for those who do not see it; `key` names the platforms whose colours it has."""
    return {"kind": "chart", "title": title, "svg": svg, "alt": alt, "note": note, "key": list(key)}


def text(told: str) -> Block:
    """A paragraph."""
    return {"kind": "text", "title": "", "text": told}


def missing(told: str, how: str = "") -> Block:
    """Why something is not there, and how it is enabled."""
    return {"kind": "missing", "title": "", "text": told, "how": how}


def refused(words: ReportWords, platform: str | None, what: str, why: Missing) -> Block:
    """Why `what` is not there, as a block."""
    if why.kind != "off_by_policy":
        return missing(f"{words.where(platform)}{words.why(why)}.")
    told = f"{words.where(platform)}{what} {words.why(why)}"
    says, how = words.clause(why)
    return missing(f"{told}. {says}.", how)


def counted(figures: Figures, id: str, words: ReportWords, field: str, *, title: str) -> list[Block]:
    """A table of counts by label: of both platforms with each beside it where policy lets them mix, else a column for each."""
    whole = [row for row in figures.all(id) if row.platform is None]
    on = [one for one in PLATFORMS if any(row.platform == one for row in figures.all(id))]
    lead = [None] if whole else list(on)
    if not on:
        return []
    labels = list(dict.fromkeys(row.key for row in figures.all(id) if row.value or row.before))
    labels.sort(key=lambda label: -max(_count(figures, id, one, label) for one in lead))
    if not labels:
        return []
    most = max((_count(figures, id, one, label) for one in lead for label in labels), default=0) or 1
    columns = [("", "left")]
    for one in lead:
        columns += [
            (words("column.count") if one is None else words.label("platform", one), "bar"),
            (words("column.before"), "right"),
        ]
    columns += [(words.label("platform", one), "right") for one in on] if whole else []
    rows: list[list[Cell]] = []
    for label in labels:
        cells: list[Cell] = [words.label(field, label)]
        for one in lead:
            row = figures.get(id, one, label)
            cells += [_bar(row, words, most), "–" if row is None else words.value("count", row.before)]
        rows.append(
            cells
            + ([words.briefly(row) if (row := figures.get(id, one, label)) else "–" for one in on] if whole else [])
        )
    return [table(columns, rows, title=title)]


def _count(figures: Figures, id: str, platform: str | None, label: str | None) -> float:
    return float(figures.value(id, platform, label) or 0)


def _bar(row: Figure | None, words: ReportWords, most: float) -> Cell:
    if row is None or row.value is None:
        return "–" if row is None else words.briefly(row)
    return {
        "text": words.value(row.unit, row.value),
        "bar": float(row.value) / most,
        "platform": row.platform or "both",
    }
