"""Cost of the whole of `dengar enrich` as people call it: CPU a text, start-up and memory, one process on one core.

Two runs that differ by their number of texts tell the cost of a text apart from that of starting. Texts are comments of the public
set that no word list was made from where it is present, else our own seeds.

Example: python -m bench.enrich_command --texts 5000
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
from collections.abc import Sequence

from bench.results import table, write_section
from dengar.enrich.train.corpus import SEEDS, Corpus, DataError, data_folder

BATCH = 1_000
ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def texts(number: int) -> tuple[str, list[str]]:
    """(name of the source, that many texts of one line)."""
    import json

    try:
        name, found = "judol_youtube", [row.text for row in Corpus(data_folder()).judol()]
    except DataError:
        lines = (line for file in sorted(SEEDS.glob("*.ndjson")) for line in file.read_text("utf-8").splitlines())
        name, found = "own seeds", [json.loads(line)["text"] for line in lines]
    lines_only = [" ".join(text.split()) for text in found]
    random.Random(7).shuffle(lines_only)
    while len(lines_only) < number:
        lines_only += lines_only
    return name, lines_only[:number]


def run(lines: Sequence[str]) -> tuple[float, float]:
    """(CPU seconds, peak MiB) of one `dengar enrich`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "dengar", "enrich"],
        input="".join(f"{line}\n" for line in lines).encode(),
        env={**os.environ, **ONE_CORE},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, after.ru_maxrss / 1024


def main() -> None:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(prog="python -m bench.enrich_command", description=__doc__)
    parser.add_argument("--texts", type=int, default=10_000, help="texts of the long run")
    number = max(parser.parse_args().texts, 2 * BATCH)
    name, lines = texts(number)
    start, _ = run(lines[:1])
    first, small = run(lines[:BATCH])
    whole, peak = run(lines)
    rows = [
        ["start, and one text", 1, f"{start:.2f}", "", ""],
        ["first batch", BATCH, f"{first:.2f}", f"{1000 * (first - start) / BATCH:.2f}", f"{small:.0f}"],
        ["all", number, f"{whole:.2f}", f"{1000 * (whole - start) / number:.2f}", f"{peak:.0f}"],
    ]
    told = table(["run", "texts", "CPU s", "CPU ms a text", "peak MiB"], rows)
    told = [f"Texts: {name}, {sum(map(len, lines)) / number:.0f} characters on average.", "", *told]
    print("\n".join(told))
    write_section("dengar enrich: everything, one core", f"python -m bench.enrich_command --texts {number}", told)


if __name__ == "__main__":
    main()
