"""Page one: a sentence, five figures against last week, thirteen weeks and the target, three decisions, and what could not be seen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from dengar.report.figure import Figure
from dengar.report.scope import PLATFORMS
from dengar.report.show import charts
from dengar.report.show.blocks import Block, chart, plain
from dengar.report.targets import HEADLINES, Target
from dengar.report.week import LINE, Week
from dengar.report.weekly import Report
from dengar.report.words import ReportWords

GOOD_IS = {"complaint_share": -1, "reply_share": 1, "first_response": -1, "net_sentiment": 1}
"""Which way is better; a figure that is not here has no better."""


def lead(report: Report, words: ReportWords) -> list[str]:
    """The week in a sentence or two; one line a platform where they may not be mixed."""
    whole = report.figures.get("mentions")
    on = [None] if whole is not None else list(PLATFORMS)
    lines = [told for platform in on if (told := _lead(report, words, platform))]
    return lines or [words("lead.none")]


def _lead(report: Report, words: ReportWords, platform: str | None) -> str:
    mentions = report.figures.get("mentions", platform)
    if mentions is None or not mentions.value:
        return ""
    change = ""
    if mentions.before and mentions.value != mentions.before:
        by = abs(mentions.value / mentions.before - 1)
        change = ", " + words(
            "change.up" if mentions.value > mentions.before else "change.down", by=words.value("share", by)
        )
    told = [words("lead.mentions", value=words.value("count", mentions.value), change=change)]
    complaints = report.figures.get("complaint_share", platform)
    if complaints is not None and complaints.value is not None:
        told.append(words("lead.complaints", share=words.value("share", complaints.value)))
    replies, median = report.figures.get("reply_share", platform), report.figures.get("first_response", platform)
    if replies is not None and replies.value is not None:
        half = "" if median is None or median.value is None else words("lead.median", median=words.told(median))
        form = "lead.replies.threads" if replies.detail.get("of") == "threads" else "lead.replies"
        told.append(words(form, n=words.number(replies.n), share=words.value("share", replies.value), median=half))
    return words.where(platform) + " ".join(told)


def cards(report: Report, words: ReportWords) -> list[dict[str, Any]]:
    """The five figures."""
    return [_card(report, words, id) for id in HEADLINES]


def _card(report: Report, words: ReportWords, id: str) -> dict[str, Any]:
    rows = [row for row in report.figures.all(id) if row.platform is None] or report.figures.all(id)
    bound = report.targets.get(id)
    target = None if bound is None else Target(bound["at_least"], bound["at_most"])
    lines = {row.platform or "both": row.weeks for row in rows if any(value is not None for value in row.weeks)}
    level = None if target is None else (target.at_least if target.at_least is not None else target.at_most)
    inside = (
        [row for row in report.figures.all(id) if row.platform is not None] if rows and rows[0].platform is None else []
    )
    return {
        "label": words(f"figure.{id}"),
        "lines": [_line(report, words, id, row, level) for row in rows],
        "apart": [words.where(row.platform) + words.briefly(row) for row in inside]
        if any(row.value is not None for row in inside)
        else [],
        "target": _target(words, id, target, rows),
        "spark": charts.sparkline(lines, level) if lines else "",
        "alt": words("voice.line", n=13),
    }


def _line(report: Report, words: ReportWords, id: str, row: Figure, level: float | None) -> dict[str, Any]:
    where = "" if row.platform is None else words.label("platform", row.platform)
    if row.value is None:
        return {"where": where, "value": words.told(row), "absent": True, "delta": "", "trend": "", "hint": ""}
    delta, trend = words("delta.none"), ""
    if row.before is not None:
        before = words.value(row.unit, row.before)
        same = words.value(row.unit, row.value) == before
        delta = (
            words("delta.same", before=before)
            if same
            else words("delta", by=words.change(row.unit, row.value, row.before), before=before)
        )
        good = GOOD_IS.get(id, 0) * (row.value - row.before)
        trend = "" if same or not good else "better" if good > 0 else "worse"
    return {
        "where": where,
        "value": words.apart(row, level),
        "absent": False,
        "delta": delta,
        "trend": trend,
        "hint": _hint(report, words, id, row),
    }


def _hint(report: Report, words: ReportWords, id: str, row: Figure) -> str:
    n = words.number(row.n)
    if id == "mentions":
        return words("hint.mentions", people=words.number(row.authors))
    if id == "net_sentiment":
        unsure = report.figures.get("uncertain_share", row.platform)
        if unsure is None or unsure.value is None:
            return words("hint.net_sentiment.sure", n=n)
        return words("hint.net_sentiment", n=n, unsure=words.told(unsure))
    form = "hint.reply_share.threads" if id == "reply_share" and row.detail.get("of") == "threads" else f"hint.{id}"
    return words(form, n=n)


def _target(words: ReportWords, id: str, target: Target | None, rows: list[Figure]) -> dict[str, str]:
    if target is None:
        return {"text": words("target.none"), "state": "none", "word": ""}
    unit = rows[0].unit if rows else "count"
    bound = "target.at_least" if target.at_least is not None else "target.at_most"
    level = target.at_least if target.at_least is not None else target.at_most
    told = words("target", bound=words(bound, value=words.value(unit, level)))
    met = [target.met(float(row.value)) for row in rows if row.value is not None]
    state = "unknown" if not met else "met" if all(met) else "missed"
    return {"text": told, "state": state, "word": words(f"target.{state}")}


def line(report: Report, words: ReportWords) -> list[Block]:
    """Thirteen weeks of the public's mentions, a line a platform; nothing where none was observed."""
    rows = [row for row in report.figures.all("mentions") if row.platform and any(row.weeks)]
    if not rows:
        return []
    names = [words.day(week.monday) for week in Week.parse(report.week).line()]
    most = max(value for row in rows for value in row.weeks if value is not None)
    alt = words("voice.line.alt", now=" + ".join(words.told(row) for row in rows), most=words.number(int(most)))
    svg = charts.weeks({str(row.platform): row.weeks for row in rows}, names)
    return [chart(svg, alt, title=words("voice.line", n=LINE), key=key(words, [str(row.platform) for row in rows]))]


