"""Search results for people: a table with the matches marked."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from dengar.records import JAKARTA

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from dengar.index.results import Hit, SearchPage

SHOWN = 280
ABOUT = 80


def show_page(console: Console, page: SearchPage) -> None:
    """Print hits as a table: when (Jakarta time), where, who, what. Texts are printed as text, never as markup."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("when (WIB)", no_wrap=True)
    table.add_column("where", no_wrap=True)
    table.add_column("who", max_width=24, overflow="ellipsis")
    table.add_column("what", ratio=1)
    for hit in page.hits:
        mention = hit.mention
        time = datetime.fromisoformat(mention["published_at"]).astimezone(JAKARTA)
        table.add_row(f"{time:%Y-%m-%d %H:%M}", f"{mention['platform']} {mention['kind']}", _who(hit), _what(hit))
    if page.hits:
        console.print(table)


def summary(page: SearchPage) -> str:
    """`12 hits in 4 ms`, and what is not exact about it."""
    count = f"{page.total:,}" if page.total_is_exact else f"more than {page.total:,}"
    late = "" if page.complete else " (stopped by the time limit: some are missing)"
    return f"{count} {'hit' if page.total == 1 else 'hits'} in {page.took_ms} ms{late}"


def remarks(page: SearchPage) -> list[str]:
    """How the query was read, and what policy leaves out of the answer."""
    told = []
    if page.read_as:
        told.append("read as: " + ", ".join(f"{written} → {restored}" for written, restored in page.read_as.items()))
    for platform, fields in page.off.items():
        reasons = dict.fromkeys(verdict.reason for verdict in fields.values())
        told.append(f"{platform}: {', '.join(sorted(fields))}: {'; '.join(str(reason) for reason in reasons)}")
    return told


def _who(hit: Hit) -> Text:
    from rich.text import Text

    author = hit.mention["author"]
    shown = author["handle"] or author["name"] or author["key"] or "withheld"
    return Text(f"{shown} ({author['role']})" if author["role"] not in ("public", "unknown") else shown[:12])


def _what(hit: Hit) -> Text:
    from rich.text import Text

    title = hit.marked.get("title") or hit.mention.get("title")
    body = hit.marked.get("text") or hit.mention["text"]
    shown = Text()
    if title:
        shown.append_text(_marked(title)).append("\n")
    return shown.append_text(_marked(_around(body)))


def _around(text: str) -> str:
    """At most SHOWN characters, from a little before the first match. A cut never leaves half a mark behind."""
    from dengar.index.results import END, START

    flat = " ".join(text.split())
    first = flat.find(START)
    start = max(0, first - ABOUT) if first > SHOWN - ABOUT else 0
    part = flat[start : start + SHOWN]
    if part.count(START) > part.count(END):
        part += END
    return ("… " if start else "") + part + (" …" if start + SHOWN < len(flat) else "")


def _marked(text: str) -> Text:
    from rich.text import Text

    from dengar.index.results import END, START

    shown = Text()
    for number, piece in enumerate(text.split(START)):
        inside, separator, outside = piece.partition(END)
        if number and separator:
            shown.append(inside, style="bold yellow").append(outside)
        else:
            shown.append(piece.replace(END, ""))
    return shown
