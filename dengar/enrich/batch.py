"""Enrichment: personal data masked, text normalised, language, names, judgements, pseudonymous authors.

Pure functions over batches; nothing here talks to a service. Order: mask → @mentions → normalise → language → entities → heads and
rules → registers → signature. Whatever comes after masking sees the masked text only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from dengar.enrich.campaigns import FORMULA as CAMPAIGNS_FORMULA
from dengar.enrich.campaigns import CampaignMatcher
from dengar.enrich.derived import NOTHING, Subject, derive
from dengar.enrich.entities import hashtags, links, replace_accounts
from dengar.enrich.entities.features import FORMULA as ENTITIES_FORMULA
from dengar.enrich.entities.labeller import Entity, Labeller
from dengar.enrich.heads import MODELS
from dengar.enrich.judged import DERIVED, origin
from dengar.enrich.language import FORMULA as LANGUAGE_FORMULA
from dengar.enrich.language import Language, languages, told
from dengar.enrich.normalise import normalise
from dengar.enrich.pii import Span, find_pii, hide_identifiers, mask, replaced
from dengar.enrich.pseudonym import THREAD, KeyRing, pseudonym
from dengar.enrich.purpose import format_of
from dengar.enrich.signature import signature
from dengar.policy import load_policy
from dengar.records import record_id
from dengar.registers import Account, Registers

FORMULAS = {
    "language": LANGUAGE_FORMULA,
    "pii": "lokal-id/0.7.2+phonenumbers/9+dengar/2",
    "text_normalised": "dengar-normalise/2",
    "hashtags": "dengar/1",
    "links": "dengar/1",
    "signature": "simhash-blake2b/1",
    "campaigns": CAMPAIGNS_FORMULA,
    "entities": ENTITIES_FORMULA,
    "author": "blake2b/1",
}
MAX_TEXT, MAX_TITLE, MAX_NORMALISED = 10_000, 1_000, 20_000
_ACCOUNT_TYPE = {"youtube": "channel", "instagram": "user"}


@dataclass(frozen=True)
class Context:
    """What enrichment needs beside the text. `pseudonym_key`: one key of 16 bytes or more, or a ring of them (dengar.enrich.pseudonym).

    `policy_profile` decides what may be derived.

    `models` is the folder of the heads: the shipped ones, or candidates that are compared with them.
    """

    registers: Registers
    pseudonym_key: bytes
    policy_profile: str
    models: Path = MODELS

    @cached_property
    def keys(self) -> KeyRing:
        """The keys of the pseudonyms, by period. Raises ValueError."""
        return KeyRing.read(self.pseudonym_key)

    def key_of(self, draft: dict[str, Any]) -> bytes:
        """The key of the period in which a draft was observed."""
        return self.keys.at(_moment(draft.get("observed_at")))

    @cached_property
    def labeller(self) -> Labeller:
        """The entity recogniser, knowing the names of the registers."""
        names = (
            (account.name, f"{account.platform}:{account.id}") for account in self.registers.accounts if account.name
        )
        return Labeller(people=names)

    @cached_property
    def public(self) -> frozenset[str]:
        """Names (lower case) of accounts and partners in the registers: nobody's private data."""
        names = [account.name for account in self.registers.accounts]
        names += [partner.name for partner in self.registers.partners]
        return frozenset(name.lower() for name in names if name)

    @cached_property
    def matcher(self) -> CampaignMatcher:
        """The registers' campaigns, ready to be looked for."""
        return CampaignMatcher(self.registers)


def preload() -> None:
    """Read models and word lists now, so that forked tasks share them and find them there."""
    enrich_texts(
        ["bansos blm cair sejak maret di bandung"], Context(Registers(), b"0" * 16, "sandbox"), platforms=["youtube"]
    )


