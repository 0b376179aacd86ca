"""Lay hand labels over a mention: pure.

Decisions are laid over what the machine says, never over earlier decisions: that is what makes the outcome independent of the order in
which labels, corrections and re-enrichments arrive. So `apply_labels` wants a mention with the machine's judgements; `rejudge` gives them
back for one that carries labels already.
"""

from __future__ import annotations

from typing import Any

from dengar.enrich.actionable import actionable, asks_for_action
from dengar.enrich.judged import origin
from dengar.labels import FIELDS, Label, Mention
from dengar.records import pack_version, unpack_version

_MARK = "hand/"


def apply_labels(mention: Mention, label: Label) -> Mention:
    """`mention` as people judged it: their labels win field by field, and its version carries the label's revision.

    `mention` must carry the machine's judgements (label_revision 0, or rejudged) and is left as it is. Where people say that the intent
    does not ask for action, the machine's category and details of the complaint go too.
    """
    revision, decided = label["revision"], {field: entry["label"] for field, entry in label["labels"].items()}
    observed_at, enrichment_revision, _ = unpack_version(mention["version"])
    formulas = mention["provenance"]["formulas"] | dict.fromkeys(decided, f"{_MARK}{revision}")
    laid = {field: _judgement(field, value) for field, value in decided.items()}
    whole = {
        **mention,
        **laid,
        "label_revision": revision,
        "version": pack_version(observed_at, enrichment_revision, revision),
        "provenance": mention["provenance"] | {"formulas": formulas},
    }
    if "intent" in decided or "spam" in decided:
        whole["actionable"] = actionable(_label(whole, "intent"), mention["author"]["role"], _label(whole, "spam"))
    if "intent" in decided and not asks_for_action(decided["intent"]):
        whole["complaint"] = None
        if "category" not in decided:
            whole["category"] = None
    whole["origin"] = origin(whole)
    return whole


def carried(mention: Mention) -> dict[str, str]:
    """field → hand label of a mention that was labelled; {} for one that was not."""
    formulas = mention["provenance"]["formulas"]
    return {
        field: mention[field]["code" if field == "language" else "label"]
        for field in FIELDS
        if formulas.get(field, "").startswith(_MARK)
    }


def carries(mention: Mention, label: Label) -> bool:
    """Whether a mention shows exactly the decisions of `label`."""
    return carried(mention) == {field: entry["label"] for field, entry in label["labels"].items()}


def _label(mention: Mention, field: str) -> str | None:
    judged = mention.get(field)
    return None if judged is None else judged["label"]


def _judgement(field: str, label: str) -> dict[str, Any]:
    """A hand label in the form that schemas/mention gives the field: no probability, nothing uncertain."""
    if field == "language":
        return {"code": label, "confidence": None, "mixed": None}
    judgement: dict[str, Any] = {"label": label, "origin": "hand"}
    if field == "urgency":
        return judgement | {"reasons": []}
    judgement["score"] = None
    if field in ("toxicity", "spam"):
        return judgement
    judgement["uncertain"] = False
    return judgement | {"probabilities": None} if field == "sentiment" else judgement
