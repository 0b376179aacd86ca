"""NEAR: words within so many words of each other, as Elasticsearch's intervals.

In the title, in the text as written, or in the text as restored; words by their stems, phrases and beginnings by their forms.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from elasticsearch.dsl import query as q

from dengar.index import language as tree
from dengar.index.restored import restore
from dengar.index.results import QueryError

_FIELDS = (("title", False), ("text", False), ("text_normalised", True))


def near(node: tree.Near) -> q.Query:
    """Raises QueryError where an operand is no word, phrase or group of them."""
    return q.DisMax(queries=[q.Q("intervals", **{f"{forms}__id": _rule(node, forms, told)}) for forms, told in _FIELDS])


def leaves(node: tree.Node) -> Iterator[tree.Word | tree.Phrase]:
    """The words and phrases that are joined."""
    match node:
        case tree.Near(_, left, right):
            yield from leaves(left)
            yield from leaves(right)
        case tree.Or(parts):
            for part in parts:
                yield from leaves(part)
        case tree.Word() | tree.Phrase():
            yield node


def place_of(node: tree.Node) -> int:
    """The character of the query where a part begins."""
    match node:
        case tree.And(parts) | tree.Or(parts):
            return place_of(parts[0])
        case tree.Not(part):
            return place_of(part)
        case _:
            return node.at


def folded(text: str) -> str:
    """As the analyzers fold a token, for beginnings, which are not analysed."""
    apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _rule(node: tree.Node, forms: str, restoring: bool) -> dict[str, Any]:
    match node:
        case tree.Word(text, _, True):
            return {"prefix": {"prefix": folded(text), "use_field": forms}}
        case tree.Word(text):
            return {"match": _side_by_side(text, restoring)}
        case tree.Phrase(text):
            return {"match": {**_side_by_side(text, restoring), "use_field": forms}}
        case tree.Or(parts):
            return {"any_of": {"intervals": [_rule(part, forms, restoring) for part in parts]}}
        case tree.Near(gap, left, right):
            both = [_rule(part, forms, restoring) for part in (left, right)]
            return {"all_of": {"intervals": both, "max_gaps": gap, "ordered": False}}
    place = place_of(node)
    raise QueryError(
        f"NEAR joins words, phrases and (a OR b), not what stands at character {place + 1}: use AND there.", place
    )


def _side_by_side(text: str, restoring: bool) -> dict[str, Any]:
    told = " ".join(unit.restored for unit in restore([text])) if restoring else text
    return {"query": told, "max_gaps": 0, "ordered": True}
