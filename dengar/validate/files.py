"""The expectations files: `infra/expectations/<record type>.yaml` → rules. Form only; `dengar.validate.engine` builds the suites.

A broken file ends in one sentence that names the file, the line and the rule.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dengar.paths import INFRA
from dengar.validate import CRITICAL, STOP, WARNING
from dengar.validate.rule import Rule

EXPECTATIONS = INFRA / "expectations"
STOPS_FROM_ROWS = 200

_REASON = re.compile(r"[a-z][a-z0-9_.]{0,79}")
_FIELDS = {"reason", "severity", "type", "kwargs", "where", "detail", "from_rows"}
_REQUIRED = ("reason", "severity", "type", "kwargs", "detail")
_LINE = "line of the file"  # no YAML author writes a key of that name


class ExpectationsError(ValueError):
    """An expectations file is broken; the message names file, line and rule and says what to write instead."""


class _Lines(yaml.SafeLoader):
    """YAML whose mappings know the line that they begin on."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping, with its line (from 1) under a key of its own."""
        return {**super().construct_mapping(node, deep=True), _LINE: node.start_mark.line + 1}


def _mapping(loader: _Lines, node: yaml.MappingNode) -> dict[Any, Any]:
    return loader.construct_mapping(node)


_Lines.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def load_rules(record_type: str, folder: Path = EXPECTATIONS) -> tuple[Rule, ...]:
    """The rules of a record type, in the order of the file, which is the order of a row's first reason. Raises ExpectationsError."""
    path = folder / f"{record_type}.yaml"
    body = _read(path)
    if body.get("record_type") != record_type:
        raise ExpectationsError(f"{path.name}: write `record_type: {record_type}`, as the file is named.")
    rows = body.get("rules")
    if not isinstance(rows, list) or not rows:
        raise ExpectationsError(f"{path.name}: `rules` must be a list of at least one rule.")
    rules = [_rule(path, number, row) for number, row in enumerate(rows, 1)]
    seen: dict[str, Rule] = {}
    for rule in rules:
        if rule.reason in seen:
            raise ExpectationsError(
                f"{rule.place}: the reason {rule.reason} is taken by {seen[rule.reason].place}: a reason means one thing."
            )
        seen[rule.reason] = rule
    return tuple(rules)


@cache
def rules(record_type: str) -> tuple[Rule, ...]:
    """The shipped rules of a record type, read once a process. Raises ExpectationsError."""
    return load_rules(record_type)


def _read(path: Path) -> dict[str, Any]:
    try:
        body = yaml.load(path.read_text(encoding="utf-8"), Loader=_Lines)  # a SafeLoader
    except FileNotFoundError:
        raise ExpectationsError(f"{path.name} is missing from {path.parent}: a record type without rules.") from None
    except UnicodeDecodeError:
        raise ExpectationsError(f"{path.name} is not UTF-8.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f":{mark.line + 1}" if mark is not None else ""
        raise ExpectationsError(f"{path.name}{where} is not YAML: {getattr(error, 'problem', error)}.") from None
    if not isinstance(body, dict):
        raise ExpectationsError(f"{path.name}: write `record_type` and `rules`.")
    return body


def _rule(path: Path, number: int, row: Any) -> Rule:
    if not isinstance(row, dict):
        raise ExpectationsError(
            f"{path.name}: rule {number} is not a mapping: write `- reason: …` and the lines below it."
        )
    place = f"{path.name}:{row.pop(_LINE)}"
    named = f"{place}: rule {row.get('reason', number)}"
    if missing := [name for name in _REQUIRED if row.get(name) in (None, "")]:
        raise ExpectationsError(f"{named} lacks {', '.join(missing)}.")
    if unknown := sorted(str(name) for name in row if name not in _FIELDS):
        raise ExpectationsError(f"{named} has {', '.join(unknown)}, which no rule has: {', '.join(sorted(_FIELDS))}.")
    if not isinstance(row["reason"], str) or not _REASON.fullmatch(row["reason"]):
        raise ExpectationsError(f"{named}: a reason has lower-case letters, digits, _ and . and begins with a letter.")
    if row["severity"] not in (CRITICAL, WARNING, STOP):
        raise ExpectationsError(f"{named}: severity is critical, warning or stop, not {row['severity']!r}.")
    if not isinstance(row["kwargs"], dict):
        raise ExpectationsError(f"{named}: kwargs is a mapping of the expectation's arguments.")
    kwargs = {name: _bare(value) for name, value in row["kwargs"].items() if name != _LINE}
    if row["severity"] != STOP and "mostly" in kwargs:
        raise ExpectationsError(f"{named}: `mostly` speaks of the batch: only a rule of severity stop may use it.")
    if row["severity"] != STOP and "from_rows" in row:
        raise ExpectationsError(f"{named}: `from_rows` belongs to a rule of severity stop.")
    from_rows = row.get("from_rows", STOPS_FROM_ROWS if row["severity"] == STOP else 0)
    if type(from_rows) is not int or from_rows < 0:
        raise ExpectationsError(f"{named}: from_rows is a whole number of rows.")
    return Rule(
        reason=row["reason"],
        severity=row["severity"],
        type=str(row["type"]),
        kwargs=kwargs,
        detail=str(row["detail"]),
        where=_where(named, row.get("where")),
        from_rows=from_rows,
        place=place,
    )


def _where(named: str, given: Any) -> dict[str, tuple[Any, ...]]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise ExpectationsError(f"{named}: where is a mapping of a column to the value or the values to look at.")
    return {
        str(name): tuple(values) if isinstance(values, list) else (values,)
        for name, values in given.items()
        if name != _LINE
    }


def _bare(value: Any) -> Any:
    """Without the lines, which nested mappings carry too."""
    if isinstance(value, dict):
        return {name: _bare(item) for name, item in value.items() if name != _LINE}
    return [_bare(item) for item in value] if isinstance(value, list) else value
