"""Text of people on a page: escaped always, matches marked, cut where long; links only to where they may lead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from markupsafe import Markup, escape

from dengar.index.results import END, START
from dengar.policy import OFF

OUTSIDE = ("youtube.com", "youtu.be", "instagram.com")
"""Hosts that a link of a mention may lead to, with their subdomains."""
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9_-]")


def marked(text: str) -> Markup:
    """The text, escaped, with matches in <mark>. Marks that do not pair are dropped."""
    first, *rest = text.split(START)
    shown = [escape(first.replace(END, ""))]
    for piece in rest:
        inside, separator, outside = piece.partition(END)
        shown.append(
            Markup("<mark>{}</mark>{}").format(inside, outside.replace(END, "")) if separator else escape(inside)
        )
    return Markup("").join(shown)


def short(text: str, longest: int) -> str:
    """At most about `longest` characters, from a little before the first match on. A cut never leaves half a mark behind."""
    if len(text) <= longest:
        return text
    match = text.find(START)
    start = max(0, match - longest // 4) if match > longest * 3 // 4 else 0
    part = text[start : start + longest]
    if part.count(START) > part.count(END):
        part += END
    return ("… " if start else "") + part + (" …" if start + longest < len(text) else "")


def outside(address: str | None) -> bool:
    """Whether an address may be a link: https, to one of the platforms."""
    if not address or not address.isprintable():
        return False
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    return parts.scheme == "https" and any(host == one or host.endswith(f".{one}") for one in OUTSIDE)


def css(name: Any) -> str:
    """A value as part of a class name."""
    return _NOT_IN_A_NAME.sub("", str(name).lower())


def path(part: str) -> str:
    """A value as part of a path; also slashes are quoted."""
    return quote(part, safe=":~")


def mention_page(identity: str) -> str:
    """Address of a mention's page."""
    return f"/mentions/{path(identity)}"


def conversation_page(mention: Mapping[str, Any]) -> str:
    """Address of the conversation of a mention, at its place."""
    return f"/conversations/{path(mention['conversation_id'])}?at={quote(mention['id'])}#{quote(mention['id'])}"


def desk_page(identity: str) -> str:
    """Address of a conversation at the response desk."""
    return f"/desk/{path(identity)}"


def alert_page(identity: str) -> str:
    """Address below which an alert is acted upon."""
    return f"/alerts/{path(identity)}"


def why_page(asked: str) -> str:
    """Address of a journey."""
    return f"/why?{urlencode({'asked': asked})}"


def with_query(address: str, keep: Mapping[str, Any], **more: Any) -> str:
    """The address with a query; parameters that are None are left out."""
    told = {name: value for name, value in {**keep, **more}.items() if value is not None}
    return f"{address}?{urlencode(told)}" if told else address


def without_off(reason: str) -> str:
    """The reason of a verdict without its first words, which the page says itself."""
    return reason.removeprefix(f"{OFF}: ")


FILTERS = {
    one.__name__: one
    for one in (
        marked,
        short,
        outside,
        css,
        path,
        mention_page,
        conversation_page,
        desk_page,
        alert_page,
        why_page,
        with_query,
        without_off,
    )
}
