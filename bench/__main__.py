"""Run the benchmarks and rewrite bench/RESULTS.md.

Example: python -m bench --seconds 60
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.results import table, write_section
from dengar.local.instance import Instance
from dengar.local.progress import shown
from dengar.local.stack import Stack
from dengar.local.verbs import preparation
from dengar.settings import Settings


def main() -> None:
    """Bring up a stack of its own in a temporary folder, measure, write, take it down."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="length of each load")
    parser.add_argument("--rates", type=float, nargs="*", default=[50, 300], help="records a second")
    parser.add_argument("--throughput", type=int, default=30_000, help="records of the throughput run; 0 leaves it out")
    arguments = parser.parse_args()

    from bench import bare, freshness, throughput

    with tempfile.TemporaryDirectory(prefix="dengar-bench-") as folder:
        stack = Stack(Instance(Path(folder) / "state"))
        try:
            with shown() as progress:
                stack.up(progress=progress, **preparation(stack))
            settings = Settings.from_environment(stack.environment())
            rows = []
            for number, rate in enumerate(arguments.rates):
                row = freshness.measure(settings, rate=rate, seconds=arguments.seconds, seed=100 + 10 * number)
                print(row, flush=True)
                rows.append(row)
            loads = []
            if arguments.throughput:
                row = throughput.measure(settings, records=arguments.throughput, seed=900)
                loads.append(("dengar, through Airflow", row))
                stack.down()  # the peer runs alone: Airflow would take up its records
                stack.up(("kafka", "elasticsearch"), **preparation(stack))
                row = bare.measure(settings, records=arguments.throughput, seed=950)
                loads.append(("bare loop (peer)", row))
            print(loads, flush=True)
        finally:
            stack.down(purge=True)
    write(rows, loads, " ".join(["python -m bench", *sys.argv[1:]]))


def write(rows: list[dict[str, Any]], loads: list[tuple[str, dict[str, Any]]], command: str) -> None:
    """Two sections of RESULTS.md."""
    header = ["records/s", "records", "sampled", "p50 s", "p95 s", "never found"]
    names = ("records", "sampled", "p50_s", "p95_s", "never_found")
    write_section(
        "Freshness: raw topic → found by a search, through Airflow",
        command,
        table(header, [[f"{row['rate']:.0f}", *(row[name] for name in names)] for row in rows]),
    )
    if loads:
        peer = (
            "The peer is one loop from kafka-python to the client's bulk helper: no validation, masking, models, quarantine, "
            "versions or Airflow."
        )
        cells = [[name, load["records"], load["seconds"], load["per_second"]] for name, load in loads]
        write_section(
            "Throughput: from the first append to all searchable",
            command,
            [peer, "", *table(["pipeline", "records", "seconds", "records/s"], cells)],
        )


if __name__ == "__main__":
    main()
