"""Mentions and labels for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dengar.labels import FIELDS, Label, Mention
from dengar.labels.apply import carried
from dengar.records import JAKARTA

if TYPE_CHECKING:
    from rich.console import Console

    from dengar.labels.agreement import Agreement


def machines_labels(mention: Mention) -> dict[str, str]:
    """field → label that the machine gave; without those that people gave and those it did not judge."""
    by_hand = carried(mention)
    judged = {field: mention[field] for field in FIELDS if mention.get(field) and field not in by_hand}
    return {field: value["code" if field == "language" else "label"] for field, value in judged.items()}


def summary(mention: Mention, drawn: str) -> dict[str, Any]:
    """What `dengar label next --json` tells of a mention."""
    return {
        "id": mention["id"],
        "drawn": drawn,
        "platform": mention["platform"],
        "kind": mention["kind"],
        "author_role": mention["author"]["role"],
        "published_at": mention["published_at"],
        "permalink": mention.get("permalink"),
        "title": mention.get("title"),
        "text": mention["text"],
        "machine": machines_labels(mention),
        "uncertain": [field for field in FIELDS if (mention.get(field) or {}).get("uncertain")],
    }


def show_mention(console: Console, mention: Mention, drawn: str | None = None) -> None:
    """Where, when, the text, what the machine says (a ? marks what it is not sure of). Texts are printed as text, never as markup."""
    from rich.text import Text

    time = datetime.fromisoformat(mention["published_at"]).astimezone(JAKARTA)
    where = f"{mention['platform']} {mention['kind']} · {time:%Y-%m-%d %H:%M} WIB · {mention['author']['role']}"
    console.print(Text(mention["id"], style="bold"))
    console.print(Text(f"{where} · {drawn}" if drawn else where, style="dim"))
    if mention.get("title"):
        console.print(Text(mention["title"], style="bold"))
    console.print(Text(mention["text"]))
    if mention.get("permalink"):
        console.print(Text(mention["permalink"], style="dim"))
    doubts = {field for field in FIELDS if (mention.get(field) or {}).get("uncertain")}
    said = [f"{field} {label}{'?' if field in doubts else ''}" for field, label in machines_labels(mention).items()]
    console.print(Text(f"machine: {', '.join(said) or 'nothing'}", style="dim"))


def show_label(console: Console, label: Label) -> None:
    """A table of the decisions that stand and those taken back."""
    from rich.table import Table

    table = Table("field", "people", "machine", "who", "when (WIB)", box=None, pad_edge=False)
    for field in FIELDS:
        entry = label["labels"].get(field)
        if entry is not None:
            against = entry["against"]
            table.add_row(
                field, entry["label"], "–" if against is None else against["label"], entry["by"], _when(entry)
            )
        elif field in label["withdrawn"]:
            taken_back = label["withdrawn"][field]
            table.add_row(field, "taken back", "", taken_back["by"], _when(taken_back))
    console.print(table)
    if label["note"]:
        from rich.text import Text

        console.print(Text(f"note: {label['note']}"))


def show_agreement(console: Console, rows: Sequence[Agreement]) -> None:
    """κ of each field with its interval."""
    from rich.table import Table

    table = Table("field", "n", "equal", "κ", "95 % interval", box=None, pad_edge=False)
    for row in rows:
        kappa = "–" if row.kappa is None else f"{row.kappa:.2f}"
        interval = "–" if row.low is None or row.high is None else f"{row.low:.2f} to {row.high:.2f}"
        table.add_row(row.field, str(row.n), f"{row.equal:.0%}", kappa, interval)
    console.print(table)


def _when(entry: dict[str, Any]) -> str:
    return f"{datetime.fromisoformat(entry['at']).astimezone(JAKARTA):%Y-%m-%d %H:%M}"