def key(words: ReportWords, platforms: Iterable[str]) -> list[dict[str, str]]:
    """The names of the platforms whose colours a chart has."""
    return [{"platform": one, "label": words.label("platform", one)} for one in platforms]


def decisions(report: Report, words: ReportWords) -> list[dict[str, str]]:
    """The things to decide, as questions with their reasons."""
    return [_decision(one.rule, dict(one.values), words) for one in report.decisions]


def _decision(rule: str, values: dict[str, Any], words: ReportWords) -> dict[str, str]:
    platform = values.get("platform")
    units = {
        "share": "share",
        "target": "share",
        "before": "count",
        "value": "count",
        "unanswered": "count",
        "n": "count",
    }
    if rule == "mood_fell":
        units |= {"value": "points", "before": "points"}
    told: dict[str, Any] = {
        name: words.value(unit, values[name]) for name, unit in units.items() if values.get(name) is not None
    }
    told |= {
        name: words.value("count", round(values[name])) for name in ("observed", "expected", "days") if name in values
    }
    told |= {"where": words.where(platform), "platform": words.label("platform", platform or ""), "grown": ""}
    if "start" in values:
        told["start"] = words.clock(values["start"])
    if "label" in values:
        told["label"] = plain(f"“{values['label']}” ") if values["label"] else ""
    if rule in ("explain_matter", "refute") and "before" in told:
        told["grown"] = words("decide.grown", before=told["before"])
    if "category" in values:
        told["category"] = words.label("category", values["category"])
    if "group" in values:
        told["group"] = group(words, values["group"])
    why = words(f"decide.{rule}.why", **told)
    return {"question": words(f"decide.{rule}", **{"unanswered": "", **told}), "why": why[:1].upper() + why[1:]}


def group(words: ReportWords, key: str) -> str:
    """`edukasi, korsel` of `education/carousel`."""
    purpose, _, form = key.partition("/")
    parts = [words.label("purpose", purpose) if purpose else "", words.label("format", form) if form else ""]
    return ", ".join(part for part in parts if part) or words("content.unknown")


def unseen(report: Report, words: ReportWords) -> list[dict[str, str]]:
    """What could not be seen, each with how it is enabled where it can be."""
    figures, rows = report.figures, []
    for row in figures.all("coverage"):
        if row.detail["gaps"]:
            names = ", ".join(words.weekday(date.fromisoformat(day)) for day in row.detail["gaps"])
            told = words("unseen.gaps", platform=_of(words, row), days=len(row.detail["gaps"]), n=row.n, names=names)
            rows.append({"text": told, "how": ""})
    for row in figures.all("silent_source"):
        told = words(
            "unseen.silent", platform=_of(words, row), via=row.key, when=words.clock(row.detail["last_observed"])
        )
        rows.append({"text": told, "how": ""})
    for row in figures.all("off"):
        assert row.missing is not None
        says, how = words.clause(row.missing)
        names = ", ".join(words(f"unseen.name.{name}") for name in row.detail["names"])
        rows.append({"text": words("unseen.off", platform=_of(words, row), names=names, says=says), "how": how})
    for row in figures.all("unmixed"):
        assert row.missing is not None
        says, _ = words.clause(row.missing)
        rows.append({"text": words("unseen.unmixed", says=says), "how": ""})
    for row in figures.all("withheld_share"):
        if row.value:
            rows.append({"text": words("unseen.withheld", platform=_of(words, row), share=words.told(row)), "how": ""})
    for row in figures.all("quarantined"):
        if row.value:
            rows.append({"text": words("unseen.quarantined", value=words.told(row), n=words.number(row.n)), "how": ""})
    if not rows:
        rows.append({"text": words("unseen.complete"), "how": ""})
    return [*rows, {"text": words("unseen.messages"), "how": ""}]


def _of(words: ReportWords, row: Figure) -> str:
    return words.label("platform", row.platform or "")
