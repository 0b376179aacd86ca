"""The query language of people: a grammar, the tree it makes of a query, and sentences that point at the character of a mistake.

What a tree means to Elasticsearch is dengar.index.compiled's; docs/analyst.md describes the language (decision 0027).
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from dengar.index.fields import names
from dengar.index.results import QueryError

if TYPE_CHECKING:
    from lark import Lark

MAX_QUERY, MAX_DEPTH, MAX_WORDS = 2_000, 12, 100
NEAR = 5
MAX_NEAR = 50

GRAMMAR = r"""
start: disjunction
?disjunction: conjunction (_OR conjunction)*
?conjunction: factor (_AND? factor)*
?factor: nearness | _NOT factor -> negation | _MINUS atom -> negation
?nearness: atom (NEAR atom)*
?atom: WORD -> word | PHRASE -> phrase | HASHTAG -> hashtag | "(" disjunction ")" | FIELD value -> asked
?value: WORD -> word | PHRASE -> phrase | HASHTAG -> hashtag | "(" disjunction ")"

_OR.5: /OR(?=[\s("]|$)/
_AND.5: /AND(?=[\s("]|$)/
_NOT.5: /NOT(?=[\s("]|$)/
NEAR.5: /NEAR(\/\d+)?(?=[\s("]|$)/
_MINUS.4: /-(?=[\w"(#])/
FIELD.4: /(?:%s):(?=\S)/i
HASHTAG.3: /#\w+\*?/
PHRASE.3: /"(?:[^"\\]|\\.)*"/s
WORD.1: /(?:\\.|\\|[^\s()"\\])+/s
%%ignore /\s+/
"""
_QUOTES = str.maketrans("“”„«»", '"""""')
_RESERVED = re.compile(r"AND|OR|NOT|NEAR(/\d+)?")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_LIKE_A_FIELD = re.compile(r"([A-Za-z][A-Za-z_.]{3,20}):(?!/)\S")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written. `begins`: it stands for all words that begin so."""

    text: str
    at: int
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in quotes."""

    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Tag:
    """A hashtag, without its sign."""

    text: str
    at: int
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Everything:
    """`*` alone."""

    at: int


@dataclass(frozen=True, slots=True)
class Asked:
    """`name:value`; the value may be a group."""

    name: str
    value: Node
    at: int


@dataclass(frozen=True, slots=True)
class Near:
    """Both within `gap` words of each other, in any order."""

    gap: int
    left: Node
    right: Node
    at: int


@dataclass(frozen=True, slots=True)
class Not:
    """What the part must not match."""

    part: Node


@dataclass(frozen=True, slots=True)
class And:
    """All parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part."""

    parts: tuple[Node, ...]


Node = Word | Phrase | Tag | Everything | Asked | Near | Not | And | Or


def parse(query: str) -> Node:
    """The tree of a query. Raises QueryError with the place of the mistake, and for a query too long, deep or wordy."""
    from lark.exceptions import UnexpectedInput, VisitError

    text = unicodedata.normalize("NFC", query.translate(_QUOTES))
    _within_limits(text)
    try:
        tree = _grammar().parse(text)
        root: Node = _transformer().transform(tree)
        return root
    except UnexpectedInput as error:
        raise _mistake(text, error) from None
    except VisitError as error:
        if isinstance(error.orig_exc, QueryError):
            raise error.orig_exc from None
        raise


def at(text: str, place: int) -> str:
    """`at character 8, at ') x'`: how a place is told."""
    return f"at character {place + 1}, at {text[place : place + 10]!r}" if place < len(text) else "at its end"


def _within_limits(text: str) -> None:
    if not text.strip():
        raise QueryError("The query is empty: give at least one word, or * for everything.")
    if len(text) > MAX_QUERY:
        raise QueryError(f"The query has {len(text):,} characters; {MAX_QUERY:,} is the limit.", MAX_QUERY)
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth > MAX_DEPTH:
            raise QueryError(f"Parentheses are nested more than {MAX_DEPTH} deep {at(text, place)}.", place)
    words = [found.start() for found in re.finditer(r"\S+", text)]
    if len(words) > MAX_WORDS:
        place = words[MAX_WORDS]
        raise QueryError(
            f"The query has {len(words)} words; {MAX_WORDS} is the limit, reached {at(text, place)}.", place
        )


def _mistake(text: str, error: Any) -> QueryError:
    place = error.pos_in_stream
    if place is None or place < 0 or getattr(getattr(error, "token", None), "type", "") == "$END":
        place = len(text)
    if place < len(text) and text[place] == '"':
        return QueryError(f'The quote that opens {at(text, place)}, is never closed: add another ".', place)
    opened = _unclosed(text)
    if place == len(text) and opened is not None:
        return QueryError(
            f"The query has a mistake at its end: the parenthesis that opens {at(text, opened)}, is never closed.",
            place,
        )
    return QueryError(
        f"The query has a mistake {at(text, place)}: check quotes, parentheses and AND/OR/NOT/NEAR, or put the words in quotes.",
        place,
    )


def _unclosed(text: str) -> int | None:
    opened: list[int] = []
    quoted = False
    for place, sign in enumerate(text):
        if sign == '"':
            quoted = not quoted
        elif sign == "(" and not quoted:
            opened.append(place)
        elif sign == ")" and not quoted and opened:
            opened.pop()
    return opened[-1] if opened else None


@cache
def _grammar() -> Lark:
    from lark import Lark

    known = "|".join(sorted((re.escape(name) for name in names()), key=len, reverse=True))
    return Lark(GRAMMAR % known, parser="lalr", maybe_placeholders=False)


@cache
def _transformer() -> Any:
    from lark import Transformer, v_args

    class Builder(Transformer):  # type: ignore[type-arg]
        """Lark's tree → ours."""

        def start(self, parts: list[Node]) -> Node:
            return parts[0]

        def disjunction(self, parts: list[Node]) -> Node:
            return Or(tuple(parts))

        def conjunction(self, parts: list[Node]) -> Node:
            return And(tuple(parts))

        def negation(self, parts: list[Node]) -> Node:
            return Not(parts[0])

        def nearness(self, parts: list[Any]) -> Node:
            left: Node = parts[0]
            for sign, right in zip(parts[1::2], parts[2::2], strict=True):
                left = Near(_gap(sign), left, right, sign.start_pos)
            return left

        @v_args(inline=True)
        def word(self, token: Any) -> Node:
            return _word(str(token), token.start_pos)

        @v_args(inline=True)
        def phrase(self, token: Any) -> Node:
            return Phrase(_ESCAPED.sub(r"\1", str(token)[1:-1]), token.start_pos)

        @v_args(inline=True)
        def hashtag(self, token: Any) -> Node:
            return Tag(str(token)[1:].removesuffix("*"), token.start_pos, str(token).endswith("*"))

        @v_args(inline=True)
        def asked(self, field: Any, value: Node) -> Node:
            return Asked(str(field)[:-1].lower(), value, field.start_pos)

    return Builder()


def _gap(sign: Any) -> int:
    told = str(sign).partition("/")[2]
    gap = int(told[:4]) if told else NEAR
    if gap > MAX_NEAR:
        raise QueryError(
            f"{sign} at character {sign.start_pos + 1} is too far: {MAX_NEAR} words is the limit.", sign.start_pos
        )
    return gap


def _word(text: str, place: int) -> Node:
    if text == "*":
        return Everything(place)
    if _RESERVED.fullmatch(text):
        raise QueryError(
            f"{text} at character {place + 1} stands where a word should: check what it joins, or put it in quotes.",
            place,
        )
    if (like := _LIKE_A_FIELD.match(text)) and (close := difflib.get_close_matches(like[1].lower(), names(), 1, 0.8)):
        raise QueryError(
            f"There is no field {like[1]} (character {place + 1}): did you mean {close[0]}:? For a plain colon write \\:.",
            place,
        )
    begins = text.endswith("*") and not text.endswith("\\*")
    bare = text.rstrip("*") if begins else text
    if text.startswith("*") or (begins and len(bare) < 2):
        raise QueryError(
            f"The word at character {place + 1} begins with * or has one letter before it: put at least two letters before the *.",
            place,
        )
    return Word(_ESCAPED.sub(r"\1", bare), place, begins)
