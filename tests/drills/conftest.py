"""Drills are small in `make test` and large in `make test-long`."""

import pytest


@pytest.fixture(scope="session")
def drill_size(request: pytest.FixtureRequest) -> int:
    """Records that a drill sends through the pipeline."""
    return 4_000 if request.config.getoption("--run-long") else 400
