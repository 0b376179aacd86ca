"""Compatibility within a major version: whoever reads 1.0 reads every later 1.x, and every record of 1.0 is valid under 1.x.

The second half matters as much as the first: compacted topics keep old records for ever, and replays publish them again.
Nothing is removed or retyped, `required` stays as it is, enumerations only grow, constraints only loosen, new fields are optional.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dengar.schemas.fields import ANNOTATIONS, Rule, resolve, types
from dengar.schemas.violation import Violation

INT64 = 2**63
# What holds where a published version states no bound (docs/subscriber.md tells it): stating it later, or a wider one, tightens nothing.
IMPLIED: Mapping[str, float] = {
    "minimum": -INT64,
    "maximum": INT64 - 1,
    "maxLength": 6 * 1024 * 1024,
    "maxItems": 10_000,
    "maxProperties": 1_000,
}
IMPLIED_KEY_LENGTH = 256
_UPPER = ("maxLength", "maxItems", "maxProperties", "maximum", "exclusiveMaximum")
_LOWER = ("minLength", "minItems", "minProperties", "minimum", "exclusiveMinimum")
_FIXED = ("const", "format")


def compatibility(old: Rule, new: Rule, where: str) -> Iterator[Violation]:
    """How `new` breaks its promise to readers of `old`, an earlier version of the same major. Both have a sound structure."""
    since = str(old["$id"]).rpartition("/")[2]
    for path, rule, detail in _compare(resolve(old, old, ""), resolve(new, new, ""), old, new, ""):
        yield Violation(where, path, rule, f"{detail}; version {since} promised it")


def annotations_only(old: Rule, new: Rule) -> bool:
    """Whether the two differ in nothing that a record could notice: a patch version may do no more."""
    return bool(_bare(old) == _bare(new))


def _bare(rule: Any) -> Any:
    if isinstance(rule, dict):
        kept = {key: _bare(value) for key, value in rule.items() if key not in ANNOTATIONS or key == "$defs"}
        # A property may be called `title` or `description`: names are no keywords.
        for key in ("properties", "$defs"):
            if isinstance(rule.get(key), dict):
                kept[key] = {name: _bare(value) for name, value in rule[key].items()}
        return kept
    return [_bare(value) for value in rule] if isinstance(rule, list) else rule


def _compare(old: Rule, new: Rule, old_root: Rule, new_root: Rule, path: str) -> Iterator[tuple[str, str, str]]:
    """(path, rule, detail) of each broken promise at and below a field."""
    for rule, detail in (*_types(old, new), *_values(old, new), *_constraints(old, new), *_required(old, new)):
        yield path, rule, detail
    before, after = old.get("properties", {}), new.get("properties", {})
    for name, child in before.items():
        inner = f"{path}.{name}" if path else name
        if name not in after:
            yield inner, "removed", "the field is gone"
            continue
        was, now = resolve(child, old_root, inner), resolve(after[name], new_root, inner)
        yield from _compare(was, now, old_root, new_root, inner)
    for keyword, mark in (("items", "[]"), ("additionalProperties", "{}")):
        if isinstance(old.get(keyword), dict):
            if not isinstance(new.get(keyword), dict):
                yield path, "shape", f"{keyword} is no longer the rule of its values"
                continue
            was, now = resolve(old[keyword], old_root, path), resolve(new[keyword], new_root, path)
            yield from _compare(was, now, old_root, new_root, path + mark)
        elif keyword == "additionalProperties" and old.get(keyword) is False and new.get(keyword) is not False:
            yield path, "shape", "the closed object has become an open one"
        elif keyword == "additionalProperties" and old.get(keyword) is not False and new.get(keyword) is False:
            yield path, "tightened", "the open object has become a closed one"
    if "propertyNames" in new:
        was = resolve(old.get("propertyNames", {}), old_root, path)
        now = resolve(new["propertyNames"], new_root, path)
        yield from ((path, rule, f"the keys of the map: {detail}") for rule, detail in _keys(was, now))


def _types(old: Rule, new: Rule) -> Iterator[tuple[str, str]]:
    was, now = types(old), types(new)
    if was != now:
        yield "type", f"the type has changed from {' or '.join(sorted(was))} to {' or '.join(sorted(now)) or 'none'}"


def _values(old: Rule, new: Rule) -> Iterator[tuple[str, str]]:
    if "enum" in old:
        if "enum" not in new:
            yield "enum", "the enum is gone, so that any value may come"
        elif gone := [value for value in old["enum"] if value not in new["enum"]]:
            yield "enum", f"the enum has lost {', '.join(map(str, gone))}"
    elif "enum" in new and "const" not in old:
        yield "tightened", "an enum is new: earlier records may hold other values"
    for keyword in _FIXED:
        if old.get(keyword) != new.get(keyword):
            yield "type", f"{keyword} has changed from {old.get(keyword)} to {new.get(keyword)}"
    if "x-dengar-unit" in old and old["x-dengar-unit"] != new.get("x-dengar-unit"):
        yield "unit", f"the unit has changed from {old['x-dengar-unit']} to {new.get('x-dengar-unit')}"


def _constraints(old: Rule, new: Rule) -> Iterator[tuple[str, str]]:
    if "enum" in old or "const" in old:
        return  # its values were listed: `_values` compares them
    for keyword in _UPPER:
        bound = old.get(keyword, IMPLIED.get(keyword))
        if keyword in new and (bound is None or new[keyword] < bound):
            yield "tightened", f"{keyword} is {new[keyword]}, tighter than {bound if keyword in old else 'before'}"
    for keyword in _LOWER:
        bound = old.get(keyword, IMPLIED.get(keyword, 0 if keyword.startswith("min") else None))
        if keyword in new and (bound is None or new[keyword] > bound):
            yield "tightened", f"{keyword} is {new[keyword]}, tighter than {bound if keyword in old else 'before'}"
    for keyword in ("pattern", "multipleOf"):
        if keyword in new and new[keyword] != old.get(keyword):
            yield "tightened", f"{keyword} has changed to {new[keyword]}"
    if new.get("uniqueItems") and not old.get("uniqueItems"):
        yield "tightened", "uniqueItems is new"


def _required(old: Rule, new: Rule) -> Iterator[tuple[str, str]]:
    was, now = set(old.get("required", ())), set(new.get("required", ()))
    known = set(old.get("properties", {}))
    for name in sorted(was - now):
        if name in new.get("properties", {}):
            yield "required", f"{name} is no longer required"
    for name in sorted(now - was):
        which = "is required now" if name in known else "is new and required: a new field is optional"
        yield "required", f"{name} {which}"


def _keys(was: Rule, now: Rule) -> Iterator[tuple[str, str]]:
    before = {"maxLength": IMPLIED_KEY_LENGTH, **was}
    yield from (*_values(before, now), *_constraints(before, now))
