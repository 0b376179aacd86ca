"""What a reason code means, what usually causes it, and what to do next: plain words for `dengar quarantine explain`."""

from __future__ import annotations

from dataclasses import dataclass

from dengar.mapping.reasons import REASONS

REPAIR_MAPPING = "Repair dengar/mapping for this form, with a test that carries it, then replay."
LISTENER = "The listener, or who wrote the record in its place."
PLATFORM = "The platform changed what it sends, or sends a form that its documentation does not tell."
DISCARD = "Nothing can be made of it: discard it."


@dataclass(frozen=True, slots=True)
class Advice:
    """`meaning`: what the code says. `cause`: what usually brings it about. `next`: what to do."""

    meaning: str
    cause: str
    next: str


_MAPPING = {
    "unknown_kind": (LISTENER, "Deploy the DAG's version that knows the kind (dengar/mapping/kinds.py), then replay."),
    "bad_envelope": (LISTENER, "Repair the listener; collect the item again, for its headers cannot be repaired here, and discard this."),
    "empty": ("A tombstone, or a producer that is not ours.", DISCARD),
    "too_large": ("An item with a very long text, or a file imported as one item.", "Split it and import the parts; discard this."),
    "bad_encoding": ("A proxy or an imported file in another encoding.", "Import the file as UTF-8 and discard this."),
    "malformed_json": ("An answer cut off on the way, or a file that is no JSON.", "Collect the item again; discard this."),
    "duplicate_key": ("A file made by another tool, or an attempt to be read in two ways.", "Look at the bytes; discard this."),
    "too_deep": ("An attempt to exhaust the reader.", DISCARD),
    "malformed_xml": ("A feed cut off on the way, or one with a DTD, which is refused.", DISCARD),
    "not_an_object": (LISTENER, "Repair the listener (it must split lists into items); discard this."),
    "bad_shape": (PLATFORM, REPAIR_MAPPING),
    "bad_id": (PLATFORM, REPAIR_MAPPING),
    "bad_time": (PLATFORM, "Teach dengar/mapping/times.py the form, with a test, then replay."),
    "no_time": (PLATFORM, "Ask for the field in the listener's request and collect again; discard this."),
    "implausible_time": (
        "A wrong clock: the platform's, an imported file's, or that of the listener's host.",
        "Set the clock (dengar listen status), collect the item again, discard this.",
    ),
    "bad_count": (PLATFORM, REPAIR_MAPPING),
    "no_post": (
        "An item of an export or a webhook that does not name its post, without the request that would.",
        "Import it again with --post, or let the listener send the header postid; discard this.",
    ),
    "no_author_context": (PLATFORM, REPAIR_MAPPING),
    "no_values": ("Insights that were asked for too early, or of a deleted story.", DISCARD),
    "unknown_field": ("The app is subscribed to a webhook field that dengar does not use.", "Unsubscribe the app, or map it."),
    "unknown_message": ("Meta added a kind of message.", "Map it in dengar/mapping/instagram_webhooks.py, then replay."),
    "not_listening_data": ("An import of files that hold tokens or permissions.", DISCARD),
    "platform_error": ("An import of a recorded error, in place of an answer.", DISCARD),
    "unreadable": ("A file that is no export which dengar knows.", "See docs/import.md; convert the file, import it again, discard this."),
    "mapping_defect": ("A defect of ours.", "The log of task enrich has the traceback. Repair it with a test, then replay."),
}  # fmt: skip

_OTHERS = {
    "not_an_event": Advice(
        "The record's headers are not those of a CloudEvent.",
        "A producer that is not ours wrote to the topic.",
        "Find it by key and time, take its right to write away, discard this.",
    ),
    "enrich_failed": Advice(
        "The enrichment raised an error on this record alone.",
        "A text that trips a defect of ours.",
        "The log of task enrich has the traceback. Repair it with a test, then replay.",
    ),
    "label.schema": Advice(
        "A record of topic labels breaks schemas/label.",
        "It was not published by `dengar label`.",
        "Set the label again with `dengar label set`, discard this.",
    ),
}


def advice(reason: str) -> Advice:
    """Advice on a reason code; on one that nobody wrote about, what its form tells."""
    if reason in _MAPPING:
        return Advice(REASONS[reason], *_MAPPING[reason])
    if reason in _OTHERS:
        return _OTHERS[reason]
    if reason.startswith("schema."):
        field = reason.removeprefix("schema.")
        return Advice(
            f"The enriched record breaks its JSON Schema at field {field}.",
            "A mapping or an enrichment that makes what the schema does not allow.",
            "Repair what makes the field, or loosen the schema in a new minor version, then replay.",
        )
    if reason.startswith("index."):
        return Advice(
            "Elasticsearch refuses the document.",
            "A template that does not fit the schema, or one that was changed by hand.",
            "Compare infra/elasticsearch/templates with the index's mapping (a custom component too), repair it, then replay.",
        )
    return Advice(
        _rule(reason) or "A rule of the validation does not hold.",
        "A mapping defect, a platform's mistake, or a rule that is too strict.",
        "See the rule in infra/expectations. Repair what makes the value, or the rule, then replay.",
    )


def _rule(reason: str) -> str | None:
    """The sentence of the validation rule with this code."""
    from dengar.validate import RECORD_TYPES
    from dengar.validate.files import load_rules

    rules = (rule for record_type in RECORD_TYPES for rule in load_rules(record_type))
    return next((rule.detail for rule in rules if rule.reason == reason), None)
