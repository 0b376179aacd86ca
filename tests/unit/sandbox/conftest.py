"""One world for all tests of the sandbox (it is read-only), a fresh state and client for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from sandbox.app import create_app
from sandbox.scenario import World, build_world
from sandbox.state import State


@pytest.fixture(scope="session")
def world() -> World:
    return build_world(7)


@pytest.fixture
def state(world: World) -> State:
    return State(world)


@pytest.fixture
def client(state: State) -> Iterator[TestClient]:
    with TestClient(create_app(state)) as client:
        yield client


@pytest.fixture
def own(world: World) -> str:
    """The id of the first official Instagram account."""
    return world.registered("instagram", "official")[0].id
