"""Robustness: nothing in a record may be boundless, and nothing required may be impossible to give.

A reader sizes columns and buffers by the schema, and a hostile record must not be valid because nobody said how long is too long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dengar.schemas.fields import Field, Rule, fields, resolve, types
from dengar.schemas.violation import Violation

# A pattern bounds a string where it is anchored at both ends and repeats nothing without an upper limit.
_BOUNDED_PATTERN = re.compile(r"\^(?:\\.|\[(?:\\.|[^\]\\])+\]|\{\d+(?:,\d+)?\}|[^\\\[\]{}*+^$|])*\$")


def robustness(schema: Rule, where: str) -> Iterator[Violation]:
    """Violations of robustness of a schema whose structure is sound."""
    whole = Field("", resolve(schema, schema, ""), True, None, False)
    for field in (whole, *fields(schema)):
        for rule, detail in (*_type(field.rule), *_bounds(field.rule), *_object(field.rule, schema)):
            yield Violation(where, field.path, rule, detail)


def _type(rule: Rule) -> Iterator[tuple[str, str]]:
    told = types(rule)
    if not told:
        yield "type", "it has no type: state one, with null beside it where it may be absent"
    elif len(told - {"null"}) > 1:
        yield (
            "type",
            f"it may be {' or '.join(sorted(told - {'null'}))}: a field has one type, and null at most beside it",
        )
    if (
        "enum" in rule
        and "type" in rule
        and not types({"enum": rule["enum"]}) <= told | ({"integer"} if "number" in told else set())
    ):
        yield "type", "a value of its enum is not of its type"


def _bounds(rule: Rule) -> Iterator[tuple[str, str]]:
    if "enum" in rule or "const" in rule:
        return
    told = types(rule)
    if "string" in told and "maxLength" not in rule and not _BOUNDED_PATTERN.fullmatch(rule.get("pattern", "")):
        yield "unbounded", "the string is unbounded: state maxLength"
    if told & {"integer", "number"}:
        if "minimum" not in rule and "exclusiveMinimum" not in rule:
            yield "unbounded", "the number is unbounded below: state minimum"
        if "maximum" not in rule and "exclusiveMaximum" not in rule:
            yield "unbounded", "the number is unbounded above: state maximum"
    if "array" in told:
        if "maxItems" not in rule:
            yield "unbounded", "the array is unbounded: state maxItems"
        if not isinstance(rule.get("items"), dict):
            yield "unbounded", "the array says nothing of its items: state items"


def _object(rule: Rule, root: Rule) -> Iterator[tuple[str, str]]:
    if "object" not in types(rule):
        return
    more = rule.get("additionalProperties")
    if more is None or more is True:
        yield "open", "the object is open: state additionalProperties false, or the rule of a map's values"
    elif more is False and not rule.get("properties"):
        yield "open", "the object is closed and has no properties: it can only be empty"
    elif isinstance(more, dict):
        names = resolve(rule.get("propertyNames", {}), root, "")
        if "enum" not in names and "maxProperties" not in rule:
            yield "unbounded", "the map is unbounded: state maxProperties, or an enum of propertyNames"
        if (
            "enum" not in names
            and "maxLength" not in names
            and not _BOUNDED_PATTERN.fullmatch(names.get("pattern", ""))
        ):
            yield "unbounded", "the keys of the map are unbounded: state maxLength in propertyNames"
    known = rule.get("properties", {})
    for name in rule.get("required", ()):
        if name not in known:
            yield (
                "required_trap",
                f"{name} is required and is not among the properties: no record could be valid, or none typed",
            )
    if len(known) < rule.get("minProperties", 0) and more is False:
        yield "required_trap", "minProperties asks for more fields than there are"
