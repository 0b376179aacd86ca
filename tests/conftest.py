"""What every test shares: the --run-long switch, the shared reference data, and one embedded stack for all tests that need it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from dengar.local.instance import Instance
from dengar.local.stack import Stack
from dengar.local.verbs import preparation

ROOT = Path(__file__).resolve().parent.parent

# A busy machine is no defect: timings are printed by bench and drills, never asserted.
settings.register_profile("dengar", deadline=None)
settings.load_profile("dengar")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--run-long", action="store_true", help="run the tests marked long too (make test-long)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if lost := [
        item.nodeid
        for item in items
        if item.get_closest_marker("stack") and ROOT / "tests" / "unit" in item.path.parents
    ]:
        raise pytest.UsageError(f"{lost[0]} needs the stack: put it into tests/contracts, tests/drills or tests/e2e.")
    if config.getoption("--run-long"):
        return
    skip = pytest.mark.skip(reason="long: run with --run-long (make test-long)")
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the project; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("DENGAR_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("the shared reference data (../shared) is not on this machine")
    return folder


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One whole stack: real Kafka, Elasticsearch and Airflow on free ports of loopback. Leave it running: other tests share it.

    `DENGAR_TEST_STATE=/some/folder` keeps it up between runs, for development; take it down with `dengar down --purge --state …`.
    """
    kept = os.environ.get("DENGAR_TEST_STATE")
    whole = Stack(Instance(Path(kept) if kept else tmp_path_factory.mktemp("stack") / "state"))
    try:
        whole.up(**preparation(whole))
        yield whole
    finally:
        if not kept:
            whole.down(purge=True)
