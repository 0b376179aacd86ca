"""What is remembered of a replay: one small JSON file, `replays/<name>.json` below DENGAR_STAGE, written after every slice."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from upath import UPath

from dengar.log import OffsetRange
from dengar.records import timestamp
from dengar.replay import PlanError
from dengar.whole_file import written_whole

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_KEPT_RUNS = 20


@dataclass
class Replay:
    """A replay under way. `left` is what is still to be done; `counts` add up the slices' figures; `gone` counts what retention took."""

    name: str
    total: int
    left: list[OffsetRange]
    made_at: str
    revision: int | None = None
    quarantine_limit: float | None = None
    counts: dict[str, int] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)
    gone: int = 0
    finished_at: str | None = None

    @property
    def waiting(self) -> int:
        """Offsets still to be done."""
        return sum(len(span) for span in self.left)

    @property
    def done(self) -> int:
        """Offsets done, those that retention took included."""
        return self.total - self.waiting

    def count(self, summary: dict[str, int], run: str | None) -> None:
        """Add a slice's figures; the last runs are kept by their ids."""
        for name, value in summary.items():
            if value:
                self.counts[name] = self.counts.get(name, 0) + value
        if run:
            self.runs = [*self.runs, run][-_KEPT_RUNS:]

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self) | {"done": self.done, "waiting": self.waiting}


def new(name: str | None, spans: list[OffsetRange], **options: Any) -> Replay:
    """A replay that has not begun. Raises PlanError for a bad name."""
    now = datetime.now(UTC)
    chosen = name or f"replay-{now:%Y%m%d-%H%M%S}"
    if not NAME.fullmatch(chosen):
        raise PlanError("A replay's name has lower-case letters, digits and -, at most 63.")
    return Replay(chosen, sum(len(span) for span in spans), spans, timestamp(now), **options)


def save(replay: Replay, folder: UPath) -> None:
    """Write it whole or not at all, where the storage can rename."""
    with written_whole(folder / f"{replay.name}.json") as file:
        file.write(orjson.dumps(asdict(replay), option=orjson.OPT_INDENT_2))


def load(name: str, folder: UPath) -> Replay:
    """Raises PlanError where there is none of that name."""
    path = folder / f"{name}.json"
    if not NAME.fullmatch(name) or not path.exists():
        raise PlanError(f"There is no replay {name}: `dengar replay --list` shows those that were begun.")
    body = orjson.loads(path.read_bytes())
    return Replay(**body | {"left": [OffsetRange(**span) for span in body["left"]]})


def known(folder: UPath) -> list[Replay]:
    """All that are remembered, the latest first."""
    names = [path.stem for path in folder.glob("*.json")] if folder.exists() else []
    return sorted((load(name, folder) for name in names), key=lambda replay: replay.made_at, reverse=True)