def enrich_mentions(drafts: Sequence[dict[str, Any]], context: Context) -> list[dict[str, Any]]:
    """Full mentions (schemas/mention) of draft mentions, in the same order. The drafts are left as they are.

    Texts are masked first; whatever comes after sees the masked text only. Derived fields are null where the policy profile does not
    let them be derived.
    """
    if not drafts:
        return []
    read = [_read(draft, context) for draft in drafts]
    spoken = languages([one.masked for one in read])
    named = context.labeller.entities([one.masked for one in read])
    policy = load_policy(context.policy_profile)
    permitted = {platform: policy.derivable(platform, DERIVED) for platform in {draft["platform"] for draft in drafts}}
    allowed = [number for number, draft in enumerate(drafts) if permitted[draft["platform"]]]
    judged = derive([read[number].subject(drafts[number], named[number]) for number in allowed], context.models)
    derived = {
        number: {
            name: value if name in permitted[drafts[number]["platform"]] else None for name, value in fields.items()
        }
        for number, fields in zip(allowed, judged, strict=True)
    }
    return [
        _mention(draft, one, language, found, derived.get(number, NOTHING))
        for number, (draft, one, language, found) in enumerate(zip(drafts, read, spoken, named, strict=True))
    ]


def enrich_account(draft: dict[str, Any], context: Context) -> dict[str, Any]:
    """Full account (schemas/account) of a draft account. Who is not in the registers keeps a pseudonym and nothing else."""
    author = _author(draft["account"], draft, context)
    rest = {name: value for name, value in draft.items() if name != "account"}
    return rest | {
        "id": author["key"],
        "role": author["role"],
        "handle": author["handle"],
        "name": author["name"],
        "created_at": draft["created_at"] if author["handle"] else None,
        "provenance": _provenance(draft, ("author",)),
    }


def hide_thread(record: dict[str, Any], context: Context) -> None:
    """Hide the person in the ids of a direct message's thread, or of its deletion: a thread's id spells both accounts out."""
    for name in ("post_id", "conversation_id", "parent_id"):
        if (value := record.get(name)) and value.startswith(THREAD):
            record[name] = context.keys.thread(value)


def enrich_texts(texts: Sequence[str], context: Context, *, platforms: Sequence[str]) -> list[dict[str, Any]]:
    """What `dengar enrich` tells of plain texts: every field of a mention that a text alone gives, and `pii` spans.

    `pii` indexes the characters of the text as given, everything else those of the masked `text`. No policy: nothing is stored.
    """
    drafts = [
        {
            "platform": platform,
            "kind": "comment",
            "text": text,
            "title": None,
            "author": {"id": None, "handle": None, "name": None},
        }
        for text, platform in zip(texts, platforms, strict=True)
    ]
    read = [_read(draft, context) for draft in drafts]
    spoken = languages([one.masked for one in read])
    named = context.labeller.entities([one.masked for one in read])
    judged = derive(
        [one.subject(draft, found) for one, draft, found in zip(read, drafts, named, strict=True)], context.models
    )
    return [
        {
            "text": one.text,
            "text_normalised": one.normalised_text,
            "language": told(language),
            **{name: fields[name] for name in DERIVED if name not in ("purpose", "model_version")},
            "hashtags": one.hashtags,
            "mentions": one.mentions,
            "urls": one.links,
            "entities": [entity.as_dict() for entity in found],
            "domains": one.domains,
            "pii": [span._asdict() for span in one.spans],
            "campaigns": one.campaigns,
            "simhash": signature(one.normalised),
            "model_version": fields["model_version"],
        }
        for text, one, language, found, fields in zip(texts, read, spoken, named, judged, strict=True)
    ]


@dataclass(frozen=True)
class _Read:
    """A draft's texts, masked: what the batch steps work on. `masked` and `normalised` are title and text together."""

    title: str | None
    text: str
    normalised_text: str
    masked: str
    normalised: str
    spans: list[Span]
    counts: dict[str, int]
    hashtags: list[str]
    mentions: list[str]
    links: list[str]
    domains: list[str]
    campaigns: list[str]
    partners: list[str]
    author: dict[str, Any]

    def subject(self, draft: dict[str, Any], found: Sequence[Entity]) -> Subject:
        places = [(entity.start, entity.end) for entity in found if entity.type == "place"]
        return Subject(self.masked, self.normalised, self.author["role"], draft, self.links, places)


