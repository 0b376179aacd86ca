"""Records that a schema allows, generated: every field at random, at its bounds too, optional ones there or not.

Understands the keywords that dengar.schemas.structure admits, no others (hypothesis-jsonschema does not run with present hypothesis).
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from dengar.schemas.compatibility import IMPLIED
from dengar.schemas.fields import Rule, resolve, types

# A list of 10,000 items tells no more than one of three.
_FEW = 3
_LONG = 40
# Line ends are left out of patterns: what a dot matches of them differs between languages.
_PRINTABLE = st.characters(min_codepoint=32, max_codepoint=0x24F, exclude_categories=["Cc"])
_TIMES = st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds") + "Z")


def records(schema: Rule) -> st.SearchStrategy[dict[str, Any]]:
    """Valid records of a schema (with JSON's own types only)."""
    return _any(schema, schema)


def _any(rule: Rule, root: Rule) -> st.SearchStrategy[Any]:
    rule = resolve(rule, root, "")
    if "const" in rule:
        return st.just(rule["const"])
    if "enum" in rule:
        return st.sampled_from(rule["enum"])
    kinds = sorted(types(rule))
    return st.one_of([_OF_TYPE[kind](rule, root) for kind in kinds])


def _string(rule: Rule, root: Rule) -> st.SearchStrategy[Any]:
    if rule.get("format") == "date-time":
        return st.from_regex(rule["pattern"]).map(lambda _: "2026-11-24T09:00:00.000Z") if "pattern" in rule else _TIMES
    longest = int(rule.get("maxLength", _LONG))
    if "pattern" in rule:
        return st.from_regex(rule["pattern"], fullmatch=True, alphabet=_PRINTABLE).filter(
            lambda text: len(text) <= longest
        )
    shortest = int(rule.get("minLength", 0))
    text = st.text(
        st.characters(exclude_categories=["Cs"]), min_size=shortest, max_size=max(shortest, min(longest, _LONG))
    )
    return text | st.just("x" * longest) if longest <= 20_000 else text


def _number(rule: Rule, root: Rule) -> st.SearchStrategy[Any]:
    low, high = rule.get("minimum", IMPLIED["minimum"]), rule.get("maximum", IMPLIED["maximum"])
    if "integer" in types(rule):
        return st.integers(int(low), int(high))
    return st.floats(low, high)


def _array(rule: Rule, root: Rule) -> st.SearchStrategy[Any]:
    least = rule.get("minItems", 0)
    return st.lists(
        _any(rule["items"], root), min_size=least, max_size=max(least, min(rule.get("maxItems", _FEW), _FEW))
    )


def _object(rule: Rule, root: Rule) -> st.SearchStrategy[Any]:
    required = set(rule.get("required", ()))
    fixed = {name: _any(child, root) for name, child in rule.get("properties", {}).items()}
    named = st.fixed_dictionaries(
        {name: child for name, child in fixed.items() if name in required},
        optional={name: child for name, child in fixed.items() if name not in required},
    )
    more = rule.get("additionalProperties")
    if not isinstance(more, dict):
        return named
    keys = _any({"type": "string", "maxLength": _FEW, **rule.get("propertyNames", {})}, root).filter(
        lambda key: key not in fixed
    )
    extra = st.dictionaries(keys, _any(more, root), max_size=_FEW)
    return st.builds(lambda first, second: {**second, **first}, named, extra)


_OF_TYPE = {
    "null": lambda rule, root: st.none(),
    "boolean": lambda rule, root: st.booleans(),
    "string": _string,
    "integer": _number,
    "number": _number,
    "array": _array,
    "object": _object,
}
