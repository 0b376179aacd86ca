"""Who carried the campaign, as blocks."""

from __future__ import annotations

from dengar.report.figure import Figure
from dengar.report.show.blocks import Block, Cell, missing, plain, refused, table, text
from dengar.report.weekly import Report
from dengar.report.words import ReportWords

PARTNERS = 10


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
            blocks.append(missing(words.where(row.platform) + words("carried.reach.none", why=words.why(row.missing))))
    return blocks


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