def _read(draft: dict[str, Any], context: Context) -> _Read:
    platform, key = draft["platform"], context.key_of(draft)

    def named(handle: str) -> str | None:
        account = context.registers.lookup(platform, None, handle)
        return account.handle if account else None

    spans = find_pii(draft["text"], context.public)
    text, counts = replaced(draft["text"], spans)
    text, handles = replace_accounts(text, named)
    title = None
    if draft.get("title") is not None:
        title, title_counts = mask(draft["title"], context.public)
        title, title_handles = replace_accounts(title, named)
        title = title[:MAX_TITLE]
        handles = list(dict.fromkeys(title_handles + handles))[:200]
        counts = {kind: counts.get(kind, 0) + title_counts.get(kind, 0) for kind in counts | title_counts}
    masked = text if title is None else f"{title}\n{text}"
    addresses, domains = links(masked)
    tags = hashtags(masked)
    # Normalising may make plain what was written so that nothing saw it.
    normalised_text = hide_identifiers(normalise(text))
    normalised = normalised_text if title is None else hide_identifiers(normalise(masked))
    shown = [named(handle) or pseudonym(key, platform, None, handle) or "" for handle in handles]
    return _Read(
        title=title,
        text=text,
        normalised_text=normalised_text,
        masked=masked,
        normalised=normalised,
        spans=spans,
        counts=counts,
        hashtags=tags,
        mentions=list(dict.fromkeys(shown)),
        links=addresses,
        domains=domains,
        campaigns=context.matcher.campaigns(tags, masked, normalised, _moment(draft.get("published_at"))),
        partners=context.matcher.partners(platform, handles, masked),
        author=_author(draft["author"], draft, context),
    )


def _mention(
    draft: dict[str, Any],
    read: _Read,
    language: Language,
    found: Sequence[Entity],
    derived: dict[str, Any],
) -> dict[str, Any]:
    handle, permalink = draft["author"]["handle"], draft.get("permalink")
    if permalink and handle and read.author["handle"] is None and handle.casefold() in permalink.casefold():
        permalink = None  # a story's address spells out a private person's handle
    return (
        draft
        | {
            "title": read.title,
            "text": read.text[:MAX_TEXT],
            "text_normalised": read.normalised_text[:MAX_NORMALISED],
            "text_truncated": draft.get("text_truncated", False) or len(read.text) > MAX_TEXT,
            "post_format": format_of({**draft, "title": read.title, "text": read.text}),
            "language": told(language),
            "hashtags": read.hashtags,
            "mentions": read.mentions,
            "links": read.links,
            "domains": read.domains,
            "pii": read.counts,
            "campaigns": read.campaigns,
            "partners": read.partners,
            "entities": _entities(found, read)[:200],
            "signature": signature(read.normalised) or None,
            "author": read.author,
            "permalink": permalink,
            "provenance": _provenance(draft, tuple(FORMULAS)),
            "origin": origin(derived),
        }
        | derived
    )


def _entities(found: Sequence[Entity], read: _Read) -> list[dict[str, Any]]:
    """Entities of the text itself (a title's are left out); a person who is in no register is nobody's to list."""
    title = len(read.masked) - len(read.text)
    return [
        {
            "type": entity.type,
            "start": entity.start - title,
            "end": entity.end - title,
            "text": entity.text[:300],
            "code": entity.code,
            "candidates": list(entity.candidates)[:20],
        }
        for entity in found
        if entity.public and entity.start >= title and entity.end - title <= MAX_TEXT
    ]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _author(named: dict[str, Any], draft: dict[str, Any], context: Context) -> dict[str, Any]:
    platform = draft["platform"]
    account: Account | None = context.registers.lookup(platform, named["id"], named["handle"])
    if account is not None:
        key = record_id(platform, _ACCOUNT_TYPE[platform], account.id)
        return {"key": key, "role": account.role, "handle": account.handle, "name": account.name}
    key_or_none = pseudonym(context.key_of(draft), platform, named["id"], named["handle"])
    return {"key": key_or_none, "role": "public" if key_or_none else "unknown", "handle": None, "name": None}


def _provenance(draft: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    provenance: dict[str, Any] = draft["provenance"]
    formulas = provenance["formulas"] | {name: FORMULAS[name] for name in names}
    return provenance | {"formulas": formulas}
