"""Charts as SVG: Vega-Lite specs drawn by vl-convert, in the colours of the explorer's panels. No third party's text is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from dengar.report.figure import Number

COLOURS = {"instagram": "#5b3cc4", "youtube": "#b42318", "both": "#175cd3"}
FEELING = {"negative": "#b42318", "neutral": "#98a2b3", "positive": "#067647"}
INK, QUIET, GRID = "#344054", "#98a2b3", "#eaecf0"
FONT = "Libertinus Serif, Georgia, serif"
"""The PDF's font comes with typst; pages fall back on the reader's own."""
CONFIG: Mapping[str, Any] = {
    "font": FONT,
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 11, "labelColor": INK, "gridColor": GRID, "domainColor": QUIET, "tickColor": QUIET, "title": None,
        "labelFont": FONT,
    },
}  # fmt: skip

Line = Sequence[Number | None]


def draw(spec: Mapping[str, Any]) -> str:
    """SVG of a spec."""
    import vl_convert

    whole = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "config": CONFIG, **spec}
    svg: str = vl_convert.vegalite_to_svg(orjson.dumps(whole).decode(), vl_version="5.20")
    return svg


def sparkline(lines: Mapping[str, Line], target: float | None) -> str:
    """Thirteen weeks without axes, the last one as a dot; a week that was not observed is a gap. The target is a dashed line."""
    y: dict[str, Any] = {"type": "quantitative", "axis": None, "scale": {"zero": False, "nice": False}}
    x = {"field": "at", "type": "quantitative", "axis": None, "scale": {"nice": False}}
    own = {"x": x, "y": {"field": "value", **y}, "color": _colour(lines)}
    drawn: dict[str, Any] = {
        "data": {"values": _rows(lines)},
        "encoding": own,
        "layer": [
            {"mark": {"type": "line", "strokeWidth": 1.6, "invalid": "break-paths-show-domains"}},
            {
                "mark": {"type": "point", "filled": True, "size": 36, "opacity": 1},
                "transform": [{"filter": "datum.last"}],
            },
        ],
    }
    layers = [drawn]
    if target is not None:
        mark = {"type": "rule", "strokeDash": [3, 3], "color": QUIET, "strokeWidth": 1}
        layers.append(
            {"data": {"values": [{"level": target}]}, "mark": mark, "encoding": {"y": {"field": "level", **y}}}
        )
    return draw({"width": 130, "height": 30, "padding": 3, "layer": layers})


def weeks(lines: Mapping[str, Line], names: Sequence[str]) -> str:
    """Counts by week, from zero, with the first and every third week named."""
    return draw(
        {
            "width": 560,
            "height": 120,
            "data": {"values": _rows(lines)},
            "layer": [
                {"mark": {"type": "line", "strokeWidth": 2, "invalid": "break-paths-show-domains"}},
                {"mark": {"type": "point", "filled": True, "size": 26, "opacity": 1}},
            ],
            "encoding": {
                "x": {
                    "field": "at", "type": "quantitative", "scale": {"nice": False},
                    "axis": {"values": list(range(0, len(names), 3)), "labelExpr": _names(names), "grid": False},
                },
                "y": {"field": "value", "type": "quantitative", "scale": {"zero": True}, "axis": {"tickCount": 4, "format": "d"}},
                "color": _colour(lines),
            },
        }
    )  # fmt: skip


def hours(lines: Mapping[str, Line], days: Sequence[str]) -> str:
    """Counts by hour over seven days, each named at its midnight."""
    return draw(
        {
            "width": 560,
            "height": 110,
            "data": {"values": _rows(lines)},
            "mark": {"type": "line", "strokeWidth": 1.4, "interpolate": "step-after"},
            "encoding": {
                "x": {
                    "field": "at", "type": "quantitative", "scale": {"domain": [0, 168], "nice": False},
                    "axis": {
                        "values": [24 * at for at in range(7)], "labelExpr": _names(days, step=24), "labelAlign": "left",
                        "tickSize": 8, "grid": True,
                    },
                },
                "y": {"field": "value", "type": "quantitative", "axis": {"tickCount": 4, "format": "d", "grid": False}},
                "color": _colour(lines),
            },
        }
    )  # fmt: skip


def feelings(shares: Mapping[str, Mapping[str, float]], names: Mapping[str, str]) -> str:
    """One bar a row (its name → feeling → share), from 0 to 1, negative first."""
    rows = [
        {
            "row": row,
            "feeling": names[feeling],
            "share": share[feeling],
            "order": at,
            "told": f"{share[feeling]:.0%}" if share[feeling] >= 0.06 else "",
        }
        for row, share in shares.items()
        for at, feeling in enumerate(FEELING)
    ]
    y = {
        "field": "row",
        "type": "nominal",
        "title": None,
        "sort": None,
        "axis": {"domain": False, "ticks": False, "labelPadding": 8},
    }
    x = {"field": "share", "type": "quantitative", "stack": "zero", "scale": {"domain": [0, 1]}, "axis": None}
    scale = {"domain": [names[one] for one in FEELING], "range": list(FEELING.values())}
    legend = {"title": None, "orient": "top", "labelColor": INK, "labelFont": FONT, "labelFontSize": 11}
    colour = {"field": "feeling", "type": "nominal", "sort": None, "scale": scale, "legend": legend}
    told = {"field": "told", "type": "nominal"}
    return draw(
        {
            "width": 480,
            "height": {"step": 26},
            "data": {"values": rows},
            "encoding": {"y": y, "order": {"field": "order", "type": "quantitative"}},
            "layer": [
                {"mark": {"type": "bar", "height": 18}, "encoding": {"x": x, "color": colour}},
                {
                    "mark": {"type": "text", "color": "white", "fontSize": 11, "font": FONT, "fontWeight": "bold"},
                    "encoding": {"x": {**x, "bandPosition": 0.5}, "text": told, "detail": {"field": "feeling"}},
                },
            ],
        }
    )


def _rows(lines: Mapping[str, Line]) -> list[dict[str, Any]]:
    return [
        {"at": at, "value": value, "line": name, "last": at == len(line) - 1 and value is not None}
        for name, line in lines.items()
        for at, value in enumerate(line)
    ]


def _colour(lines: Mapping[str, Line]) -> dict[str, Any]:
    scale = {"domain": list(lines), "range": [COLOURS[name] for name in lines]}
    return {"field": "line", "type": "nominal", "scale": scale, "legend": None}


def _names(names: Sequence[str], *, step: int = 1) -> str:
    return f"{orjson.dumps(list(names)).decode()}[datum.value / {step}]"
