"""A subscriber written against version 1.0 reads the records of every later version of its major; and old records stay valid."""

from __future__ import annotations

import copy

import jsonschema_rs
import orjson
import pytest
from hypothesis import HealthCheck, given, settings

from dengar.paths import SCHEMAS
from dengar.schemas import load
from dengar.schemas.published import render_version, versions
from tests.unit.schemas.generated import records
from tests.unit.schemas.subscriber_1_0 import KINDS, PLATFORMS, Deletion, Mention, read

SUBJECTS = ("mention", "deletion", "metrics", "account")
LATER = [
    pytest.param(subject, schema, id=f"{subject}-{render_version(version)}")
    for subject in SUBJECTS
    for version, schema in versions(subject, SCHEMAS).items()
    if version[0] == 1
]
ALL = [
    pytest.param(subject, schema, id=f"{subject}-{render_version(version)}")
    for subject in sorted(path.parent.name for path in SCHEMAS.glob("*/1.0.0.json"))
    for version, schema in versions(subject, SCHEMAS).items()
    if version[0] == 1
]
thoroughly = settings(
    max_examples=25, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def test_there_are_later_versions_of_each():
    assert {subject for subject, _ in (one.values for one in LATER)} == set(SUBJECTS)
    assert len(LATER) >= 2 * len(SUBJECTS)


@pytest.mark.parametrize(("subject", "schema"), LATER)
def test_the_subscriber_of_1_0_reads_the_examples(subject, schema):
    for record in schema.get("examples", ()):
        told = read(subject, record)
        assert (told.id, told.version) == (record["id"], record["version"])


@pytest.mark.parametrize(("subject", "schema"), LATER)
def test_the_subscriber_of_1_0_reads_whatever_the_version_allows(subject, schema):
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)

    @thoroughly
    @given(records(schema))
    def reads(record):
        validator.validate(record)
        received = orjson.loads(orjson.dumps(record))
        told = read(subject, received)
        assert (told.id, told.version) == (record["id"], record["version"])
        assert told.observed_at.isoformat()[:19] == record["observed_at"][:19]
        if isinstance(told, Mention):
            assert told.text == record["text"]
            assert told.kind in KINDS | {"other"}
            assert told.author == record["author"]["key"]
        if isinstance(told, Deletion):
            assert told.post_id == record["post_id"]

    reads()


@pytest.mark.parametrize(("subject", "schema"), ALL)
def test_a_record_of_an_earlier_version_is_valid_today(subject, schema):
    """Compacted topics keep old records for ever, and replays publish them again."""
    today = jsonschema_rs.validator_for(load(subject), validate_formats=True)

    @thoroughly
    @given(records(schema))
    def valid(record):
        today.validate(record)

    valid()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_subscriber_would_notice_a_broken_promise(subject):
    """The golden test can fail: each required field that is taken away or retyped stops the reader."""
    record = load(subject)["examples"][0]
    noticed = []
    for name in ("id", "version", "observed_at"):
        for broken in ({k: v for k, v in record.items() if k != name}, {**record, name: [record[name]]}):
            with pytest.raises((KeyError, TypeError)):
                read(subject, broken)
            noticed.append(name)
    assert len(noticed) == 6
    with pytest.raises(TypeError):
        read(subject, {**record, "version": 2**63})


def test_an_unknown_word_and_an_unknown_field_do_not_stop_it():
    record = copy.deepcopy(load("mention")["examples"][0])
    record |= {"platform": "radio", "listeners": {"count": 3}}
    assert read("mention", record).platform == "other"
    assert "radio" not in PLATFORMS
