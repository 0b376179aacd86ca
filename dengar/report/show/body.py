"""The sections after page one, as blocks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dengar.report.figure import Figure, Figures
from dengar.report.scope import PLATFORMS
from dengar.report.show import charts
from dengar.report.show.blocks import Block, Cell, Texts, chart, counted, missing, plain, refused, table, text
from dengar.report.show.carried import carried
from dengar.report.show.front import key
from dengar.report.week import Week
from dengar.report.weekly import Report
from dengar.report.words import ReportWords

SENTIMENTS = ("negative", "neutral", "positive")
RISES, MATTERS = 6, 5
ALIKE = 70.0
"""From this similarity on (token_sort_ratio, 0 to 100) one example stands for the other."""


def sections(report: Report, words: ReportWords, texts: Texts, partners: dict[str, str]) -> list[dict[str, Any]]:
    """`{"id", "title", "blocks"}` of each section."""
    told: dict[str, list[Block]] = {
        "voice": voice(report, words, texts),
        "rising": rising(report, words),
        "answered": answered(report, words),
        "content": content(report, words, texts),
        "carried": carried(report, words, partners),
    }
    return [{"id": id, "title": words(f"section.{id}"), "blocks": blocks} for id, blocks in told.items()]


def voice(report: Report, words: ReportWords, texts: Texts) -> list[Block]:
    """Intents, matters, feelings, grievances."""
    figures = report.figures
    blocks: list[Block] = []
    for platform in PLATFORMS:
        row = figures.get("complaint_share", platform)
        if row is not None and row.missing is not None:
            blocks.append(refused(words, platform, words("voice.judged"), row.missing))
    blocks += counted(figures, "intent", words, "intent", title=words("voice.intents"))
    blocks += counted(figures, "category", words, "category", title=words("voice.categories"))
    return [*blocks, *_feelings(figures, words), *_grievances(figures, words, texts)]


def _feelings(figures: Figures, words: ReportWords) -> list[Block]:
    shares: dict[str, dict[str, float]] = {}
    notes = []
    for platform in (None, *PLATFORMS):
        rows = [row for row in figures.all("sentiment") if row.platform == platform and row.n and row.value is not None]
        if len(rows) < len(SENTIMENTS):
            continue  # a bar of a part would be a false one
        name = words("both") if platform is None else words.label("platform", platform)
        shares[name] = {str(row.key): float(row.value or 0) / float(row.n or 1) for row in rows}
        unsure, spam = figures.get("uncertain_share", platform), figures.get("spam_share", platform)
        if platform is None or len(shares) == 1 or None not in [row.platform for row in figures.all("sentiment")]:
            told = {"unsure": words.told(unsure) if unsure else "–", "spam": words.told(spam) if spam else "–"}
            notes.append(words("voice.sentiments.note", where=words.where(platform), **told))
    if not shares:
        return []
    names = {one: words.label("sentiment", one) for one in SENTIMENTS}
    alt = "; ".join(
        f"{row}: " + ", ".join(f"{names[one]} {words.value('share', share[one])}" for one in SENTIMENTS)
        for row, share in shares.items()
    )
    svg = charts.feelings(shares, names)
    return [chart(svg, words("voice.sentiments.alt", told=alt), title=words("voice.sentiments"), note=" ".join(notes))]


def _grievances(figures: Figures, words: ReportWords, texts: Texts) -> list[Block]:
    """A matter a row, with its count on each platform and an example from each."""
    matters: dict[str, list[Figure]] = {}
    for row in sorted(figures.all("grievance"), key=lambda one: -(one.value or 0)):
        if row.value is not None and "samples" in row.detail and row.key != "other":
            matters.setdefault(str(row.key), []).append(row)
    if not matters:
        return []
    items = []
    for category, rows in list(matters.items())[:MATTERS]:
        count = " · ".join(f"{words.label('platform', row.platform)} {words.told(row)}" for row in rows)
        live = [[texts[one]["text"] for one in row.detail["samples"] if one in texts] for row in rows]
        quotes = _unlike([plain(told[0]) for told in live if told])
        items.append(
            {
                "about": words.label("category", category),
                "count": count,
                "texts": quotes or [words("voice.gone")],
                "gone": not quotes,
            }
        )
    return [
        {"kind": "quotes", "title": words("voice.grievances"), "items": items, "note": words("voice.grievances.note")}
    ]


def _unlike(quotes: list[str]) -> list[str]:
    """Those that are not much the same as one before."""
    from rapidfuzz.fuzz import token_sort_ratio

    kept: list[str] = []
    for quote in quotes:
        if all(token_sort_ratio(quote, other) < ALIKE for other in kept):
            kept.append(quote)
    return kept


def rising(report: Report, words: ReportWords) -> list[Block]:
    """Mentions by hour, and the rises."""
    week, blocks = Week.parse(report.week), []
    hours = {str(row.platform): row.detail["counts"] for row in report.figures.all("hours") if "counts" in row.detail}
    if hours:
        days = [words.weekday(week.monday + timedelta(days=at)) for at in range(7)]
        svg = charts.hours(hours, days)
        blocks.append(chart(svg, words("rising.days.alt"), title=words("rising.days"), key=key(words, hours)))
    rows: list[list[Cell]] = []
    for row in report.figures.all("rise"):
        if row.value is None:
            if row.missing is not None:
                told = words(
                    "rising.none", platform=words.label("platform", row.platform or ""), why=words.why(row.missing)
                )
                blocks.append(text(told))
            continue
        rows.append(_rise(row, words))
        explained = (row.detail.get("explanation") or {}).get(words.language)
        if explained:
            blocks.append(text(plain(explained)))
    if rows:
        names = ("what", "platform", "start", "severity", "observed", "expected", "authors")
        align = {"what": "left", "platform": "left", "start": "left", "severity": "bar"}
        columns = [(words(f"column.{name}"), align.get(name, "right")) for name in names]
        blocks.insert(1 if hours else 0, table(columns, rows[:RISES], note=words("rising.note")))
    return blocks


def _rise(row: Figure, words: ReportWords) -> list[Cell]:
    detail = row.detail
    kind = words("rising.volume") if detail.get("kind") == "volume" else words(f"rising.kind.{detail['kind']}")
    label = f"{kind}: {plain(detail['label'])}" if detail.get("label") else kind
    severity: Cell = {
        "text": words.value("count", row.value),
        "bar": float(row.value or 0) / 10,
        "platform": row.platform or "both",
    }
    return [
        label,
        words("both") if row.platform is None else words.label("platform", row.platform),
        words.moment(detail["start"]),
        severity,
        words.value("count", round(detail["observed"])),
        words.value("count", round(detail["expected"])),
        words.value("count", row.authors),
    ]


def answered(report: Report, words: ReportWords) -> list[Block]:
    """The desk's figures side by side, and by category."""
    figures, blocks = report.figures, []
    whole = figures.get("reply_share") is not None
    on: list[str | None] = [None] if whole else []
    on += [one for one in PLATFORMS if figures.get("reply_share", one) is not None]
    columns = [(words("column.measure"), "left")]
    columns += [(words("both") if one is None else words.label("platform", one), "right") for one in on]
    if whole:
        columns.insert(2, (words("column.before"), "right"))
    rows: list[list[Cell]] = []
    for id in (
        "reply_share",
        "within_target",
        "first_response",
        "first_response_p90",
        "unanswered",
        "overdue",
        "copied_answers",
        "private_data_asked",
    ):
        cells: list[Cell] = [words(f"figure.{id}")]
        for one in on:
            row = figures.get(id, one)
            of = f" (n {words.number(row.n)})" if row is not None and row.unit == "share" and row.n else ""
            cells.append("–" if row is None else words.briefly(row) + of)
            if one is None:
                cells.append("–" if row is None else words.value(row.unit, row.before))
        rows.append(cells)
    blocks.append(table(columns, rows, title=words("answered.title"), note=words("answered.note")))
    for platform in PLATFORMS:
        row = figures.get("reply_share", platform)
        if row is not None and row.detail.get("of") == "threads":
            blocks.append(missing(words("answered.threads", platform=words.label("platform", platform))))
    by_category = [row for row in figures.all("replies_by_category") if row.value is not None]
    if by_category:
        heads = [
            ("category", "left"),
            ("platform", "left"),
            ("answered", "bar"),
            ("median", "right"),
            ("within", "right"),
            ("n", "right"),
        ]
        lines: list[list[Cell]] = [_by_category(row, words) for row in by_category[:8]]
        blocks.append(
            table(
                [(words(f"column.{name}"), align) for name, align in heads], lines, title=words("answered.categories")
            )
        )
    return blocks


