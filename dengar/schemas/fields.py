"""The fields of a schema, `$ref`s followed: what the checks, the documents and the tests walk over.

A path names a field as a reader would: `author.name`, `entities[].type` (in each item), `pii{}` (each value of a map).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Rule = dict[str, Any]

# They say something about a field and nothing about what it may hold.
ANNOTATIONS = {
    "title",
    "description",
    "examples",
    "x-dengar-class",
    "x-dengar-unit",
    "$id",
    "$schema",
    "$defs",
    "$comment",
}
_DEEPEST = 16


class UnreadableError(ValueError):
    """A `$ref` leads nowhere, in a circle, or contradicts what stands beside it; `path` says where."""

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(f"{path}: {detail}" if path else detail)
        self.path, self.detail = path, detail


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its path, its rule without `$ref`, whether its object requires it, and its class (its own or that of what holds it).

    `named` is False for the items of an array and the values of a map: they have no name, their holder describes them.
    """

    path: str
    rule: Rule
    required: bool
    record_class: str | None
    named: bool


def fields(schema: Rule) -> Iterator[Field]:
    """Every field, depth first, in the order of the schema. Raises UnreadableError."""
    yield from _below(resolve(schema, schema, ""), schema, "", None)


def resolve(rule: Rule, root: Rule, path: str) -> Rule:
    """The rule with its `$ref` replaced by its target; what stands beside it is added, property by property. Raises UnreadableError."""
    for _ in range(_DEEPEST):
        if "$ref" not in rule:
            return rule
        beside = {key: value for key, value in rule.items() if key != "$ref"}
        rule = _joined(_target(str(rule["$ref"]), root, path), beside, path)
    raise UnreadableError(path, f"$ref {rule['$ref']} goes in a circle")


def types(rule: Rule) -> frozenset[str]:
    """JSON types a resolved rule allows, from `type` or else from the values of `enum` and `const`; empty = not told."""
    told = rule.get("type")
    if told is not None:
        return frozenset([told] if isinstance(told, str) else told)
    values = rule["enum"] if "enum" in rule else [rule["const"]] if "const" in rule else []
    return frozenset(_type(value) for value in values)


def _type(value: object) -> str:
    if value is None:
        return "null"
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names[type(value)]


def _below(rule: Rule, root: Rule, path: str, record_class: str | None) -> Iterator[Field]:
    if path.count(".") + path.count("[]") + path.count("{}") > _DEEPEST:
        raise UnreadableError(path, "it goes deeper than a reader can follow: does a $ref go in a circle?")
    required = set(rule.get("required", ()))
    inner = [
        (f"{path}.{name}" if path else name, child, name in required, True)
        for name, child in rule.get("properties", {}).items()
    ]
    for keyword, mark in (("items", "[]"), ("additionalProperties", "{}")):
        if isinstance(rule.get(keyword), dict):
            inner.append((path + mark, rule[keyword], False, False))
    for child_path, child, needed, named in inner:
        whole = resolve(child, root, child_path)
        own = whole.get("x-dengar-class", record_class)
        yield Field(child_path, whole, needed, own, named)
        yield from _below(whole, root, child_path, own)


def _target(reference: str, root: Rule, path: str) -> Rule:
    found: Any = root
    if not reference.startswith("#/"):
        raise UnreadableError(path, f"$ref {reference} leaves the schema: a schema is one file")
    for step in reference[2:].split("/"):
        found = found.get(step) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        raise UnreadableError(path, f"$ref {reference} leads nowhere")
    return found


def _joined(target: Rule, beside: Rule, path: str) -> Rule:
    joined = dict(target)
    for key, value in beside.items():
        if key == "properties" and key in target:
            joined[key] = dict(target[key])
            for name, rule in value.items():
                joined[key][name] = _joined(target[key].get(name, {}), rule, f"{path}.{name}" if path else name)
        elif key in target and key not in ANNOTATIONS and target[key] != value:
            raise UnreadableError(path, f"keyword {key} stands beside a $ref that states it otherwise")
        else:
            joined[key] = value
    return joined
