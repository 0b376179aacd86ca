"""Airflow's configuration file and what counts as its health."""

import configparser
import runpy
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dengar.local.airflow import Airflow, beats, write_configuration
from dengar.local.instance import Instance
from dengar.local.part import Sizes
from dengar.paths import DAGS, INFRA, PROJECT

KEYS = {"fernet_key": "f", "secret_key": "s", "jwt_secret": "j"}


def read(home: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(home / "airflow.cfg", encoding="utf-8")
    return parser


def test_the_configuration_has_the_instances_port_folder_and_size(tmp_path: Path) -> None:
    home = tmp_path / "100% mine"
    write_configuration(home, DAGS, 23456, 3, KEYS)
    config = read(home)
    assert config["core"]["execution_api_server_url"] == "http://127.0.0.1:23456/execution/"
    assert config["api"]["port"] == "23456"
    assert config["core"]["parallelism"] == "3"
    assert config["core"]["dags_folder"] == str(DAGS)
    assert config["database"]["sql_alchemy_conn"] == f"sqlite:///{home}/airflow.db"
    assert (home / "airflow.cfg").stat().st_mode & 0o077 == 0, "it holds keys"


def test_each_instance_has_keys_of_its_own_and_keeps_them(tmp_path: Path) -> None:
    configs = []
    for name in ("one", "two", "one"):
        airflow = Airflow(Instance(tmp_path / name), Sizes())
        airflow.configure()
        configs.append(read(airflow.folder))
        assert (airflow.folder / "secrets.json").stat().st_mode & 0o077 == 0
    keys = [
        (config["core"]["fernet_key"], config["api"]["secret_key"], config["api_auth"]["jwt_secret"])
        for config in configs
    ]
    assert keys[0] == keys[2]
    assert not set(keys[0]) & set(keys[1])
    assert len(keys[0][2]) >= 64


def test_its_processes_find_the_project_and_the_local_settings(tmp_path: Path) -> None:
    airflow = Airflow(Instance(tmp_path), Sizes())
    commands = airflow.commands()
    assert [command.name for command in commands] == list(airflow.processes)
    paths = commands[0].environment["PYTHONPATH"].split(":")
    assert paths[:2] == [str(INFRA / "airflow"), str(PROJECT)]
    assert commands[0].environment["AIRFLOW_HOME"] == str(tmp_path / "airflow")


@pytest.mark.parametrize(
    ("status", "latest", "healthy"),
    [
        ("healthy", "2026-01-01T00:00:10+00:00", True),
        ("healthy", "2025-12-31T23:59:59+00:00", False),
        ("healthy", None, False),
        ("unhealthy", "2026-01-01T00:00:10+00:00", False),
    ],
)
def test_only_a_heartbeat_of_the_running_process_counts(status: str, latest: str | None, healthy: bool) -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
    assert beats({"status": status, "latest": latest}, "latest", since) is healthy


def test_only_the_scheduler_preloads() -> None:
    settings = runpy.run_path(str(INFRA / "airflow" / "airflow_local_settings.py"))
    assert settings["forks_tasks"](["airflow", "scheduler", "--skip-serve-logs"])
    assert settings["forks_tasks"](["airflow", "celery", "worker"])
    for other in (
        ["airflow", "api-server"],
        ["airflow", "triggerer"],
        ["airflow", "dag-processor"],
        ["airflow"],
        ["airflow", "db", "migrate"],
    ):
        assert not settings["forks_tasks"](other)
    assert "great_expectations" in settings["LIBRARIES"]
