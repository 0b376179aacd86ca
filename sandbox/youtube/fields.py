"""Partial responses: `fields=etag,items(id,snippet/title)` keeps these of a body, as Google's APIs do."""

from __future__ import annotations

import re
from typing import Any

from sandbox.youtube.errors import bad

Mask = dict[str, Any]

_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9]*|[*/(),]")


def trim(body: Any, expression: str | None) -> Any:
    """The body with the fields of an expression only (None: all). Raises YouTubeError invalidParameter."""
    return body if expression is None else _kept(body, _mask(expression))


def _kept(value: Any, mask: Mask) -> Any:
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [_kept(row, mask) for row in value]
    if isinstance(value, dict):
        return {name: _kept(child, mask[name]) for name, child in value.items() if name in mask}
    return value


def _mask(expression: str) -> Mask:
    tokens = _TOKEN.findall(expression)
    if "".join(tokens) != expression:
        raise _invalid(expression)
    mask = _list(tokens)
    if mask is None or tokens:
        raise _invalid(expression)
    return mask


def _list(tokens: list[str]) -> Mask | None:
    """The comma-separated selectors at the head of `tokens`, which are taken from it; None where they are none."""
    mask: Mask = {}
    while True:
        place = mask
        while True:
            if not tokens or tokens[0] in "/(),":
                return None
            place = place.setdefault(tokens.pop(0), {})
            if tokens[:1] != ["/"]:
                break
            tokens.pop(0)
        if tokens[:1] == ["("]:
            tokens.pop(0)
            inner = _list(tokens)
            if inner is None or tokens[:1] != [")"]:
                return None
            tokens.pop(0)
            place.update(inner)
        if tokens[:1] != [","]:
            return mask
        tokens.pop(0)


def _invalid(expression: str) -> Exception:
    return bad("invalidParameter", f"Invalid field selection {expression[:100]}")
