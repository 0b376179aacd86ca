"""Elasticsearch's refusals, as people shall read them: what the grammar lets through and the server does not."""

from __future__ import annotations

from typing import Any


def explain(refusal: Any, query: str = "") -> str | None:
    """One sentence for Elasticsearch's refusal of a query; None if the query is not at fault."""
    told = _reasons(refusal).lower()
    if "clause" in told or "expanded to" in told or "too_complex" in told or "determiniz" in told or "too_many" in told:
        return "The query has too many words, or its * matches too many: make it narrower."
    if "failed to parse query" in told or "query_shard_exception" in told or "parse_exception" in told:
        return f"The query cannot be read ({query[:40]}): put what is meant as text in quotes."
    return None


def _reasons(body: Any) -> str:
    """All `type` and `reason` texts of a refusal."""
    if isinstance(body, dict):
        own = [str(body[key]) for key in ("type", "reason") if isinstance(body.get(key), str)]
        return " ".join([*own, *(_reasons(value) for value in body.values())])
    if isinstance(body, list):
        return " ".join(_reasons(value) for value in body)
    return ""
