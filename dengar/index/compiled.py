"""From the tree of a query to elasticsearch.dsl.

A word is asked for as written in `text`, and as enrichment restores it (the same code: b4nsos → bansos) in `text_normalised`; both with
their Indonesian stem. Words side by side are restored together, for some can be read only by their neighbours. A phrase keeps the
forms of its words. Very small words (yang, di, ke …) help to rank and are not required; quoted they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from elasticsearch.dsl import query as q

from dengar.index import language as tree
from dengar.index.asked_fields import asked_field
from dengar.index.facets import hidden
from dengar.index.fields import Field, named
from dengar.index.near import folded, leaves, near, place_of
from dengar.index.restored import Unit, restore
from dengar.index.results import QueryError
from dengar.policy import Policy, Verdict

AS_WRITTEN = ("title^3", "title.id", "text^2", "text.id^0.8", "hashtags^2")
RESTORED = ("title^2.5", "title.id^0.8", "text_normalised^1.8", "text_normalised.id^0.7", "hashtags^1.5")
PHRASES = ("title^3", "text^2")
BEGINNINGS = ("title", "text", "text_normalised")
# fmt: off
SMALL = frozenset((
    "yang", "dan", "di", "ke", "dari", "untuk", "buat", "pada", "oleh", "itu", "ini", "ya", "sih", "dong", "kok", "deh", "nih", "lah",
    "kah", "pun", "si", "the", "of", "a",
))
# fmt: on
"""Words that help to rank and are not required. Never belum, tidak, bukan: they carry the complaint."""
TIE = 0.15
MAX_PAIRS = 8
_SAYS = re.compile(r"[^\W_]|[^\x00-\u2bff]|[\u2600-\u27bf]")
"""A letter, digit or emoji: signs alone are in no index."""


@dataclass
class Compiler:
    """Compiles one tree. `off` collects platform → field → verdict where policy hides a field asked by; `read_as` words restored; `marks`
    what is to be marked in title and text (not what is excluded)."""

    now: datetime
    policy: Policy | None = None
    off: dict[str, dict[str, Verdict]] = field(default_factory=dict)
    read_as: dict[str, str] = field(default_factory=dict)
    marks: list[q.Query] = field(default_factory=list)

    def query(self, node: tree.Node) -> q.Query:
        """The query of a part. Raises QueryError where a value is none of its field's."""
        match node:
            case tree.Everything():
                return q.MatchAll()
            case tree.And(parts):
                return self._all(parts)
            case tree.Or(parts):
                return q.Bool(should=[self.query(part) for part in parts], minimum_should_match=1)
            case tree.Not(part):
                return q.Bool(must_not=[self._excluded(part)])
            case tree.Near():
                return self._near(node)
            case tree.Asked(name, value):
                return self._asked(name, value)
            case tree.Tag(text, place, begins):
                return asked_field(_field("hashtag"), tree.Word(text, place, begins), self.now)
            case tree.Phrase(text):
                return self._phrase(text)
            case tree.Word(text, _, True):
                found = [q.Prefix(**{path: {"value": folded(text)}}) for path in BEGINNINGS]
                self.marks += found[:2]
                return q.DisMax(queries=found)
            case tree.Word():
                return self._words([node])

    def _excluded(self, node: tree.Node) -> q.Query:
        marks = list(self.marks)
        found = self.query(node)
        self.marks = marks
        return found

    def _all(self, parts: Sequence[tree.Node]) -> q.Query:
        """Adjacent words as one run, the rest each for itself; what is excluded goes where it costs nothing."""
        must: list[q.Query] = []
        must_not: list[q.Query] = []
        run: list[tree.Word] = []
        for part in (*parts, None):
            if isinstance(part, tree.Word) and not part.begins:
                run.append(part)
                continue
            if run:
                must.append(self._words(run))
                run = []
            if isinstance(part, tree.Not):
                must_not.append(self._excluded(part.part))
            elif part is not None:
                must.append(self.query(part))
        return q.Bool(must=must, must_not=must_not)

    def _words(self, run: Sequence[tree.Word]) -> q.Query:
        units = [unit for unit in restore([word.text for word in run]) if _SAYS.search(unit.written)]
        if not units:
            return q.MatchNone()
        self.read_as |= {unit.written: unit.restored for unit in units if unit.changed}
        self.marks += [_marked(form) for unit in units for form in dict.fromkeys((unit.written, unit.restored))]
        small = [unit for unit in units if unit.restored.lower() in SMALL]
        needed = [unit for unit in units if unit not in small] or units
        helping = [_unit(unit) for unit in small if unit not in needed]
        if len(needed) == 1 and not helping:
            return _unit(needed[0])
        # Neighbours that stand side by side in the text rank before the same words apart.
        helping += [_together(f"{one.restored} {other.restored}") for one, other in pairwise(units[:MAX_PAIRS])]
        return q.Bool(must=[_unit(unit) for unit in needed], should=helping)

    def _phrase(self, text: str) -> q.Query:
        if not text.strip():
            return q.MatchAll()
        units = restore([text])
        restored = " ".join(unit.restored for unit in units)
        self.marks.append(q.MultiMatch(query=text, type="phrase", fields=["title", "text"]))
        return q.DisMax(
            queries=[
                q.MultiMatch(query=text, type="phrase", fields=list(PHRASES)),
                q.MatchPhrase(text_normalised={"query": restored, "boost": 1.5}),
            ],
            tie_breaker=TIE,
        )

    def _near(self, node: tree.Near) -> q.Query:
        for leaf in leaves(node):
            self.query(leaf)  # for its marks, and words restored
        return near(node)

    def _asked(self, name: str, value: tree.Node) -> q.Query:
        field = _field(name)
        match value:
            case tree.Or(parts):
                return q.Bool(should=[self._asked(name, part) for part in parts], minimum_should_match=1)
            case tree.And(parts):
                return q.Bool(must=[self._asked(name, part) for part in parts])
            case tree.Not(part):
                return q.Bool(must_not=[self._asked(name, part)])
            case tree.Word() | tree.Phrase() | tree.Tag() | tree.Everything():
                return self.allowed(field, asked_field(field, value, self.now))
        place = place_of(value)
        raise QueryError(
            f"{name}: takes a word, a phrase or (a OR b), not what stands at character {place + 1}.", place
        )

    def allowed(self, field: Field, found: q.Query) -> q.Query:
        """What is found by a field, less the platforms on which policy hides it."""
        off = hidden(field.policy_name, self.policy) if self.policy else {}
        for platform, verdict in off.items():
            self.off.setdefault(platform, {})[field.name] = verdict
        return q.Bool(filter=[found], must_not=[q.Terms(platform=sorted(off))]) if off else found


