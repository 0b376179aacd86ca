"""A deliberate break of each kind (breaks.yaml) is caught, with a sentence that names the schema, the field and the rule."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dengar.schemas import SchemasError, build, check
from dengar.schemas.published import publish, published_bytes
from tests.unit.schemas.plain import plain, published, save

BREAKS = yaml.safe_load(Path(__file__).with_name("breaks.yaml").read_text(encoding="utf-8"))
CURRENT = "reading/current.yaml"


def cases(*names):
    """The breaks of these lists, each known by the end of its sentence."""
    found = [case for name in names for case in BREAKS[name]]
    return pytest.mark.parametrize("case", found, ids=[case.get("says", "fine")[:70] for case in found])


def edited(schema, case):
    """The schema with what a case sets set, and what it removes removed."""
    for path, value in case.get("set", {}).items():
        holder, last = found_at(schema, path)
        holder[last] = value
    for path in case.get("gone", ()):
        holder, last = found_at(schema, path)
        del holder[last]
    return schema


def found_at(schema, path):
    *steps, last = path.split("/")
    for step in steps:
        schema = schema[int(step) if isinstance(schema, list) else step]
    return schema, int(last) if isinstance(schema, list) else last


def told(folder):
    return [str(violation) for violation in check(folder) if violation.rule != "unpublished"]


@cases("earlier")
def test_a_later_version_that_breaks_its_promise_is_caught(tmp_path, case):
    folder = published(tmp_path)
    save(folder, edited(plain() | {"$id": "/reading/1.1.0"}, case))
    (sentence,) = told(folder)
    assert sentence.startswith(CURRENT)
    assert sentence.endswith(case["says"])
    with pytest.raises(SchemasError) as refused:
        build(folder)
    assert str(refused.value) == sentence
    assert not (folder / "reading" / "1.1.0.json").exists()


@cases("form", "bounds")
def test_a_malformed_or_boundless_schema_is_caught(tmp_path, case):
    (tmp_path / "reading").mkdir()
    save(tmp_path, edited(plain(), case))
    assert any(case["says"] in sentence and sentence.startswith(CURRENT) for sentence in told(tmp_path)), told(tmp_path)
    with pytest.raises(SchemasError):
        build(tmp_path)


@cases("fine")
def test_what_only_loosens_or_adds_may_be_published(tmp_path, case):
    folder = published(tmp_path)
    save(folder, edited(plain() | {"$id": "/reading/1.1.0"}, case))
    assert told(folder) == []
    assert build(folder) == ["reading/1.1.0.json"]


def test_every_rule_of_the_policy_is_broken_by_a_case():
    rules = {
        case["says"].rpartition("(rule ")[2].rstrip(").")
        for name in ("earlier", "form", "bounds")
        for case in BREAKS[name]
    }
    earlier = {"removed", "type", "enum", "tightened", "required", "unit", "shape"}
    form = {
        "description",
        "class",
        "dialect",
        "id",
        "title",
        "record",
        "name",
        "keyword",
        "examples",
        "ref",
    }
    assert rules >= earlier | form | {"unbounded", "open", "required_trap"}


def test_stating_a_bound_that_was_implied_is_no_tightening(tmp_path):
    """Published versions from before the rule state no bound on some fields; the implied one may be written down."""
    folder = published(tmp_path)
    unbounded = ["properties/level/maximum", "properties/counts/maxProperties", "properties/counts/propertyNames"]
    publish({"reading/1.0.0.json": published_bytes(edited(plain(), {"gone": unbounded}))}, folder)
    implied = {unbounded[0]: 2**63 - 1, unbounded[1]: 1000, unbounded[2]: {"maxLength": 256}}
    schema = edited(plain() | {"$id": "/reading/1.1.0"}, {"set": implied})
    save(folder, schema)
    assert told(folder) == []
    save(folder, edited(schema, {"set": {unbounded[0]: 900, unbounded[1]: 999, unbounded[2]: {"maxLength": 255}}}))
    assert [sentence.rpartition("(")[2] for sentence in told(folder)] == ["rule tightened)."] * 3
