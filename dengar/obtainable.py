"""What can be had from the platforms: signal × platform × access path, from infra/obtainable.yaml; docs/obtainable.md is made from it.

A figure that needs a signal asks here first: what cannot be had is null with the reason, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from dengar.paths import INFRA

Path_ = Literal["public", "owner", "partner"]
PATHS: tuple[Path_, ...] = ("public", "owner", "partner")
FILE = INFRA / "obtainable.yaml"


class ObtainableError(ValueError):
    """A signal, platform or path that the table does not know, or a table that cannot be read; the message names it."""


@dataclass(frozen=True, slots=True)
class Access:
    """One cell: `how` it is had, or `reason` why it is not. `source` names the document it rests on."""

    signal: str
    platform: str
    path: Path_
    how: str | None
    reason: str | None
    source: str

    @property
    def obtainable(self) -> bool:
        """Whether it can be had on this path."""
        return self.how is not None


def access(signal: str, platform: str, path: Path_) -> Access:
    """`access("reach", "instagram", "public")`. Raises ObtainableError for what the table does not know: a gap is a defect."""
    try:
        return table()[signal, platform][path]
    except KeyError:
        raise ObtainableError(
            f"infra/obtainable.yaml has no row for {signal} on {platform} by {path}: add it with its source."
        ) from None


@cache
def table(file: Path = FILE) -> Mapping[tuple[str, str], Mapping[Path_, Access]]:
    """(signal, platform) → path → cell, in the order of the file. Raises ObtainableError."""
    body = yaml.safe_load(file.read_text(encoding="utf-8"))
    found: dict[tuple[str, str], Mapping[Path_, Access]] = {}
    for row in body["signals"]:
        key = (row["id"], row["platform"])
        if key in found or row["source"] not in body["sources"]:
            raise ObtainableError(
                f"{file.name}: {key[0]} on {key[1]} is there twice, or names a source that is not listed."
            )
        found[key] = {path: _cell(row, path, body["sources"][row["source"]], file) for path in PATHS}
    return found


def _cell(row: Mapping[str, Any], path: Path_, source: str, file: Path) -> Access:
    cell = row.get(path)
    if isinstance(cell, str) and cell:
        return Access(row["id"], row["platform"], path, cell, None, source)
    if isinstance(cell, dict) and isinstance(cell.get("why_not"), str):
        return Access(row["id"], row["platform"], path, None, cell["why_not"], source)
    raise ObtainableError(
        f"{file.name}: {row['id']} on {row['platform']} needs, by {path}, how it is had or `why_not`."
    )


def page(file: Path = FILE) -> str:
    """docs/obtainable.md."""
    body = yaml.safe_load(file.read_text(encoding="utf-8"))
    lines = [
        "# What can be had",
        "",
        "Made from `infra/obtainable.yaml` by `dengar.obtainable.page()`; a test holds the two against each other. The code",
        "reads the same table: a figure that needs a signal marked ✗ is null, with the reason that stands here, never 0.",
        "",
        "*Public*: anybody's, with our own key or token. *Owner*: our official accounts. *Partner*: an account that a partner",
        "connected to our app.",
        "",
        "| signal | platform | public | owner | partner | source |",
        "|---|---|---|---|---|---|",
    ]
    for row in body["signals"]:
        cells = table(file)[row["id"], row["platform"]]
        shown = [cells[path].how or f"✗ {cells[path].reason}" for path in PATHS]
        lines.append(f"| `{row['id']}`: {row['what']} | {row['platform']} | {' | '.join(shown)} | {row['source']} |")
    lines += ["", "Sources:", "", *(f"- {name}: {title}" for name, title in body["sources"].items()), ""]
    return "\n".join(lines)
