"""Pseudonyms at work: their keys by period, and joining one back to its account, which is logged before it is answered."""

from __future__ import annotations


class PseudonymError(ValueError):
    """A key or a pseudonym is not what it should be; the message says what to do."""
