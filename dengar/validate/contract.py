"""JSON Schema: which records have the fields, types and forms that `schemas/<type>/current.yaml` promises."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import jsonschema_rs
import orjson
import yaml

from dengar.paths import SCHEMAS
from dengar.validate import CRITICAL, Verdict

_FIELD = re.compile(r"[a-z][a-z0-9_]{0,59}")
_MASK = "the value"


@cache
def schema_validator(record_type: str) -> jsonschema_rs.Validator:
    """Compiled schema of a record type; its messages never quote the record. `format` is enforced, not only noted."""
    schema = yaml.safe_load((SCHEMAS / record_type / "current.yaml").read_text(encoding="utf-8"))
    return jsonschema_rs.validator_for(schema, validate_formats=True, mask=_MASK)


def schema_verdicts(record_type: str, records: Sequence[Any]) -> dict[int, Verdict]:
    """row -> verdict of the rows that break the schema. The reason is `schema.<top-level field>` of the first error.

    `schema.record` = not an object or not Unicode; `schema.unknown_field` = a field that the schema does not have.
    """
    validator = schema_validator(record_type)
    verdicts = {}
    for row, record in enumerate(records):
        try:
            orjson.dumps(record)
            if validator.is_valid(record):
                continue
            error = next(iter(validator.iter_errors(record)))
        except (ValueError, TypeError):
            # The schema library lets a lone surrogate pass; the index would store it, and no strict reader could read it back.
            detail = (
                "The record cannot be written as JSON: it holds a lone surrogate or a value that JSON has no form for."
            )
            verdicts[row] = Verdict(row, "schema.record", detail, CRITICAL)
            continue
        field, sentence = _explain(error)
        verdicts[row] = Verdict(row, f"schema.{field}", sentence, CRITICAL)
    return verdicts


def _explain(error: jsonschema_rs.ValidationError) -> tuple[str, str]:
    path = [str(step) for step in error.instance_path]
    kind = error.kind.name
    if kind == "additionalProperties":
        inside = f" inside {path[0]}" if path else ""
        return "unknown_field", f"The record has a field{inside} that the schema does not know."
    if kind == "propertyNames" and path:
        return _code(
            path[0]
        ), f"Field {path[0]} has a key that the schema does not know."  # the mask does not cover keys
    if kind == "required" and isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
        path.append(str(error.kind.property))
        where = ".".join(path)
        return _code(path[0]), f"Field {where} is missing."
    if not path:
        return "record", f"The record breaks the schema: {error.message}."
    # A key of a map (pii, values) may be anything, so only names of the schema's own form are shown.
    shown = ".".join(step if _FIELD.fullmatch(step) or step.isdigit() else "…" for step in path)
    return _code(path[0]), f"Field {shown} breaks rule {kind}: {error.message}."[:500]


def _code(field: str) -> str:
    return field if _FIELD.fullmatch(field) else "unknown_field"
