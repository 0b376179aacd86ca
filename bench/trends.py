"""The detector of trends, one setting for all: on labelled series of mentions, and on planted crises whose onset is known.

Example: python -m bench.trends --events 36
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from datetime import datetime, timedelta

import numpy as np

from bench.nab import Series, f1, labelled, nab, tally
from bench.results import table, write_section
from dengar.paths import SHARED
from dengar.trends.series import Bin, detect
from sandbox import series as planted

STEP = timedelta(minutes=5)
MONDAY = datetime(2026, 1, 5)  # noqa: DTZ001 - a made-up clock: the series have no zone
FOLDER = SHARED / "data" / "trends" / "nab"


def bins_of(counts: Iterable[float]) -> list[Bin]:
    """Five-minute bins from a Monday on."""
    return [Bin(MONDAY + number * STEP, float(count)) for number, count in enumerate(counts)]


def labelled_rows(series: list[Series], draws: int = 2_000) -> list[str]:
    """Table of precision, recall, F1 and NAB score, with a bootstrap over series."""
    tallies = [tally(one, [event.detected_at for event in detect(one.bins)]) for one in series]
    rng = np.random.default_rng(7)
    drawn = rng.integers(0, len(tallies), size=(draws, len(tallies)))
    spread = [(f1(chosen)[2], nab(chosen)) for chosen in ([tallies[i] for i in row] for row in drawn)]
    low, high = np.percentile(np.array(spread), [2.5, 97.5], axis=0)
    precision, recall, whole = f1(tallies)
    rate = sum(t.right + t.wrong for t in tallies) / sum(t.weeks for t in tallies)
    header = [
        "series",
        "windows",
        "precision",
        "recall",
        "F1",
        "95 % interval",
        "NAB score",
        "95 % interval",
        "alerts a series-week",
    ]
    cells = [
        len(tallies), sum(t.windows for t in tallies), f"{precision:.2f}", f"{recall:.2f}", f"{whole:.3f}", f"{low[0]:.2f}–{high[0]:.2f}",
        f"{nab(tallies):.1f}", f"{low[1]:.0f}–{high[1]:.0f}", f"{rate:.2f}",
    ]  # fmt: skip
    return table(header, [cells])


def planted_rows(events: int) -> list[str]:
    """Table of recall and delay of planted crises, and of false alarms where nothing happens."""
    rows: list[list[object]] = []
    for base in (30.0, 3.0):
        rng = np.random.default_rng(round(base))
        weeks = 6 * 6
        false = sum(len(alarms(planted.quiet(rng, base, 56), from_day=14)) for _ in range(6))
        for kind in ("step", "ramp"):
            delays = [delay(planted.crisis(rng, base, kind)) for _ in range(events)]
            seen = [one for one in delays if one is not None]
            quantiles = [f"{np.percentile(seen, q):.0f}" if seen else "" for q in (50, 90)]
            rows.append([f"{base:.0f}", kind, events, f"{len(seen) / events:.2f}", *quantiles, f"{false / weeks:.2f}"])
    header = [
        "mentions a bin",
        "crisis",
        "events",
        "recall",
        "delay p50, min",
        "delay p90, min",
        "false alarms a quiet week",
    ]
    return table(header, rows)


def alarms(counts: Iterable[float], from_day: int) -> list[datetime]:
    """When events were known, from a day on."""
    start = MONDAY + timedelta(days=from_day)
    return [event.detected_at for event in detect(bins_of(counts)) if event.detected_at >= start]


def delay(one: planted.Planted) -> float | None:
    """Minutes from the onset's bin to the bin that gave the alarm; None where the crisis passed unnoticed."""
    onset, end = MONDAY + one.onset * STEP, MONDAY + (one.onset + one.bins) * STEP
    for event in detect(bins_of(one.counts)):
        lasts = event.detected_at < onset and (event.end is None or event.end >= onset)
        if lasts or onset <= event.detected_at < end:
            return max(0.0, (event.detected_at - onset) / timedelta(minutes=1))
    return None


def cost(bins: int = 20_000) -> str:
    """CPU a bin of one series."""
    series = bins_of(planted.quiet(np.random.default_rng(1), 30.0, bins // planted.BINS_A_DAY))
    begun = time.process_time()
    list(detect(series))
    spent = 1e6 * (time.process_time() - begun) / len(series)
    return f"{spent:.0f} µs of CPU a bin and series."


def main() -> None:
    """Measure and write the section; without the labelled set only planted crises are measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.trends", description=__doc__)
    parser.add_argument("--events", type=int, default=36, help="planted crises a row")
    events = parser.parse_args().events
    lines = []
    if FOLDER.is_dir():
        lines += [
            "Labelled series of NAB (mentions of five tickers on Twitter), which chose the constants:",
            "",
            *labelled_rows(labelled(FOLDER)),
            "",
        ]
    else:
        print(
            f"The labelled series are not at {FOLDER}: set DENGAR_SHARED to the folder that holds data/trends.",
            file=sys.stderr,
        )
    lines += ["Planted crises (`sandbox/series.py`), after three quiet weeks:", "", *planted_rows(events), "", cost()]
    print("\n".join(lines))
    write_section("Trends: events of a series", f"python -m bench.trends --events {events}", lines)


if __name__ == "__main__":
    main()
