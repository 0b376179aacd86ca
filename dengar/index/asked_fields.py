"""`name:value` of the query language → elasticsearch.dsl, by the kind of the field. A value that no mention can have is a mistake."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from elasticsearch.dsl import query as q

from dengar.index import language as tree
from dengar.index.fields import BY_NAME, Field, values
from dengar.index.results import QueryError
from dengar.index.when import moment
from dengar.records import timestamp

Value = tree.Word | tree.Phrase | tree.Tag | tree.Everything

HAS = {
    "title": "title", "hashtag": "hashtags", "link": "domains", "place": "entities.code", "campaign": "campaigns",
    "partner": "partners", "author": "author.key", "likes": "engagement.likes", "edit": "edited_at",
}  # fmt: skip
MAX_NUMBER = 2**63 - 1
MAX_GRAM = 20
_NUMBER = re.compile(r"(?P<sign>>=|<=|>|<|)(?P<low>\d{1,19})(?:\.\.(?P<high>\d{1,19}))?")
_SIGNS = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}


def asked_field(field: Field, value: Value, now: datetime) -> q.Query:
    """The query of one field and one value. Raises QueryError that points at the value."""
    if isinstance(value, tree.Everything):
        if not field.path:
            raise QueryError(f"{field.name}: wants a value at character {value.at + 1}.", value.at)
        return q.Exists(field=field.path)
    match field.kind:
        case "hashtag":
            return _hashtag(value)
        case "author":
            return _author(value.text)
        case "number":
            return _number(field, value)
        case "text":
            return _text(field, value)
        case "since" | "until":
            edge = "gte" if field.kind == "since" else "lt"
            return q.Range(published_at={edge: timestamp(time_of(field.kind, value, now))})
        case "has":
            return _has(value)
    if isinstance(value, tree.Word) and value.begins:
        return q.Q("prefix", **{_dsl(field.path): value.text})
    return q.Q("term", **{_dsl(field.path): known(field, value.text, value.at)})


def known(field: Field, text: str, at: int | None = None) -> Any:
    """The value of a closed field that a word names, in English or Indonesian. Raises QueryError where it has no such value."""
    if field.kind == "flag":
        told = dict(field.words).get(text.lower(), text.lower())
        if told not in ("true", "false"):
            raise QueryError(f"{field.name}: is true (ya) or false (tidak), not {text[:40]!r}{_where(at)}.", at)
        return told == "true"
    allowed = values(field.name) if field.name in BY_NAME else ()
    if not allowed:
        return text
    told = dict(field.words).get(text.lower(), text.lower())
    if told not in allowed:
        raise QueryError(
            f"{field.name}: has no value {text[:40]!r}{_where(at)}. It is one of {', '.join(allowed)}.", at
        )
    return told


def time_of(name: str, value: Value, now: datetime) -> datetime:
    """The moment of since: or until:. Raises QueryError."""
    text = "" if isinstance(value, tree.Everything) else value.text
    try:
        return moment(text, now, end_of_day=name == "until")
    except ValueError as error:
        raise QueryError(f"{name}: at character {value.at + 1}: {error}", value.at) from error


def _hashtag(value: tree.Word | tree.Phrase | tree.Tag) -> q.Query:
    text = value.text.removeprefix("#")
    if isinstance(value, tree.Phrase) or not value.begins:
        return q.Term(hashtags={"value": text})
    if not text:
        raise QueryError(f"The hashtag at character {value.at + 1} wants at least two letters before the *.", value.at)
    if len(text) <= MAX_GRAM:
        return q.Q("match", hashtags__prefix=text)
    return q.Prefix(hashtags={"value": text.lower()})


def _author(text: str) -> q.Query:
    """By pseudonym or key, by handle with or without @, or by words of a name in the registers."""
    handle = text.removeprefix("@")
    handles = list(dict.fromkeys((text, handle, f"@{handle}", handle.lower(), f"@{handle.lower()}")))
    found = [q.Q("term", author__key=text), q.Q("terms", author__handle=handles)]
    if not text.startswith("@"):
        found.append(q.Q("match", author__name__words={"query": text, "operator": "and"}))
    return q.Bool(should=found, minimum_should_match=1)


def _number(field: Field, value: tree.Word | tree.Phrase | tree.Tag) -> q.Query:
    told = _NUMBER.fullmatch(value.text)
    if told is None or (told["sign"] and told["high"]):
        raise QueryError(
            f"{field.name}: wants a number at character {value.at + 1}, as in {field.name}:>10, {field.name}:<=5 or {field.name}:10..50.",
            value.at,
        )
    low = min(int(told["low"]), MAX_NUMBER)
    if told["high"]:
        between = {"gte": low, "lte": min(int(told["high"]), MAX_NUMBER)}
    else:
        between = {_SIGNS[told["sign"]]: low} if told["sign"] else {"gte": low, "lte": low}
    return q.Q("range", **{_dsl(field.path): between})


def _text(field: Field, value: tree.Word | tree.Phrase | tree.Tag) -> q.Query:
    paths = ["text.exact", "title.exact"] if field.name == "exact" else [field.path]
    if isinstance(value, tree.Word) and value.begins:
        return q.DisMax(queries=[q.Q("prefix", **{_dsl(path): value.text.lower()}) for path in paths])
    text = f"#{value.text}" if isinstance(value, tree.Tag) else value.text
    return q.MultiMatch(query=text, type="phrase", fields=paths)


def _has(value: tree.Word | tree.Phrase | tree.Tag) -> q.Query:
    if value.text.lower() not in HAS:
        raise QueryError(
            f"has: knows no {value.text[:40]!r}{_where(value.at)}. It is one of {', '.join(HAS)}.", value.at
        )
    return q.Exists(field=HAS[value.text.lower()])


def _dsl(path: str) -> str:
    return path.replace(".", "__")


def _where(at: int | None) -> str:
    return "" if at is None else f" (character {at + 1})"