def bounds(node: tree.Node, now: datetime) -> Mapping[str, datetime]:
    """`since` and `until` that the whole query is under, for a timeline's ends."""
    from dengar.index.asked_fields import time_of

    parts = node.parts if isinstance(node, tree.And) else (node,)
    found: dict[str, datetime] = {}
    for part in parts:
        if (
            isinstance(part, tree.Asked)
            and part.name in ("since", "until")
            and isinstance(part.value, tree.Word | tree.Phrase)
        ):
            found[part.name] = time_of(part.name, part.value, now)
    return found


def _unit(unit: Unit) -> q.Query:
    if not unit.changed:
        return q.MultiMatch(
            query=unit.written,
            fields=list(dict.fromkeys((*AS_WRITTEN, *RESTORED[2:4]))),
            operator="and",
            tie_breaker=TIE,
        )
    return q.DisMax(
        queries=[
            q.MultiMatch(query=unit.written, fields=list(AS_WRITTEN), operator="and", tie_breaker=TIE),
            q.MultiMatch(query=unit.restored, fields=list(RESTORED), operator="and", tie_breaker=TIE),
        ],
        tie_breaker=TIE,
    )


def _together(text: str) -> q.Query:
    fields = ["title", "text_normalised^1.5", "text_normalised.id"]
    return q.MultiMatch(query=text, type="phrase", fields=fields, tie_breaker=TIE)


def _marked(text: str) -> q.Query:
    return q.MultiMatch(query=text, operator="and", fields=["title", "title.id", "text", "text.id"])


def _field(name: str) -> Field:
    found = named(name)
    if found is None:  # the grammar knows the same names
        raise QueryError(f"There is no field {name}.")
    return found
