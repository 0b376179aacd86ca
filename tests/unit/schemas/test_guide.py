"""docs/subscriber.md says what the checker enforces, and its conventions are those of the examples and the topics."""

from __future__ import annotations

import re

from dengar.paths import PROJECT
from dengar.schemas import load
from dengar.schemas.compatibility import IMPLIED, IMPLIED_KEY_LENGTH
from dengar.schemas.envelope import header_schema
from dengar.topics import topics

GUIDE = (PROJECT / "docs" / "subscriber.md").read_text(encoding="utf-8")
EXAMPLES = {path.name: path.read_text(encoding="utf-8") for path in (PROJECT / "docs" / "examples").iterdir()}


def test_implied_bounds_are_those_of_the_checker():
    assert (IMPLIED["minimum"], IMPLIED["maximum"]) == (-(2**63), 2**63 - 1)
    assert f"| a string | {IMPLIED['maxLength']:,} characters |" in GUIDE
    assert f"| a list | {IMPLIED['maxItems']:,} items |" in GUIDE
    assert f"| a map | {IMPLIED['maxProperties']:,} keys of {IMPLIED_KEY_LENGTH} characters |" in GUIDE


def test_rights_are_those_of_the_classes():
    (loop,) = re.findall(r"for topic in ([a-z -]+); do", GUIDE)
    readable = [name for name, topic in topics().items() if topic.record_class in ("enriched", "result")]
    assert loop.split() == readable
    assert topics()["erasure-acks"].owner == "subscribers"


def test_retention_is_that_of_the_topics():
    assert topics()["metrics"].retention_days == 30
    assert {topic.retention_days for topic in topics().values() if topic.record_class == "result"} == {365}
    assert "`metrics` are gone after 30 days, results after 365" in GUIDE


def test_headers_of_the_table_are_those_of_the_envelope():
    named = set(re.findall(r"`(ce_[a-z]+|traceparent|content-type)`", GUIDE))
    known = set(header_schema("mention")["properties"])
    assert known == named


def test_groups_of_examples_follow_the_convention():
    pattern = re.compile(load("erasure-ack")["properties"]["subscriber"]["pattern"])
    for name, text in EXAMPLES.items():
        groups = re.findall(r"\"(sub\.[a-z.]+)\"", text)
        assert groups, name
        assert all(pattern.match(group) for group in groups)


def test_examples_acknowledge_with_the_fields_of_the_schema():
    for name, text in EXAMPLES.items():
        for field in load("erasure-ack")["properties"]:
            assert f'"{field}"' in text, f"{name}: {field}"
        assert load("erasure-ack")["$id"].rpartition(".")[0] in text
