"""Saved objects as Kibana imports them, one JSON object a line; references by id, so that an import over an older one replaces it.

The forms are those that Kibana's own export writes; an older `typeMigrationVersion` lets a newer Kibana migrate what it imports.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import yaml

from dengar.paths import INFRA
from dengar.web.panels import Panel, panels
from dengar.web.words import Words, words

FOLDER = INFRA / "kibana"
EXPLORER = "http://localhost:8090"
"""Where people's browsers find the explorer, unless told otherwise."""
_VERSIONS = {"index-pattern": "8.0.0", "search": "8.0.0", "visualization": "8.5.0", "dashboard": "8.9.0"}


class SourcesError(ValueError):
    """The files of infra/kibana do not fit together; the message says what to repair."""


def build(explorer: str = EXPLORER, folder: Path = FOLDER) -> list[dict[str, Any]]:
    """All saved objects; `explorer` is the address of the explorer in links. Raises SourcesError."""
    told, address = words("id"), explorer.rstrip("/")
    shown = panels(folder / "panels")
    views = [_view(row, told, address) for row in _rows(folder, "data_views")]
    searches = [_search(row) for row in _rows(folder, "searches")]
    drawn = [_panel(panel, told) for panel in shown.values()]
    boards = []
    texts: list[dict[str, Any]] = []
    for row in _rows(folder, "dashboards"):
        made, own = _dashboard(row, address)
        boards.append(made)
        texts += own
    objects = [*views, *searches, *drawn, *texts, *boards]
    _check(objects)
    return objects


def ndjson(objects: list[dict[str, Any]]) -> bytes:
    """The file that Kibana imports."""
    return b"".join(orjson.dumps(one, option=orjson.OPT_SORT_KEYS) + b"\n" for one in objects)


def _rows(folder: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))
    return rows


def _object(
    kind: str, identity: str, attributes: Mapping[str, Any], references: list[dict[str, str]]
) -> dict[str, Any]:
    return {
        "type": kind,
        "id": identity,
        "attributes": attributes,
        "references": references,
        "coreMigrationVersion": "8.8.0",
        "typeMigrationVersion": _VERSIONS[kind],
    }


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _view(row: Mapping[str, Any], told: Words, explorer: str) -> dict[str, Any]:
    formats: dict[str, Any] = {}
    for field, of in row.get("values", {}).items():
        entries = [{"key": value, "value": name} for value, name in told.labels(of).items()]
        formats[field] = {"id": "static_lookup", "params": {"lookupEntries": entries, "unknownKeyValue": None}}
    for field, (template, label) in row.get("links", {}).items():
        target = template.replace("{explorer}", explorer)
        formats[field] = {
            "id": "url",
            "params": {"type": "a", "urlTemplate": target, "labelTemplate": label, "openLinkInCurrentTab": False},
        }
    attributes = {
        "title": row["index"],
        "name": row["name"],
        "timeFieldName": row["time"],
        "fieldAttrs": _json({field: {"customLabel": label} for field, label in row["labels"].items()}),
        "fieldFormatMap": _json(formats),
        "sourceFilters": "[]",
        "runtimeFieldMap": "{}",
    }
    return _object("index-pattern", row["id"], attributes, [])


def _search(row: Mapping[str, Any]) -> dict[str, Any]:
    reference = "kibanaSavedObjectMeta.searchSourceJSON.index"
    source = {"query": {"language": "kuery", "query": row["query"]}, "filter": [], "indexRefName": reference}
    attributes = {
        "title": row["title"],
        "description": "",
        "columns": row["columns"],
        "sort": [row["sort"]],
        "grid": {},
        "hideChart": False,
        "kibanaSavedObjectMeta": {"searchSourceJSON": _json(source)},
    }
    return _object(
        "search",
        f"dengar-search-{row['id']}",
        attributes,
        [{"name": reference, "type": "index-pattern", "id": row["view"]}],
    )


