"""The instance remembers ports and processes, and is damaged by nothing."""

import json
import socket
import threading
from pathlib import Path

import pytest

from dengar.local import ports
from dengar.local.errors import StackError
from dengar.local.instance import Instance, default_state_dir
from dengar.local.process import ProcessRecord


def test_ports_are_chosen_once(tmp_path: Path) -> None:
    first = Instance(tmp_path / "state")
    kafka, elasticsearch = first.port("kafka"), first.port("elasticsearch")
    assert kafka != elasticsearch
    again = Instance(tmp_path / "state")
    assert (again.port("kafka"), again.port("elasticsearch")) == (kafka, elasticsearch)
    assert again.claim_port("kafka") == kafka
    assert again.id == first.id != Instance(tmp_path / "other").id


def test_a_port_taken_by_someone_else_is_chosen_again(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    old = instance.port("kafka")
    with socket.socket() as someone:
        someone.bind((ports.HOST, old))
        someone.listen()
        new = instance.claim_port("kafka")
        assert new != old
    assert Instance(tmp_path).port("kafka") == new


def test_looking_changes_nothing(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "state")
    assert not instance.exists
    assert instance.known_port("kafka") is None
    assert instance.process("kafka") is None
    assert instance.version("kafka") is None
    assert instance.environment() == {}
    assert not (tmp_path / "state").exists()


def test_processes_and_versions_are_remembered(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    instance.remember("kafka", ProcessRecord(4711, 1234.5))
    instance.remember_version("kafka", "4.3.1")
    assert Instance(tmp_path).process("kafka") == ProcessRecord(4711, 1234.5)
    assert Instance(tmp_path).version("kafka") == "4.3.1"
    instance.forget("kafka")
    assert Instance(tmp_path).process("kafka") is None


def test_threads_do_not_lose_each_others_words(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    threads = [
        threading.Thread(target=instance.remember, args=(f"p{n}", ProcessRecord(n, float(n)))) for n in range(30)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(json.loads(instance.file.read_text())["processes"]) == 30


def test_a_damaged_file_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "instance.json").write_text('{"ports": {')
    with pytest.raises(StackError, match=r"instance\.json is damaged .*: stop the processes"):
        Instance(tmp_path).port("kafka")


def test_exclusive_keeps_another_command_waiting(tmp_path: Path) -> None:
    order: list[str] = []
    inside = threading.Event()

    def other() -> None:
        inside.wait()
        with Instance(tmp_path).exclusive():
            order.append("other")

    thread = threading.Thread(target=other)
    thread.start()
    with Instance(tmp_path).exclusive():
        inside.set()
        thread.join(timeout=0.3)
        order.append("first")
    thread.join()
    assert order == ["first", "other"]


def test_the_state_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DENGAR_STATE", raising=False)
    assert default_state_dir() == tmp_path / ".dengar"
    monkeypatch.setenv("DENGAR_STATE", "elsewhere")
    assert default_state_dir() == tmp_path / "elsewhere"
