"""What the trends need of a mention: a slim, immutable view, made once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from dengar.enrich.signature import EMPTY
from dengar.trends.stopwords import STOPWORDS

ENTITY_TYPES = frozenset({"programme", "organisation", "place", "event", "product"})
MOST_TERMS = 60
TEXT = 400
_GONE = re.compile(r"https?://\S+|www\.\S+|@\[[^\]]*\]|\[[a-z]+\]|[@#]\w+|\b\w+(?:\.\w+)+\b")
_HOST = re.compile(
    r"\b(?:[a-z0-9][a-z0-9-]{0,62}\.){1,4}(?:id|com|net|org|xyz|top|site|online|info|live|click|shop|vip|link|club|ly|me|gl|app|example|co)\b"
)
_WORD = re.compile(r"[^\W\d_]{3,30}")
KINDS = {"h": "hashtag", "t": "term", "p": "phrase", "e": "entity", "d": "domain", "r": "partner"}
"""First letter of a key → kind of a term in a trend; the rest of the key, after a colon, is its value."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A mention as the trends see it. Judgements are None where they were not made (policy, or no model). `at` is aware UTC.

    `terms` are keys of KINDS, each once; `signature` is the SimHash as a number, None for texts too short to compare.
    """

    id: str
    at: datetime
    platform: str
    post: str
    author: str | None
    role: str
    handle: str | None
    text: str
    terms: tuple[str, ...]
    domains: tuple[str, ...]
    signature: int | None
    negative: bool | None
    complaint: bool | None
    toxic: bool | None
    spam: bool | None
    suspect: bool | None
    signs: tuple[str, ...]
    backfill: bool

    @property
    def grievance(self) -> bool | None:
        """Anger at something: negative, a complaint or toxic, and no suspected lure or hoax, which are told apart."""
        if self.negative is None and self.complaint is None:
            return None
        return bool((self.negative or self.complaint or self.toxic) and not self.suspect)


def heard(mention: Mapping[str, Any]) -> Heard:
    """The view of a record of schemas/mention. Raises KeyError for a record that is none."""
    author, intent, scam = mention["author"], _label(mention, "intent"), mention.get("scam")
    sentiment, toxicity, spam = _label(mention, "sentiment"), _label(mention, "toxicity"), _label(mention, "spam")
    signature = mention.get("signature")
    text = mention.get("text_normalised") or mention["text"]
    if mention.get("title"):
        text = f"{mention['title']} {text}"
    domains = hosts(text, mention.get("domains") or ())
    return Heard(
        id=mention["id"],
        at=datetime.fromisoformat(mention["published_at"]).astimezone(UTC),
        platform=mention["platform"],
        post=mention["post_id"],
        author=author["key"],
        role=author["role"],
        handle=author["handle"],
        text=text[:TEXT],
        terms=terms(text, mention, domains),
        domains=domains,
        signature=None if not signature or signature == EMPTY else int(signature, 16),
        negative=None if sentiment is None else sentiment == "negative",
        complaint=None if intent is None else intent in ("complaint", "report"),
        toxic=None if toxicity is None else toxicity != "none",
        spam=None if spam is None else spam != "none",
        suspect=None if scam is None and intent is None else bool(intent == "hoax" or (scam and scam["suspected"])),
        signs=tuple((scam or {}).get("reasons") or ()) + (("intent_hoax",) if intent == "hoax" else ()),
        backfill=bool((mention.get("collected") or {}).get("backfill")),
    )


def terms(text: str, mention: Mapping[str, Any], domains: tuple[str, ...]) -> tuple[str, ...]:
    """Keys of what a mention speaks of: hashtags, words, pairs of neighbouring words, entities, domains, partners; each once."""
    words = content_words(text)
    keys = [f"h:{tag}" for tag in mention.get("hashtags") or ()]
    keys += [f"d:{domain}" for domain in domains]
    keys += [f"r:{partner}" for partner in mention.get("partners") or ()]
    keys += [
        f"e:{entity['text'].lower()}" for entity in mention.get("entities") or () if entity["type"] in ENTITY_TYPES
    ]
    keys += [f"t:{word}" for word in words if word]
    keys += [f"p:{one} {two}" for one, two in pairwise(words) if one and two]
    return tuple(dict.fromkeys(keys))[:MOST_TERMS]


def hosts(text: str, domains: Sequence[str]) -> tuple[str, ...]:
    """Host names of a mention's links, and those that stand in its text without being a link, each once, lower case."""
    bare = _HOST.findall(text.lower()) if "." in text else ()
    return tuple(dict.fromkeys(one.removeprefix("www.") for one in (*domains, *bare)))


def content_words(text: str) -> list[str]:
    """Words in order, lower case; a stop word is an empty string, so that neighbours stay neighbours and no others become so."""
    return ["" if word in STOPWORDS else word for word in _WORD.findall(_GONE.sub(" ", text.lower()))]


def _label(mention: Mapping[str, Any], field: str) -> str | None:
    told = mention.get(field)
    return None if told is None else told["label"]
