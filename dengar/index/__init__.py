"""The index: templates, versioned writes, look-ups and search in Elasticsearch.

Names are imported on first use: the Elasticsearch client takes a third of a second, and `dengar --help` needs none of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dengar.index.connection import IndexUnavailable, client
    from dengar.index.find import pages, search
    from dengar.index.known import Known, known_versions, newest_versions, refresh
    from dengar.index.report import Rejected, WriteReport
    from dengar.index.results import Count, Facet, Hit, QueryError, SearchPage, TimeBin
    from dengar.index.templates import apply_templates
    from dengar.index.writer import write_records

__all__ = [
    "Count",
    "Facet",
    "Hit",
    "IndexUnavailable",
    "Known",
    "QueryError",
    "Rejected",
    "SearchPage",
    "TimeBin",
    "WriteReport",
    "apply_templates",
    "client",
    "known_versions",
    "newest_versions",
    "pages",
    "refresh",
    "search",
    "write_records",
]

_HOMES = {
    "IndexUnavailable": "connection",
    "client": "connection",
    "Known": "known",
    "known_versions": "known",
    "newest_versions": "known",
    "refresh": "known",
    "pages": "find",
    "search": "find",
    "Rejected": "report",
    "WriteReport": "report",
    "Count": "results",
    "Facet": "results",
    "Hit": "results",
    "QueryError": "results",
    "SearchPage": "results",
    "TimeBin": "results",
    "apply_templates": "templates",
    "write_records": "writer",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
