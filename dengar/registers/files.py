"""Reading one register file: YAML, held against its JSON Schema in schemas/registers/."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from dengar.paths import SCHEMAS
from dengar.registers.rows import RegistersError


@cache
def _validator(name: str) -> jsonschema_rs.Validator:
    schema = yaml.safe_load((SCHEMAS / "registers" / f"{name}.yaml").read_text(encoding="utf-8"))
    return jsonschema_rs.validator_for(schema, validate_formats=True)


def _plain(value: Any) -> Any:
    """YAML reads 2026-11-16 as a date; the schemas speak of texts."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def read_rows(folder: Path, name: str) -> list[dict[str, Any]]:
    """Rows of `<folder>/<name>.yaml`. Raises RegistersError naming file, row and field."""
    path = folder / f"{name}.yaml"
    try:
        content = _plain(yaml.safe_load(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise RegistersError(
            f"The register {path} does not exist: create it, or point DENGAR_REGISTERS to its folder."
        ) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RegistersError(f"The register {path} cannot be read: {error}.") from error
    for fault in _validator(name).iter_errors(content):
        raise RegistersError(f"{path.name}, {_place(content, list(fault.instance_path))}: {_short(fault.message)}.")
    rows: list[dict[str, Any]] = content
    return rows


def _place(content: Any, place: list[str | int]) -> str:
    if not place:
        return "top level"
    row = content[place[0]]
    title = row.get("id") if isinstance(row, dict) else None
    where = f"row {int(place[0]) + 1}" + (f" ({title})" if isinstance(title, str) else "")
    return where + (f", field {'.'.join(str(step) for step in place[1:])}" if len(place) > 1 else "")


def _short(message: str) -> str:
    return message if len(message) <= 200 else message[:80] + " … " + message[-80:]
