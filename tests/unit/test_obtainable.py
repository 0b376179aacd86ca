"""The table of what can be had: whole, sourced, shown as it is, and asked by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from dengar.obtainable import FILE, PATHS, ObtainableError, access, page, table
from dengar.paths import PROJECT


def test_every_cell_says_how_or_why_not_and_rests_on_a_source() -> None:
    assert len(table()) >= 30
    for cells in table().values():
        assert tuple(cells) == PATHS
        for cell in cells.values():
            assert (cell.how is None) != (cell.reason is None)
            assert cell.source


def test_the_page_shows_the_table() -> None:
    assert (PROJECT / "docs" / "obtainable.md").read_text(encoding="utf-8") == page()


def test_what_cannot_be_had_has_its_reason() -> None:
    reach = access("reach", "instagram", "public")
    assert (reach.obtainable, reach.reason) == (False, "insights are for the owner")
    assert access("reach", "instagram", "owner").obtainable
    assert not access("reach", "youtube", "owner").obtainable


def test_a_row_that_is_missing_is_a_defect() -> None:
    with pytest.raises(ObtainableError, match="dislikes on youtube"):
        access("dislikes", "youtube", "public")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("source: ws", "source: hearsay"),
        ('partner: "like_count"', "partner: null"),
        ("id: edit, platform: youtube", "id: edit, platform: instagram"),
    ],
)
def test_a_table_with_a_hole_is_refused(tmp_path: Path, old: str, new: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "obtainable.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ObtainableError, match=r"^obtainable\.yaml: "):
        table(tmp_path / "obtainable.yaml")
