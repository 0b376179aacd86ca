"""Ports: free ones are told from taken ones."""

import socket
from collections.abc import Iterator

import pytest

from dengar.local import ports
from dengar.local.errors import StackError


@pytest.fixture
def taken() -> Iterator[socket.socket]:
    with socket.socket() as server:
        server.bind((ports.HOST, 0))
        server.listen()
        yield server


def test_a_listening_port_is_taken(taken: socket.socket) -> None:
    port = taken.getsockname()[1]
    assert not ports.is_free(port)
    assert ports.accepts(port)
    taken.close()
    assert ports.is_free(port)
    assert not ports.accepts(port)


def test_a_chosen_port_is_free_and_not_among_the_taken() -> None:
    chosen: set[int] = set()
    for _ in range(20):
        port = ports.choose(chosen)
        assert port not in chosen
        assert ports.is_free(port)
        chosen.add(port)
    assert all(ports.FIRST <= port <= ports.LAST for port in chosen)


def test_no_free_port_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "is_free", lambda port: False)
    with pytest.raises(StackError, match="No free port"):
        ports.choose()
