"""The four verbs: help, exit status, plain errors."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from dengar.local import commands, tables
from dengar.local.commands import register
from dengar.local.status import PartStatus, StackStatus
from dengar.log import LogError
from dengar.settings import Settings

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


def healthy_kafka() -> SimpleNamespace:
    part = PartStatus("kafka", "Kafka", "healthy", "4", None, None, None, None, None, [])
    status = StackStatus("/state", [part])
    return SimpleNamespace(status=lambda: status, environment=lambda: {"DENGAR_KAFKA_BOOTSTRAP": "127.0.0.1:9"})


def test_other_packages_tell_of_themselves_while_kafka_is_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def told(settings: Settings) -> dict[str, Any]:
        return {"asked": settings.kafka_bootstrap}

    def away(_settings: Settings) -> dict[str, Any]:
        raise LogError("Kafka is away")

    def stopped(_settings: Settings) -> dict[str, Any]:
        raise AssertionError("Kafka is not up")

    toys = commands.Section("toys", told, lambda row: [f"toys at {row['asked']}"])
    lost = commands.Section("lost", away, lambda _row: [])
    # In place of the real ones, which would wait for that Kafka.
    monkeypatch.setattr(commands, "SECTIONS", {"toys": toys, "lost": lost})
    with monkeypatch.context() as patched:
        patched.setattr(commands, "open_stack", lambda _state: healthy_kafka())
        shown = run.invoke(app, ["status"])
        assert shown.exit_code == 0
        assert "toys at 127.0.0.1:9" in shown.output
        assert "what lost tell could not be read: Kafka is away" in shown.output
        answer = json.loads(run.invoke(app, ["status", "--json"]).stdout)
        assert (answer["toys"], answer["healthy"], "lost" in answer) == ({"asked": "127.0.0.1:9"}, True, False)
    monkeypatch.setitem(commands.SECTIONS, "toys", commands.Section("toys", stopped, lambda _row: []))
    assert run.invoke(app, ["status", "--state", str(tmp_path / "none")]).exit_code == 1


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
