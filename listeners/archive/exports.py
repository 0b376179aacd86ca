"""The tables that `dengar import` knows, and the page that documents them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from listeners.archive import fourcat, partner_insights, youtube_data_tools
from listeners.archive.rows import Export, header

EXPORTS: tuple[Export, ...] = (
    youtube_data_tools.VIDEOS,
    youtube_data_tools.COMMENTS,
    fourcat.POSTS,
    partner_insights.BUSINESS_SUITE,
    partner_insights.BY_HAND,
)


def export_of(path: Path) -> Export | None:
    """The export that a table's header belongs to, None for none that we know."""
    columns = header(path)
    return next((export for export in EXPORTS if export.signature <= columns), None)


def page() -> str:
    """docs/import.md."""
    lines = [
        "# What can be imported",
        "",
        "`dengar import FILE…` reads recorded payloads of both platforms (JSON, NDJSON, XML), Zeeschuimer's NDJSON (Instagram),",
        "and the tables below (CSV or TSV, told by their header; the delimiter is found).",
        "`dengar import --dry-run --json FILE` shows what each row becomes. A row that is no item goes to the quarantine with its",
        "reason. Columns that are not named here are not read. Personal data is masked as in any other mention.",
        "",
        "Made from `listeners/archive/exports.py`; a test holds the two against each other.",
    ]
    for export in EXPORTS:
        lines += [
            "",
            f"## {export.title}",
            "",
            "Told by the columns: " + ", ".join(f"`{c}`" for c in sorted(export.signature)) + ".",
            "",
        ]
        lines += _rows("column", export.columns)
    lines += [
        "",
        "## Zeeschuimer, NDJSON",
        "",
        "One object a line with `source_platform` and `data`; both layouts of Instagram's web app (`shortcode` …, `code` …).",
        "The ids are not those of the Graph API: a post is `ig:media:<shortcode>`, and the same post read through the API stands",
        "beside it (same permalink).",
        "",
        *_rows("field of `data`, in either layout", fourcat.ZEESCHUIMER_FIELDS),
        "",
    ]
    return "\n".join(lines)


def _rows(first: str, meanings: Mapping[str, str]) -> list[str]:
    return [f"| {first} | becomes |", "|---|---|", *(f"| {name} | {what} |" for name, what in meanings.items())]
