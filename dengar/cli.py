"""The `dengar` command: its verbs are registered by the parts that own them.

Parts of other packages (the listeners) register through the entry-point group `dengar.commands`, so that dengar imports none of them.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points

import typer

from dengar import __version__

PARTS = (
    "dengar.local.verbs",
    "dengar.topics_commands",
    "dengar.schemas.commands",
    "dengar.enrich_commands",
    "dengar.index.commands",
    "dengar.labels.commands",
    "dengar.quarantine.commands",
    "dengar.replay.commands",
    "dengar.validate.commands",
    "dengar.journey.commands",
    "dengar.policy.commands",
    "dengar.registers.commands",
    "dengar.retention.commands",
    "dengar.erasure.commands",
    "dengar.access.commands",
    "dengar.pseudonyms.commands",
    "dengar.trends.commands",
    "dengar.trends.calendar_commands",
    "dengar.alerts.commands",
    "dengar.alerts.crisis_commands",
    "dengar.exercise.commands",
    "dengar.searches.commands",
    "dengar.attribution.commands",
    "dengar.responses.commands",
    "dengar.report.commands",
    "dengar.demo.commands",
    "dengar.web.commands",
    "dengar.kibana.commands",
)

app = typer.Typer(
    name="dengar",
    help="Event-driven social listening: Kafka, Airflow, Elasticsearch. Start with `dengar demo`.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"dengar {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    pass


@cache
def build() -> typer.Typer:
    """The app with every verb registered, once: a verb that is registered twice is walked twice by every call."""
    for name in PARTS:
        import_module(name).register(app)
    for entry in entry_points(group="dengar.commands"):
        entry.load()(app)
    return app


# Errors whose text is written for people: `module:class`. A module that was never imported raised nothing.
PLAIN = (
    "dengar.settings:SettingsError",
    "dengar.log:LogError",
    "dengar.alerts.rules:RulesError",
    "dengar.alerts.channels:ChannelsError",
    "dengar.trends.claims:ClaimsError",
    "dengar.trends.protocol:ProtocolError",
    "dengar.trends.planned:CalendarError",
    "dengar.topics:TopicsError",
    "dengar.registers.rows:RegistersError",
    "dengar.schemas:SchemasError",
    "dengar.policy.rules:PolicyError",
    "dengar.responses.calendar:WorkingTimeError",
    "dengar.responses.classes:ClassesError",
    "dengar.responses.routing:RoutingError",
    "dengar.index.connection:IndexUnavailable",
    "dengar.erasure:ErasureError",
    "dengar.access:AccessError",
    "dengar.pseudonyms:PseudonymError",
    "dengar.index.results:QueryError",
    "dengar.validate.files:ExpectationsError",
    "dengar.kibana.objects:SourcesError",
    "dengar.dag_runs:DagRunError",
    "dengar.local.errors:StackError",
    "dengar.report.targets:TargetsError",
    "dengar.report.pdf:PdfError",
)


def _is_plain(error: Exception) -> bool:
    for name in PLAIN:
        module, _, kind = name.partition(":")
        if module in sys.modules and isinstance(error, getattr(sys.modules[module], kind)):
            return True
    return False


def main() -> None:
    """Run the command line. Errors with a sentence of their own end with status 1, without a traceback."""
    try:
        build()()
    except Exception as error:
        if not _is_plain(error):
            raise
        sys.stderr.write(f"dengar: {error}\n")
        sys.exit(1)
