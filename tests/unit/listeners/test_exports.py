"""Exports of other tools: each row becomes what the platform's API would have said, or is named as what it is not."""

from __future__ import annotations

import json
from contextlib import suppress
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dengar.mapping import map_event
from dengar.paths import PROJECT
from dengar.records import timestamp
from listeners.archive.exports import EXPORTS, page
from listeners.archive.files import Unreadable, read_file
from listeners.archive.rows import Export, RowError
from listeners.context import Context
from listeners.item import RawItem

from datetime import UTC, datetime  # isort: skip

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def records(items: list[RawItem | Unreadable]) -> list[dict[str, Any]]:
    found = []
    for item in items:
        assert isinstance(item, RawItem), item
        mapped = map_event(item.event(NOW), "raw.youtube/0/0")
        found.append({"outcome": mapped.outcome.value} | (mapped.record or {}))
    return found


def named(export: Export) -> set[str]:
    """The columns that the page names."""
    return {
        name.strip().lower() for group in export.columns for part in group.split(",") for name in part.split(" or ")
    }


class Asked(dict[str, str]):
    """A row that keeps which of its columns were asked for. All are filled, but for what may stand in for another."""

    def __init__(self, columns: set[str], empty: set[str]) -> None:
        super().__init__({name: "" if name in empty else "1795140000" for name in columns})
        self.asked: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return super().__getitem__(name)


def test_the_page_documents_every_column_that_is_read() -> None:
    assert (PROJECT / "docs" / "import.md").read_text(encoding="utf-8") == page()
    for export in EXPORTS:
        assert export.signature <= named(export), export.name
        alike = {name for other in EXPORTS if other.read is export.read for name in named(other)}
        asked = set[str]()
        for empty in ((), *combinations(sorted(alike), 1), *combinations(sorted(alike), 2)):
            row = Asked(alike, set(empty))
            with suppress(RowError):
                export.read(row, Context("r", "archive.import", post_id="yt:video:v1"))
            asked |= row.asked
        assert asked - alike == set(), f"{export.name} reads columns that the page does not name"
        assert named(export) - asked == set(), f"{export.name} reads none of these columns"


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_video_list(tmp_path: Path, delimiter: str) -> None:
    columns = "position channelId channelTitle videoId publishedAt videoTitle videoDescription tags duration"
    columns += " viewCount likeCount commentCount"
    cells = ["1", "UCx", "Kabar", "v1", "2026-11-20T01:00:00Z", "Bansos cair", "Cek ya", "a|b", "PT3M", "1200", "", "7"]
    text = delimiter.join(columns.split()) + "\n" + delimiter.join(cells) + "\n"
    ((item),) = list(read_file(written(tmp_path, "videolist.csv", text)))
    assert isinstance(item, RawItem)
    mapped = map_event(item.event(NOW), "raw.youtube/0/0")
    assert mapped.record is not None
    assert (mapped.record["id"], mapped.record["title"]) == ("yt:video:v1", "Bansos cair")
    metrics = mapped.fan_out[0][1]["values"]
    assert (metrics["views"], metrics["comments"]) == (1200, 7)
    assert metrics.get("likes") is None, "an empty cell is absent, not 0"


COMMENTS = """id\treplyCount\tlikeCount\tpublishedAt\tauthorName\ttext\tauthorChannelId\tauthorChannelUrl\tisReply\tisReplyTo\tisReplyToName
c1\t1\t3\t2026-11-20 02:00:00\tWarga\tkapan cair min\tUCw\thttp://x.example\t0\t\t
c1.r1\t\t0\t2026-11-20 03:00:00\tAdmin\tsabar ya\tUCa\thttp://x.example\t1\tc1\tWarga
"""


def test_comments_of_a_video_hang_under_the_post_that_is_named(tmp_path: Path) -> None:
    file = written(tmp_path, "comments.tab", COMMENTS)
    comment, reply = records(list(read_file(file, "yt:video:v9")))
    assert (comment["id"], comment["kind"], comment["post_id"]) == ("yt:comment:c1", "comment", "yt:video:v9")
    assert comment["published_at"] == timestamp(datetime(2026, 11, 20, 2, tzinfo=UTC))
    assert (reply["kind"], reply["parent_id"], reply["conversation_id"]) == ("reply", "yt:comment:c1", "yt:comment:c1")


def test_comments_without_a_post_say_what_is_missing(tmp_path: Path) -> None:
    parts = list(read_file(written(tmp_path, "comments.tab", COMMENTS)))
    assert [part.reason for part in parts if isinstance(part, Unreadable)] == ["no_post", "no_post"]
    assert all("--post" in part.detail for part in parts if isinstance(part, Unreadable))