def _by_category(row: Figure, words: ReportWords) -> list[Cell]:
    detail = row.detail
    return [
        words.label("category", row.key),
        words.label("platform", row.platform),
        {"text": words.told(row), "bar": float(row.value or 0), "platform": row.platform or "both"},
        words.value("seconds", detail["median"]),
        words.value("share", detail["within_target"]),
        words.number(row.n),
    ]


def content(report: Report, words: ReportWords, texts: Texts) -> list[Block]:
    """By purpose and format, a table a platform: never of two in one."""
    blocks: list[Block] = []
    for platform in PLATFORMS:
        name = words.label("platform", platform)
        rows = [row for row in report.figures.all("engagement") if row.platform == platform]
        own = report.figures.get("own_posts", platform)
        if own is not None and own.missing is not None:
            blocks.append(text(words("content.none", platform=name, why=words.why(own.missing))))
            continue
        for row in rows:
            if row.missing is not None:
                blocks.append(refused(words, platform, words("content.counted"), row.missing))
        told = [row for row in rows if row.value is not None]
        if not told:
            continue
        most = max(float(row.value or 0) for row in told) or 1
        rated = any(row.detail["er_views"] is not None for row in told)
        names = ("purpose", "format", "engagement", *(("er_views",) if rated else ()), "posts")
        align = {"purpose": "left", "format": "left", "engagement": "bar"}
        heads = [(words(f"column.{name}"), align.get(name, "right")) for name in names]
        lines = [_content(row, words, most, rated) for row in told]
        title = words("content.own", platform=name, n=words.number(own.n if own else None))
        blocks.append(table(heads, lines, title=title))
        blocks += _best(report.figures, platform, words, texts)
    return [*blocks, text(words("content.note"))]


def _content(row: Figure, words: ReportWords, most: float, rated: bool) -> list[Cell]:
    purpose, _, form = str(row.key).partition("/")
    return [
        words.label("purpose", purpose) if purpose else words("content.unknown"),
        words.label("format", form) if form else words("content.unknown"),
        {
            "text": words.value("count", round(row.value or 0)),
            "bar": float(row.value or 0) / most,
            "platform": row.platform,
        },
        *([words.value("share", row.detail["er_views"])] if rated else []),
        words.number(row.n),
    ]


def _best(figures: Figures, platform: str, words: ReportWords, texts: Texts) -> list[Block]:
    items = []
    for row in figures.all("top_post"):
        if row.platform != platform or row.key is None or row.key not in texts:
            continue
        post = texts[row.key]
        form = words.label("format", row.detail["format"]) if row.detail.get("format") else words("content.unknown")
        about = words("content.post", format=form, when=words.moment(row.detail["published_at"]), value=words.told(row))
        items.append({"about": about, "count": "", "texts": [plain(post.get("title") or post["text"])], "gone": False})
    return [{"kind": "quotes", "title": words("content.best"), "items": items, "note": ""}] if items else []
