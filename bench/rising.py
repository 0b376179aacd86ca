"""What rises: cost an event and memory of the watch, from a thousand distinct terms to a million.

Each round hears the same number of mentions with twelve terms each, drawn from so many distinct ones; the first third warms up.
Example: python -m bench.rising --events 60000
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from datetime import UTC, datetime, timedelta

import numpy as np

from bench.results import table, write_section
from dengar.trends.heard import Heard
from dengar.trends.rising import Rising

TERMS = 12
DISTINCT = (1_000, 10_000, 100_000, 1_000_000)
SLICE = 5_000
"""Events a slice of a quarter of an hour: five or six a second."""


def mentions(rng: np.random.Generator, distinct: int, count: int) -> list[Heard]:
    """Mentions whose terms are drawn evenly from so many, by authors of their own."""
    start = datetime(2026, 11, 16, tzinfo=UTC)
    drawn = rng.integers(0, distinct, size=(count, TERMS))
    signatures = rng.integers(0, 1 << 63, size=count, dtype=np.uint64)
    return [
        Heard(
            id=f"ig:comment:{number}", at=start + timedelta(milliseconds=number), platform="instagram", post="ig:media:1",
            author=f"ig~{number}", role="public", handle=None, text="satu dua tiga empat lima enam tujuh delapan",
            terms=tuple(f"t:kata{term}" for term in row), domains=(), signature=int(signatures[number]), negative=None, complaint=None,
            toxic=None, spam=None, suspect=None, signs=(), backfill=False,
        )
        for number, row in enumerate(drawn)
    ]  # fmt: skip


def measure(distinct: int, events: int) -> tuple[float, float]:
    """(µs of CPU an event, MiB that the state grew to hold beyond its start)."""
    heard = mentions(np.random.default_rng(7), distinct, events)
    rising = Rising()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    _play(rising, heard[: events // 3])
    grown = (tracemalloc.get_traced_memory()[0] - before) / 2**20
    tracemalloc.stop()
    begun = time.process_time()
    _play(rising, heard[events // 3 :])
    return 1e6 * (time.process_time() - begun) / (events - events // 3), grown


def _play(rising: Rising, heard: list[Heard]) -> None:
    for number, one in enumerate(heard, 1):
        rising.hear(one)
        if number % SLICE == 0:
            rising.evaluate()
            rising.close()


def main() -> None:
    """Measure, print and write the section."""
    parser = argparse.ArgumentParser(prog="python -m bench.rising", description=__doc__)
    parser.add_argument("--events", type=int, default=60_000, help="mentions a round")
    events = parser.parse_args().events
    rows = [(distinct, *measure(distinct, events)) for distinct in DISTINCT]
    first = rows[0][1]
    cells = [[f"{n:,}", f"{cost:.1f}", f"{cost / first:.2f}", f"{grown:.1f}"] for n, cost, grown in rows]
    lines = table(["distinct terms", "µs of CPU an event", "÷ that of 1,000", "state grew, MiB"], cells)
    lines += [
        "",
        f"{TERMS} terms an event, {SLICE:,} events a slice; families of near copies, filter, sketch and candidates together.",
    ]
    print("\n".join(lines))
    write_section("Trends: what rises", f"python -m bench.rising --events {events}", lines)


if __name__ == "__main__":
    main()
