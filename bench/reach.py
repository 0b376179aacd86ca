"""Engaged reach of twelve partners among a million accounts against brute force: error, time, memory.

Example: python -m bench.reach --accounts 1000000 --worlds 3
"""

from __future__ import annotations

import argparse
import sys
import time

import numpy as np
import psutil

from bench.results import table, write_section
from dengar.attribution.reach import EngagedReach, Reach

COMMUNITIES = 8


def audiences(seed: int, accounts: int, partners: int) -> list[np.ndarray]:
    """Distinct accounts that act on each partner's posts: Zipf-like sizes, communities, gamma activity, and a pair of look-alikes."""
    rng = np.random.default_rng(seed)
    community = rng.integers(0, COMMUNITIES, accounts)
    activity = rng.gamma(1.5, 1 / 1.5, accounts)
    likes = rng.gamma(0.5, 1.0, (partners, COMMUNITIES)) + 0.05
    likes[-1] = likes[0]
    size = 0.8 / (1 + rng.permutation(partners)) ** 0.9
    return [
        np.flatnonzero(rng.random(accounts) < np.minimum(size[i] * likes[i, community] * activity, 0.9))
        for i in range(partners)
    ]


def errors(told: Reach, reached: list[np.ndarray], accounts: int) -> dict[str, list[float]]:
    """Relative errors of each figure against the whole membership table."""
    member = np.zeros((accounts, len(reached)), dtype=bool)
    for i, own in enumerate(reached):
        member[own, i] = True
    by = member.sum(axis=1)
    union = int((by > 0).sum())
    weight = 1 / np.maximum(by, 1)
    shapley = [float(weight[own].sum()) for own in reached]
    alone = [int((by[own] == 1).sum()) for own in reached]
    pairs = [(i, j) for i in range(len(reached)) for j in range(i)]
    shared = {(i, j): int((member[:, i] & member[:, j]).sum()) for i, j in pairs}
    return {
        "union": [abs(told.union / union - 1)],
        "overlap": [abs(told.overlap[i][j] / shared[i, j] - 1) for i, j in pairs if shared[i, j]],
        "incremental": [abs(one.incremental / alone[i] - 1) for i, one in enumerate(told.partners) if alone[i]],
        "shapley": [abs(one.shapley / shapley[i] - 1) for i, one in enumerate(told.partners)],
    }


def main() -> None:
    """Measure, print, and rewrite the section of RESULTS.md."""
    parser = argparse.ArgumentParser(prog="python -m bench.reach", description=__doc__)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--partners", type=int, default=12)
    parser.add_argument("--worlds", type=int, default=3)
    arguments = parser.parse_args()
    rows = []
    for seed in range(arguments.worlds):
        reached = audiences(seed, arguments.accounts, arguments.partners)
        acts = sum(len(own) for own in reached)
        before, started = psutil.Process().memory_info().rss, time.process_time()
        engaged = EngagedReach()
        for i, own in enumerate(reached):
            engaged.add_all((f"partner {i}", str(account)) for account in own.tolist())
        told = engaged.figures()
        seconds, memory = time.process_time() - started, psutil.Process().memory_info().rss - before
        wrong = errors(told, reached, arguments.accounts)
        cells = [
            f"{100 * np.median(wrong[name]):.2f} / {100 * max(wrong[name]):.2f}"
            for name in ("overlap", "incremental", "shapley")
        ]
        shares = f"{acts / told.union:.2f}"
        rows.append(
            [
                f"{told.union:,}",
                f"{acts:,}",
                shares,
                f"{100 * wrong['union'][0]:.2f}",
                *cells,
                f"{seconds:.1f}",
                memory >> 20,
            ]
        )
        print(rows[-1], flush=True)
    header = ["accounts", "acts", "summed ÷ union", "union", "overlap", "incremental", "Shapley", "CPU s", "MiB more"]
    write_section(
        "Engaged reach: error in % (median / worst)",
        " ".join(["python -m bench.reach", *sys.argv[1:]]),
        [
            f"{arguments.partners} partners among {arguments.accounts:,} accounts, against the whole table.",
            "",
            *table(header, rows),
        ],
    )


if __name__ == "__main__":
    main()
