"""`dengar validate`: status, table and JSON."""

import json

import pytest
from typer.testing import CliRunner

from dengar.cli import build


def run(*arguments: str):
    return CliRunner().invoke(build(), ["validate", *arguments])


@pytest.fixture
def file(tmp_path, mention):
    def write(*records):
        path = tmp_path / "records.ndjson"
        path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        return str(path)

    return write


def test_the_rules_alone_are_checked_without_a_file():
    done = run()
    assert done.exit_code == 0
    assert "rules are sound" in done.stdout


def test_a_row_that_would_be_quarantined_is_status_1(file, mention):
    done = run(file(mention(1), mention(2, hashtags=["#x"]), mention(3, published_at="1999-01-01T00:00:00Z")), "--json")
    assert done.exit_code == 1
    *rows, result = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["line"], row["severity"], row["reason"]) for row in rows] == [
        (2, "critical", "hashtags.malformed"),
        (3, "warning", "published_at.ancient"),
    ]
    assert (result["passed"], result["failed"], result["warned"]) == (2, 1, 1)
    assert "hashtags.malformed" in run(file(mention(2, hashtags=["#x"]))).stdout


def test_sound_records_are_status_0_and_a_broken_file_2(file, mention, tmp_path):
    assert run(file(mention(1))).exit_code == 0
    (tmp_path / "bad").write_text("{}\n{", encoding="utf-8")
    assert run(str(tmp_path / "bad")).exit_code == 2
    assert run(str(tmp_path / "absent")).exit_code == 2
