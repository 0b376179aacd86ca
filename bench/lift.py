"""Lift of one post, and lead of posts over a response, on planted series: ours beside simple comparisons, in the same run.

Example: python -m bench.lift --events 300
"""

from __future__ import annotations

import argparse
import sys

import numpy as np

from bench.results import table, write_section
from dengar.attribution.lift import busy, lead, lift
from dengar.attribution.usual import Floats, Usual, usual
from sandbox.series import BINS_A_DAY, NOISE
from sandbox.series import usual as season

A_DAY = 144
DAYS = 28
BASE = 30.0


def series(rng: np.random.Generator, posts: list[int], strength: float, lag: int) -> tuple[Floats, float]:
    """Ten-minute counts with a response after each post, and what one response adds on average.

    The response rises within half an hour and dies away over two: not the shape that is looked for. Levels drift by a tenth a day.
    """
    mean = season(BASE, DAYS * BINS_A_DAY).reshape(-1, 2).mean(axis=1)
    drift = np.exp(
        np.interp(np.arange(len(mean)), np.arange(DAYS + 1) * A_DAY, 0.1 * rng.normal(size=DAYS + 1).cumsum() / 2)
    )
    mean = mean * drift * np.exp(NOISE * rng.normal(size=len(mean)) - NOISE**2 / 2)
    after = np.arange(72)
    wave = (1 - np.exp(-(after + 1) / 1.5)) * np.exp(-after / 12)
    wave = wave / wave.max()
    extra = np.zeros(len(mean) + 200)
    for post in posts:
        extra[post + lag : post + lag + len(wave)] += strength * BASE * wave
    return rng.poisson(mean + extra[: len(mean)]).astype(np.float64), float(strength * BASE * wave.sum())


def simple(counts: Floats, post: int) -> dict[str, float]:
    """Half a day after the post less something to compare it with."""
    half = A_DAY // 2
    after = float(counts[post : post + half].sum())
    return {
        "12 h before": after - float(counts[post - half : post].sum()),
        "day before": after - float(counts[post - A_DAY : post - A_DAY + half].sum()),
        "week before": after - float(counts[post - 7 * A_DAY : post - 7 * A_DAY + half].sum()),
    }


def fitted(counts: Floats, posts: list[int]) -> Usual:
    """The usual of a series with posts."""
    return usual(counts, A_DAY, busy(len(counts), posts, 72))


def lifts(events: int, seed: int) -> list[list[object]]:
    """Rows: strength, median relative errors, coverage of the interval, share with an effect shown."""
    rows: list[list[object]] = []
    for strength in (0.0, 0.5, 1.0, 3.0):
        wrong: dict[str, list[float]] = {}
        covered, shown = [], []
        for number in range(events):
            rng = np.random.default_rng([seed, number, int(10 * strength)])
            post = int(rng.integers(10 * A_DAY, 24 * A_DAY))
            counts, truth = series(rng, [post], strength, 0)
            found = lift(fitted(counts, [post]), post)
            covered.append(found.low <= truth <= found.high)
            shown.append(found.shown)
            if truth:
                for name, value in {"dengar": found.mentions, **simple(counts, post)}.items():
                    wrong.setdefault(name, []).append(abs(value / truth - 1))
        errors = [f"{100 * np.median(one):.0f}" for one in wrong.values()] or ["–"] * 4
        rows.append([f"{strength}×", *errors, f"{100 * np.mean(covered):.0f}", f"{100 * np.mean(shown):.0f}"])
        print(rows[-1], flush=True)
    return rows


def leads(events: int, seed: int) -> list[list[object]]:
    """Rows: strength, share within a bin, coverage of the interval, share with no effect shown."""
    rows: list[list[object]] = []
    for strength in (0.0, 0.5, 1.0, 2.0):
        near, covered, silent = [], [], []
        for number in range(events):
            rng = np.random.default_rng([seed, number, 7, int(10 * strength)])
            posts = [int(one) for one in rng.integers(3 * A_DAY, 26 * A_DAY, 8)]
            lag = int(rng.integers(0, 18))
            counts, _ = series(rng, posts, strength, lag)
            found = lead(fitted(counts, posts), posts, 24)
            silent.append(found.lag is None)
            if strength:
                near.append(found.lag is not None and abs(found.lag - lag) <= 1)
            if found.lag is not None and found.low is not None and found.high is not None:
                covered.append(found.low <= lag <= found.high)
        share = f"{100 * np.mean(near):.1f}" if near else "–"
        inside = f"{100 * np.mean(covered):.0f}" if strength else "–"
        rows.append([f"{strength}×", share, inside, f"{100 * np.mean(silent):.0f}"])
        print(rows[-1], flush=True)
    return rows


def main() -> None:
    """Measure and rewrite the section of RESULTS.md."""
    parser = argparse.ArgumentParser(prog="python -m bench.lift", description=__doc__)
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--seed", type=int, default=40)
    arguments = parser.parse_args()
    lift_rows, lead_rows = lifts(arguments.events, arguments.seed), leads(arguments.events, arguments.seed)
    header = [
        "peak of the response",
        "dengar, median error %",
        "12 h before",
        "day before",
        "week before",
        "interval covers %",
        "effect shown %",
    ]
    write_section(
        "Lift of one post, and lead of posts",
        " ".join(["python -m bench.lift", *sys.argv[1:]]),
        [
            f"Ten-minute bins of {BASE:.0f} mentions on average, {DAYS} days, with seasons, drift and noise.",
            "",
            *table(header, lift_rows),
            "",
            "Eight posts, one lag of 0 to 17 bins:",
            "",
            *table(
                ["peak of the response", "lag within a bin, %", "interval covers %", "no effect shown, %"], lead_rows
            ),
        ],
    )


if __name__ == "__main__":
    main()
