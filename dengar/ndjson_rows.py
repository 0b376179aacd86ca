"""Rows of people's NDJSON: a JSON object a line, and a sentence that names the line where it is not one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson


def rows(lines: Iterable[bytes], example: str, refused: type[ValueError]) -> Iterator[tuple[int, dict[str, Any]]]:
    """(number from 1, object) of each line that is not blank. Raises `refused` with what to write, as `example` shows it."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError:
            raise refused(f"Line {number} is not JSON: write {example}.") from None
        if not isinstance(row, dict):
            raise refused(f"Line {number} is not a JSON object: write {example}.")
        yield number, row
