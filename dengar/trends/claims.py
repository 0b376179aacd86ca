"""The claims that fact-checkers have published: a CSV that an analyst keeps, and which text repeats which claim.

Columns: id, claim, and where known url, verdict, published_at; names that exports of fact-check archives use (MAFINDO's GFD) are
understood.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dengar.trends.heard import content_words

CONTAINED, LEAST_WORDS = 0.7, 4
"""A text repeats a claim if it holds so large a share of its content words, and so many of them."""
_NAMES = {
    "id": ("id", "kode", "gfd_id", "fact_check_id"),
    "claim": ("claim", "klaim", "title", "judul"),
    "url": ("url", "link", "tautan"),
    "verdict": ("verdict", "label", "kesimpulan"),
    "published_at": ("published_at", "tanggal", "date"),
}


class ClaimsError(ValueError):
    """The claims list cannot be read; the message names the line and what to repair."""


@dataclass(frozen=True)
class Claim:
    """One claim. `words` are its content words."""

    id: str
    claim: str
    url: str | None
    verdict: str | None
    published_at: str | None
    words: frozenset[str]


def read_claims(file: Path) -> tuple[Claim, ...]:
    """The claims of a CSV with a header row. Raises ClaimsError."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ClaimsError(
            f"The claims list {file.name} cannot be read ({type(error).__name__}): save it as UTF-8 CSV."
        ) from error
    rows = csv.DictReader(io.StringIO(text))
    header = {name.strip().lower(): name for name in rows.fieldnames or ()}
    columns = {field: next((header[name] for name in names if name in header), None) for field, names in _NAMES.items()}
    if columns["id"] is None or columns["claim"] is None:
        raise ClaimsError(f"The claims list {file.name} needs a header with the columns id and claim.")
    found: dict[str, Claim] = {}
    for number, row in enumerate(rows, 2):
        told = {field: (row.get(name) or "").strip() if name else "" for field, name in columns.items()}
        if not told["id"] or not told["claim"]:
            raise ClaimsError(f"Line {number} of {file.name} lacks an id or a claim: fill both.")
        if told["id"] in found:
            raise ClaimsError(f"Line {number} of {file.name}: the id {told['id']} is there twice, keep one.")
        words = frozenset(word for word in content_words(told["claim"]) if word)
        found[told["id"]] = Claim(
            told["id"][:100],
            told["claim"],
            told["url"] or None,
            told["verdict"] or None,
            told["published_at"] or None,
            words,
        )
    return tuple(found.values())


def match(text: str, claims: Sequence[Claim]) -> Claim | None:
    """The claim that a normalised text repeats best, None where it repeats none."""
    words = {word for word in content_words(text) if word}
    best: tuple[float, Claim] | None = None
    for claim in claims:
        held = len(words & claim.words)
        share = held / len(claim.words) if claim.words else 0.0
        if held >= LEAST_WORDS and share >= CONTAINED and (best is None or share > best[0]):
            best = (share, claim)
    return best[1] if best else None
