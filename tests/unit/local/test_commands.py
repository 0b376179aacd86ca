"""The four verbs: help, exit status, plain errors."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from dengar.local import tables
from dengar.local.commands import register

app = typer.Typer()
register(app)
run = CliRunner()


@pytest.mark.parametrize("verb", ["up", "down", "status", "logs"])
def test_help_has_an_example(verb: str) -> None:
    done = run.invoke(app, [verb, "--help"])
    assert done.exit_code == 0
    assert f"Example: dengar {verb}" in done.output


def test_status_without_an_instance_is_exit_1_and_json(tmp_path: Path) -> None:
    done = run.invoke(app, ["status", "--json", "--state", str(tmp_path / "none")])
    assert done.exit_code == 1
    answer = json.loads(done.stdout)
    assert answer["healthy"] is False
    assert {part["name"]: part["health"] for part in answer["parts"]} == dict.fromkeys(
        ("kafka", "elasticsearch", "airflow"), "stopped"
    )


def test_status_prints_a_table(tmp_path: Path) -> None:
    done = run.invoke(app, ["status", "--state", str(tmp_path / "none")])
    assert done.exit_code == 1
    assert "elasticsearch" in done.stdout
    assert "stopped" in done.stdout


def test_an_unknown_part_is_one_plain_sentence(tmp_path: Path) -> None:
    done = run.invoke(app, ["up", "zookeeper", "--state", str(tmp_path / "none")])
    assert done.exit_code == 1
    assert "There is no part zookeeper" in done.output
    assert "Traceback" not in done.output


def test_down_without_an_instance_says_so(tmp_path: Path) -> None:
    done = run.invoke(app, ["down", "--purge", "--state", str(tmp_path / "none")])
    assert done.exit_code == 0
    assert "There is no instance" in done.output


def test_logs_of_a_part_and_of_a_process(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "airflow-scheduler.log").write_text("one\ntwo\n")
    (logs / "airflow-triggerer.log").write_text("three\n")
    of_process = run.invoke(app, ["logs", "airflow-scheduler", "--lines", "1", "--state", str(tmp_path)])
    assert of_process.stdout == "two\n"
    of_part = run.invoke(app, ["logs", "airflow", "--state", str(tmp_path)])
    assert of_part.stdout.splitlines() == [
        "airflow-scheduler | one",
        "airflow-scheduler | two",
        "airflow-triggerer | three",
    ]


def test_logs_of_nothing(tmp_path: Path) -> None:
    unknown = run.invoke(app, ["logs", "zookeeper", "--state", str(tmp_path)])
    assert unknown.exit_code == 2
    assert "choose from" in unknown.output
    none = run.invoke(app, ["logs", "kafka", "--state", str(tmp_path)])
    assert none.exit_code == 1
    assert "has no log" in none.output


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "–"), (0.4, "0 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (172_800, "2 d"), (400_000, "4 d")],
)
def test_durations(seconds: float | None, words: str) -> None:
    assert tables.duration(seconds) == words
