"""Reading fields of a platform's item: absent is None, another JSON type than documented is a MappingError."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dengar.mapping.reasons import MappingError

MAX_COUNT = (1 << 63) - 1
MAX_RECORD_ID = 256

_ID = re.compile(r"[^\s\x00-\x1f\x7f]+")


def node(item: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The object at `name`; empty where absent or null. Raises MappingError bad_shape."""
    value = item.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise MappingError("bad_shape", f"{name} is not an object")
    return value


def items(item: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The list of objects at `name`; empty where absent or null. Raises MappingError bad_shape."""
    value = item.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise MappingError("bad_shape", f"{name} is not a list of objects")
    return value


def string(item: Mapping[str, Any], name: str) -> str | None:
    """The text at `name`; None where absent or null. Raises MappingError bad_shape."""
    value = item.get(name)
    if value is not None and not isinstance(value, str):
        raise MappingError("bad_shape", f"{name} is not a text")
    return value


def identifier(item: Mapping[str, Any], name: str = "id") -> str | None:
    """The id at `name` as text (platforms send numbers too); None where absent, null or empty. Raises MappingError bad_id."""
    value = item.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_COUNT:
        return str(value)
    if not isinstance(value, str) or not _ID.fullmatch(value) or len(value) > MAX_RECORD_ID - 16:
        raise MappingError("bad_id", f"{name} is not an id")
    return value


def required_identifier(item: Mapping[str, Any], name: str = "id") -> str:
    """As identifier, but absent raises MappingError bad_id."""
    value = identifier(item, name)
    if value is None:
        raise MappingError("bad_id", f"{name} is missing")
    return value


def count(item: Mapping[str, Any], name: str) -> int | None:
    """The counter at `name`, a number or (YouTube) its digits; None where absent or null. Raises MappingError bad_count."""
    value = item.get(name)
    if value is None:
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 20:
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_COUNT:
        raise MappingError("bad_count", f"{name} is not a whole number from 0 to 2^63-1")
    return value


def flag(item: Mapping[str, Any], name: str) -> bool:
    """True only where `name` is true. Raises MappingError bad_shape for anything but a boolean."""
    value = item.get(name)
    if value is not None and not isinstance(value, bool):
        raise MappingError("bad_shape", f"{name} is not true or false")
    return value is True
