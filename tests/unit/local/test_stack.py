"""What the stack refuses, and what looking at it leaves untouched."""

from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from dengar.local import room
from dengar.local.errors import StackError
from dengar.local.instance import Instance
from dengar.local.stack import Stack


def test_a_folder_of_someone_elses_is_refused_and_not_purged(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    stack = Stack(Instance(tmp_path))
    with pytest.raises(StackError, match="not empty and not a state folder"):
        stack.up()
    stack.down(purge=True)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_an_unknown_part_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="There is no part zookeeper: choose from kafka, elasticsearch, airflow"):
        Stack(Instance(tmp_path)).up(("zookeeper",))


def test_looking_at_no_instance_makes_none(tmp_path: Path) -> None:
    stack = Stack(Instance(tmp_path / "state"))
    now = stack.status()
    assert [part.health for part in now.parts] == ["stopped"] * 3
    assert [(part.rss_bytes, part.pss_bytes) for part in now.parts] == [(None, None)] * 3
    assert not now.healthy
    stack.down(purge=True)
    assert list(tmp_path.iterdir()) == []


def test_the_environment_is_the_contract(tmp_path: Path) -> None:
    environment = Stack(Instance(tmp_path)).environment()
    assert sorted(environment) == [
        "DENGAR_AIRFLOW_URL",
        "DENGAR_ELASTICSEARCH_URL",
        "DENGAR_KAFKA_BOOTSTRAP",
        "DENGAR_STAGE",
        "DENGAR_STATE",
    ]
    assert environment["DENGAR_STAGE"] == f"file://{tmp_path}/stage"
    assert environment["DENGAR_KAFKA_BOOTSTRAP"].startswith("127.0.0.1:")
    assert environment == Stack(Instance(tmp_path)).environment()


def test_too_little_memory_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=500 * 2**20))
    stack = Stack(Instance(tmp_path))
    with pytest.raises(StackError, match=r"Kafka need 968 MB of memory and 500 MB are free: close other programs"):
        room.check([stack.kafka], tmp_path)
    room.check([], tmp_path)


def test_a_full_disk_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=2**40))
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=3 * 2**20))
    folder = tmp_path / "not" / "yet"
    with pytest.raises(StackError, match="has 3 MB free and the stack needs 1500"):
        room.check([Stack(Instance(folder)).kafka], folder)
