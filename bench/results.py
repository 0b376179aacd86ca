"""bench/RESULTS.md: one section a benchmark, each replaced by its own run and stamped with the machine and the day."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import psutil

RESULTS = Path(__file__).parent / "RESULTS.md"
HEAD = "# Results\n\n`make bench` rewrites this page; each section names its machine, its day and its command.\n"


def machine() -> str:
    """Cores, memory, system, Python, load and day of this run."""
    return (
        f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}, {datetime.now(UTC):%Y-%m-%d}"
    )


def write_section(title: str, command: str, lines: Sequence[str], path: Path = RESULTS) -> None:
    """Replace the section `## title`, or add it at the end."""
    text = path.read_text(encoding="utf-8") if path.exists() else HEAD
    sections = re.split(r"(?m)^(?=## )", text)
    body = f"## {title}\n\n`{command}` on {machine()}.\n\n" + "\n".join(lines).rstrip() + "\n"
    kept = [section for section in sections[1:] if section.partition("\n")[0] != f"## {title}"]
    place = next((i for i, s in enumerate(sections[1:]) if s.partition("\n")[0] == f"## {title}"), len(kept))
    kept.insert(place, body)
    path.write_text("\n".join(part.strip() + "\n" for part in [HEAD, *kept]), encoding="utf-8")


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """A Markdown table."""
    return [
        "| " + " | ".join(header) + " |",
        "|" + "---|" * len(header),
        *("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows),
    ]
