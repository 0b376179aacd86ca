"""What goes out in a file: formats, columns that policy takes away, cells that a spreadsheet would run."""

import csv
import io
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest

from dengar.index.export import COLUMNS, columns, format_of, records, write_export
from dengar.index.results import Hit, SearchPage
from dengar.index.shown import Shown
from dengar.policy import load_policy
from dengar.policy.rules import PLATFORMS

JUDGED = {"label": "negative", "score": 0.9, "uncertain": False, "origin": "model"}


def mention(platform: str, text: str = "bansos belum cair") -> dict:
    return {
        "id": f"{platform}-1", "platform": platform, "kind": "comment", "text": text, "hashtags": ["pkh", "bansos"], "sentiment": JUDGED,
        "author": {"key": "k1", "role": "public", "handle": None, "name": None}, "engagement": {"likes": None, "replies": 0},
        "published_at": "2026-11-24T10:00:00.000Z", "actionable": None,
    }  # fmt: skip


def exported(profile: str, form: str, *mentions: dict, platforms=PLATFORMS) -> bytes:
    policy = load_policy(profile)
    shown = Shown(policy)
    hits = [Hit(0.0, shown.of(one), {}) for one in mentions]
    out = io.BytesIO()
    count = write_export(
        records([SearchPage(len(hits), hits, 1, off=shown.off)]), out, form, columns(policy, platforms)
    )
    assert count == len(mentions)
    return out.getvalue()


def rows(body: bytes) -> list[dict]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_a_field_that_is_off_is_absent_and_named():
    lines = [
        orjson.loads(line)
        for line in exported("strict", "ndjson", mention("youtube"), mention("instagram")).splitlines()
    ]
    assert "sentiment" not in lines[0]
    assert "sentiment" in lines[0]["off"]
    assert lines[1]["sentiment"] == JUDGED
    assert lines[1]["off"] == []
    table = rows(exported("strict", "csv", mention("youtube"), mention("instagram")))
    assert [row["sentiment"] for row in table] == ["", "negative"]
    assert ["sentiment" in row["off"].split() for row in table] == [True, False]


def test_a_field_that_is_off_everywhere_has_no_column():
    table = rows(exported("strict", "csv", mention("youtube"), platforms=["youtube"]))
    assert "sentiment" not in table[0]
    assert "text" in table[0]
    assert set(columns(load_policy("sandbox"), PLATFORMS)) == {*COLUMNS, "off"}


@pytest.mark.parametrize("text", ["=1+1", "+62", "-x", "@SUM(A1)", "\t=1"])
def test_no_cell_is_run_by_a_spreadsheet(text):
    assert rows(exported("sandbox", "csv", mention("youtube", text)))[0]["text"] == f"'{text}"


def test_parquet_keeps_types_and_nulls():
    table = pq.read_table(io.BytesIO(exported("sandbox", "parquet", mention("youtube"), mention("instagram"))))
    row = table.to_pylist()[0]
    assert (row["likes"], row["replies"], row["actionable"]) == (None, 0, None)
    assert row["hashtags"] == ["pkh", "bansos"]
    assert row["published_at"].isoformat() == "2026-11-24T10:00:00+00:00"


def test_the_ending_tells_the_format():
    assert [format_of(Path(name)) for name in ("a.csv", "a.ndjson", "A.PARQUET")] == ["csv", "ndjson", "parquet"]
    with pytest.raises(ValueError, match=r"--format"):
        format_of(Path("a.xlsx"))
