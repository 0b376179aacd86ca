"""The saved objects are what the sources give, and every field that they name is in the index."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import yaml
from typer.testing import CliRunner

from dengar.cli import build as app
from dengar.kibana.deliver import DeliveryError, deliver
from dengar.kibana.objects import EXPLORER, FOLDER, SourcesError, build, ndjson
from dengar.paths import INFRA
from dengar.web.panels import fill, panels
from dengar.web.words import words

TEMPLATES = {
    "mentions": "dengar-mention",
    "metrics": "dengar-metrics",
    "responses": "dengar-response",
    "trends": "dengar-trends",
    "attribution": "dengar-attribution",
}


def fields(index: str) -> set[str]:
    """Paths of the index's mapping, with sub-fields."""
    body = json.loads((INFRA / "elasticsearch" / "templates" / f"{TEMPLATES[index]}.json").read_text(encoding="utf-8"))

    def walk(properties: dict[str, Any], before: str = "") -> set[str]:
        found = set()
        for name, one in properties.items():
            path = f"{before}{name}"
            found |= {path, *(f"{path}.{sub}" for sub in one.get("fields", {}))}
            found |= walk(one.get("properties", {}), f"{path}.")
        return found

    return walk(body["template"]["mappings"]["properties"])


@pytest.fixture(scope="module")
def objects() -> list[dict[str, Any]]:
    return build()


def of(objects: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [one for one in objects if one["type"] == kind]


def test_the_committed_file_is_what_the_sources_give(objects):
    assert (FOLDER / "dengar.ndjson").read_bytes() == ndjson(objects), "run `dengar kibana build`"


def test_the_dashboards_are_those_that_people_asked_for(objects):
    titles = {one["attributes"]["title"].removeprefix("dengar · ") for one in of(objects, "dashboard")}
    assert titles == {"Pagi ini", "Keluhan", "Konten", "Kampanye dan mitra", "Tren dan krisis", "Kesehatan data"}
    shown = {reference["id"] for one in of(objects, "dashboard") for reference in one["references"]}
    assert {one["id"] for one in [*of(objects, "search"), *of(objects, "visualization")]} == shown, (
        "nothing is built that nobody sees"
    )


def test_every_field_of_a_data_view_is_in_the_index_and_has_an_indonesian_label(objects):
    for view in of(objects, "index-pattern"):
        index = view["attributes"]["title"]
        labels = json.loads(view["attributes"]["fieldAttrs"])
        formats = json.loads(view["attributes"]["fieldFormatMap"])
        assert set(labels) <= fields(index)
        assert set(formats) <= set(labels)
        assert view["attributes"]["timeFieldName"] in labels
    (mentions,) = (one for one in of(objects, "index-pattern") if one["attributes"]["title"] == "mentions")
    lookup = json.loads(mentions["attributes"]["fieldFormatMap"])["intent.label"]["params"]["lookupEntries"]
    assert {"key": "complaint", "value": "keluhan"} in lookup
    assert {"key": "question", "value": "pertanyaan"} in lookup


def test_every_hit_leads_to_the_post_the_conversation_and_the_label_form(objects):
    (mentions,) = (one for one in of(objects, "index-pattern") if one["attributes"]["title"] == "mentions")
    links = {
        name: one["params"]["urlTemplate"]
        for name, one in json.loads(mentions["attributes"]["fieldFormatMap"]).items()
        if one["id"] == "url"
    }
    assert links["permalink"] == "{{rawValue}}"
    assert links["conversation_id"] == f"{EXPLORER}/conversations/{{{{value}}}}"
    assert links["id"] == f"{EXPLORER}/mentions/{{{{value}}}}#label"
    for search in of(objects, "search"):
        assert "id" in search["attributes"]["columns"]


def test_every_field_of_a_saved_search_is_in_the_index(objects):
    views = {one["id"]: one["attributes"]["title"] for one in of(objects, "index-pattern")}
    for search in of(objects, "search"):
        known = fields(views[search["references"][0]["id"]])
        source = json.loads(search["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])
        named = set(re.findall(r"([a-z_.]+):", source["query"]["query"]))
        assert named | set(search["attributes"]["columns"]) | {search["attributes"]["sort"][0][0]} <= known, search[
            "id"
        ]


@pytest.mark.parametrize("name", sorted(panels()))
def test_every_field_of_a_panel_is_in_the_index(name):
    panel = panels()[name]
    asked = json.dumps(panel.request)
    named = set(re.findall(r'"field": "([^"]+)"', asked)) | set(re.findall(r'"terms?": \{"([a-z_.]+)": ', asked)) - {
        "field"
    }
    assert named
    assert named <= fields(panel.index), name
    assert panel.told("title", "id") != panel.told("title", "en")


def test_the_span_of_a_request_may_be_a_bound_alone():
    start, end = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 8, tzinfo=UTC)
    request = panels()["not_told"].request
    ranges = [one["range"] for one in fill(request, start, end)["query"]["bool"]["filter"] if "range" in one]
    assert ranges == [
        {"period.end": {"gt": "2026-11-01T00:00:00.000Z"}}, {"period.start": {"lt": "2026-11-08T00:00:00.000Z"}},
    ]  # fmt: skip
    ever = [one["range"] for one in fill(request, None, end)["query"]["bool"]["filter"] if "range" in one]
    assert ever[0] == {"period.end": {"gt": "1970-01-01T00:00:00.000Z"}}


def test_panels_speak_indonesian_in_kibana(objects):
    (intent,) = (one for one in objects if one["id"] == "dengar-panel-intent")
    spec = json.loads(json.loads(intent["attributes"]["visState"])["params"]["spec"])
    assert spec["params"][0]["value"]["complaint"] == words("id").label("intent", "complaint") == "keluhan"
    assert spec["data"]["url"]["body"]["query"]["bool"]["must"] == ["%dashboard_context-must_clause%"]


def test_links_follow_the_explorer_s_address():
    text = ndjson(build("https://dengar.contoh.go.id/")).decode()
    assert "https://dengar.contoh.go.id/conversations/" in text
    assert "localhost" not in text


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("dashboards", "panel: roles", "panel: nowhere", "which infra/kibana does not have"),
        ("dashboards", "at: [24, 15, 24, 10]", "at: [20, 15, 24, 10]", "overlap"),
        ("searches", "id: hoaks", "id: ragu", "twice"),
    ],
)
def test_sources_that_do_not_fit_together_are_named(tmp_path, file, old, new, says):
    for path in FOLDER.glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "panels").symlink_to(FOLDER / "panels")
    broken = tmp_path / f"{file}.yaml"
    text = broken.read_text(encoding="utf-8")
    assert old in text
    broken.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert yaml.safe_load(broken.read_text(encoding="utf-8"))
    with pytest.raises(SourcesError, match=says):
        build(folder=tmp_path)


