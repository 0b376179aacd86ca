"""Which directorate answers for what (infra/routing.yaml). Every mistake in the file is one plain sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from dengar.paths import INFRA
from dengar.yaml_file import read_yaml

FILE = INFRA / "routing.yaml"


class RoutingError(ValueError):
    """The routing cannot be read; the message says what to repair."""


@dataclass(frozen=True)
class Routing:
    """Directorates by code, and what each category leads to."""

    directorates: Mapping[str, str]
    default: str
    categories: Mapping[str, tuple[str, str | None]]

    def directorate(self, category: str | None) -> str:
        """Code of the directorate that answers; the default where nobody judged, or the category is not listed."""
        return self.categories.get(category or "", (self.default, None))[0]

    def stage(self, category: str | None) -> str | None:
        """Stage of service that a category points to; None where it points to none."""
        return self.categories.get(category or "", (self.default, None))[1]


@cache
def routing() -> Routing:
    """The shipped routing (infra/routing.yaml), read once. Raises RoutingError."""
    return read()


def read(file: Path = FILE) -> Routing:
    """Read and check the file. Raises RoutingError."""
    return read_yaml(file, _parse, RoutingError)


def _parse(body: Mapping[str, Any]) -> Routing:
    directorates = {}
    for code, row in body["directorates"].items():
        if not row.get("source") or not isinstance(row.get("read"), date):
            raise RoutingError(
                f"The directorate {code} of routing.yaml has no source, or no day on which it was read: add both."
            )
        directorates[code] = row["name"]
    categories = {name: (row["directorate"], row["stage"]) for name, row in body["categories"].items()}
    for code in (body["default"], *(directorate for directorate, _ in categories.values())):
        if code not in directorates:
            raise RoutingError(f"routing.yaml routes to {code}, which it does not have: add it to directorates.")
    return Routing(directorates, body["default"], categories)
