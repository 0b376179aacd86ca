"""`dengar report`: the group of verbs; each verb is in a module of its own, named in PARTS."""

from __future__ import annotations

from importlib import import_module

import typer

report_app = typer.Typer(help="Reports: the week for a director.", no_args_is_help=True)

PARTS: tuple[str, ...] = ("dengar.report.weekly_command", "dengar.responses.study_command")
"""Modules whose `register(report_app)` adds a verb."""


def register(app: typer.Typer) -> None:
    """Add the verb group to the command line."""
    for name in PARTS:
        import_module(name).register(report_app)
    app.add_typer(report_app, name="report")


@report_app.callback()
def _group() -> None:
    pass
