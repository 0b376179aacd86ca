"""The query language: what people type, as Lucene shall read it, and Lucene's refusals, as people shall read them."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

# fmt: off
NAMED = frozenset((
    "id", "platform", "kind", "post_format", "post_id", "conversation_id", "parent_id", "title", "title.id",
    "title.exact", "text", "text.id", "text.exact", "text_normalised", "text_normalised.id", "hashtags",
    "hashtags.prefix", "mentions", "domains", "language.code", "author.key", "author.role", "author.handle",
    "author.name", "author.name.words", "engagement.likes", "engagement.replies", "published_at", "_exists_",
    "language.mixed", "campaigns", "partners", "entities.code", "entities.type", "entities.text", "signature",
    "sentiment.label", "intent.label", "intent.uncertain", "intent.origin", "actionable", "category.label", "complaint.complete",
    "complaint.who", "complaint.where", "urgency.label", "urgency.reasons", "toxicity.label", "spam.label", "scam.suspected",
    "scam.reasons", "purpose.label", "model_version", "enrichment_revision", "label_revision", "trace_id",
))
# fmt: on
"""Fields that may be named in a query, as in author.role:official; any other word before a colon is plain text (https:, 10:30)."""

_QUOTED = re.compile(r'("(?:[^"\\]|\\.)*")')
_HASHTAG = re.compile(r"(?<![\w:\\&])#(\w+\*?)")
_COLON = re.compile(r"(?<!\\)([\w.]*):")
_SLASH = re.compile(r"(?<!\\)/")


def readable(query: str) -> str:
    """The query as Lucene shall read it: composed Unicode, #tag as a field, and : and / as plain text where they name no field and
    would start a regular expression. Quoted phrases are left as they are."""
    parts = _QUOTED.split(unicodedata.normalize("NFC", query))
    return "".join(part if part.startswith('"') and len(part) > 1 else _plain(part) for part in parts)


def _plain(part: str) -> str:
    named = _COLON.sub(lambda found: found[0] if found[1] in NAMED else f"{found[1]}\\:", part)
    return _HASHTAG.sub(r"hashtags:\1", _SLASH.sub(r"\/", named))


_COLUMN = re.compile(r"at line \d+, column (\d+)")


def explain(refusal: Any, query: str) -> str | None:
    """One sentence for Elasticsearch's refusal, with the place in the query where Lucene tells it; None if the query is not at fault."""
    told = _reasons(refusal)
    if "not allowed as first character" in told:
        return "A word of the query begins with * or ?: put at least one letter before it."
    if "clause" in told.lower() or "too_complex_to_determinize" in told or "determiniz" in told.lower():
        return "The query has too many words, or its * matches too many: make it narrower."
    if column := _COLUMN.search(told):
        # Lucene counts in the text as it reads it, which may be longer than what was typed.
        place = next((at for at in range(len(query)) if len(readable(query[: at + 1])) > int(column[1])), len(query))
        what = f"at {query[place : place + 10]!r}" if place < len(query) else "at its end"
        return (
            f"The query has a mistake at character {place + 1}, {what}: check quotes, parentheses and AND/OR/NOT, "
            "or put \\ before a sign meant as text."
        )
    if "Failed to parse query" in told or "query_shard_exception" in told or "parse_exception" in told:
        return "The query cannot be read: check quotes, parentheses and AND/OR/NOT."
    return None


def _reasons(body: Any) -> str:
    """All `type` and `reason` texts of a refusal."""
    if isinstance(body, dict):
        own = [str(body[key]) for key in ("type", "reason") if isinstance(body.get(key), str)]
        return " ".join([*own, *(_reasons(value) for value in body.values())])
    if isinstance(body, list):
        return " ".join(_reasons(value) for value in body)
    return ""
