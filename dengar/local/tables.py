"""The tables of `dengar status`."""

from rich.table import Table

from dengar.local.lag import GroupLag
from dengar.local.status import StackStatus

COLOURS = {"healthy": "green", "unhealthy": "red", "stopped": "dim"}


def parts_table(now: StackStatus) -> Table:
    """One row for each part, and one for each process of a part that has several."""
    table = Table(
        title=f"stack in {now.state_dir}", caption=f"logs: {now.state_dir}/logs/NAME.log", title_justify="left"
    )
    for name in ("part", "health", "version", "address", "pid", "memory", "uptime"):
        table.add_column(
            name, justify="right" if name in ("pid", "memory", "uptime") else "left", no_wrap=name != "version"
        )
    for part in now.parts:
        single = part.processes[0] if len(part.processes) == 1 else None
        table.add_row(
            part.name,
            f"[{COLOURS[part.health]}]{part.health}[/]",
            part.version,
            part.address or "–",
            str(single.pid or "–") if single else "",
            megabytes(part.pss_bytes or part.rss_bytes),
            duration(part.uptime_s),
        )
        if single is None:
            for row in part.processes:
                table.add_row(
                    "  " + row.name.removeprefix(f"{part.name}-"),
                    "",
                    "",
                    "",
                    str(row.pid or "–"),
                    megabytes(row.pss_bytes or row.rss_bytes),
                    "",
                )
    return table


def lag_table(lag: list[GroupLag]) -> Table:
    """One row for each consumer group and topic."""
    table = Table(title="consumer groups", title_justify="left")
    for name in ("group", "topic", "partitions", "lag"):
        table.add_column(name, justify="right" if name in ("partitions", "lag") else "left")
    for row in lag:
        table.add_row(row.group, row.topic, str(row.partitions), str(row.lag))
    return table


def megabytes(count: int | None) -> str:
    return "–" if count is None else f"{count / 1_000_000:.0f} MB"


def duration(seconds: float | None) -> str:
    """Whole seconds, minutes, hours or days: `42 s`, `5 min`, `3 h`, `2 d`."""
    if seconds is None:
        return "–"
    for limit, unit, name in ((120, 1, "s"), (7200, 60, "min"), (172_800, 3600, "h")):
        if seconds < limit:
            return f"{seconds // unit:.0f} {name}"
    return f"{seconds // 86_400:.0f} d"
