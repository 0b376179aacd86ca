"""Reading a part's log: its tail, and the line that says why it failed."""

import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

TAIL = 256 * 1024
_TRACE = re.compile(r"^(\s+at |\s*\.\.\. \d+ more|\s*File \"|\s*\^+\s*$|\s*[│╭╰─]|Traceback )")
_REASON = re.compile(
    r"^\S*(Error|Exception|Failure)\b|\b(ERROR|FATAL|CRITICAL)\b|^Caused by:|Exception in thread|[Ee]rror:"
)
LONGEST = 300


def tail(log: Path, lines: int, start: int = 0) -> list[str]:
    """The last `lines` whole lines written after byte `start`; none if there is no log."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, 2)
            begin = start if start <= size else 0
            cut = max(begin, size - max(TAIL, lines * LONGEST))
            file.seek(cut)
            text = file.read().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return []
    whole = text.splitlines()[1 if cut > begin else 0 :]
    return whole[-lines:] if lines else []


def reason(log: Path, start: int = 0) -> str:
    """The line that best says why the program that wrote this log ended: the last error, without its stack trace."""
    lines = [line for line in tail(log, 2000, start) if line.strip() and not _TRACE.match(line)]
    if not lines:
        return "it wrote nothing"
    errors = [line for line in lines if _REASON.search(line)]
    return (errors or lines)[-1].strip()[:LONGEST]


def follow(logs: Sequence[Path], pause: float = 0.5) -> Iterator[tuple[Path, str]]:
    """New lines of any of the logs as they are written, for ever; a rotated log is read on from its new beginning."""
    positions = {log: log.stat().st_size if log.exists() else 0 for log in logs}
    rests = dict.fromkeys(logs, b"")
    while True:
        for log in logs:
            size = log.stat().st_size if log.exists() else 0
            if size < positions[log]:
                positions[log], rests[log] = 0, b""
            if size == positions[log]:
                continue
            with log.open("rb") as file:
                file.seek(positions[log])
                chunk = file.read()
            positions[log] += len(chunk)
            *complete, rests[log] = (rests[log] + chunk).split(b"\n")
            for line in complete:
                yield log, line.decode("utf-8", errors="replace")
        time.sleep(pause)
