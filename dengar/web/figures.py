"""Draw a panel: ask the index, render the spec to SVG on the server, and tell the same as a table."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson

from dengar.policy import Policy, Verdict
from dengar.policy.rules import PLATFORMS
from dengar.trends.planned import Plan
from dengar.web.archive import Archive
from dengar.web.panels import Panel, fill, rows
from dengar.web.planned import marked, shaded
from dengar.web.question import Question
from dengar.web.seen import verdict_of
from dengar.web.words import Words

INDONESIAN = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["Rp", ""]}
_MOST_ROWS = 200


@dataclass(frozen=True)
class Figure:
    """`picture` is a data: address, "" where there is nothing to draw. `off`: platforms that policy keeps out of it."""

    title: str
    caption: str
    picture: str
    alternative: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    left_out: int = 0
    off: Mapping[str, Verdict] = field(default_factory=dict)


def draw(
    panel: Panel,
    archive: Archive,
    policy: Policy,
    words: Words,
    start: datetime | None,
    end: datetime,
    *,
    question: Question | None = None,
    first: datetime | None = None,
    plans: Sequence[Plan] = (),
) -> Figure:
    """The panel over [start, end), narrowed by a question where there is one; `plans` are shaded on its time axis.

    Raises IndexUnavailable, QueryError.
    """
    off = {one: why for one in PLATFORMS if (why := verdict_of(policy, one, panel.judged)) is not None}
    body = fill(panel.request, start, end, first=first)
    if off:
        body["query"]["bool"]["filter"].append({"terms": {"platform": [one for one in PLATFORMS if one not in off]}})
    answer = archive.aggregate(panel.index, body, question)
    values = panel.values(answer)
    names, keys = rows(values, body["aggs"])
    told = [[*(words.label(name, key) for name, key in zip(names, row, strict=False)), row[-1]] for row in keys]
    title, caption = panel.told("title", words.language), panel.told("caption", words.language)
    near = [plan.name for plan in plans if plan.meets(start or end, end)]
    if near:
        caption = f"{caption} {words('figure.plans', plans=', '.join(near))}"
    return Figure(
        title,
        caption,
        _picture(panel, values, words, plans if near else ()) if told else "",
        _alternative(title, told, words),
        [words(f"column.{name}") for name in names] + [words("column.count")],
        told[:_MOST_ROWS],
        max(0, len(told) - _MOST_ROWS),
        off,
    )


def _alternative(title: str, told: Sequence[Sequence[Any]], words: Words) -> str:
    if not told:
        return f"{title}: {words('figure.empty')}"
    total, top = sum(row[-1] for row in told), max(told, key=lambda row: row[-1])
    most = " · ".join(str(part) for part in top[:-1])
    return words("figure.alternative", title=title, total=words.number(total), most=most, n=words.number(top[-1]))


def _picture(panel: Panel, values: Any, words: Words, plans: Sequence[Plan]) -> str:
    spec = {**panel.worded(words), "data": {"values": marked(values, plans) if plans else values}}
    if plans:
        spec = shaded(spec)
    svg = render(orjson.dumps(spec).decode(), words.language)
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


_renderer = threading.Lock()


_UNDRAWN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd]")


@lru_cache(maxsize=256)
def render(spec: str, language: str) -> str:
    """SVG of a Vega-Lite spec (JSON), rendered in this process; no address in it is followed, and what no SVG can hold is left out."""
    import vl_convert

    options: dict[str, Any] = {"format_locale": INDONESIAN} if language == "id" else {}
    own = drawable(orjson.loads(spec))
    with _renderer:
        return str(vl_convert.vegalite_to_svg(own, vl_version="5.20", allowed_base_urls=[], **options))


def drawable(part: Any) -> Any:
    """A part of a spec without what cannot be drawn: what XML forbids (in a label it makes vl-convert 1.9 abort the whole process), and
    emoji beyond the basic plane, which Vega cuts in half where it shortens a label."""
    if isinstance(part, str):
        return _UNDRAWN.sub("", part)
    if isinstance(part, dict):
        return {name: drawable(value) for name, value in part.items()}
    return [drawable(one) for one in part] if isinstance(part, list) else part
