"""What a detector finds, and what a detector is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from dengar.enrich.pii.view import View

PLACEHOLDERS = {
    "nik": "[NIK]",
    "kk": "[KK]",
    "phone": "[TELEPON]",
    "email": "[EMAIL]",
    "bank_account": "[REKENING]",
    "plate": "[PLAT]",
    "npwp": "[NPWP]",
    "address": "[ALAMAT]",
    "name": "[NAMA]",
    "coordinates": "[KOORDINAT]",
}
"""Type → what stands in its place in a masked text."""


class Span(NamedTuple):
    """Personal data at [start, end) of a text; `type` is a key of PLACEHOLDERS."""

    type: str
    start: int
    end: int


class Found(NamedTuple):
    """A span with how sure its detector is, 0–1: where two overlap, the surer one stays."""

    type: str
    start: int
    end: int
    weight: float

    @property
    def span(self) -> Span:
        return Span(self.type, self.start, self.end)


class Detector(Protocol):
    """One way of finding personal data: called with every text, so it says fast that there is none."""

    def __call__(self, view: View) -> Iterable[Found]:
        """Spans of `view`, in any order; they may overlap."""
        ...
