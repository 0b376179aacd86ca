"""Enrichment: personal data masked, text normalised, language, names, judgements, pseudonymous authors. What is asked for most is here.

Names are imported on first use: the models' libraries take a second, and who only normalises a query's words needs none of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dengar.enrich.batch import Context, enrich_account, enrich_mentions, enrich_texts, hide_thread, preload
    from dengar.enrich.pii import pii_spans

__all__ = ["Context", "enrich_account", "enrich_mentions", "enrich_texts", "hide_thread", "pii_spans", "preload"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{'pii' if name == 'pii_spans' else 'batch'}"), name)
