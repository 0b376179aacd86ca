"""An hourly run of attribution on a real Elasticsearch: what it costs by the day's events, and by the days that lie before.

A campaign of all partners on YouTube runs since two months; people come back, so audiences overlap. History is read once into cells, then
the hour's run over today is timed. It should grow with today's events, and not with history.

Example: python -m bench.attribution --events 5000 10000 20000 --history 0 7 28
"""

from __future__ import annotations

import argparse
import copy
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import orjson
import psutil
from elasticsearch import Elasticsearch
from upath import UPath

from bench.results import table, write_section
from dengar.attribution import store
from dengar.attribution.constants import load_constants
from dengar.attribution.indexed import IndexSource
from dengar.attribution.period import Attribution
from dengar.attribution.spans import Days, of_day
from dengar.index import client, refresh, write_records
from dengar.local.instance import Instance
from dengar.local.stack import Stack
from dengar.local.verbs import preparation
from dengar.log.memory import MemoryLog
from dengar.policy import load_policy
from dengar.records import pack_version, timestamp
from dengar.registers import Registers, load_registers
from dengar.schemas import load
from dengar.settings import Settings
from dengar.stages.attribution import attribute

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TODAY = date(2026, 11, 25)
CAMPAIGN = "kampanye_uji"
POSTS_A_DAY, PEOPLE, RUNS = 2, 60_000, 3
_WRITTEN = 2_000


def registers() -> Registers:
    """The shipped ones, with one campaign that runs since two months."""
    shipped = load_registers()
    ours = replace(shipped.campaigns[0], id=CAMPAIGN, start=date(2026, 9, 25), end=None, panel=None)
    return replace(shipped, campaigns=(ours,))


def said(known: Registers, day: date, events: int, random: Random) -> Iterator[tuple[str, dict[str, Any]]]:
    """A day's posts of partners and comments below them, and their counters."""
    pattern, counter = load("mention")["examples"][1], load("metrics")["examples"][0]
    accounts = [one for one in known.accounts if one.platform == "youtube" and one.partner]
    start = of_day(day).start
    observed = {
        "observed_at": timestamp(NOW),
        "expires_at": timestamp(NOW + timedelta(days=30)),
        "version": pack_version(NOW),
    }
    posts, told = [], events // (len(accounts) * POSTS_A_DAY)
    for account in accounts:
        for number in range(POSTS_A_DAY):
            identity = f"yt:video:{account.handle}{day:%m%d}{number}"
            author = {"key": account.key, "role": account.role, "handle": account.handle, "name": account.name}
            posts.append(identity)
            own = {
                "id": identity,
                "post_id": identity,
                "conversation_id": identity,
                "parent_id": None,
                "kind": "post",
                "author": author,
            }
            shared = {"published_at": timestamp(start), "campaigns": [CAMPAIGN], "post_format": "video"}
            yield "mention", pattern | observed | own | shared
            seen = {"id": f"{identity}@1", "object_id": identity, "post_id": identity, "values": {"comments": told}}
            yield "metrics", copy.deepcopy(counter) | observed | seen
    for number in range(events):
        who = {"key": f"yt~{int(random.paretovariate(0.6)) % PEOPLE}", "role": "public", "handle": None, "name": None}
        identity, post = f"yt:comment:{day:%m%d}{number}", random.choice(posts)
        own = {
            "id": identity,
            "post_id": post,
            "conversation_id": identity,
            "parent_id": post,
            "author": who,
            "campaigns": [],
            "spam": None,
        }
        yield (
            "mention",
            pattern | observed | own | {"published_at": timestamp(start + timedelta(seconds=random.randrange(60_000)))},
        )


def indexed(elasticsearch: Elasticsearch, known: Registers, days: Days, events: int) -> None:
    """Write the days' records."""
    random, batch = Random(days.first.toordinal()), list[tuple[str, dict[str, Any]]]()
    for day in days:
        for one in said(known, day, events, random):
            batch.append(one)
            if len(batch) >= _WRITTEN:
                write_records(elasticsearch, batch)
                batch = []
    write_records(elasticsearch, batch)
    refresh(elasticsearch)


