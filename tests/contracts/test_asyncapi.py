"""schemas/asyncapi.yaml is a valid AsyncAPI 3.0 document, says what topics.yaml and the schemas say, and does not drift from them."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from dengar.events import Event
from dengar.paths import SCHEMAS
from dengar.records import moment
from dengar.schemas import schema_id
from dengar.schemas.documents import ASYNCAPI, PAGE, stale
from dengar.stages.publish import append_record
from dengar.topics import load_topics

SPECIFICATION = Path(__file__).parent / "asyncapi" / "3.0.0.json"


@pytest.fixture(scope="module")
def document():
    return yaml.safe_load(ASYNCAPI.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def specification():
    return jsonschema_rs.validator_for(json.loads(SPECIFICATION.read_text(encoding="utf-8")))


def test_the_document_is_valid_asyncapi(document, specification):
    assert [
        f"{list(error.instance_path)}: {error.message[:200]}" for error in specification.iter_errors(document)
    ] == []


@pytest.mark.parametrize(
    "break_it",
    [
        lambda document: document.pop("info"),
        lambda document: document.update(asyncapi="2.6.0"),
        lambda document: document["operations"]["send.mentions"].update(action="publish"),
        lambda document: document["channels"]["mentions"]["bindings"]["kafka"].update(partitions=0),
        lambda document: document["components"]["messages"]["mention"].update(header={}),
    ],
)
def test_the_specification_would_refuse_a_malformed_one(document, specification, break_it):
    broken = copy.deepcopy(document)
    break_it(broken)
    assert not specification.is_valid(broken)


def test_neither_document_drifts():
    assert [str(violation) for violation in stale()] == []


def test_a_changed_topic_is_drift():
    topics = load_topics()
    topics["mentions"] = replace(topics["mentions"], partitions=5)
    assert {violation.where for violation in stale(topics)} == {
        "schemas/asyncapi.yaml",
        "docs/topics.md",
    }
    assert all("run `dengar schemas build`" in str(violation) for violation in stale(topics))


def test_every_topic_is_a_channel_and_every_reference_leads_somewhere(document):
    topics = load_topics()
    assert list(document["channels"]) == list(topics)
    for name, topic in topics.items():
        assert set(document["channels"][name]["messages"]) == set(topic.subject)

    def references(node):
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                yield node["$ref"]
            for child in node.values():
                yield from references(child)
        elif isinstance(node, list):
            for child in node:
                yield from references(child)

    found = set(references(document))
    assert len(found) > 20
    for reference in found:
        if reference.startswith("#/"):
            place = document
            for step in reference[2:].split("/"):
                place = place[step]
        else:
            assert (SCHEMAS / reference).is_file(), reference
    assert f".{schema_id('mention')}.json" in found


def test_examples_keep_the_schemas_they_stand_beside(document):
    for name, message in document["components"]["messages"].items():
        headers = jsonschema_rs.validator_for(message["headers"], validate_formats=True)
        assert message["examples"], name
        for example in message["examples"]:
            headers.validate(example["headers"])
            if "payload" in example:
                path = SCHEMAS / message["payload"]["schema"]["$ref"]
                schema = json.loads(path.read_text(encoding="utf-8"))
                jsonschema_rs.validator_for(schema, validate_formats=True).validate(example["payload"])


def test_the_headers_are_those_that_dengar_writes(document):
    """The document's header schema against a record as the pipeline appends it."""
    written = {}

    class Listening:
        def append(self, topic, key, value, headers, *, partition_by=None):
            written.update({name: raw.decode() for name, raw in headers})

    message = document["components"]["messages"]["mention"]
    append_record(Listening(), "mention", message["examples"][1]["payload"])
    jsonschema_rs.validator_for(message["headers"], validate_formats=True).validate(written)
    assert set(message["examples"][1]["headers"]) <= set(written)
    raw = Event("a@1", "list", "dengar.raw.youtube.comment", moment(1), b"{}", "yt:comment:a").headers()
    errors = jsonschema_rs.validator_for(document["components"]["messages"]["raw"]["headers"]).iter_errors(
        {name: text.decode() for name, text in raw}
    )
    assert {str(error.kind.property) for error in errors} == {"ce_via", "ce_ownership", "ce_expiresat"}


def test_the_page_names_every_field(document):
    text = PAGE.read_text(encoding="utf-8")
    for name in ("`author.key`", "`entities[].candidates`", "`erasure_id`", "`labels.intent.against.model_version`"):
        assert name in text
