"""The templates against the schemas: a field that a schema has and a mapping has not would quarantine every record of its type."""

import json
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase

import pytest
import yaml

from dengar.index.names import response_index
from dengar.index.templates import templates
from dengar.paths import SCHEMAS
from dengar.responses.store import Held, document
from tests.unit.responses.memory import World
from tests.unit.responses.mentions import a_desk
from tests.unit.responses.mentions import mention as said

MAPPED = {
    "mention": "dengar-mention",
    "metrics": "dengar-metrics",
    "account": "dengar-accounts",
    "deletion": "dengar-tombstones",
}
# Absent from the embedded server, or paid for on a full one (stack notes): a template must load on both.
FORBIDDEN = [
    "match_only_text",
    "search_as_you_type",
    "rank_feature",
    "wildcard",
    "lifecycle",
    "default_pipeline",
    "script",
]


def mapping(name):
    return templates()[name]["template"]["mappings"]


@pytest.mark.parametrize(("record_type", "name"), MAPPED.items())
def test_every_field_of_a_schema_has_its_mapping(record_type, name):
    schema = yaml.safe_load((SCHEMAS / record_type / "current.yaml").read_text(encoding="utf-8"))
    fields = mapping(name)["properties"]
    assert set(schema["properties"]) <= set(fields)
    for field, rule in schema["properties"].items():
        inner = rule.get("properties") or {key: {} for key in rule.get("propertyNames", {}).get("enum", [])}
        if inner and fields[field].get("enabled", True):
            assert set(inner) <= set(fields[field]["properties"]), field


@pytest.mark.parametrize("name", MAPPED.values())
def test_mappings_are_strict_and_versioned(name):
    assert mapping(name)["dynamic"] == "strict"
    assert templates()[name]["version"] == mapping(name)["_meta"]["template_version"]


def test_raw_coordinates_are_kept_but_not_indexed():
    for name in MAPPED.values():
        assert mapping(name)["properties"]["provenance"] == {"type": "object", "enabled": False}


def test_direct_messages_are_behind_another_alias():
    bodies = templates()
    assert set(bodies["dengar-mentions"]["template"]["aliases"]) == {"mentions"}
    assert set(bodies["dengar-messages"]["template"]["aliases"]) == {"messages"}
    assert bodies["dengar-messages"]["composed_of"] == bodies["dengar-mentions"]["composed_of"]


def test_every_field_of_the_desk_s_documents_has_its_mapping():
    world, at = World(a_desk()), datetime(2026, 11, 23, 1, tzinfo=UTC)
    world.say([said("ig:comment:1", at, asks=True, category="pkh")])
    world.track(at + timedelta(minutes=5))
    fields = mapping("dengar-response")["properties"]
    assert set(document(Held(world.state()["ig:comment:1"], None))) == set(fields)
    assert mapping("dengar-response")["dynamic"] == "strict"


def test_conversations_of_direct_messages_are_behind_another_alias_and_lie_apart():
    bodies = templates()
    assert set(bodies["dengar-responses"]["template"]["aliases"]) == {"responses"}
    assert set(bodies["dengar-private-responses"]["template"]["aliases"]) == {"private-responses"}
    assert bodies["dengar-private-responses"]["composed_of"] == bodies["dengar-responses"]["composed_of"]
    public, private = response_index("ig:comment:1"), response_index("ig:thread:1~2")
    patterns = [bodies[name]["index_patterns"] for name in ("dengar-responses", "dengar-private-responses")]
    assert [[fnmatchcase(index, one) for one in patterns[at]] for at, index in enumerate((public, private))] == [
        [True]
    ] * 2
    assert not fnmatchcase(private, patterns[0][0])
    for other in ("yt:comment:a.b", "yt:chat:LCC.1", "ig:media:1", "odd"):
        assert response_index(other) == public


def test_only_what_both_servers_have_is_used():
    text = json.dumps(templates())
    assert [word for word in FORBIDDEN if f'"{word}"' in text] == []


def test_the_operators_own_component_comes_last():
    for body in templates().values():
        if "index_patterns" in body:
            assert body["composed_of"][-1] == "dengar-custom"
            assert body["ignore_missing_component_templates"] == ["dengar-custom"]


def test_refresh_and_limits_are_explicit():
    index = templates()["dengar-settings"]["template"]["settings"]["index"]
    assert index["refresh_interval"] == "500ms"
    assert index["mapping"]["total_fields"]["limit"] == 160


def fields(properties):
    """Every field, objects and sub-fields too, as Elasticsearch counts them."""
    count = 0
    for field in properties.values():
        count += 1 + len(field.get("fields", {})) + fields(field.get("properties", {}))
    return count


@pytest.mark.parametrize("name", [name for name, body in templates().items() if "mappings" in body["template"]])
def test_fields_stay_within_their_budget(name):
    """A tenth stays free for the next minor version; whoever needs more raises the limit knowingly."""
    index = templates()["dengar-settings"]["template"]["settings"]["index"]
    own = templates()[name]["template"].get("settings", {}).get("index", {}).get("mapping", {})
    limit = own.get("total_fields", index["mapping"]["total_fields"])["limit"]
    assert fields(mapping(name)["properties"]) <= 0.9 * limit
