"""Attribution: mentions and counters of the index → cells, index `attribution-v1` and topic `attribution`.

May be repeated and killed at any moment: figures and cells carry the same ids, and a figure that says nothing new is not published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
from upath import UPath

from dengar.attribution.constants import Constants
from dengar.attribution.figure import Figure
from dengar.attribution.period import METRICS, Attribution, since_last
from dengar.attribution.spans import Days, day_at, touched, whole_week
from dengar.attribution.spoken import FIELDS, Spoken
from dengar.attribution.spoken import METRICS as SPOKEN
from dengar.log import Log
from dengar.policy import Policy
from dengar.policy.clocks import load_clocks
from dengar.records import JAKARTA, timestamp
from dengar.registers import Registers
from dengar.topics import topics
from dengar.whole_file import written_whole

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

FULL_FROM_HOUR = 1
"""The first run of a day (Jakarta) from this hour on is a full one."""
ALL = (*METRICS, *SPOKEN)
"""Metrics that a full run makes anew."""
_EVER = 10**6


def attribute(
    log: Log,
    client: Elasticsearch,
    folder: UPath,
    registers: Registers,
    policy: Policy,
    constants: Constants,
    *,
    now: datetime,
    start: datetime | None = None,
    end: datetime | None = None,
    full: bool = False,
) -> dict[str, Any]:
    """Tell the figures of the days that were spoken on since the last run, once a day all of them; the counts of a run's note.

    With `start` (and `end`) it works those days again, with the week and the campaigns that they lie in. `folder` remembers the last run,
    one file a policy profile. Raises IndexUnavailable, LogError.
    """
    from dengar.attribution import store
    from dengar.attribution.history import IndexHistory
    from dengar.attribution.indexed import IndexSource

    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    work = Attribution(
        IndexSource(client), registers, policy, constants, now, lambda ids: store.read_cells(client, ids)
    )
    file = folder / f"{policy.profile}.json"
    held = _read(file)
    if start is not None:
        days, whole = work.covering(touched(start, min(end or now, now))), True
    else:
        days, whole = _days(work, held, now, full)
    counts: Counter[str] = Counter()
    made: set[str] = set()

    def publish(figures: Sequence[Figure]) -> None:
        counts["figures"] += len(figures)
        counts["refused"] += sum(one.refused is not None for one in figures)
        counts["published"] += store.publish(log, client, figures)
        made.update(one.key for one in figures)

    for step in work.run(days, full=whole):
        store.write_cells(client, step.cells)
        counts["cells"] += len(step.cells)
        publish(step.figures)
    if whole:
        spoken = Spoken(IndexSource(client, FIELDS), IndexHistory(client), registers)
        for figures in spoken.told(days, now, policy):
            publish(figures)
        counts["retired"] = store.retire(log, client, days.start, whole_week(days.last).end, made, ALL)
        counts["retired"] += _outlived(log, client, policy, now, made)
        counts["expired_cells"] = store.forget_cells(client, store.expired_cells(client, now))
    if start is None:
        _write(file, now, day_at(now) if whole else held[1])
    return {**counts, "full": int(whole), "offsets": [f"{days.first.isoformat()}–{days.last.isoformat()}"]}


def _days(work: Attribution, held: tuple[datetime | None, date | None], now: datetime, full: bool) -> tuple[Days, bool]:
    """The days to read, and whether that is a full run."""
    last, full_on = held
    due = full_on != day_at(now) and now.astimezone(JAKARTA).hour >= FULL_FROM_HOUR
    days = None if full or due or full_on is None else since_last(now, last)
    return (work.full_days(), True) if days is None else (days, False)


def _outlived(log: Log, client: Elasticsearch, policy: Policy, now: datetime, made: set[str]) -> int:
    """Take back what was made longer ago than the topic keeps, or, where no aggregate may outlive its records, than those are kept.

    What this run made again rests on records that are still there.
    """
    from dengar.attribution import store

    count = 0
    days = topics()[store.TOPIC].retention_days
    for platform, clock in load_clocks().items():
        clocks = [] if days is None else [timedelta(days=days)]
        if not policy.outlives(platform, records=_EVER, authors=_EVER):
            clocks.append(clock.keep)
        if clocks:
            old = store.computed_before(client, platform, now - min(clocks))
            count += store.take_back(log, client, [key for key in old if key not in made])
    return count


def _read(file: UPath) -> tuple[datetime | None, date | None]:
    """When the last run was, and on which day the last full one."""
    if not file.exists():
        return None, None
    body = orjson.loads(file.read_bytes())
    full = body["full_on"]
    return datetime.fromisoformat(body["last"]), None if full is None else date.fromisoformat(full)


def _write(file: UPath, now: datetime, full_on: date | None) -> None:
    with written_whole(file) as out:
        out.write(orjson.dumps({"last": timestamp(now), "full_on": full_on.isoformat() if full_on else None}))
