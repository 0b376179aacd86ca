"""Why a raw record could not be mapped: the closed table of reason codes, and the error that carries one.

The code ends in the quarantine; `dengar quarantine explain` shows the sentence beside it.
"""

from __future__ import annotations

REASONS: dict[str, str] = {
    "unknown_kind": "The event's type is not in dengar/mapping/kinds.py: the listener is newer, or the type is misspelt.",
    "bad_envelope": "A header that mapping needs (subject, via, ownership, postid …) is missing or malformed.",
    "empty": "The record has no value.",
    "too_large": "The item is larger than 1 MiB.",
    "bad_encoding": "The value is not UTF-8.",
    "malformed_json": "The value is not JSON, or carries NaN, Infinity or a number out of bounds.",
    "duplicate_key": "A JSON object names the same key twice: which of the two holds is anyone's guess.",
    "too_deep": "The value is nested deeper than 64 levels.",
    "malformed_xml": "The value is not well-formed XML, or uses entities or a DTD.",
    "not_an_object": "The item is JSON but not an object.",
    "bad_shape": "A field holds another JSON type than the platform documents.",
    "bad_id": "The id is missing, empty, too long or holds blanks or control characters.",
    "bad_time": "A time is not one of the forms the platforms use, or carries no time zone.",
    "no_time": "The item does not say when it was published.",
    "implausible_time": "A time lies before 2005, or more than a day after the observation.",
    "bad_count": "A counter is not a whole number from 0 to 2^63-1.",
    "no_post": "Neither the item nor its request context tells the post it belongs to.",
    "no_author_context": "A direct message does not tell sender or recipient, so its thread is unknown.",
    "no_values": "A set of metrics carries no value and no reason for that.",
    "unknown_field": "A webhook change of a field that dengar does not know.",
    "unknown_message": "A messaging event of a kind that dengar does not know.",
    "not_listening_data": "The item is administrative (a token, a permission …), not something said or counted.",
    "platform_error": "The platform's error answer was recorded in place of an item.",
    "unreadable": "A part of an imported file could not be read as items.",
    "mapping_defect": "The mapping raised an error of its own: a defect in dengar, the record is kept for replay.",
}


class MappingError(ValueError):
    """A raw record that cannot be mapped. `reason` is a key of REASONS; `detail` is one sentence without personal data."""

    def __init__(self, reason: str, detail: str) -> None:
        if reason not in REASONS:
            raise KeyError(f"reason {reason} is not in dengar.mapping.reasons.REASONS")
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
