"""Routing as data: every category is routed, and every mistake is one sentence."""

from pathlib import Path

import pytest

from dengar.responses.routing import RoutingError, read, routing
from dengar.schemas import load


def test_every_category_of_the_schema_is_routed() -> None:
    categories = load("mention")["properties"]["category"]["properties"]["label"]["enum"]
    assert sorted(routing().categories) == sorted(categories)
    assert routing().directorate("fraud_levy") == "itjen"
    assert routing().stage("bansos_not_received") == "disbursement"
    assert (routing().directorate(None), routing().stage(None)) == (routing().default, None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("directorates: {a: {name: A}}\ndefault: a\ncategories: {}", "has no source"),
        ("directorates: {a: {name: A, source: s, read: 2026-11-25}}\ndefault: b\ncategories: {}", "routes to b"),
        ("directorates: [", "is not of its form"),
        ("default: a", "is not of its form"),
    ],
)
def test_mistakes_are_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "routing.yaml"
    file.write_text(text)
    with pytest.raises(RoutingError, match=says):
        read(file)


def test_a_missing_file_is_told() -> None:
    with pytest.raises(RoutingError, match="cannot be read"):
        read(Path("nowhere.yaml"))
