"""Structure: what every schema must have so that people can read it and the other checks can understand it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from dengar.schemas.fields import Field, Rule, UnreadableError, fields, types
from dengar.schemas.violation import Violation

DIALECT = "https://json-schema.org/draft/2020-12/schema"
CLASSES = ("processing", "derived")
UNITS = (
    "count", "ms", "probability", "share", "ratio", "percent", "characters", "bytes", "rupiah", "number", "offset", "version", "revision",
    "by metric",
)  # fmt: skip
"""What a number may be measured in; "by metric" where the key of a map tells it."""

# Keywords whose meaning the checks know. Alternatives (anyOf, oneOf, not, if) and patternProperties are left out on purpose: no checker
# of a few lines can tell whether one became narrower, and generators of classes do badly with them.
KEYWORDS = {
    "$schema", "$id", "$ref", "$defs", "$comment", "title", "description", "examples", "x-dengar-class", "x-dengar-unit",
    "type", "enum", "const", "properties", "required", "additionalProperties", "propertyNames", "minProperties", "maxProperties",
    "items", "minItems", "maxItems", "uniqueItems", "minLength", "maxLength", "pattern", "format",
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
}  # fmt: skip
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_VERSION = r"(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)"


def structure(subject: str, schema: Rule, where: str) -> Iterator[Violation]:
    """Violations of form of a schema that is valid by the meta-schema. `where` names the file in the sentences."""

    def found(field: str, rule: str, detail: str) -> Violation:
        return Violation(where, field, rule, detail)

    if schema.get("$schema") != DIALECT:
        yield found("", "dialect", f"$schema must be {DIALECT}")
    if not re.fullmatch(rf"/{re.escape(subject)}/{_VERSION}", str(schema.get("$id", ""))):
        yield found(
            "", "id", f"$id must be /{subject}/<major>.<minor>.<patch>, after its folder, not {schema.get('$id')!r}"
        )
    if schema.get("title") != subject:
        yield found("", "title", f"title must be {subject}, the name of its folder")
    if not _text(schema.get("description")):
        yield found("", "description", "the description is missing: say what one record is")
    if schema.get("type") != "object" or not schema.get("properties"):
        yield found("", "record", "a record is an object with properties")
    try:
        every = list(fields(schema))
    except UnreadableError as error:
        yield found(error.path, "ref", error.detail)
        return
    for path, rule in [("", schema), *((f"$defs.{name}", rule) for name, rule in schema.get("$defs", {}).items())]:
        yield from _keywords(path, rule, where)
    for field in every:
        yield from (found(field.path, rule, detail) for rule, detail in _field(field))
    yield from _examples(schema, every, where)


def _field(field: Field) -> Iterator[tuple[str, str]]:
    """(rule, detail) of each violation of one field."""
    rule = field.rule
    name = field.path.rpartition(".")[2]
    if field.named and not _NAME.fullmatch(name):
        yield "name", "a field's name is lower case with underscores"
    if field.named and not _text(rule.get("description")):
        yield "description", "the description is missing: say what it holds, and null where it can be"
    if field.named and field.record_class not in CLASSES:
        yield "class", f"x-dengar-class is missing: mark it {' or '.join(CLASSES)}"
    if field.named and measured(rule) and rule.get("x-dengar-unit") not in UNITS:
        yield "unit", f"x-dengar-unit is missing: it is a number, so say one of {', '.join(UNITS)}"
    if rule.get("format") == "date-time" and field.named and "UTC" not in str(rule.get("description")):
        yield "unit", "the description of a time must say that it is UTC"


def measured(rule: Rule) -> bool:
    """Whether a field is a number, or a list or map of numbers."""
    inner = [rule, rule.get("items"), rule.get("additionalProperties")]
    return any(isinstance(one, dict) and types(one) & {"integer", "number"} for one in inner)


def _keywords(path: str, rule: Any, where: str) -> Iterator[Violation]:
    """Unknown keywords, also behind a `$ref`'s target; the path is that of the file, `$defs` included."""
    if not isinstance(rule, dict):
        return
    for keyword in sorted(set(rule) - KEYWORDS):
        yield Violation(where, path, "keyword", f"keyword {keyword} is not used here: the checks do not understand it")
    if rule.get("x-dengar-class", CLASSES[0]) not in CLASSES:
        yield Violation(where, path, "class", f"x-dengar-class must be {' or '.join(CLASSES)}")
    for name, child in rule.get("properties", {}).items():
        yield from _keywords(f"{path}.{name}" if path else name, child, where)
    for keyword, mark in (("items", "[]"), ("additionalProperties", "{}"), ("propertyNames", "{}")):
        yield from _keywords(path + mark, rule.get(keyword), where)


def _examples(schema: Rule, every: list[Field], where: str) -> Iterator[Violation]:
    examples = schema.get("examples")
    if not examples:
        yield Violation(where, "", "examples", "there are no examples: add at least one record")
        return
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    for number, example in enumerate(examples, 1):
        for error in validator.iter_errors(example):
            path = ".".join(map(str, error.instance_path))
            yield Violation(where, path, "examples", f"example {number} breaks the schema: {error.message}")
    shown = {path for example in examples for path in _shown(example, "")}
    for field in every:
        # What lies deeper than a reader looks, or under the keys of a map, need not be shown.
        if field.named and field.path.count(".") < 2 and "{}" not in field.path and field.path not in shown:
            yield Violation(where, field.path, "examples", "no example shows it with a value: add it to one")


def _shown(value: Any, path: str) -> Iterator[str]:
    """Paths of all values but null."""
    if isinstance(value, dict):
        for name, child in value.items():
            inner = f"{path}.{name}" if path else name
            if child is not None:
                yield inner
                yield from _shown(child, inner)
    elif isinstance(value, list):
        for child in value:
            yield from _shown(child, f"{path}[]")


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
