"""Give a labelled mention the machine's judgements back, by asking the machine again.

The mention's own text serves: it is masked, and enrichment judges masked text, so the answer is what it was unless the model is
another one; then `model_version` says so. Raw records may be gone by then (they are kept for 30 days), a mention's text is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dengar import enrich as enrichment
from dengar.labels import FIELDS, Mention

_JUDGED = (*FIELDS, "actionable", "complaint", "model_version")


def rejudge(mentions: Sequence[Mention], context: enrichment.Context) -> list[Mention]:
    """The mentions with the machine's judgements in place of people's; those without hand labels unchanged. The input is left as it is.

    Version and label_revision stay as they are: whoever lays labels over it gives it its next version.
    """
    labelled = [number for number, mention in enumerate(mentions) if mention["label_revision"]]
    judged = enrichment.enrich_mentions([_draft(mentions[number]) for number in labelled], context) if labelled else []
    result = list(mentions)
    for number, machine in zip(labelled, judged, strict=True):
        result[number] = _restored(mentions[number], machine)
    return result


def _draft(mention: Mention) -> dict[str, Any]:
    """What the enrichment takes: the mention before it was judged, with its author named as far as registers name him."""
    author = mention["author"]
    registered = author["role"] not in ("public", "unknown")
    kept = {name: value for name, value in mention.items() if name not in _JUDGED}
    identity = author["key"].rpartition(":")[2] if registered else None
    formulas = {name: value for name, value in mention["provenance"]["formulas"].items() if name not in _JUDGED}
    return kept | {
        "author": {"id": identity, "handle": author["handle"], "name": author["name"]},
        "provenance": mention["provenance"] | {"formulas": formulas},
    }


def _restored(mention: Mention, machine: Mention) -> Mention:
    formulas = {name: value for name, value in mention["provenance"]["formulas"].items() if name not in _JUDGED}
    formulas |= {name: value for name, value in machine["provenance"]["formulas"].items() if name in _JUDGED}
    kept = {name: value for name, value in mention.items() if name not in _JUDGED}
    judged = {name: machine[name] for name in _JUDGED if name in machine}
    return kept | judged | {"provenance": mention["provenance"] | {"formulas": formulas}}
