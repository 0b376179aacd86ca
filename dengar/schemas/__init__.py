"""The record schemas: cached validators, and the immutable published versions of each subject.

`schemas/<subject>/current.yaml` is written by people; its `$id` (`/<subject>/<version>`) names the version it will be published
as, and `build` materialises that version as `schemas/<subject>/<version>.json`. A published version never changes.
`check` proves what docs/subscriber.md promises of them: structure, robustness, compatibility, immutability.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from dengar.paths import SCHEMAS
from dengar.schemas.published import immutability, publish, published_bytes, render_version, succession, version_of
from dengar.schemas.robustness import robustness
from dengar.schemas.structure import structure
from dengar.schemas.violation import Violation

__all__ = ["SchemasError", "Violation", "build", "check", "load", "schema_id", "subjects", "validator"]


class SchemasError(ValueError):
    """A schema is malformed, or would break a promise; the message says which, where, and what to do."""


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
    except jsonschema_rs.ValidationError as error:
        place = "/".join(map(str, error.instance_path)) or "its top"
        raise SchemasError(
            f"The schema {subject}/current.yaml is not a valid JSON Schema at {place}: {error.message}."
        ) from error
    except (yaml.YAMLError, ValueError) as error:
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


def check(folder: Path = SCHEMAS) -> list[Violation]:
    """Everything in the folder that breaks the policy, and (rule `unpublished`) what `build` would write. Raises SchemasError."""
    return [*_broken(folder), *(_unpublished(name) for name in _new(folder))]


def build(folder: Path = SCHEMAS) -> list[str]:
    """Publish what is new: write `<subject>/<version>.json` where it is not there yet; returns the files written.

    Deterministic (sorted keys). Raises SchemasError, before writing anything, where a schema breaks the policy.
    """
    if broken := _broken(folder):
        raise SchemasError("\n".join(map(str, broken)))
    new = _new(folder)
    if new:
        publish(new, folder)
    return list(new)


def _broken(folder: Path) -> list[Violation]:
    found = list(immutability(folder))
    for subject in subjects(folder):
        where = f"{subject}/current.yaml"
        schema = load(subject, folder)
        formal = list(structure(subject, schema, where))
        found += formal
        if not any(one.rule in ("record", "id", "ref") for one in formal):
            found += robustness(schema, where)
            found += succession(subject, schema, folder)
    return found


def _new(folder: Path) -> dict[str, bytes]:
    """File → content of the current versions that are not published."""
    found = {}
    for subject in subjects(folder):
        schema = load(subject, folder)
        try:
            name = f"{subject}/{render_version(version_of(schema))}.json"
        except ValueError:
            continue  # structure tells it
        if not (folder / name).exists():
            found[name] = published_bytes(schema)
    return found


def _unpublished(name: str) -> Violation:
    subject, _, version = name.removesuffix(".json").partition("/")
    return Violation(
        f"{subject}/current.yaml", "", "unpublished", f"version {version} is not published: run `dengar schemas build`"
    )
