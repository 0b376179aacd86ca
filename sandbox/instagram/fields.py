"""The `fields` language of the Graph API: `id,media.limit(5).after(X){id,comments{text}}`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sandbox.instagram.errors import invalid

_NAME = re.compile(r"[A-Za-z0-9_]+")
_MAX_DEPTH = 6


@dataclass(frozen=True)
class Field:
    """One field: its name, its arguments (`limit(5)` → {"limit": "5"}) and the fields asked of it (None = default)."""

    name: str
    arguments: dict[str, str] = field(default_factory=dict)
    children: tuple[Field, ...] | None = None

    def text(self) -> str:
        """The field as it is written."""
        arguments = "".join(f".{name}({value})" for name, value in self.arguments.items())
        return f"{self.name}{arguments}{'{' + write(self.children) + '}' if self.children else ''}"


def write(fields: tuple[Field, ...]) -> str:
    """The inverse of parse."""
    return ",".join(field.text() for field in fields)


def parse(text: str) -> tuple[Field, ...]:
    """Parse a `fields` value. Raises GraphError code 100 on a syntax error."""
    fields, end = _list(text, 0, 0)
    if end != len(text):
        raise _syntax(text, end)
    return fields


def _syntax(text: str, position: int) -> Exception:
    return invalid(f"Syntax error at character {position}: {text[position : position + 20]}")


def _list(text: str, position: int, depth: int) -> tuple[tuple[Field, ...], int]:
    if depth > _MAX_DEPTH:
        raise invalid("Too many nested fields")
    fields: list[Field] = []
    while True:
        one, position = _field(text, position, depth)
        fields.append(one)
        if position < len(text) and text[position] == ",":
            position += 1
            continue
        return tuple(fields), position


def _field(text: str, position: int, depth: int) -> tuple[Field, int]:
    while position < len(text) and text[position] == " ":
        position += 1
    match = _NAME.match(text, position)
    if match is None:
        raise _syntax(text, position)
    position, arguments = match.end(), {}
    while position < len(text) and text[position] == ".":
        name = _NAME.match(text, position + 1)
        close = text.find(")", position)
        if name is None or close < 0 or text[name.end() : name.end() + 1] != "(":
            raise _syntax(text, position)
        arguments[name.group()] = text[name.end() + 1 : close].strip("\"'")
        position = close + 1
    children = None
    if position < len(text) and text[position] == "{":
        children, position = _list(text, position + 1, depth + 1)
        if position >= len(text) or text[position] != "}":
            raise _syntax(text, position)
        position += 1
    while position < len(text) and text[position] == " ":
        position += 1
    return Field(match.group(), arguments, children), position
