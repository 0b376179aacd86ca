"""How far preparing and starting the stack has come: a bar per part on a terminal, plain lines elsewhere."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import TaskID

MEGABYTE = 1_000_000


class Progress(Protocol):
    """Told by several threads at once; `part` is a part's name."""

    def note(self, part: str, text: str) -> None:
        """What the part is doing now."""

    def expect(self, part: str, size: int, text: str) -> None:
        """A download of `size` bytes begins."""

    def advance(self, part: str, size: int) -> None:
        """So many bytes of it have come."""

    def done(self, part: str, text: str) -> None:
        """The part is ready."""


class Silent:
    """Says nothing."""

    def note(self, part: str, text: str) -> None:
        pass

    def expect(self, part: str, size: int, text: str) -> None:
        pass

    def advance(self, part: str, size: int) -> None:
        pass

    def done(self, part: str, text: str) -> None:
        pass


class Lines:
    """One plain line for each step, to stderr; of a download, a line at each quarter."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._expected: dict[str, tuple[int, int, int]] = {}  # part -> bytes so far, bytes in all, quarters told

    def note(self, part: str, text: str) -> None:
        sys.stderr.write(f"{part}: {text}\n")

    def expect(self, part: str, size: int, text: str) -> None:
        with self._lock:
            self._expected[part] = (0, size, 0)
        self.note(part, f"{text} ({size / MEGABYTE:.0f} MB)")

    def advance(self, part: str, size: int) -> None:
        with self._lock:
            so_far, total, told = self._expected[part]
            so_far += size
            quarter = min(4, 4 * so_far // max(1, total))
            self._expected[part] = (so_far, total, quarter)
        if quarter > told:
            self.note(part, f"{so_far / MEGABYTE:.0f} of {total / MEGABYTE:.0f} MB")

    def done(self, part: str, text: str) -> None:
        self.note(part, text)


class Bars:
    """A live row for each part: what it does, a bar while it downloads, the time so far."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        self.rich = RichProgress(
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.fields[part]:<14}"),
            BarColumn(bar_width=24),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        self._lock = threading.Lock()
        self._tasks: dict[str, TaskID] = {}

    def note(self, part: str, text: str) -> None:
        with self._lock:
            self.rich.update(self._task(part), description=text)

    def expect(self, part: str, size: int, text: str) -> None:
        with self._lock:
            self.rich.update(
                self._task(part), description=f"{text} ({size / MEGABYTE:.0f} MB)", total=size, completed=0
            )

    def advance(self, part: str, size: int) -> None:
        with self._lock:
            self.rich.advance(self._task(part), size)

    def done(self, part: str, text: str) -> None:
        with self._lock:
            self.rich.update(self._task(part), description=text, total=1, completed=1)

    def _task(self, part: str) -> "TaskID":
        if part not in self._tasks:
            self._tasks[part] = self.rich.add_task("waiting", total=None, part=part)
        return self._tasks[part]


@contextmanager
def shown() -> Iterator[Progress]:
    """Bars on a terminal, lines elsewhere; always on stderr, so that stdout stays the command's answer."""
    if not sys.stderr.isatty():
        yield Lines()
        return
    bars = Bars()
    with bars.rich:
        yield bars
