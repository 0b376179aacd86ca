"""The fields that people ask by: their name in a query and as a filter or facet, and where they lie in the index."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

Kind = Literal["keyword", "hashtag", "author", "number", "flag", "text", "since", "until", "has"]


@dataclass(frozen=True, slots=True)
class Field:
    """`path` in the index; `words`: other spellings of values (Indonesian, short forms) → the value."""

    name: str
    path: str
    kind: Kind = "keyword"
    facet: bool = False
    words: tuple[tuple[str, str], ...] = ()

    @property
    def policy_name(self) -> str:
        """The name policy knows it by, if policy speaks of it."""
        return f"mention.{self.path.partition('.')[0]}"


_ROLES = (
    ("resmi", "official"),
    ("mitra", "partner"),
    ("pemengaruh", "influencer"),
    ("tokoh", "public_figure"),
    ("publik", "public"),
)
_SENTIMENTS = (("positif", "positive"), ("netral", "neutral"), ("negatif", "negative"))
_INTENTS = (
    ("keluhan", "complaint"), ("pertanyaan", "question"), ("permintaan", "request"), ("laporan", "report"), ("pujian", "praise"),
    ("saran", "suggestion"), ("hoaks", "hoax"), ("promosi", "promotion"), ("lainnya", "other"),
)  # fmt: skip
_URGENCIES = (("mendesak", "urgent"), ("perhatian", "attention"))
_YES = (("ya", "true"), ("yes", "true"), ("tidak", "false"), ("no", "false"))

FIELDS = (
    Field("hashtag", "hashtags", "hashtag", facet=True),
    Field("author", "author.key", "author", facet=True),
    Field("handle", "author.handle"),
    Field("role", "author.role", facet=True, words=_ROLES),
    Field("platform", "platform", facet=True, words=(("yt", "youtube"), ("ig", "instagram"))),
    Field("kind", "kind", facet=True, words=(("kiriman", "post"), ("komentar", "comment"), ("balasan", "reply"))),
    Field("format", "post_format", facet=True),
    Field("sentiment", "sentiment.label", facet=True, words=_SENTIMENTS),
    Field("intent", "intent.label", facet=True, words=_INTENTS),
    Field("category", "category.label", facet=True),
    Field("urgency", "urgency.label", facet=True, words=_URGENCIES),
    Field("toxicity", "toxicity.label", facet=True),
    Field("spam", "spam.label", facet=True),
    Field("scam", "scam.suspected", "flag", words=_YES),
    Field("actionable", "actionable", "flag", facet=True, words=_YES),
    Field("complete", "complaint.complete", "flag", words=_YES),
    Field("uncertain", "intent.uncertain", "flag", words=_YES),
    Field("purpose", "purpose.label", facet=True),
    Field("campaign", "campaigns", facet=True),
    Field("partner", "partners", facet=True),
    Field("language", "language.code", facet=True),
    Field("place", "entities.code", facet=True),
    Field("domain", "domains", facet=True),
    Field("post", "post_id"),
    Field("conversation", "conversation_id"),
    Field("id", "id"),
    Field("signature", "signature"),
    Field("trace", "trace_id"),
    Field("likes", "engagement.likes", "number"),
    Field("replies", "engagement.replies", "number"),
    Field("title", "title", "text"),
    Field("text", "text", "text"),
    Field("exact", "text.exact", "text"),
    Field("stem", "text.id", "text"),
    Field("since", "published_at", "since"),
    Field("until", "published_at", "until"),
    Field("has", "", "has"),
)
BY_NAME = {field.name: field for field in FIELDS}
BY_PATH = {field.path: field for field in FIELDS if field.kind not in ("since", "until", "has")}
FACETS = tuple(field.name for field in FIELDS if field.facet)


def named(name: str) -> Field | None:
    """The field of a name as people write it, or of its path in the index; None where there is none."""
    known = name.lower()
    return BY_NAME.get(known) or BY_PATH.get(known)


@cache
def names() -> tuple[str, ...]:
    """Every word that a colon makes a field of."""
    return (*BY_NAME, *BY_PATH)


@cache
def values(name: str) -> tuple[str, ...]:
    """The values that a field may have, from the schema of mentions; () where it is open."""
    from dengar.schemas import load

    schema: dict[str, Any] = load("mention")
    for part in BY_NAME[name].path.split("."):
        schema = schema["properties"][part] if "properties" in schema else {}
    return tuple(value for value in schema.get("enum", ()) if value is not None)
