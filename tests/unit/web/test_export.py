"""Export of a search, in the forms of `dengar export`: what was found and no more, less what policy hides."""

from __future__ import annotations

import csv
import io
import json

import pyarrow.parquet as pq

from tests.unit.web.world import Explorer, mention


def rows(explorer: Explorer, address: str) -> list[dict[str, str]]:
    answer = explorer.client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="dengar-2026-11-24-0900.')
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_search_page_leads_to_its_own_export():
    explorer = Explorer("sandbox")
    page = explorer.get("/search?q=bansos&intent=complaint")
    assert 'href="/export?q=bansos&amp;intent=complaint&amp;form=csv"' in page
    assert [row["id"] for row in rows(explorer, "/export?q=bansos&intent=praise&form=csv")] == ["yt:comment:2"]


def test_every_page_of_a_search_is_in_it_once():
    many = [mention(f"yt:comment:{number}") for number in range(1203)]
    found = rows(Explorer("sandbox", many), "/export?form=csv")
    assert len(found) == len({row["id"] for row in found}) == 1203
    lines = Explorer("sandbox", many).client.get("/export?form=ndjson").text.splitlines()
    assert len({json.loads(line)["id"] for line in lines}) == 1203


def test_what_is_off_is_not_in_it_and_is_named():
    found = {row["id"]: row for row in rows(Explorer("strict"), "/export?form=csv")}
    assert found["yt:comment:1"]["intent"] == ""
    assert "intent" in found["yt:comment:1"]["off"].split()
    assert (found["ig:comment:3"]["intent"], found["ig:comment:3"]["off"]) == ("complaint", "")
    lines = [json.loads(line) for line in Explorer("strict").client.get("/export?form=ndjson").text.splitlines()]
    (one,) = (line for line in lines if line["id"] == "yt:comment:1")
    assert "intent" not in one
    assert "intent" in one["off"]
    assert "model_version" not in one
    only = rows(Explorer("strict"), "/export?form=csv&platform=youtube")
    assert "intent" not in only[0], "off everywhere: no column"


def test_null_is_empty_and_formulas_are_text():
    texts = ['=HYPERLINK("http://jahat.example")', "+62", "-1+1", "@SUM(A1)", "biasa", 'koma, "petik"\nbaris']
    found = rows(
        Explorer("sandbox", [mention(f"yt:comment:{n}", text=text) for n, text in enumerate(texts)]), "/export?form=csv"
    )
    assert not [row["text"] for row in found if row["text"].startswith(("=", "+", "-", "@"))]
    assert found[5]["text"] == texts[5]
    assert {row["replies"] for row in found} == {""}
    assert {row["likes"] for row in found} == {"3"}


def test_a_table_for_notebooks():
    answer = Explorer("sandbox").client.get("/export?form=parquet")
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    table = pq.read_table(io.BytesIO(answer.content))
    assert "yt:comment:1" in table["id"].to_pylist()


def test_messages_and_mistakes():
    explorer = Explorer("sandbox")
    assert "pesan rahasia" not in explorer.client.get("/export?form=csv").text
    assert explorer.client.get("/export?form=csv&messages=1").status_code == 303
    assert explorer.client.get("/export?form=exe").status_code == 400
    assert explorer.client.get('/export?form=csv&q="').status_code == 400
    assert rows(explorer, "/export?form=csv&q=tidakada") == []
    explorer.sign_in()
    assert "pesan rahasia" in explorer.client.get("/export?form=csv&messages=1").text
