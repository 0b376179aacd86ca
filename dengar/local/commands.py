"""`dengar up`, `down`, `status` and `logs`."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from dengar.local.stack import Stack
    from dengar.local.status import StackStatus
    from dengar.settings import Settings

Preparation = Callable[["Stack"], dict[str, Any]]
"""Given the stack, further arguments of Stack.up: hooks and environment."""

State = Annotated[
    Path | None, typer.Option("--state", help="State folder of the instance [default: $DENGAR_STATE or .dengar].")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]

_preparation: list["Preparation"] = []


@dataclass(frozen=True)
class Section:
    """What another package tells in `dengar status` while Kafka is up: under `name` as JSON, and as tables. `told` raises LogError."""

    name: str
    told: Callable[["Settings"], dict[str, Any]]
    shown: Callable[[Mapping[str, Any]], "Iterable[RenderableType]"]


SECTIONS: dict[str, Section] = {}


def register(app: typer.Typer, preparation: "Preparation | None" = None) -> None:
    """Add the four verbs to `app`. `preparation` is what the project wants done with its servers at every `up`."""
    _preparation[:] = [preparation] if preparation else []
    app.command()(up)
    app.command()(down)
    app.command()(status)
    app.command()(logs)


@contextmanager
def plain_errors() -> Iterator[None]:
    """A StackError is one sentence on stderr and exit status 1."""
    from dengar.local.errors import StackError

    try:
        yield
    except StackError as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(1) from error


def open_stack(state: Path | None, small: bool = False) -> "Stack":
    from dengar.local.instance import Instance
    from dengar.local.stack import SMALL, Stack

    return Stack(Instance(state), SMALL if small else None)


def up(
    parts: Annotated[
        list[str] | None, typer.Argument(help="kafka, elasticsearch, airflow [default: all]", show_default=False)
    ] = None,
    state: State = None,
    small: Annotated[
        bool, typer.Option("--small", help="Small heaps: for a second instance or 4 GB of memory.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Start the embedded stack: real Kafka, Elasticsearch and Airflow on this machine, on loopback.

    The first time it downloads about 100 MB of jars. A part that is up is left alone, one that died is started again.

    Example: dengar up · dengar up kafka elasticsearch --state /tmp/second --small
    """
    from dengar.local.progress import shown
    from dengar.local.stack import PARTS

    with plain_errors():
        stack = open_stack(state, small)
        with shown() as progress:
            prepared = _preparation[0](stack) if _preparation else {}
            stack.up(tuple(parts or PARTS), progress, **prepared)
        _print_status(stack.status(), as_json)


def down(
    purge: Annotated[
        bool, typer.Option("--purge", help="Remove the state folder too: all topics, indices, runs.")
    ] = False,
    cache: Annotated[
        bool, typer.Option("--cache", help="Remove the download cache too (all instances share it).")
    ] = False,
    state: State = None,
) -> None:
    """Stop the embedded stack. Data stays for the next `dengar up` unless --purge is given; the downloads stay unless --cache is.

    Example: dengar down · dengar down --purge
    """
    from dengar.local.cache import cache_dir
    from dengar.local.progress import shown

    with plain_errors():
        stack = open_stack(state)
        folder = stack.instance.state_dir
        if not stack.instance.exists:
            typer.echo(f"There is no instance in {folder}; nothing was stopped.", err=True)
        with shown() as progress:
            stack.down(purge=purge, cache=cache, progress=progress)
        if purge and not cache and cache_dir().exists():
            typer.echo(
                f"The download cache {cache_dir()} stays for the next time; `dengar down --cache` removes it.", err=True
            )


def status(state: State = None, as_json: Json = False) -> None:
    """Show health, version, address, memory and uptime of each part, how far Kafka's consumer groups are behind, how listeners fare.

    Exit status 0 if all that was started is healthy, 1 if not or if nothing runs.

    Example: dengar status · dengar status --json
    """
    with plain_errors():
        stack = open_stack(state)
        now = stack.status()
        more = _told_by_sections(stack) if now.part("kafka").health == "healthy" else {}
        _print_status(now, as_json, more)
        if not now.healthy:
            raise typer.Exit(1)


def logs(
    part: Annotated[
        str, typer.Argument(help="A part (kafka, elasticsearch, airflow) or a process (airflow-scheduler …).")
    ],
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on printing new lines until Ctrl-C.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="How many lines of each log.")] = 50,
    state: State = None,
) -> None:
    """Print the end of a part's log.

    Example: dengar logs airflow-scheduler --lines 100 · dengar logs kafka --follow
    """
    from dengar.local import logfile

    stack = open_stack(state)
    files = {
        process: one.log(process)
        for one in stack.parts.values()
        for process in one.processes
        if part in (one.name, process)
    }
    if not files:
        names = sorted({name for one in stack.parts.values() for name in (one.name, *one.processes)})
        typer.echo(f"dengar: there is no part or process {part}: choose from {', '.join(names)}.", err=True)
        raise typer.Exit(2)
    written = {process: file for process, file in files.items() if file.exists()}
    if not written and not follow:
        typer.echo(f"dengar: {part} has no log in {stack.instance.logs} yet: start it with `dengar up`.", err=True)
        raise typer.Exit(1)
    prefixes = {file: f"{process} | " if len(files) > 1 else "" for process, file in files.items()}
    for file in written.values():
        for line in logfile.tail(file, lines):
            typer.echo(prefixes[file] + line)
    if follow:
        try:
            for file, line in logfile.follow(list(files.values())):
                typer.echo(prefixes[file] + line)
        except KeyboardInterrupt:
            return


def _told_by_sections(stack: "Stack") -> dict[str, dict[str, Any]]:
    from dengar.log import LogError
    from dengar.settings import Settings

    settings, told = Settings.from_environment(stack.environment()), {}
    for section in SECTIONS.values():
        try:
            told[section.name] = section.told(settings)
        except LogError as error:
            typer.echo(f"dengar: what {section.name} tell could not be read: {error}", err=True)
    return told


def _print_status(now: "StackStatus", as_json: bool, more: Mapping[str, dict[str, Any]] | None = None) -> None:
    if as_json:
        typer.echo(json.dumps({**now.as_json(), **(more or {})}))
        return
    from rich.console import Console

    from dengar.local.tables import lag_table, parts_table

    console = Console()
    console.print(parts_table(now))
    if now.lag:
        console.print(lag_table(now.lag))
    for name, told in (more or {}).items():
        for part in SECTIONS[name].shown(told):
            console.print(part)
