"""What the contract tests share: the embedded Elasticsearch with dengar's templates."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from dengar.index import apply_templates, client
from dengar.settings import Settings


@pytest.fixture(scope="module")
def elasticsearch(request: pytest.FixtureRequest) -> Iterator[Elasticsearch]:
    """Starts the stack where none runs yet. A module that puts documents there takes this one and gives it on."""
    connected = client(Settings.from_environment(request.getfixturevalue("stack").environment()))
    apply_templates(connected)
    yield connected
    connected.close()
