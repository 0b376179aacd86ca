"""The decisions of a mention: taking one, taking it back, merging two records of them. Pure.

Two analysts may label one mention in the same second, neither knowing of the other. So each field's decision carries its own time, and
`merge` keeps the later one of each field: in whatever order records arrive, the same decisions stand (a last-writer-wins map). A decision
taken in sight of another one is always later than it, whatever the analyst's clock says.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import orjson

from dengar.labels import FIELDS, Label, LabelError, Mention
from dengar.records import MAX_LABEL_REVISION, timestamp
from dengar.schemas import load

_TICK = timedelta(milliseconds=1)


@cache
def choices() -> dict[str, tuple[str, ...]]:
    """field → labels to choose from, as schemas/label has them; () where any ISO code will do (language)."""
    fields = load("label")["properties"]["labels"]["properties"]
    return {name: tuple(fields[name]["properties"]["label"].get("enum", ())) for name in FIELDS}


def decide(
    held: Label | None,
    mention: Mention,
    labels: Mapping[str, str],
    *,
    by: str,
    now: datetime,
    drawn: str = "chosen",
    note: str | None = None,
) -> Label:
    """The label with `labels` (field → label) decided by analyst `by` at `now` (aware), about `mention` as the analyst saw it.

    A field keeps the machine's judgement that its first decision was compared with. Raises LabelError for an unknown field or label.
    """
    for field, label in labels.items():
        _check(field, label)
    at = timestamp(_later(held, now))
    kept = held["labels"] if held else {}
    taken = {
        field: {
            "label": label,
            "at": at,
            "by": by,
            "drawn": kept[field]["drawn"] if field in kept else drawn,
            "against": kept[field]["against"] if field in kept else _machines(mention, field),
        }
        for field, label in labels.items()
    }
    withdrawn = {field: entry for field, entry in (held["withdrawn"] if held else {}).items() if field not in taken}
    return _revised(held, mention, {**kept, **taken}, withdrawn, at=at, by=by, note=note)


def withdraw(held: Label, mention: Mention, fields: Collection[str], *, by: str, now: datetime) -> Label:
    """The label without the decisions on `fields`; raises LabelError where one of them has none."""
    missing = [field for field in fields if field not in held["labels"]]
    if missing:
        stands = ", ".join(sorted(held["labels"])) or "nothing"
        raise LabelError(f"{held['id']} has no hand label for {', '.join(missing)}: it has {stands}.")
    at = timestamp(_later(held, now))
    labels = {field: entry for field, entry in held["labels"].items() if field not in fields}
    withdrawn = {**held["withdrawn"], **{field: {"at": at, "by": by} for field in fields}}
    return _revised(held, mention, labels, withdrawn, at=at, by=by, note=held["note"])


def merge(one: Label | None, other: Label) -> Label:
    """Both records' decisions, of each field the later. Commutative and idempotent in its decisions.

    The revision is that of the newer record where it has them all, and one more than both where they are news to it.
    """
    if one is None:
        return other
    newer, older = sorted((one, other), key=lambda label: (label["revision"], _last(label)), reverse=True)
    taken: dict[str, tuple[str, dict[str, Any]]] = {}
    for label in (older, newer):
        for kind in ("labels", "withdrawn"):
            for field, entry in label[kind].items():
                if field not in taken or _rank(entry) > _rank(taken[field][1]):
                    taken[field] = (kind, entry)
    decisions = {
        kind: {field: entry for field, (of, entry) in sorted(taken.items()) if of == kind}
        for kind in ("labels", "withdrawn")
    }
    last = max(one, other, key=_last)
    merged = {**newer, **decisions, **{name: last[name] for name in _OF_THE_LAST}}
    return newer if merged == newer else {**merged, "revision": _after(newer["revision"])}


def raised(label: Label, above: int) -> Label:
    """The same decisions under a revision greater than `above`."""
    return label if label["revision"] > above else {**label, "revision": _after(above)}


_OF_THE_LAST = ("labelled_at", "labelled_by", "note", "content_version")


def _revised(held: Label | None, mention: Mention, labels: Any, withdrawn: Any, **last: Any) -> Label:
    before = max(held["revision"] if held else 0, mention["label_revision"])
    if before >= MAX_LABEL_REVISION:
        raise LabelError(f"{mention['id']} was corrected {MAX_LABEL_REVISION} times, more cannot be counted: leave it.")
    return {
        "id": mention["id"],
        "platform": mention["platform"],
        "post_id": mention["post_id"],
        "revision": before + 1,
        "labels": labels,
        "withdrawn": withdrawn,
        "labelled_at": last["at"],
        "labelled_by": last["by"],
        "note": last["note"],
        "content_version": mention["content_version"],
    }


def _check(field: str, label: str) -> None:
    if field not in FIELDS:
        raise LabelError(f"There is no field {field!r} to label: choose from {', '.join(FIELDS)}.")
    allowed = choices()[field]
    if allowed and label not in allowed:
        raise LabelError(f"{label!r} is no {field}: choose from {', '.join(allowed)}.")
    if not allowed and not (2 <= len(label) <= 3 and label.isascii() and label.isalpha() and label.islower()):
        raise LabelError(f"{label!r} is no language: give its ISO 639 code, like id, jv, su, min or en.")


def _machines(mention: Mention, field: str) -> dict[str, Any] | None:
    """The machine's judgement that a mention carries; None where there is none, or people's."""
    judged = mention.get(field)
    if judged is None or judged.get("origin") == "hand":
        return None
    if field == "language":
        formula = mention["provenance"]["formulas"].get("language")
        if str(formula).startswith("hand/"):
            return None
        return {"label": judged["code"], "score": judged["confidence"], "model_version": formula}
    return {"label": judged["label"], "score": judged.get("score"), "model_version": mention.get("model_version")}


def _later(held: Label | None, now: datetime) -> datetime:
    return now if held is None else max(now, datetime.fromisoformat(held["labelled_at"]) + _TICK)


def _after(revision: int) -> int:
    return min(revision + 1, MAX_LABEL_REVISION)


def _rank(entry: Mapping[str, Any]) -> tuple[str, str, bytes]:
    """Later times win; equal ones are settled by the entry itself, so that everybody settles them the same way."""
    return entry["at"], entry["by"], orjson.dumps(entry, option=orjson.OPT_SORT_KEYS)


def _last(label: Label) -> tuple[str, str, bytes]:
    return label["labelled_at"], label["labelled_by"], orjson.dumps(label, option=orjson.OPT_SORT_KEYS)
