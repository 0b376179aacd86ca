"""Replays and comparisons for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dengar.replay.compare import Comparison
from dengar.replay.state import Replay

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

_CHANGES = 4


@contextmanager
def bar(total: int, text: str, *, silent: bool) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr; the function sets how much is done. Nothing is drawn where `silent` or no terminal is there."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=silent or not console.is_terminal) as progress:
        task = progress.add_task(text, total=total)
        yield lambda done: progress.update(task, completed=done)


def show_replay(console: Console, replay: Replay) -> None:
    """What a replay did, or has still to do."""
    counts = ", ".join(f"{name} {count}" for name, count in replay.counts.items() if name != "in") or "nothing"
    state = "done" if replay.finished_at else f"{replay.waiting} left"
    console.print(f"{replay.name}: {replay.done} of {replay.total} offsets, {state}: {counts}", highlight=False)
    if replay.gone:
        console.print(f"{replay.gone} of them were removed by retention before they were reached.", highlight=False)


def show_list(console: Console, replays: Sequence[Replay]) -> None:
    """All that are remembered."""
    from rich.table import Table

    table = Table("replay", "begun (UTC)", "offsets", "left", "state", box=None, pad_edge=False)
    for replay in replays:
        state = "done" if replay.finished_at else f"dengar replay --resume {replay.name}"
        table.add_row(replay.name, replay.made_at[:16], str(replay.total), str(replay.waiting), state)
    console.print(table)


def show_comparison(console: Console, report: Comparison) -> None:
    """What changes, head by head, with the most frequent changes and ids to look at."""
    from rich.table import Table

    console.print(
        f"{report.mentions} mentions judged by {report.current} and by {report.candidate}: {report.changed} change, "
        f"{report.failed} could not be judged.",
        highlight=False,
    )
    if report.truncated:
        console.print("The range holds more mentions than are compared at once: name a shorter one for the rest.")
    table = Table(
        "head", "changed", "share", "most frequent changes", "uncertain", "hand labels met", box=None, pad_edge=False
    )
    for name, changes in report.heads.items():
        moved = [(pair, count) for pair, count in changes.confusion.most_common() if pair[0] != pair[1]]
        hand = "–"
        if changes.labelled:
            hand = f"{changes.current_right} → {changes.candidate_right} of {changes.labelled}"
        table.add_row(
            name,
            str(changes.changed),
            f"{changes.changed / max(1, changes.compared):.1%}",
            ", ".join(f"{old} → {new} {count}" for (old, new), count in moved[:_CHANGES]) or "none",
            f"{changes.uncertain[0]} → {changes.uncertain[1]}",
            hand,
        )
    console.print(table)
    for name, changes in report.heads.items():
        if changes.samples:
            console.print(f"{name}: {' '.join(changes.samples[:3])}", style="dim", highlight=False)
