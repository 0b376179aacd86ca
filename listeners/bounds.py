"""Bounds on what strangers may hand us: size of a body, depth of its nesting."""

from __future__ import annotations

from typing import Any

import orjson
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 32


class UnreadableError(ValueError):
    """A body that is not read; `reason` is a code, the message one sentence without anything of the body."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def read_json(body: bytes, *, most: int = MAX_BYTES, depth: int = MAX_DEPTH) -> Any:
    """The JSON value. Raises UnreadableError too_large, malformed_json, too_deep."""
    if len(body) > most:
        raise UnreadableError("too_large", f"the body is larger than {most} bytes")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise UnreadableError("malformed_json", "the body is not JSON") from None
    layer: list[Any] = [value]
    for _ in range(depth):
        layer = [child for one in layer for child in _children(one)]
        if not layer:
            return value
    raise UnreadableError("too_deep", f"the body is nested deeper than {depth} levels")


def read_xml(body: bytes, *, most: int = MAX_BYTES, depth: int = MAX_DEPTH) -> Any:
    """The root element. Entities and DTDs are refused. Raises UnreadableError too_large, malformed_xml, too_deep."""
    if len(body) > most:
        raise UnreadableError("too_large", f"the body is larger than {most} bytes")
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise UnreadableError("malformed_xml", "the body is not well-formed XML, or uses entities or a DTD") from None
    layer = [root]
    for _ in range(depth):
        layer = [child for element in layer for child in element]
        if not layer:
            return root
    raise UnreadableError("too_deep", f"the body is nested deeper than {depth} levels")


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [child for child in value.values() if isinstance(child, dict | list)]
    return [child for child in value if isinstance(child, dict | list)] if isinstance(value, list) else []