def test_4cat_posts(tmp_path: Path) -> None:
    text = (
        "id,thread_id,body,author,timestamp,type,num_likes,num_comments,likes_hidden,unix_timestamp\n"
        'Dx1,Dx1,"Terima kasih, #KemensosPeduli",warga.contoh,2026-11-20 02:00:00,picture,12,0,no,1795140000\n'
        "Dx2,Dx2,halo,warga.contoh,2026-11-20 02:00:00,video,3,1,yes,\n"
    )
    first, second = list(read_file(written(tmp_path, "4cat.csv", text)))
    assert isinstance(first, RawItem)
    assert isinstance(second, RawItem)
    assert (first.payload["like_count"], first.payload["media_type"], first.payload["comments_count"]) == (
        12,
        "IMAGE",
        0,
    )
    assert "like_count" not in second.payload
    assert [record["id"] for record in records([first, second])] == ["ig:media:Dx1", "ig:media:Dx2"]


ZEESCHUIMER = [
    {
        "item_id": "Dx3",
        "source_platform": "instagram.com",
        "timestamp_collected": 1795140000000,
        "data": {
            "code": "Dx3", "pk": "33", "taken_at": 1795140000, "media_type": 8, "like_count": 5, "comment_count": 2,
            "caption": {"text": "bansos tahap dua"}, "user": {"username": "warga.contoh"},
        },
    },
    {
        "item_id": "Dx4",
        "source_platform": "instagram.com",
        "data": {
            "shortcode": "Dx4", "taken_at_timestamp": 1795140000, "__typename": "GraphImage",
            "edge_media_to_caption": {"edges": [{"node": {"text": "cek bansos"}}]}, "owner": {"username": "w"},
            "edge_media_preview_like": {"count": -1}, "edge_media_to_comment": {"count": 4},
        },
    },
    {"item_id": "9", "source_platform": "tiktok.com", "data": {"id": "9"}},
    {"item_id": "10", "source_platform": "instagram.com", "data": {"id": "10"}},
]  # fmt: skip


def test_zeeschuimer_in_both_layouts(tmp_path: Path) -> None:
    file = written(tmp_path, "zs.ndjson", "\n".join(map(json.dumps, ZEESCHUIMER)))
    first, second, tiktok, unknown = list(read_file(file))
    assert isinstance(first, RawItem)
    assert isinstance(second, RawItem)
    assert [record["text"] for record in records([first, second])] == ["bansos tahap dua", "cek bansos"]
    assert first.payload["media_type"] == "CAROUSEL_ALBUM"
    assert "like_count" not in second.payload
    assert isinstance(tiktok, Unreadable)
    assert isinstance(unknown, Unreadable)
    assert (tiktok.reason, unknown.reason) == ("other_platform", "unknown_shape")


@pytest.mark.parametrize(
    "text",
    [
        "Post ID,Account ID,Permalink,Reach,Views,Saves,Likes\n180,17,https://x.example/p/1,900,,4,0\n",
        "media_id,account_id,reach,views,saved,likes\n180,17,900,,4,0\n",
    ],
)
def test_a_partners_own_insights(tmp_path: Path, text: str) -> None:
    ((item),) = list(read_file(written(tmp_path, "insights.csv", text)))
    assert isinstance(item, RawItem)
    assert (item.ownership, item.account) == ("authorised", "17")
    mapped = map_event(item.event(NOW), "raw.instagram/0/0")
    assert mapped.record is not None
    values = mapped.record["values"]
    assert (values["reach"], values["saved"] if "saved" in values else values["saves"], values["likes"]) == (900, 4, 0)
    assert values.get("views") is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a,b\n1,2\n", "unknown_table"),
        ("media_id,reach\n", "empty"),
        ("media_id,reach\n180,\n", "empty_page"),
        ("media_id,reach\n,5\n", "no_post_id"),
        ("videoId,channelId,publishedAt,videoTitle\nv1,UC1,yesterday,x\n", "no_time"),
        ("videoId,channelId,publishedAt,videoTitle\n,UC1,2026-11-20T01:00:00Z,x\n", "no_videoid"),
    ],
)
def test_what_is_no_item_is_named(tmp_path: Path, text: str, reason: str) -> None:
    ((part),) = list(read_file(written(tmp_path, "some.csv", text)))
    assert isinstance(part, Unreadable)
    assert part.reason == reason


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([sorted(export.signature) for export in EXPORTS]))
def test_no_table_crashes_the_import(tmp_path_factory: pytest.TempPathFactory, rest: bytes, columns: list[str]) -> None:
    file = tmp_path_factory.mktemp("wild") / "wild.csv"
    file.write_bytes(",".join(columns).encode() + b"\n" + rest)
    for part in read_file(file, "yt:video:v1"):
        assert isinstance(part, Unreadable) or part.subject
