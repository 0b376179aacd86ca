"""Labelled texts for retraining: masked text, what people say, what the machine said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from dengar.labels import Label
from dengar.labels.mentions import MentionsOf
from dengar.records import timestamp

_BATCH = 500


def export(labels: Iterable[Label], mentions: MentionsOf, *, since: datetime | None = None) -> Iterator[dict[str, Any]]:
    """A row for each label (labelled at or after `since`, aware) whose mention is there; those of deleted mentions are left out.

    `text_changed` tells that the text was edited after it was labelled: its label may be about other words.
    """
    start = "" if since is None else timestamp(since)
    wanted = (label for label in labels if label["labels"] and label["labelled_at"] >= start)
    while batch := list(islice(wanted, _BATCH)):
        held = mentions([label["id"] for label in batch])
        for label in batch:
            mention = held.get(label["id"])
            if mention is not None and not mention["deleted"]:
                yield _row(label, mention)


def _row(label: Label, mention: dict[str, Any]) -> dict[str, Any]:
    compared = {field: entry["against"] for field, entry in label["labels"].items() if entry["against"] is not None}
    return {
        "id": label["id"],
        "platform": label["platform"],
        "kind": mention["kind"],
        "author_role": mention["author"]["role"],
        "published_at": mention["published_at"],
        "title": mention.get("title"),
        "text": mention["text"],
        "text_changed": mention["content_version"] != label["content_version"],
        "labels": {field: entry["label"] for field, entry in label["labels"].items()},
        "machine": {field: against["label"] for field, against in compared.items()},
        "model_versions": sorted(
            {against["model_version"] for against in compared.values() if against["model_version"]}
        ),
        "drawn": {field: entry["drawn"] for field, entry in label["labels"].items()},
        "labelled_at": label["labelled_at"],
        "labelled_by": label["labelled_by"],
    }
