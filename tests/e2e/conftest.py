"""What the walks in a browser share."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.walking import chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def pictures(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the screenshots of a walk are kept."""
    return tmp_path_factory.mktemp(request.module.__name__.rpartition("test_")[2])
