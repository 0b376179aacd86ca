"""Tell what a recorded JSON value is by its shape: YouTube resources name their kind, Graph objects are told by their fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dengar.records import content_hash
from listeners.archive.fourcat import is_zeeschuimer, zeeschuimer
from listeners.archive.rows import RowError
from listeners.context import Context
from listeners.instagram import split as instagram
from listeners.instagram import webhook
from listeners.item import RawItem
from listeners.youtube import split as youtube

MAX_NESTED = 8


@dataclass
class Found:
    """The items of a value, and what was none: (reason, detail, the part)."""

    items: list[RawItem] = field(default_factory=list)
    rest: list[tuple[str, str, Any]] = field(default_factory=list)


def items_of(value: Any, context: Context) -> Found:
    """Every item in a JSON value: a page, an object, a list of either, a webhook body, an error answer."""
    found = Found()
    _collect(value, context, found, 0)
    return found


def _collect(value: Any, context: Context, found: Found, depth: int) -> None:
    if depth > MAX_NESTED:
        found.rest.append(("too_deep", f"pages are nested deeper than {MAX_NESTED} levels", value))
    elif is_zeeschuimer(value):
        try:
            found.items += zeeschuimer(value, context)
        except RowError as error:
            found.rest.append((error.reason, error.detail, value))
    elif webhook.is_envelope(value):
        _take(webhook.split(value, context.via), "the webhook body names no change and no message", value, found)
    elif isinstance(value, list):
        for part in value:
            _collect(part, context, found, depth + 1)
        if not value:
            found.rest.append(("empty_page", "the list is empty", value))
    elif not isinstance(value, dict):
        found.rest.append(("not_an_object", "the value is neither an object nor a list", value))
    elif _is_error(value):
        found.items.append(_error(value, context))
    elif str(value.get("kind", "")).startswith("youtube#"):
        _youtube(value, context, found)
    elif isinstance(value.get("items"), list) and value["items"]:
        _collect(value["items"], context, found, depth + 1)
    else:
        _graph(value, context, found, depth)


def _youtube(value: dict[str, Any], context: Context, found: Found) -> None:
    rows = youtube.rows(value)
    if not rows:
        found.rest.append(("empty_page", "the page has no items", value))
    for row in rows:
        items = youtube.resource(row, context, youtube.kind_of(value)) if isinstance(row, dict) else []
        _take(items, "the kind is none that dengar reads, or has no id", row, found)


def _graph(value: dict[str, Any], context: Context, found: Found, depth: int) -> None:
    data = value.get("data")
    if isinstance(data, dict):
        if "is_valid" in data or "app_id" in data:
            found.items.append(
                context.item("instagram", "token_info", f"ig:token:{_digest(value)}", None, {"data": "withheld"})
            )
        else:
            _collect(data, context, found, depth + 1)
    elif isinstance(data, list) and data and all(_is_insight(row) for row in data):
        _take(_insights(data, value.get("id"), context), "the insights do not say whose they are", value, found)
    elif isinstance(data, list) and "id" not in value:
        if data:
            _collect(data, context, found, depth + 1)
        else:
            found.rest.append(("empty_page", "the page has no items: unavailable, not zero", value))
    elif _is_insight(value):
        _take(_insights([value], None, context), "the insight does not say whose it is", value, found)
    else:
        items = _object(value, context)
        _take(items, "the object is none that dengar knows by its fields", value, found)


def _object(value: dict[str, Any], context: Context) -> list[RawItem]:
    """The items of one Graph object; wrappers (`business_discovery`, `mentioned_…`) are opened."""
    discovered = value.get("business_discovery")
    if isinstance(discovered, dict):
        media = instagram.rows(discovered.get("media"))
        owner = discovered.get("id")
        inner = context.within(account=str(owner)) if owner else context
        account = instagram.user(discovered, inner) if owner else []
        return account + [item for row in media for item in instagram.media(row, inner)]
    for name, read in _WRAPPERS.items():
        if isinstance(value.get(name), dict) and value[name].get("id"):
            return read(value[name], context)
    if "sender" in value and "recipient" in value:
        return [webhook.message(value, context)]
    if "field" in value and "value" in value:
        return [webhook.change(value, context)]
    if not value.get("id"):
        return []
    for fields, read in _OBJECTS:
        if fields & value.keys():
            return read(value, context)
    if value.keys() <= {"id", "name"}:
        return [context.item("instagram", "hashtag", f"ig:hashtag:{value['id']}", None, value)]
    return []


_WRAPPERS: dict[str, Callable[[Mapping[str, Any], Context], list[RawItem]]] = {
    "mentioned_media": instagram.media,
    "mentioned_comment": instagram.comment,
}
# In this order: a medium has a username too, a comment has a timestamp too.
_OBJECTS: list[tuple[set[str], Callable[[Mapping[str, Any], Context], list[RawItem]]]] = [
    (
        {"media_type", "media_product_type", "caption", "permalink", "shortcode", "media_url", "comments_count"},
        instagram.media,
    ),
    ({"text", "message"}, instagram.comment),
    ({"username", "followers_count", "biography", "media_count", "ig_id"}, instagram.user),
    ({"timestamp"}, instagram.media),
]


def _insights(rows: list[dict[str, Any]], identity: Any, context: Context) -> list[RawItem]:
    """Insights name their object in their own id (`<object>/insights/<metric>/<period>`); lifetime ones belong to media."""
    named = next(
        (str(row["id"]).split("/insights/")[0] for row in rows if "/insights/" in str(row.get("id", ""))), None
    )
    owner = str(identity) if identity else named
    if not owner:
        return []
    kind = "media_insights" if all(row.get("period") == "lifetime" for row in rows) else "account_insights"
    return instagram.insights(kind, {"id": owner, "data": rows}, context)


def _is_insight(row: Any) -> bool:
    return isinstance(row, dict) and "name" in row and "period" in row and ("values" in row or "total_value" in row)


def _is_error(value: dict[str, Any]) -> bool:
    return isinstance(value.get("error"), dict | str) or "error_type" in value or "error_message" in value


def _error(value: dict[str, Any], context: Context) -> RawItem:
    error = value.get("error")
    google = isinstance(error, dict) and ("errors" in error or "status" in error)
    prefix, digest = ("yt", _digest(value)) if google else ("ig", _digest(value))
    return context.item("youtube" if google else "instagram", "error", f"{prefix}:error:{digest}", None, value)


def _digest(value: Any) -> str:
    return content_hash(value)[:16]


def _take(items: list[RawItem], detail: str, value: Any, found: Found) -> None:
    found.items += items
    if not items:
        found.rest.append(("unknown_shape", detail, value))
