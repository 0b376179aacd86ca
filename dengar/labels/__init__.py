"""Hand labels: what people decided about a mention wins over the machine, and survives replay, re-enrichment and rebuild.

The decisions of one mention are one *label* (schemas/label): the value of topic `labels` under the mention's id, and a document of index
`labels-v1`, which is only a copy for look-up. A label is plain JSON, like a mention.
"""

from __future__ import annotations

from typing import Any

TOPIC = "labels"
APPLY_GROUP = "apply-labels"
"""The consumer group of DAG apply_labels: what it committed is in the index `labels-v1`."""

FIELDS = ("intent", "category", "sentiment", "urgency", "toxicity", "spam", "purpose", "language")
"""Fields of a mention that people label."""

Label = dict[str, Any]
Mention = dict[str, Any]


class LabelError(ValueError):
    """A label cannot be set as asked; the message says what to do."""