def test_the_verb_builds_and_checks(tmp_path):
    out = tmp_path / "x.ndjson"
    run = CliRunner()
    assert run.invoke(app(), ["kibana", "build", "--check", "--out", str(out)]).exit_code == 1
    told = run.invoke(app(), ["kibana", "build", "--out", str(out), "--json"])
    assert json.loads(told.stdout)["objects"]["dashboard"] == 6
    assert run.invoke(app(), ["kibana", "build", "--check", "--out", str(out)]).exit_code == 0


def kibana(status: int, body: Any) -> httpx.MockTransport:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/s/humas/api/saved_objects/_import"
        assert request.url.params["overwrite"] == "true"
        assert request.headers["kbn-xsrf"] == "true"
        assert request.headers["authorization"].startswith("Basic ")
        assert b'"type":"dashboard"' in request.content
        return httpx.Response(status, json=body) if body is not None else httpx.Response(status, text="<html>")

    return httpx.MockTransport(answer)


def test_the_import_goes_through_kibana_s_api(objects):
    taken = deliver(
        ndjson(objects),
        "http://kibana:5601/",
        "elastic",
        "rahasia",
        "humas",
        kibana(200, {"success": True, "successCount": 32}),
    )
    assert taken["successCount"] == 32
    refused = {"success": False, "errors": [{"id": "dengar-pagi-ini", "error": {"type": "missing_references"}}]}
    for status, body, says in (
        (200, refused, "dengar-pagi-ini: missing_references"),
        (401, {}, "credentials"),
        (502, None, "no JSON"),
    ):
        with pytest.raises(DeliveryError, match=says) as caught:
            deliver(ndjson(objects), "http://kibana:5601", "elastic", "rahasia", "humas", kibana(status, body))
        assert "rahasia" not in str(caught.value)
