"""Drills are small in `make test` and large in `make test-long`."""

from collections.abc import Callable

import pytest


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
