"""Families of affixed words that Lucene's Indonesian stemmer tears apart: the rules of the filter `dengar_families`.

That stemmer drops the first letter of a root where a nasal took its place (menerima → erima, pengiriman → irim) and takes a root's own end
for a suffix (selesai → selesa). For each root of infra/elasticsearch/roots.txt this makes the forms of Indonesian morphology, keeps those
that people use (the vocabulary of enrichment), and of them those that the stemmer does not bring to the root.

`python -m dengar.index.families` asks a running Elasticsearch for the stems and rewrites infra/elasticsearch/families.txt.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from dengar.paths import INFRA

ROOTS = INFRA / "elasticsearch" / "roots.txt"
FAMILIES = INFRA / "elasticsearch" / "families.txt"
_BATCH = 500
_DROPPED = {"k": "ng", "p": "m", "t": "n", "s": "ny"}
_NASAL = {
    **dict.fromkeys("aiueogh", "ng"), **dict.fromkeys("bfv", "m"), **dict.fromkeys("cdjz", "n"), **dict.fromkeys("lmnrwy", ""),
    "k": "ng", "p": "m", "t": "n", "s": "n",
}  # fmt: skip
_SUFFIXES = ("", "an", "kan", "i", "in")
_ENDINGS = ("", "nya", "lah", "ku", "mu")


def rules(path: Path = FAMILIES) -> list[str]:
    """The rules of `stemmer_override`, one a root: `menerima, penerima => terima`."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def roots(path: Path = ROOTS) -> dict[str, list[str]]:
    """Root → forms that it is said to have beside those of the morphology (`cek: ngecek`), in order."""
    found: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        root, colon, told = line.partition(":")
        found |= {root.strip(): told.split()} if colon else {word: [] for word in line.split()}
    return found


def forms(root: str) -> Iterator[str]:
    """Affixed forms of a root, the root among them, existing or not."""
    stems = [
        root,
        *(f"{prefix}{root}" for prefix in ("di", "ter", "ber", "ke", "se", "per", "pe", "keter", "kese")),
    ]
    if root[0] == "r" or root[1:3] == "er":  # bekerja, berawat; becek is another word
        stems.append(f"be{root}")
    stems += [f"{prefix}per{root}" for prefix in ("mem", "di", "ter")]
    for prefix in ("me", "pe", "kepe", "berpe"):
        stems += [f"{prefix}{nasal}" for nasal in _nasalised(root)]
    stems += list(_nasalised(root))  # spoken: ngirim, nyalurin
    for stem in stems:
        for suffix in _SUFFIXES:
            for ending in _ENDINGS:
                yield f"{stem}{suffix}{ending}"


def _nasalised(root: str) -> Iterator[str]:
    first = root[0]
    yield f"{_NASAL.get(first, '')}{root}"
    if first in _DROPPED:
        yield f"{_DROPPED[first]}{root[1:]}"
    if len([sign for sign in root if sign in "aiueo"]) == 1:
        yield f"nge{root}"


def used(root: str, vocabulary: Container[str]) -> list[str]:
    """The forms of a root that are in the vocabulary, or are such a form with -nya; the root first."""
    real = {form: None for form in forms(root) if form in vocabulary}
    kept = real | {form: None for form in forms(root) if form.removesuffix("nya") in real}
    return [root, *(form for form in kept if form != root)]


def written(client: Elasticsearch, words: Container[str]) -> list[str]:
    """The lines of families.txt: what the stemmer alone gets wrong. A form that two roots claim goes to the first."""
    lines: list[str] = []
    claimed: set[str] = set(roots())
    for root, told in roots().items():
        members = [root, *told, *(form for form in used(root, words) if form not in claimed and form not in told)]
        claimed.update(members)
        stems = _stems(client, members)
        if wrong := [form for form in members if stems[form] != root]:
            lines.append(f"{', '.join(wrong)} => {root}")
    return lines


def _stems(client: Elasticsearch, words: list[str]) -> dict[str, str]:
    chain: list[str | Mapping[str, Any]] = ["lowercase", {"type": "stemmer", "language": "indonesian"}]
    told = client.indices.analyze(tokenizer="standard", filter=chain, text=words)["tokens"]
    return dict(zip(words, (token["token"] for token in told), strict=True))


def main() -> None:
    """Rewrite families.txt."""
    from dengar.enrich.normalise.lexicon import words
    from dengar.index.connection import client
    from dengar.target import target

    head = "# Made by `python -m dengar.index.families` from roots.txt; forms that the Indonesian stemmer does not bring to their root."
    FAMILIES.write_text("\n".join([head, *written(client(target()), words()), ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
