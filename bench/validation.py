"""What validation costs: a batch of 1,000 and of 100,000 records, its share of the pipeline's time, and the time to reject hostile records.

Example: python -m bench.validation
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from upath import UPath

from bench.hostile import hostile_records
from bench.load import comments, produce, raw_event
from bench.results import table, write_section
from dengar.enrich import Context
from dengar.index import client, known_versions, refresh, write_records
from dengar.labels.held import indexed_labels, standing
from dengar.local.instance import Instance
from dengar.local.progress import shown
from dengar.local.stack import Stack
from dengar.local.verbs import preparation
from dengar.log import Log, OffsetRange, Partition
from dengar.log.kafka import KafkaLog
from dengar.log.memory import MemoryLog
from dengar.registers import load_registers
from dengar.settings import Settings
from dengar.stages.enrich import enrich
from dengar.stages.index import index
from dengar.stages.labels import publish_settled
from dengar.stages.stagefile import read_stage, write_stage
from dengar.stages.validate import validate
from dengar.topics import ENRICHED_TOPICS, RAW_TOPICS
from dengar.validate import validate_records
from dengar.validate.contract import schema_verdicts
from dengar.validate.engine import run_suite, warm

CONTEXT = Context(load_registers(None), b"a key that is of no use to anybody", "sandbox")
STAGES = ("enrich", "validate", "publish", "index")
BATCH = 1_000
ROUNDS = 9


def since(log: Log, before: dict[Partition, int], topics: Sequence[str]) -> list[OffsetRange]:
    """What came to `topics` since `before`."""
    spans = [OffsetRange(*partition, before[partition], end) for partition, end in log.ends(topics).items()]
    return [span for span in spans if len(span)]


def pipeline(settings: Settings) -> dict[str, float]:
    """Median seconds of each stage for a batch of 1,000 comments, on real servers; stage files included, Airflow not."""
    log, elasticsearch = KafkaLog(settings), client(settings)
    spent: dict[str, list[float]] = {stage: [] for stage in STAGES}

    @contextmanager
    def timed(stage: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        spent[stage].append(time.perf_counter() - began)

    with tempfile.TemporaryDirectory(prefix="dengar-bench-") as folder:
        root = UPath(folder)
        try:
            for number in range(ROUNDS + 1):  # the first warms everything and is left out
                raw, enriched = log.ends(RAW_TOPICS), log.ends(ENRICHED_TOPICS)
                produce(log, rate=0, seconds=BATCH / 1000, seed=7_000 + number)
                with timed("enrich"):
                    spans = since(log, raw, RAW_TOPICS)
                    rows = enrich(
                        log,
                        spans,
                        CONTEXT,
                        lambda ids: known_versions(elasticsearch, ids),
                        index_group="bench",
                        labels=lambda ids: standing(log, lambda asked: indexed_labels(elasticsearch, asked), ids),
                    )
                    write_stage(rows, root / "enriched.parquet")
                with timed("validate"):
                    rows = read_stage(root / "enriched.parquet")
                    validate(rows)
                    write_stage(rows, root / "validated.parquet")
                with timed("publish"):
                    publish_settled(
                        log,
                        read_stage(root / "validated.parquet"),
                        spans,
                        labels=lambda ids: standing(log, lambda asked: indexed_labels(elasticsearch, asked), ids),
                        rejudge=list,
                        group="bench-raw",
                        journal=root / "journal",
                        run=f"bench-{number}",
                    )
                with timed("index"):
                    index(
                        log,
                        since(log, enriched, ENRICHED_TOPICS),
                        lambda items: write_records(elasticsearch, items),
                        lambda: refresh(elasticsearch),
                        group="bench",
                    )
        finally:
            log.close()
            elasticsearch.close()
    return {stage: statistics.median(seconds[1:]) for stage, seconds in spent.items()}


def mentions(count: int) -> list[dict[str, Any]]:
    """Enriched comments; beyond the first thousand the same ones under other ids."""
    log = MemoryLog()
    source = comments(1)
    for _ in range(min(count, BATCH)):
        video, item = next(source)
        event = raw_event(video, item)
        log.append("raw.youtube", f"yt:video:{video}", event.data, event.headers())
    log.flush()
    spans = since(log, dict.fromkeys(log.ends(RAW_TOPICS), 0), RAW_TOPICS)
    made = [row.record for row in enrich(log, spans, CONTEXT, lambda ids: {}, index_group="bench") if row.record]
    return [{**made[number % len(made)], "id": f"yt:comment:b{number}"} for number in range(count)]


def cost(count: int, rounds: int) -> tuple[float, float, float]:
    """(whole, schema, suite): least seconds of `rounds` for one batch of `count` mentions that are all sound."""
    batch = mentions(count)
    assert not validate_records("mention", batch).failed
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        validate_records("mention", batch)
        whole = time.perf_counter()
        schema_verdicts("mention", batch)
        schema = time.perf_counter()
        run_suite("mention", range(count), batch)
        found.append((whole - began, schema - whole, time.perf_counter() - schema))
    return min(found)


def rejection(count: int) -> dict[str, Any]:
    """`count` hostile records through parse, map, enrich and validate, in batches of 1,000: outcomes and ms a rejected record."""
    spent, outcomes, slowest = 0.0, dict[str, int](), 0.0
    records = hostile_records(count, seed=1)
    for start in range(0, count, BATCH):
        log = MemoryLog()
        for record in records[start : start + BATCH]:
            log.append("raw.youtube", record.key, record.value, record.headers)
        log.flush()
        spans = since(log, dict.fromkeys(log.ends(RAW_TOPICS), 0), RAW_TOPICS)
        began = time.perf_counter()
        rows = enrich(log, spans, CONTEXT, lambda ids: {}, index_group="bench")
        validate(rows, limit=1.0)
        seconds = time.perf_counter() - began
        spent, slowest = spent + seconds, max(slowest, seconds)
        for row in rows:
            name = row.outcome.value
            outcomes[name] = outcomes.get(name, 0) + 1
    return {"records": count, "ms": 1_000 * spent / count, "slowest_batch_s": slowest, "outcomes": outcomes}


def main() -> None:
    """Measure on a stack of its own without Airflow, and write the section."""
    parser = argparse.ArgumentParser(prog="python -m bench.validation", description=__doc__)
    parser.add_argument("--hostile", type=int, default=10_000, help="hostile records")
    arguments = parser.parse_args()
    warm()
    with tempfile.TemporaryDirectory(prefix="dengar-bench-") as folder:
        stack = Stack(Instance(Path(folder) / "state"))
        try:
            with shown() as progress:
                stack.up(("kafka", "elasticsearch"), progress=progress, **preparation(stack))
            stages = pipeline(Settings.from_environment(stack.environment()))
        finally:
            stack.down(purge=True)
    print(stages, file=sys.stderr)
    costs = [
        [f"{count:,}", *(f"{seconds:.3f}" for seconds in cost(count, rounds))]
        for count, rounds in ((1_000, 9), (100_000, 3))
    ]
    rejected = rejection(arguments.hostile)
    total = sum(stages.values())
    lines = [
        *table(["mentions in a batch", "validation s", "of it schema s", "of it suite s"], costs),
        "",
        *table(
            ["stage, batch of 1,000 comments", "s", "share"],
            [[stage, f"{seconds:.3f}", f"{seconds / total:.0%}"] for stage, seconds in stages.items()],
        ),
        "",
        f"Medians of {ROUNDS} batches in one process on real Kafka and Elasticsearch, stage files included; Airflow's own time would only "
        "make the share smaller.",
        "",
        f"Hostile records: {rejected['records']:,} through parse, map, enrich and validate, {rejected['ms']:.3f} ms each, slowest batch of "
        f"1,000 {rejected['slowest_batch_s']:.2f} s; "
        + ", ".join(f"{name} {count:,}" for name, count in sorted(rejected["outcomes"].items()))
        + ".",
    ]
    print("\n".join(lines))
    write_section(
        "Validation: cost, share of the pipeline, time to reject",
        " ".join(["python -m bench.validation", *sys.argv[1:]]),
        lines,
    )


if __name__ == "__main__":
    main()
