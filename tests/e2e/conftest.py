"""One whole stack for all end-to-end tests: real Kafka, Elasticsearch and Airflow on free ports of loopback.

`DENGAR_TEST_STATE=/some/folder` keeps it up between runs, for development; take it down with `dengar down --purge --state …`.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dengar.local.instance import Instance
from dengar.local.stack import Stack
from dengar.local.verbs import apply_index_templates, create_topics

# What tasks need beside the addresses. The key is for tests alone.
ENVIRONMENT = {"DENGAR_POLICY_PROFILE": "sandbox", "DENGAR_PSEUDONYM_KEY": "only-for-the-tests-of-dengar"}


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack, all parts up, topics made and index templates applied. Leave it running: other tests share it."""
    kept = os.environ.get("DENGAR_TEST_STATE")
    whole = Stack(Instance(Path(kept) if kept else tmp_path_factory.mktemp("stack") / "state"))
    try:
        whole.up(after_kafka=[create_topics], after_elasticsearch=[apply_index_templates], environment=ENVIRONMENT)
        yield whole
    finally:
        if not kept:
            whole.down(purge=True)
