"""The whole structure: page one, the sections, what to bear in mind, and the revisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import orjson

from dengar.enrich.heads import MODELS
from dengar.registers import Registers
from dengar.report.show import front
from dengar.report.show.blocks import Block, Texts, plain, table, text
from dengar.report.show.body import sections
from dengar.report.week import Week
from dengar.report.weekly import Change, Report, Revision
from dengar.report.words import ReportWords, report_words

CHANGES = 12
Page = dict[str, Any]


def page_of(report: Report, language: str, registers: Registers, texts: Callable[[Sequence[str]], Texts]) -> Page:
    """What both renderings show. `texts` reads the examples' texts by their ids, those that live."""
    words = report_words(language)
    week = Week.parse(report.week)
    read = texts(_examples(report))
    campaign = next((one.name for one in registers.campaigns if one.id == report.campaign), report.campaign)
    partners = {one.id: one.name for one in registers.partners}
    told = {"version": report.version, "when": words.clock(report.made_at), "profile": report.profile}
    return {
        "language": language,
        "kicker": words("kicker"),
        "title": words("title") if campaign is None else words("title.campaign", campaign=plain(campaign)),
        "period": words("week", number=int(report.week[-2:]), period=words.period(week)),
        "version": words("version" if report.final else "version.open", **told),
        "confidential": words("confidential"),
        "page": words("page"),
        "lead": front.lead(report, words),
        "cards": front.cards(report, words),
        "line": front.line(report, words),
        "decide": {
            "title": words("decide.title"),
            "rows": front.decisions(report, words),
            "fewer": words("decide.fewer"),
        },
        "unseen": {"title": words("unseen.title"), "rows": front.unseen(report, words)},
        "revised": [_revision(one, words) for one in report.revisions[-1:]],
        "sections": [
            *sections(report, words, read, partners),
            {"id": "caveats", "title": words("section.caveats"), "blocks": _caveats(report, words)},
            *_revisions(report, words),
        ],
        "trend": {name: words(f"trend.{name}") for name in ("better", "worse")},
    }


def _examples(report: Report) -> list[str]:
    ids = [identity for row in report.figures.all("grievance") for identity in row.detail.get("samples", ())]
    return ids + [str(row.key) for row in report.figures.all("top_post") if row.key]


def _caveats(report: Report, words: ReportWords) -> list[Block]:
    formulas = sorted({row.formula for row in report.figures})
    scores = {name: words.value("share", told["macro_f1"]) for name, told in _scores().items()}
    told = [
        words("caveat.machine", **{name: scores.get(name, "–") for name in ("sentiment", "intent", "category")}),
        *(words(f"caveat.{name}") for name in ("public", "time", "cause", "frozen")),
        words("caveat.formulas", formulas=", ".join(formulas)),
    ]
    return [text(one) for one in told]


@cache
def _scores() -> Mapping[str, Mapping[str, float]]:
    """How well the shipped models did on texts they did not learn from."""
    scores: Mapping[str, Mapping[str, float]] = orjson.loads((MODELS / "model.json").read_bytes())["scores_on_folds"]
    return scores


def _revision(one: Revision, words: ReportWords) -> str:
    gone = ", ".join(
        f"{words.label('platform', platform)} {words.number(count)}" for platform, count in sorted(one.deleted.items())
    )
    return words(
        "revision.line",
        version=one.version,
        when=words.clock(one.made_at),
        n=len(one.changes),
        before=one.version - 1,
        since=words.clock(one.since),
        deleted=words("revision.deleted", told=gone) if gone else "",
        profile=words("revision.profile", before=one.profile_before) if one.profile_before else "",
    )


def _revisions(report: Report, words: ReportWords) -> list[dict[str, Any]]:
    if not report.revisions:
        return []
    blocks: list[Block] = []
    for one in reversed(report.revisions):
        columns = [(words("column.figure"), "left"), (words("column.was"), "right"), (words("column.now"), "right")]
        rows = [_change(change, report, words) for change in one.changes[:CHANGES]]
        left = len(one.changes) - CHANGES
        note = words("revision.more", n=words.number(left)) if left > 0 else ""
        blocks += (
            [text(_revision(one, words)), table(columns, rows, note=note)] if rows else [text(_revision(one, words))]
        )
    return [{"id": "revisions", "title": words("section.revisions"), "blocks": blocks}]


def _change(change: Change, report: Report, words: ReportWords) -> list[str]:
    row = report.figures.get(change.id, change.platform, change.key)
    unit = row.unit if row is not None else "count"
    now = words("revision.gone") if change.after is None else words.value(unit, change.after)
    name = change.key if change.id in ("rise", "top_post", "silent_source") else None
    told = words(f"figure.{change.id}") if name else words.name(change.id, change.key)
    return [words.where(change.platform) + told, words.value(unit, change.before), now]
