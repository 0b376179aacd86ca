"""The saved searches of infra/searches/NAME.yaml: a query, and how loud its alerts are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from dengar.alerts.rules import LEVELS
from dengar.index.query import ask
from dengar.index.results import QueryError
from dengar.paths import INFRA

FOLDER = INFRA / "searches"
SEVERITY = {"info": 2, "attention": 5, "urgent": 8}
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,47}")


class SearchesError(ValueError):
    """A saved search cannot be kept or used; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved search. `level` is one of alerts' levels."""

    name: str
    query: str
    level: str = "attention"

    @property
    def subject(self) -> str:
        """What its alerts are about."""
        return f"search:{self.name}"


def saved(folder: Path = FOLDER) -> tuple[list[Saved], list[str]]:
    """All of them by name, and a sentence for each file that cannot be used: one bad file must not stop the others."""
    found: list[Saved] = []
    wrong: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            found.append(_read(path))
        except SearchesError as error:
            wrong.append(str(error))
    return found, wrong


def save(one: Saved, folder: Path = FOLDER) -> Path:
    """Write it, over an earlier one of its name. Raises SearchesError, QueryError."""
    _check(one)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{one.name}.yaml"
    body = {"query": one.query, "level": one.level}
    path.write_text(yaml.safe_dump(body, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def remove(name: str, folder: Path = FOLDER) -> None:
    """Raises SearchesError where there is none of that name."""
    path = folder / f"{name}.yaml"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise SearchesError(f"There is no saved search {name!r}: `dengar searches list` shows them.")
    path.unlink()


def _read(path: Path) -> Saved:
    try:
        row = yaml.safe_load(path.read_text(encoding="utf-8"))
        one = Saved(path.stem, str(row["query"]), str(row.get("level", "attention")))
        _check(one)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise SearchesError(
            f"The saved search {path.name} is not of its form ({type(error).__name__}): save it again."
        ) from error
    except QueryError as error:
        raise SearchesError(f"The saved search {path.name} has a query that cannot be read. {error}") from error
    return one


def _check(one: Saved) -> None:
    if not _NAME.fullmatch(one.name):
        raise SearchesError(f"{one.name[:60]!r} is no name of a saved search: use 1 to 48 small letters, digits and -.")
    if one.level not in LEVELS:
        raise SearchesError(f"The level of {one.name} is {one.level!r}: use {', '.join(LEVELS)}.")
    ask(one.query)
