"""Reading a part's log: its tail, and the line that says why it failed."""

import re
from collections.abc import Iterator
from pathlib import Path

TAIL = 256 * 1024
_TRACE = re.compile(r"^(\s+at |\s*\.\.\. \d+ more|\s*File \"|\s*\^+\s*$|\s*[│╭╰─]|Traceback )")
_REASON = re.compile(
    r"^\S*(Error|Exception|Failure)\b|\b(ERROR|FATAL|CRITICAL)\b|^Caused by:|Exception in thread|[Ee]rror:"
)
LONGEST = 300


def tail(log: Path, lines: int, start: int = 0) -> list[str]:
    """The last `lines` lines written after byte `start`; none if there is no log."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(start if start <= size else 0, size - TAIL))
            text = file.read().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return []
    return text.splitlines()[-lines:]


def reason(log: Path, start: int = 0) -> str:
    """The line that best says why the program that wrote this log ended: the last error, without its stack trace."""
    lines = [line for line in tail(log, 2000, start) if line.strip() and not _TRACE.match(line)]
    if not lines:
        return "it wrote nothing"
    errors = [line for line in lines if _REASON.search(line)]
    return (errors or lines)[-1].strip()[:LONGEST]


def follow(log: Path, pause: float = 0.5) -> Iterator[str]:
    """New lines as they are written, for ever; a rotated log is read on from its new beginning."""
    import time

    position = log.stat().st_size if log.exists() else 0
    rest = b""
    while True:
        size = log.stat().st_size if log.exists() else 0
        if size < position:
            position, rest = 0, b""
        if size > position:
            with log.open("rb") as file:
                file.seek(position)
                chunk = file.read()
            position += len(chunk)
            *complete, rest = (rest + chunk).split(b"\n")
            for line in complete:
                yield line.decode("utf-8", errors="replace")
        else:
            time.sleep(pause)
