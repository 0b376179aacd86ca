"""The record schemas: cached validators, and the immutable published versions of each subject.

`schemas/<subject>/current.yaml` is written by people; its `$id` (`/<subject>/<version>`) names the version it will be published
as, and `build` materialises that version as `schemas/<subject>/<version>.json`. A published version never changes.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import yaml

from dengar.paths import SCHEMAS

__all__ = ["SchemasError", "build", "check", "load", "schema_id", "subjects", "validator"]


class SchemasError(ValueError):
    """A schema is malformed, or a published version would change; the message says which and what to do."""


def subjects(folder: Path = SCHEMAS) -> list[str]:
    """Names of all subjects, sorted."""
    return sorted(path.parent.name for path in folder.glob("*/current.yaml"))


def load(subject: str, folder: Path = SCHEMAS) -> dict[str, Any]:
    """The current schema of a subject. Raises SchemasError."""
    path = folder / subject / "current.yaml"
    try:
        schema = yaml.safe_load(path.read_text(encoding="utf-8"))
        jsonschema_rs.meta.validate(schema)
    except FileNotFoundError:
        raise SchemasError(
            f"There is no schema {path.parent.name}/{path.name}: check the name of the subject."
        ) from None
    except (yaml.YAMLError, jsonschema_rs.ValidationError, ValueError) as error:
        raise SchemasError(f"The schema {subject}/current.yaml is not a valid JSON Schema: {error}.") from error
    if not isinstance(schema, dict) or not str(schema.get("$id", "")).startswith(f"/{subject}/"):
        raise SchemasError(f"The schema {subject}/current.yaml needs an $id /{subject}/<version>: add it.")
    return schema


@cache
def schema_id(subject: str) -> str:
    """`/mention/1.1.0`: the version that is written now, for `ce_dataschema`. Raises SchemasError."""
    return str(load(subject)["$id"])


@cache
def validator(subject: str) -> jsonschema_rs.Validator:
    """The validator of a subject's current schema, formats checked; one per process. Raises SchemasError."""
    return jsonschema_rs.validator_for(load(subject), validate_formats=True)


def build(folder: Path = SCHEMAS) -> list[str]:
    """Publish what is new: write `<subject>/<version>.json` where it is not there yet; returns the files written.

    Deterministic (sorted keys). Raises SchemasError before writing anything where a published version would change.
    """
    written = []
    for path, content in _versions(folder).items():
        if not path.exists():
            path.write_bytes(content)
            written.append(str(path.relative_to(folder)))
    return written


def check(folder: Path = SCHEMAS) -> list[str]:
    """Files that `build` would write ([] = all is published). Raises SchemasError where a published version would change."""
    return [str(path.relative_to(folder)) for path in _versions(folder) if not path.exists()]


def _versions(folder: Path) -> dict[Path, bytes]:
    versions = {}
    for subject in subjects(folder):
        schema = load(subject, folder)
        path = folder / subject / (schema["$id"].rpartition("/")[2] + ".json")
        content = orjson.dumps(schema, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        if path.exists() and path.read_bytes() != content:
            raise SchemasError(
                f"{subject}/{path.name} is published and would change: raise the version in the $id of {subject}/current.yaml."
            )
        versions[path] = content
    return versions
