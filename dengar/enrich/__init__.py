"""First enrichment: personal data masked, text normalised, language, hashtags, @mentions, links, pseudonymous authors.

Pure functions over batches; nothing here talks to a service. Order: mask → @mentions → normalise → language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dengar.enrich.entities import hashtags, links, replace_accounts
from dengar.enrich.language import FORMULA as LANGUAGE_FORMULA
from dengar.enrich.language import language
from dengar.enrich.normalise import normalise
from dengar.enrich.pii import mask, pii_spans
from dengar.enrich.pseudonym import pseudonym
from dengar.records import record_id
from dengar.registers import Account, Registers

__all__ = ["Context", "enrich_account", "enrich_mentions", "enrich_text", "pii_spans"]

FORMULAS = {
    "language": LANGUAGE_FORMULA,
    "pii": "lokal-id/0.7.2+phonenumbers/9+dengar/1",
    "text_normalised": "nfkc+confusables/3.3+dengar/1",
    "hashtags": "dengar/1",
    "links": "dengar/1",
    "author": "blake2b/1",
}
MAX_TEXT, MAX_TITLE, MAX_NORMALISED = 10_000, 1_000, 20_000
_ACCOUNT_TYPE = {"youtube": "channel", "instagram": "user"}


@dataclass(frozen=True)
class Context:
    """What enrichment needs beside the text. `pseudonym_key` has at least 16 bytes; `policy_profile` is not consulted yet."""

    registers: Registers
    pseudonym_key: bytes
    policy_profile: str


def enrich_mentions(drafts: Sequence[dict[str, Any]], context: Context) -> list[dict[str, Any]]:
    """Full mentions (schemas/mention) of draft mentions, in the same order. The drafts are left as they are."""
    return [_mention(draft, context) for draft in drafts]


def enrich_account(draft: dict[str, Any], context: Context) -> dict[str, Any]:
    """Full account (schemas/account) of a draft account. Who is not in the registers keeps a pseudonym and nothing else."""
    author = _author(draft["account"], draft["platform"], context)
    rest = {name: value for name, value in draft.items() if name != "account"}
    return rest | {
        "id": author["key"],
        "role": author["role"],
        "handle": author["handle"],
        "name": author["name"],
        "created_at": draft["created_at"] if author["handle"] else None,
        "provenance": _provenance(draft, ("author",)),
    }


def enrich_text(text: str, context: Context | None, *, platform: str = "instagram") -> dict[str, Any]:
    """Masked text, text_normalised, language, hashtags, mentions, links, domains, and pii spans in the ORIGINAL text.

    Without context nobody is registered, and a throw-away key makes the pseudonyms.
    """
    if context is None:
        import secrets

        context = Context(Registers(), secrets.token_bytes(32), "strict")
    fields = _texts(None, text, platform, context)
    del fields["title"]
    return fields | {"pii": pii_spans(text)}


def _mention(draft: dict[str, Any], context: Context) -> dict[str, Any]:
    author = _author(draft["author"], draft["platform"], context)
    fields = _texts(draft.get("title"), draft["text"], draft["platform"], context)
    fields["text_truncated"] = draft.get("text_truncated", False) or len(fields["text"]) > MAX_TEXT
    fields["text"] = fields["text"][:MAX_TEXT]
    handle = draft["author"]["handle"]
    permalink = draft.get("permalink")
    if permalink and handle and author["handle"] is None and handle.casefold() in permalink.casefold():
        permalink = None  # a story's address spells out a private person's handle
    return (
        draft | fields | {"author": author, "permalink": permalink, "provenance": _provenance(draft, tuple(FORMULAS))}
    )


def _texts(title: str | None, text: str, platform: str, context: Context) -> dict[str, Any]:
    def named(handle: str) -> str | None:
        account = context.registers.lookup(platform, None, handle)
        return account.handle if account else None

    masked, counts = mask(text)
    masked, handles = replace_accounts(masked, named)
    masked_title = None
    if title is not None:
        masked_title, title_counts = mask(title)
        masked_title, title_handles = replace_accounts(masked_title, named)
        masked_title = masked_title[:MAX_TITLE]
        handles = list(dict.fromkeys(title_handles + handles))[:200]
        for kind, number in title_counts.items():
            counts[kind] = counts.get(kind, 0) + number
    both = masked if masked_title is None else f"{masked_title}\n{masked}"
    addresses, domains = links(both)
    normalised = normalise(masked)
    shown = [named(handle) or pseudonym(context.pseudonym_key, platform, None, handle) or "" for handle in handles]
    return {
        "title": masked_title,
        "text": masked,
        "text_normalised": normalised[:MAX_NORMALISED],
        "language": language(normalise(both) if masked_title else normalised),
        "hashtags": hashtags(both),
        "mentions": list(dict.fromkeys(shown)),
        "links": addresses,
        "domains": domains,
        "pii": counts,
    }


def _author(named: dict[str, Any], platform: str, context: Context) -> dict[str, Any]:
    account: Account | None = context.registers.lookup(platform, named["id"], named["handle"])
    if account is not None:
        key = record_id(platform, _ACCOUNT_TYPE[platform], account.id)
        return {"key": key, "role": account.role, "handle": account.handle, "name": account.name}
    key_or_none = pseudonym(context.pseudonym_key, platform, named["id"], named["handle"])
    return {"key": key_or_none, "role": "public" if key_or_none else "unknown", "handle": None, "name": None}


def _provenance(draft: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    provenance: dict[str, Any] = draft["provenance"]
    formulas = provenance["formulas"] | {name: FORMULAS[name] for name in names}
    return provenance | {"formulas": formulas}