def measured(elasticsearch: Elasticsearch, folder: Path, events: int, history: int) -> dict[str, float]:
    """Seconds and CPU of the hour's run over today, the median of RUNS, after so many days of history."""
    held = elasticsearch.indices.get(index=["mentions-v*", "metrics-v*", "attribution-v*", "sketches-v*"])
    if names := sorted(held):
        elasticsearch.indices.delete(index=names)
    elasticsearch = elasticsearch.options()  # what is known of indices belongs to a client
    known, policy = registers(), load_policy("sandbox")
    indexed(elasticsearch, known, Days(TODAY - timedelta(days=history), TODAY), events)
    if history:
        before = NOW - timedelta(hours=13)
        work = Attribution(
            IndexSource(elasticsearch),
            known,
            policy,
            load_constants(),
            before,
            lambda ids: store.read_cells(elasticsearch, ids),
        )
        for step in work.run(Days(TODAY - timedelta(days=history), TODAY - timedelta(days=1))):
            store.write_cells(elasticsearch, step.cells)
    rows = []
    for number in range(RUNS):
        state = {"last": timestamp(NOW - timedelta(hours=1)), "full_on": TODAY.isoformat()}
        (folder / "sandbox.json").write_bytes(orjson.dumps(state))
        begun, processor = time.perf_counter(), time.process_time()
        told = attribute(
            MemoryLog(),
            elasticsearch,
            UPath(folder),
            known,
            policy,
            load_constants(),
            now=NOW + timedelta(minutes=number),
        )
        rows.append((time.perf_counter() - begun, time.process_time() - processor))
        assert not told["full"]
    seconds, cpu = np.median(np.array(rows), axis=0)
    union = next(store.figures(elasticsearch, having={"metric": "engaged_union", "campaign": CAMPAIGN}))
    return {
        "events": events,
        "history": history,
        "seconds": float(seconds),
        "cpu": float(cpu),
        "figures": float(told["figures"]),
        "union": float(union.value or 0),
        "rss": psutil.Process().memory_info().rss / 2**20,
    }


def main() -> None:
    """Measure, print, and rewrite the section of RESULTS.md."""
    parser = argparse.ArgumentParser(prog="python -m bench.attribution", description=__doc__)
    parser.add_argument("--events", type=int, nargs="*", default=[5_000, 10_000, 20_000], help="comments of the day")
    parser.add_argument(
        "--history", type=int, nargs="*", default=[0, 7, 28], help="days before, of the fewest events each"
    )
    arguments = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(prefix="dengar-bench-") as folder:
        stack = Stack(Instance(Path(folder) / "state"))
        try:
            stack.up(("elasticsearch",), **preparation(stack))
            elasticsearch = client(Settings.from_environment(stack.environment()))
            asked = [(events, 0) for events in arguments.events]
            asked += [(min(arguments.events), days) for days in arguments.history if days]
            for events, history in asked:
                row = measured(elasticsearch, Path(folder), events, history)
                print(row, flush=True)
                rows.append(row)
        finally:
            stack.down(purge=True)
    cells = [
        [
            f"{row['events']:,.0f}", f"{row['history']:.0f}", f"{row['seconds']:.2f}", f"{row['cpu']:.2f}",
            f"{1e6 * row['seconds'] / row['events']:.0f}", f"{row['figures']:,.0f}", f"{row['union']:,.0f}", f"{row['rss']:.0f}",
        ]
        for row in rows
    ]  # fmt: skip
    header = ["events today", "days before", "s", "CPU s", "µs an event", "figures", "union so far", "RSS, MiB"]
    lines = [
        *table(header, cells),
        "",
        f"Median of {RUNS} runs. The campaign so far is merged of yesterday's cell and today's.",
    ]
    print("\n".join(lines))
    write_section("Attribution: an hourly run", "python -m bench.attribution", lines)


if __name__ == "__main__":
    main()
