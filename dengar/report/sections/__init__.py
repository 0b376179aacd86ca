"""The sections of the weekly report. Each module has `figures(scope)`: what it can tell, or the reason why it can't.

A section asks the library for what exists and computes nothing that another part owns.
"""

from __future__ import annotations

from importlib import import_module

from dengar.report.figure import Figure, Figures
from dengar.report.scope import Scope

SECTIONS = ("voice", "rising", "answered", "content", "carried", "unseen")
"""In the order of the report; page one is made of their figures."""


def all_figures(scope: Scope) -> Figures:
    """The figures of every section. Raises IndexUnavailable."""
    rows: list[Figure] = []
    for name in SECTIONS:
        rows += import_module(f"dengar.report.sections.{name}").figures(scope)
    return Figures(rows)