def _visualization(identity: str, title: str, description: str, state: Mapping[str, Any]) -> dict[str, Any]:
    source = {"query": {"language": "kuery", "query": ""}, "filter": []}
    attributes = {
        "title": title,
        "description": description,
        "visState": _json({"title": title, "aggs": [], **state}),
        "uiStateJSON": "{}",
        "version": 1,
        "kibanaSavedObjectMeta": {"searchSourceJSON": _json(source)},
    }
    return _object("visualization", identity, attributes, [])


def _panel(panel: Panel, told: Words) -> dict[str, Any]:
    spec = panel.worded(told)
    # Kibana follows the panel's own size.
    state = {"type": "vega", "params": {"spec": orjson.dumps(spec, option=orjson.OPT_INDENT_2).decode()}}
    return _visualization(f"dengar-panel-{panel.name}", panel.told("title", "id"), panel.told("caption", "id"), state)


def _dashboard(row: Mapping[str, Any], explorer: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    shown, references, texts = [], [], []
    for number, one in enumerate(row["panels"], 1):
        name, (x, y, w, h) = str(number), one["at"]
        if "text" in one:
            kind, identity = "visualization", f"dengar-text-{row['id']}-{name}"
            markdown = {
                "markdown": one["text"].replace("{explorer}", explorer),
                "openLinksInNewTab": False,
                "fontSize": 12,
            }
            texts.append(
                _visualization(identity, f"{row['title']} {name}", "", {"type": "markdown", "params": markdown})
            )
        elif "panel" in one:
            kind, identity = "visualization", f"dengar-panel-{one['panel']}"
        else:
            kind, identity = "search", f"dengar-search-{one['search']}"
        references.append({"name": f"{name}:panel_{name}", "type": kind, "id": identity})
        grid = {"x": x, "y": y, "w": w, "h": h, "i": name}
        title = {"hidePanelTitles": True} if "text" in one else {}
        shown.append(
            {
                "type": kind,
                "gridData": grid,
                "panelIndex": name,
                "panelRefName": f"panel_{name}",
                "embeddableConfig": {"enhancements": {}, **title},
            }
        )
    options = {
        "useMargins": True,
        "syncColors": False,
        "syncCursor": True,
        "syncTooltips": False,
        "hidePanelTitles": False,
    }
    attributes = {
        "title": f"dengar · {row['title']}",
        "description": row["description"],
        "panelsJSON": _json(shown),
        "optionsJSON": _json(options),
        "timeRestore": True,
        "timeFrom": row["from"],
        "timeTo": "now",
        "version": 1,
        "kibanaSavedObjectMeta": {
            "searchSourceJSON": _json({"query": {"language": "kuery", "query": ""}, "filter": []})
        },
    }
    return _object("dashboard", f"dengar-{row['id']}", attributes, references), texts


def _check(objects: list[dict[str, Any]]) -> None:
    """Every reference leads to an object of the same file, every id is there once, no panels of a dashboard overlap."""
    known = [(one["type"], one["id"]) for one in objects]
    if len(set(known)) < len(known):
        raise SourcesError(f"infra/kibana names {next(one for one in known if known.count(one) > 1)} twice: keep one.")
    for one in objects:
        for reference in one["references"]:
            if (reference["type"], reference["id"]) not in set(known):
                raise SourcesError(
                    f"{one['id']} shows {reference['id']}, which infra/kibana does not have: add it or correct the id."
                )
        if one["type"] == "dashboard":
            for first, second in _overlapping(orjson.loads(one["attributes"]["panelsJSON"])):
                raise SourcesError(f"Panels {first} and {second} of {one['id']} overlap: move one in dashboards.yaml.")


def _overlapping(shown: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    grids = [one["gridData"] for one in shown]
    for number, one in enumerate(grids):
        for other in grids[number + 1 :]:
            apart = (
                one["x"] + one["w"] <= other["x"]
                or other["x"] + other["w"] <= one["x"]
                or one["y"] + one["h"] <= other["y"]
                or other["y"] + other["h"] <= one["y"]
            )
            if not apart:
                yield one["i"], other["i"]
