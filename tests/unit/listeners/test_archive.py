"""Recorded payloads from files: whatever a file holds ends as items or as a named reason, never as a crash or in silence."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from dengar.cli import build
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from listeners.archive import Unreadable, files, read_file
from listeners.archive.publish import publish_files
from listeners.archive.shapes import items_of
from listeners.context import Context
from listeners.item import RawItem
from listeners.publish import Publisher

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
COMMENT = {
    "kind": "youtube#comment",
    "id": "c1",
    "snippet": {
        "videoId": "v1",
        "textOriginal": "Hubungi saya di 0812-3456-7890",
        "authorDisplayName": "@warga",
        "publishedAt": "2026-11-19T03:00:00Z",
        "updatedAt": "2026-11-19T03:00:00Z",
    },
}


def written(folder: Path, content: bytes | Any, name: str = "page.json") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else orjson.dumps(content))
    return path


def told(path: Path) -> list[str]:
    """Kind of each item, or the reason and place of what is none."""
    return [f"{one.reason} {one.where}" if isinstance(one, Unreadable) else one.kind for one in read_file(path)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (COMMENT, ["comment"]),
        ([COMMENT, COMMENT], ["comment", "comment"]),
        ({"kind": "youtube#commentListResponse", "items": [COMMENT]}, ["comment"]),
        ({"items": [COMMENT]}, ["comment"]),
        ({"kind": "youtube#commentListResponse", "items": []}, ["empty_page file"]),
        ({"kind": "youtube#commentListResponse", "items": [COMMENT, {"id": None}]}, ["comment", "unknown_shape file"]),
        ({"kind": "youtube#caption", "id": "x"}, ["unknown_shape file"]),
        ({"error": {"code": 403, "errors": [{"reason": "quotaExceeded"}]}}, ["error"]),
        ({"error": {"message": "x", "type": "OAuthException", "code": 190}}, ["error"]),
        ({"id": "9", "caption": "x", "media_type": "IMAGE", "username": "kemensos"}, ["media"]),
        ({"id": "9", "media_product_type": "STORY"}, ["story"]),
        ({"data": [{"id": "1", "text": "x"}, {"id": "2", "text": "y"}]}, ["comment", "comment"]),
        ({"data": []}, ["empty_page file"]),
        ({"id": "5", "username": "mitra", "followers_count": 3}, ["user"]),
        ({"id": "5", "name": "bansos"}, ["hashtag"]),
        (
            {
                "data": [
                    {"name": "reach", "period": "lifetime", "values": [{"value": 1}], "id": "9/insights/reach/lifetime"}
                ]
            },
            ["media_insights"],
        ),
        ({"entry": [{"id": "1", "changes": [{"field": "comments", "value": {"id": "1"}}]}]}, ["webhook_change"]),
        (
            {"business_discovery": {"id": "5", "username": "m", "media": {"data": [{"id": "9"}]}}, "id": "1"},
            ["user", "media"],
        ),
        ({"data": {"app_id": "1", "is_valid": True}}, ["token_info"]),
        ({}, ["unknown_shape file"]),
        (3, ["not_an_object file"]),
        (b"", ["empty file"]),
        (b" \n ", ["malformed_json file"]),
        (b"\xef\xbb\xbf" + orjson.dumps(COMMENT), ["comment"]),
        (b'{\n"kind": "youtube#comment",\n"id":', ["malformed_json file"]),
        (b"[" * 100 + b"]" * 100, ["too_deep file"]),
        (b"<feed/>", ["unknown_shape file"]),
        (b"<feed>", ["malformed_xml file"]),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', ["malformed_xml file"]),
    ],
)
def test_a_file_is_told_by_what_is_in_it(tmp_path: Path, content: Any, expected: list[str]) -> None:
    assert told(written(tmp_path, content)) == expected


def test_each_line_of_ndjson_stands_for_itself(tmp_path: Path) -> None:
    line = orjson.dumps(COMMENT)
    path = written(tmp_path, b"\n".join([line, b"", b"{broken", line, b"3"]) + b"\n")
    assert told(path) == ["comment", "malformed_json line 3", "comment", "not_an_object line 5"]
    assert told(written(tmp_path, b"{broken\n" + line, "page.ndjson")) == ["malformed_json line 1", "comment"]
    assert told(written(tmp_path, b" \n\n", "blank.ndjson")) == ["empty file"]


def test_files_and_lines_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = orjson.dumps(COMMENT)
    monkeypatch.setattr(files, "MAX_LINE", len(line) + 8)
    path = written(tmp_path, line + b"\n" + b"x" * 3 * len(line) + b"\n" + line, "page.ndjson")
    assert told(path) == ["comment", "too_large line 2", "comment"]
    monkeypatch.setattr(files, "MAX_FILE", 10)
    assert told(path) == ["too_large file"]


def test_a_reason_quotes_nothing_of_the_file(tmp_path: Path) -> None:
    (one,) = read_file(written(tmp_path, b'{"text": "rahasia warga'))
    assert isinstance(one, Unreadable)
    assert "rahasia" not in one.detail


NAMES = st.sampled_from(
    [
        "id", "kind", "items", "data", "snippet", "text", "media", "entry", "changes", "messaging", "field", "value", "error",
        "replies", "comments", "topLevelComment", "videoId", "parentId", "owner", "sender", "recipient", "message", "name",
        "period", "values", "business_discovery", "mentioned_media", "username", "timestamp", "statistics", "media_type",
    ]
)  # fmt: skip
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["youtube#comment", "youtube#commentThread", "youtube#videoListResponse", "lifetime", "", "c1"]),
    st.text(max_size=8),
)
WILD = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=6)),
    max_leaves=30,
)


@given(WILD)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_json_ends_as_items_with_an_envelope_or_as_a_reason(value: Any) -> None:
    found = items_of(value, Context("archive/x", "archive.import"))
    assert found.items or found.rest
    for item in found.items:
        assert item.subject.startswith(("yt:", "ig:"))
        event = item.event(NOW)
        assert all(isinstance(raw, bytes) for _, raw in event.headers())
        assert item.content_version
    for reason, detail, _ in found.rest:
        assert reason.isidentifier()
        assert detail


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_bytes_end_as_items_or_as_a_reason(tmp_path: Path, content: bytes) -> None:
    assert told(written(tmp_path, content, "wild"))


def test_publishing_counts_and_keeps_the_unreadable_parts_for_the_quarantine(tmp_path: Path) -> None:
    log = MemoryLog()
    paths = [written(tmp_path, {"items": [COMMENT]}), written(tmp_path, b"{broken", "other.json")]
    assert publish_files(paths, Publisher(log)) == (2, 1)
    records = [
        record
        for partition, end in log.ends(["raw.youtube"]).items()
        for record in log.read(OffsetRange("raw.youtube", partition.number, 0, end))
    ]
    kinds = {dict(record.headers)["ce_type"].decode(): orjson.loads(record.value or b"") for record in records}
    assert kinds["dengar.raw.youtube.comment"] == COMMENT
    assert kinds["dengar.raw.youtube.unreadable"] == {
        "file": "other.json",
        "where": "file",
        "reason": "malformed_json",
        "detail": "the body is not JSON",
        "content": "{broken",
    }


def test_a_dry_run_shows_each_item_masked_and_needs_no_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = written(tmp_path, {"items": [COMMENT, {"kind": "youtube#comment", "id": "c2"}, {"kind": "youtube#comment"}]})
    result = CliRunner().invoke(build(), ["import", "--dry-run", "--json", str(path)])
    assert result.exit_code == 0, result.output
    rows = [orjson.loads(line) for line in result.stdout.splitlines()]
    assert [set(row) for row in rows] == [
        {"file", "item", "kind", "subject", "outcome", "reason", "detail", "record"} for _ in rows
    ]
    assert [row["outcome"] for row in rows] == ["mention", "quarantined", "quarantined"]
    assert [row["reason"] for row in rows] == [None, rows[1]["reason"], "unknown_shape"]
    assert rows[1]["reason"]
    assert rows[0]["subject"] == rows[0]["record"]["id"] == "yt:comment:c1"
    assert "3456" not in result.stdout
    assert "@warga" not in result.stdout
    plain = CliRunner().invoke(build(), ["import", "--dry-run", str(path)])
    assert plain.stdout.splitlines()[0] == "page.json 0: youtube.comment yt:comment:c1 -> mention"


def test_a_file_that_is_not_there_is_said_so() -> None:
    result = CliRunner().invoke(build(), ["import", "--dry-run", "nowhere.json"])
    assert result.exit_code == 2


def test_an_item_of_a_file_says_that_it_was_imported(tmp_path: Path) -> None:
    (item,) = read_file(written(tmp_path, COMMENT))
    assert isinstance(item, RawItem)
    assert (item.via, item.request, item.post_id) == ("archive.import", "archive/page.json", "yt:video:v1")
