"""What `dengar status` tells of each part."""

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from dengar.local import process
from dengar.local.lag import GroupLag
from dengar.local.part import Part

Health = Literal["healthy", "unhealthy", "stopped"]


@dataclass(frozen=True)
class ProcessStatus:
    """One process of a part; `pid` and memory (see process.Memory) are None if it has ended."""

    name: str
    pid: int | None
    rss_bytes: int | None
    pss_bytes: int | None
    log: str


@dataclass(frozen=True)
class PartStatus:
    """One part. `unhealthy`: a process of it runs, but not all do or the server does not answer. Times are UTC."""

    name: str
    title: str
    health: Health
    version: str
    address: str | None
    started_at: datetime | None
    uptime_s: float | None
    rss_bytes: int | None
    pss_bytes: int | None
    processes: list[ProcessStatus]

    @property
    def wanted(self) -> bool:
        """Whether the part was started and not stopped since."""
        return self.health != "stopped"


@dataclass(frozen=True)
class StackStatus:
    state_dir: str
    parts: list[PartStatus]
    lag: list[GroupLag] = field(default_factory=list)

    @property
    def healthy(self) -> bool:
        """At least one part is up, and every part that was started is healthy."""
        wanted = [part for part in self.parts if part.wanted]
        return bool(wanted) and all(part.health == "healthy" for part in wanted)

    def part(self, name: str) -> PartStatus:
        return next(part for part in self.parts if part.name == name)

    def as_json(self) -> dict[str, Any]:
        """JSON types only; times in ISO 8601."""
        whole = asdict(self)
        for part in whole["parts"]:
            if part["started_at"] is not None:
                part["started_at"] = part["started_at"].isoformat(timespec="seconds")
        return {**whole, "healthy": self.healthy}


def of(part: Part) -> PartStatus:
    """Look at one part now; changes nothing, also where the instance does not exist."""
    living = part.living()
    remembered = any(part.instance.process(name) for name in part.processes)
    complete = len(living) == len(part.processes)
    health: Health = "stopped"
    if remembered:
        health = "healthy" if complete and part.answers() else "unhealthy"
    used = {name: process.memory(alive) for name, alive in living.items()}
    rows = [
        ProcessStatus(
            name,
            living[name].pid if name in living else None,
            used[name].rss if name in used else None,
            used[name].pss if name in used else None,
            str(part.log(name)),
        )
        for name in part.processes
    ]
    total = sum(used.values(), process.Memory(0, 0)) if used else None
    known = part.instance.known_port(part.name) is not None
    started = part.started_at()
    return PartStatus(
        name=part.name,
        title=part.title,
        health=health,
        version=part.instance.version(part.name) or part.version,
        address=part.address if known else None,
        started_at=started,
        uptime_s=(datetime.now(UTC) - started).total_seconds() if started else None,
        rss_bytes=total.rss if total else None,
        pss_bytes=total.pss if total else None,
        processes=rows,
    )
