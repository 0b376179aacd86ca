"""Credit of partners on worlds whose truth is known: ours, last-touch, linear and Markov, in the same run.

Example: python -m bench.credit --worlds 6 --accounts 40000
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, field

import numpy as np

from bench.results import table, write_section
from dengar.attribution import peers
from dengar.attribution.credit import credit
from dengar.attribution.touches import Floats, TouchLog
from sandbox.attribution.forms import FITTED, FORMS
from sandbox.attribution.truth import World, world

PEERS = {"last touch": peers.last_touch, "linear": peers.linear, "Markov": peers.markov}
LARGE = 0.05
"""A true share from which an effect should be shown."""


@dataclass
class Score:
    """What was found in the worlds of one form. Misallocated: half the sum of absolute differences of shares of all conversions.

    `among`: the same, of shares of what partners caused together, so that what is left unattributed does not matter.
    """

    misallocated: dict[str, list[float]] = field(default_factory=dict)
    among: dict[str, list[float]] = field(default_factory=dict)
    covered: list[bool] = field(default_factory=list)
    null_covered: list[bool] = field(default_factory=list)
    large_shown: list[bool] = field(default_factory=list)
    rows: int = 0
    seconds: float = 0.0

    def add(self, name: str, share: Floats, truth: Floats) -> None:
        """A method's shares in one world."""
        self.misallocated.setdefault(name, []).append(half_difference(share, truth))
        self.among.setdefault(name, []).append(half_difference(share / (share.sum() or 1), truth / truth.sum()))


def half_difference(share: Floats, truth: Floats) -> float:
    """Share given to the wrong partner, or wrongly to a partner or to none."""
    return float(0.5 * (np.abs(share - truth).sum() + abs(share.sum() - truth.sum())))


def log_of(one: World) -> TouchLog:
    """The world's rows, taken in as the command does."""
    log = TouchLog()
    for row in one.rows():
        log.add(str(row.account), None if row.partner is None else f"{row.partner:03d}", row.ts)
    return log


def measure(form: str, seeds: range, *, accounts: int) -> Score:
    """Our credit and the peers' in one world a seed."""
    score = Score()
    for seed in seeds:
        one = world(seed, form, accounts=accounts)
        truth = one.truth()
        touches = log_of(one).touches()
        started = time.process_time()
        found = {int(row.partner): row for row in credit(touches).partners}
        score.seconds += time.process_time() - started
        score.rows += len(touches.seen_by) + len(touches.converted)
        ours = np.array([found[i].share if i in found else 0.0 for i in range(len(truth.share))])
        score.add("dengar", ours, truth.share)
        for name, shares in PEERS.items():
            theirs = np.zeros(len(truth.share))
            theirs[[int(partner) for partner in touches.partners]] = shares(touches)
            score.add(name, theirs, truth.share)
        for i, row in found.items():
            if one.effect[i] == 0:
                score.null_covered.append(row.low <= 0)
                continue
            score.covered.append(row.low <= truth.share[i] <= row.high)
            if truth.share[i] >= LARGE:
                score.large_shown.append(row.low > 0)
    return score


def percent(values: list[float] | list[bool]) -> str:
    """Mean in percent."""
    return f"{100 * float(np.mean(values)):.1f}" if values else "–"


def main() -> None:
    """Measure every form and rewrite the section of RESULTS.md."""
    parser = argparse.ArgumentParser(prog="python -m bench.credit", description=__doc__)
    parser.add_argument("--worlds", type=int, default=6, help="worlds a form; the fitted form gets four times as many")
    parser.add_argument("--accounts", type=int, default=40_000, help="accounts a world")
    parser.add_argument("--forms", nargs="*", default=list(FORMS), choices=list(FORMS), help="forms to measure")
    parser.add_argument("--first-seed", type=int, default=500, help="seed of the first world")
    arguments = parser.parse_args()
    quality, intervals = [], []
    for form in arguments.forms:
        worlds = arguments.worlds * (4 if form == FITTED else 1)
        seeds = range(arguments.first_seed, arguments.first_seed + worlds)
        score = measure(form, seeds, accounts=arguments.accounts)
        title = f"{form} (fitted)" if form == FITTED else form
        methods = ["dengar", *PEERS]
        cells = [f"{percent(score.misallocated[name])} / {percent(score.among[name])}" for name in methods]
        quality.append([title, worlds, *cells, f"{100 * max(score.misallocated['dengar']):.1f}"])
        shown = [percent(score.covered), percent(score.null_covered), percent(score.large_shown)]
        intervals.append([title, len(score.covered), *shown, f"{1e6 * score.seconds / score.rows:.0f}"])
        print(quality[-1], intervals[-1], flush=True)
    write_section(
        "Credit of partners: share given wrongly, in %",
        " ".join(["python -m bench.credit", *sys.argv[1:]]),
        [
            "Means over worlds: of all conversions (what no partner caused included) / among partners only. Fans see half of",
            "the partners more, bots see everything, two partners are decoys without effect. Truth by counterfactual re-runs of",
            "`sandbox/attribution`.",
            "",
            *table(["form", "worlds", *["dengar", *PEERS], "dengar, worst world"], quality),
            "",
            "Intervals of 90 %; a null partner's should include 0, and that of one with a share of 5 % or more should not:",
            "",
            *table(["form", "partners", "covered, %", "null covered, %", "large shown, %", "CPU µs a row"], intervals),
        ],
    )


if __name__ == "__main__":
    main()
