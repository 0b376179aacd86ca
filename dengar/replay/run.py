"""Run a replay: slice by slice, at a pace, remembering what is done."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from upath import UPath

from dengar.log import Log, OffsetRange
from dengar.records import timestamp
from dengar.replay.plan import next_slice, without
from dengar.replay.state import Replay, save

SLICE = 3_000


class Done(NamedTuple):
    """A slice that was worked on: figures of its note, and the id of the run where there is one."""

    counts: dict[str, int]
    run: str | None = None


Work = Callable[[Replay, Sequence[OffsetRange]], Done]
"""Works on one slice, to its end. Raises ReplayError; the slice is then worked on again when the replay is taken up."""


def run(
    log: Log,
    replay: Replay,
    folder: UPath,
    work: Work,
    *,
    rate: float | None = None,
    tell: Callable[[Replay], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Replay:
    """Work until nothing is left. `rate`: at most so many records a second on the average of a slice.

    The state is saved before the first slice and after each; whatever ends it in between repeats one slice, which changes nothing.
    """
    from datetime import UTC, datetime

    size = SLICE if rate is None else max(1, min(SLICE, int(rate * 10)))
    save(replay, folder)
    while True:
        kept = log.beginnings(sorted({span.topic for span in replay.left})) if replay.left else {}
        before = replay.waiting
        replay.left = without(replay.left, (), kept)
        replay.gone += before - replay.waiting
        spans = list(next_slice(replay.left, size, kept))
        if not spans:
            break
        began = clock()
        done = work(replay, spans)
        replay.left = without(replay.left, spans, kept)
        replay.count(done.counts, done.run)
        save(replay, folder)
        tell(replay)
        if rate is not None and replay.left:
            ahead = sum(len(span) for span in spans) / rate - (clock() - began)
            if ahead > 0:
                sleep(ahead)
    replay.finished_at = timestamp(datetime.now(UTC))
    save(replay, folder)
    tell(replay)
    return replay
