"""How the demo tells what it does: progress bars for people on a terminal, plain lines elsewhere.

All of it goes to stderr, so that a program can read stdout.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

Playing = Callable[[str, int, int, int], None]
Waiting = Callable[[int, int], None]


class Story:
    """Tells on stderr."""

    def __init__(self) -> None:
        self.console = Console(file=sys.stderr)

    def say(self, text: str) -> None:
        """One paragraph."""
        self.console.print(text, highlight=False)

    @contextmanager
    def playing(self) -> Iterator[Playing]:
        """A bar over the steps of the week: (virtual time, step, steps, records collected)."""
        with self._progress(
            "{task.description}", "{task.fields[moment]} · {task.fields[collected]} records"
        ) as progress:
            task = progress.add_task("Playing the week", total=None, moment="", collected=0)

            def tell(moment: str, number: int, steps: int, collected: int) -> None:
                progress.update(task, total=steps, completed=number, moment=moment, collected=collected)
                if not self.console.is_terminal and number % 8 == 0:
                    self.say(f"step {number} of {steps}: {moment}, {collected} records collected")

            yield tell

    @contextmanager
    def waiting(self) -> Iterator[Waiting]:
        """A spinner with both backlogs: (to enrich, to index)."""
        with self._progress("{task.description}", "{task.fields[behind]}") as progress:
            task = progress.add_task("Waiting until all is searchable", total=None, behind="")
            last = ""

            def tell(enrich: int, index: int) -> None:
                nonlocal last
                text = f"{enrich} to enrich, {index} to index"
                progress.update(task, behind=text)
                if not self.console.is_terminal and text != last:
                    self.say(f"waiting: {text}")
                last = text

            yield tell

    def _progress(self, *columns: str) -> Progress:
        texts = [TextColumn(column) for column in columns]
        return Progress(
            SpinnerColumn(), texts[0], BarColumn(), texts[1], TimeElapsedColumn(),
            console=self.console, disable=not self.console.is_terminal, transient=True,
        )  # fmt: skip
