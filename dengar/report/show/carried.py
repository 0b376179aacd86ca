"""Who carried the campaign, as blocks."""

from __future__ import annotations

from dengar.report.figure import Figure
from dengar.report.show.blocks import Block, Cell, missing, plain, refused, table, text
from dengar.report.weekly import Report
from dengar.report.words import ReportWords

PARTNERS, ATTRIBUTED = 10, 40
"""Rows of the two tables at most."""


def carried(report: Report, words: ReportWords, partners: dict[str, str]) -> list[Block]:
    """Partners with their posts and the people who acted below them, and why some are not told."""
    figures, blocks = report.figures, []
    posts = {(row.platform, row.key): row for row in figures.all("partner_posts")}
    engaged = {(row.platform, row.key): row for row in figures.all("engaged_reach") if row.value is not None}
    names = list(dict.fromkeys([*engaged, *posts]))[:PARTNERS]
    if names:
        most = max((float(row.value or 0) for row in engaged.values()), default=1.0)
        heads = ("partner", "platform", "posts", *(("unique", "incremental", "shapley") if engaged else ()))
        align = {"partner": "left", "platform": "left", "unique": "bar"}
        columns = [(words(f"column.{head}"), align.get(head, "right")) for head in heads]
        lines = [
            _partner(name, posts.get(name), engaged.get(name), words, partners, most)[: len(heads)] for name in names
        ]
        blocks.append(
            table(columns, lines, title=words("carried.posts"), note=words("carried.note") if engaged else "")
        )
    else:
        blocks.append(text(words("carried.none")))
    for row in figures.all("engaged_reach"):
        if row.missing is not None and row.missing.kind == "off_by_policy":
            blocks.append(refused(words, row.platform, words("carried.reach.what"), row.missing))
        elif row.missing is not None:
            who = f"{plain(partners.get(row.key, row.key))}: " if row.key else ""
            told = words("carried.reach.none", why=words.why(row.missing))
            blocks.append(missing(words.where(row.platform) + who + told))
    return [*blocks, *_attributed(report, words, partners)]


def _attributed(report: Report, words: ReportWords, partners: dict[str, str]) -> list[Block]:
    """Stored figures of attribution with what each rests on; what is not told stands with its reason."""
    rows = report.figures.all("attributed")
    if not rows:
        return []
    heads = ("what", "platform", "partner", "value", "n", "coverage", "formula")
    columns = [(words(f"column.{head}"), "right" if head in ("value", "n", "coverage") else "left") for head in heads]
    lines = [_line(row, words, partners) for row in rows[:ATTRIBUTED]]
    note = words("attributed.note", profile=", ".join(sorted({str(row.detail["profile"]) for row in rows})))
    left = len(rows) - ATTRIBUTED
    note += " " + words("attributed.more", n=words.number(left)) if left > 0 else ""
    return [table(columns, lines, title=words("attributed.title"), note=note)]


def _line(row: Figure, words: ReportWords, partners: dict[str, str]) -> list[Cell]:
    detail = row.detail
    names = [value for name, value in detail["cut"].items() if name != "panel"]
    what = words.label("metric", detail["metric"]) + (f" ({', '.join(names)})" if names else "")
    coverage = detail["coverage"]
    return [
        plain(what),
        words.label("platform", row.platform),
        plain(partners.get(detail["partner"], detail["partner"] or "–")),
        _told(row, words),
        words.number(row.n),
        "–" if coverage is None else words.value("share", coverage),
        row.formula,
    ]


def _told(row: Figure, words: ReportWords) -> str:
    """A value with its 90 % interval; only its bounds where it has no more; else why there is none."""
    if row.missing is not None:
        return words.why(row.missing)
    low, high = (row.detail[name] for name in ("low", "high"))
    if row.value is None:
        bounds = (("≥", low), ("≤", high))
        return " · ".join(f"{sign} {words.value(row.unit, bound)}" for sign, bound in bounds if bound is not None)
    told = words.value(row.unit, row.value)
    return (
        told
        if low is None or high is None
        else f"{told} ({words.value(row.unit, low)} … {words.value(row.unit, high)})"
    )


def _partner(
    name: tuple[str | None, str | None],
    posts: Figure | None,
    engaged: Figure | None,
    words: ReportWords,
    partners: dict[str, str],
    most: float,
) -> list[Cell]:
    platform, partner = name
    cells: list[Cell] = [
        plain(partners.get(str(partner), str(partner))),
        words.label("platform", platform),
        "–" if posts is None else words.told(posts),
    ]
    if engaged is None:
        return [*cells, "–", "–", "–"]
    return [
        *cells,
        {"text": words.told(engaged), "bar": float(engaged.value or 0) / most, "platform": platform},
        words.value("count", engaged.detail["incremental"]),
        words.value("count", round(engaged.detail["shapley"])),
    ]
