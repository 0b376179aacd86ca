"""Erasure: forget a person in every store, and prove it.

A request is a record on topic `erasures`, by the platform's callback or by `dengar erase`. Working it off searches every store, removes
what may be removed (compacted topics by tombstone, the index by the same tombstones, files by rewriting), states the date by which the
raw-class stores have forgotten by their clock, searches again, and leaves a receipt that names nobody. Afterwards the request itself is
replaced by the person's keyed pseudonym, by which enrichment lets nothing come back that was said before. A repeat, also of one killed
half-way, changes nothing that is done. Why it is so: docs/decisions/0025-erasure-that-proves-itself.md.
"""

from __future__ import annotations

TOPIC, ACKS = "erasures", "erasure-acks"
REASON = "erasure"


class ErasureError(RuntimeError):
    """An erasure cannot be begun or told; the message says what to do."""
