"""Bytes of a raw record → JSON value or XML element, with bounds on size and depth.

The standard library's parser is used, not orjson: it is the one that can report duplicate keys, and it reads the lone
surrogates that platforms do send (half an emoji). NUL and lone surrogates become U+FFFD: Elasticsearch refuses them.
"""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException

from dengar.mapping.reasons import MappingError

MAX_BYTES = 1 << 20
MAX_DEPTH = 64

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
_SUSPECT = re.compile(rb"\\u(?:[dD][89a-fA-F]|0000)")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def _check_bounds(data: bytes) -> str:
    if not data.strip():
        raise MappingError("empty", "the record has no value")
    if len(data) > MAX_BYTES:
        raise MappingError("too_large", f"{len(data)} bytes, at most {MAX_BYTES} are read")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise MappingError("bad_encoding", f"not UTF-8 at byte {error.start}") from None


def _check_depth(data: bytes) -> None:
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for token in _TOKEN.finditer(data):
        opening = token[0]
        depth += 1 if opening in (b"[", b"{") else -1 if opening in (b"]", b"}") else 0
        if depth > MAX_DEPTH:
            raise MappingError("too_deep", f"nested deeper than {MAX_DEPTH} levels at byte {token.start()}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise MappingError("duplicate_key", "a JSON object names the same key twice")
    return value


def _constant(name: str) -> Any:
    raise MappingError("malformed_json", f"{name} is not JSON")


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value


def read_json(data: bytes) -> dict[str, Any]:
    """The JSON object in `data`. Raises MappingError (empty, too_large, bad_encoding, too_deep, malformed_json …)."""
    text = _check_bounds(data)
    _check_depth(data)
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise MappingError("malformed_json", f"{error.msg} at character {error.pos}") from None
    except MappingError:
        raise
    except (ValueError, RecursionError):
        # An integer of thousands of digits, which Python refuses to convert.
        raise MappingError("malformed_json", "a number or a nesting is out of bounds") from None
    if not isinstance(value, dict):
        raise MappingError("not_an_object", "the value is JSON but not an object")
    if _SUSPECT.search(data) or b"\x00" in data:
        value = _storable(value)
    return dict(value)


def read_xml(data: bytes) -> Element:
    """The root element in `data`, DTDs and entities forbidden. Raises MappingError (empty, too_large, malformed_xml …)."""
    from defusedxml.ElementTree import fromstring

    text = _check_bounds(data)
    try:
        root: Element = fromstring(text.encode(), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise MappingError("malformed_xml", f"not acceptable XML ({type(error).__name__})") from None
    return root
