"""Drills are small in `make test` and large in `make test-long`."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from dengar.index import client
from dengar.local.instance import Instance
from dengar.local.stack import Stack
from dengar.local.verbs import preparation
from dengar.settings import Settings


@pytest.fixture(scope="session")
def drill_size(request: pytest.FixtureRequest) -> int:
    """Records that a drill sends through the pipeline."""
    return 4_000 if request.config.getoption("--run-long") else 400


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Print a line past pytest's capture: a drill's times are for reading, also when it passes."""
    capture = request.config.pluginmanager.get_plugin("capturemanager")
    assert capture is not None

    def line(text: str) -> None:
        with capture.global_and_fixture_disabled():
            print(f"\n  {text}", flush=True)

    return line


@pytest.fixture
def elasticsearch(tmp_path: Path) -> Iterator[Elasticsearch]:
    """An Elasticsearch of its own: a sweep of another day, or ids by the thousand, must not meet what other tests hold."""
    stack = Stack(Instance(tmp_path / "stack"))
    try:
        stack.up(("elasticsearch",), **preparation(stack))
        connected = client(Settings(elasticsearch_url=stack.environment()["DENGAR_ELASTICSEARCH_URL"]))
        yield connected
        connected.close()
    finally:
        stack.down(purge=True)
