"""Edges: lists with cursors. A walk keeps the moment at which it began, so that new items do not shift its pages."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from dengar.records import milliseconds, moment
from sandbox.instagram.errors import invalid
from sandbox.scenario.world import Item


@dataclass(frozen=True)
class Page:
    """Where a page of an edge comes from: limit, cursor, and how to write `paging.next` (None: nested, cursors only)."""

    limit: int
    after: str | None
    address: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()


def limit_of(text: str | None, default: int, maximum: int) -> int:
    """A limit parameter, cut to the edge's maximum. Raises GraphError for what is not a positive number."""
    if text is None:
        return default
    if not text.isdigit() or int(text) < 1:
        raise invalid("Param limit must be a positive number")
    return min(int(text), maximum)


def _encode(began: datetime, offset: int) -> str:
    return base64.urlsafe_b64encode(f"{milliseconds(began)}:{offset}".encode()).decode().rstrip("=")


def _decode(cursor: str) -> tuple[datetime, int]:
    try:
        began, offset = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split(":")
        return moment(int(began)), int(offset)
    except (ValueError, UnicodeDecodeError) as error:
        raise invalid("Invalid cursor") from error


def edge(
    listing: Callable[[datetime], Sequence[Item]],
    render: Callable[[Item], dict[str, Any]],
    now: datetime,
    page: Page,
    *,
    before: bool = True,
) -> dict[str, Any]:
    """{"data": […], "paging": {…}}; `paging` is absent where there is nothing. `next` only while more follows."""
    began, offset = _decode(page.after) if page.after else (now, 0)
    everything = listing(began)
    chosen = everything[offset : offset + page.limit]
    body: dict[str, Any] = {"data": [render(item) for item in chosen]}
    if not chosen:
        return body
    end = offset + len(chosen)
    cursors = {"after": _encode(began, end)}
    if before:
        cursors = {"before": _encode(began, offset), **cursors}
    body["paging"] = {"cursors": cursors}
    if end < len(everything) and page.address is not None:
        kept = [(name, value) for name, value in page.parameters if name not in ("after", "limit")]
        query = urlencode([*kept, ("limit", str(page.limit)), ("after", cursors["after"])])
        body["paging"]["next"] = f"{page.address}?{query}"
    return body
