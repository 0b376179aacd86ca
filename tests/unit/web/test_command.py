"""`dengar web`: what it refuses, and the desk it opens."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from typer.testing import CliRunner

from dengar.cli import build
from dengar.settings import Settings
from dengar.web.commands import open_desk

RUN = CliRunner()


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> pytest.MonkeyPatch:
    """No embedded stack, and an index at a port where nothing listens."""
    monkeypatch.setenv("DENGAR_STATE", str(tmp_path / "none"))
    monkeypatch.setenv("DENGAR_ELASTICSEARCH_URL", "http://127.0.0.1:9")
    return monkeypatch


def test_without_an_index_it_says_what_to_do(nowhere):
    nowhere.delenv("DENGAR_ELASTICSEARCH_URL")
    told = RUN.invoke(build(), ["web"])
    assert told.exit_code == 1
    assert "dengar up" in told.stderr


def test_beyond_loopback_it_wants_a_token(nowhere):
    assert RUN.invoke(build(), ["web", "--host", "0.0.0.0", "--read-only"]).exit_code == 2


def test_a_port_that_is_taken_is_named(nowhere):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = RUN.invoke(build(), ["web", "--port", str(taken.getsockname()[1])])
    assert told.exit_code == 1
    assert "choose another with --port" in told.stderr


def test_the_desk_reads_without_kafka():
    desk, close = open_desk(Settings(elasticsearch_url="http://127.0.0.1:9"), "")
    assert (desk.collection, desk.why, desk.labeller) == (None, None, None)
    assert not desk.access.possible
    assert desk.policy.profile == "strict"
    close()
