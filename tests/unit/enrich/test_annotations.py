"""Hand labels: closed lists, keys without text, and the join with the data where it is present."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from pathlib import Path

import pytest

import dengar.enrich.train.annotations as hand

INTENTS = {"complaint", "question", "request", "report", "praise", "suggestion", "hoax", "promotion", "other"}
ACTIONABLE = {"complaint", "question", "request", "report"}
SENTIMENTS = {"positive", "neutral", "negative"}
TOXICITIES = {"none", "abuse", "hate"}
CATEGORIES = {
    *("bansos_not_received", "pkh", "dtsen_data", "bpnt_sembako", "disability", "elderly", "child"),
    *("disaster_aid", "fraud_levy", "service_attitude", "app_system", "other"),
}
COLUMNS = ["dataset", "file", "key", "intent", "sentiment", "toxicity", "category", "aid"]
FILES = sorted(Path(hand.__file__).parent.glob("*.csv"))


def data() -> Path:
    root = Path(os.environ.get("DENGAR_SHARED", Path(__file__).parents[4] / "shared"))
    path = root / "data" / "nlp"
    if not path.is_dir():
        pytest.skip("the public data sets are absent; set DENGAR_SHARED to the folder that holds data/nlp")
    return path


def test_every_label_is_of_the_closed_lists() -> None:
    assert hand.labels()
    for label in hand.labels():
        assert label.intent in INTENTS, label
        assert label.sentiment in SENTIMENTS, label
        assert label.toxicity in TOXICITIES, label
        assert (label.category in CATEGORIES) if label.intent in ACTIONABLE else label.category is None, label


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_files_hold_labels_and_no_text(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    assert rows[0] == COLUMNS
    for row in rows[1:]:
        assert re.fullmatch(r"[0-9a-f]{16}", row[2]), row
        assert row[1].split("/")[0] == row[0], row
        assert row[7] in {"0", "1"}, row
        assert not any(" " in cell for cell in row), row


def test_no_text_is_labelled_twice() -> None:
    twice = [key for key, times in Counter(label.key for label in hand.labels()).items() if times > 1]
    assert twice == []


def test_nothing_comes_from_data_that_may_only_be_measured() -> None:
    assert not [label for label in hand.labels() if "nc-measure-only" in label.file]


def test_key_ignores_space_around_the_text() -> None:
    assert hand.key("  bansos belum cair \n") == hand.key("bansos belum cair")
    assert hand.key("bansos belum cair") != hand.key("bansos sudah cair")


def test_without_the_data_nothing_is_loaded(tmp_path: Path) -> None:
    assert hand.load(tmp_path) == []


def test_load_joins_labels_with_a_file_of_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    label = hand.Label(
        "stif", "stif/x.inf", hand.key("paket saya hilang"), "complaint", "negative", "none", "other", False
    )
    gone = hand.Label("stif", "stif/x.inf", hand.key("gone"), "other", "neutral", "none", None, False)
    monkeypatch.setattr(hand, "labels", lambda: (gone, label))
    (tmp_path / "stif").mkdir()
    (tmp_path / "stif" / "x.inf").write_text("halo\n paket saya hilang \n", encoding="utf-8")
    assert hand.load(tmp_path) == [
        hand.Row("stif", "paket saya hilang", "complaint", "negative", "none", "other", False)
    ]


def test_load_joins_labels_with_a_csv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    label = hand.Label("smsa", "smsa/x.csv", hand.key("enak, murah"), "praise", "positive", "none", None, False)
    monkeypatch.setattr(hand, "labels", lambda: (label,))
    (tmp_path / "smsa").mkdir()
    (tmp_path / "smsa" / "x.csv").write_text('text,label\n"enak, murah ",positive\n', encoding="utf-8")
    assert [row.text for row in hand.load(tmp_path)] == ["enak, murah"]


def test_rows_drawn_by_topic_can_be_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = ("complaint", "negative", "none", "other", True)
    drawn = [hand.Label("stif", "stif/x.inf", hand.key(text), *fields, topic=text == "b") for text in ("a", "b")]
    monkeypatch.setattr(hand, "labels", lambda: tuple(drawn))
    (tmp_path / "stif").mkdir()
    (tmp_path / "stif" / "x.inf").write_text("a\nb\n", encoding="utf-8")
    assert [row.text for row in hand.load(tmp_path)] == ["a", "b"]
    assert [row.text for row in hand.load(tmp_path, topic=False)] == ["a"]


def test_every_label_finds_its_text_in_the_data() -> None:
    rows = hand.load(data())
    assert len(rows) == len(hand.labels())
    assert all(row.text and row.text == row.text.strip() for row in rows)
