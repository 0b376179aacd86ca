"""`dengar demo`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from dengar.demo.run import Result
    from dengar.demo.story import Story
    from dengar.settings import Settings


def register(app: typer.Typer) -> None:
    """Add `demo`."""
    app.command()(demo)


def demo(
    seed: int = typer.Option(7, help="Seed of the scenario: the same seed plays the same week."),
    scenario: str | None = typer.Option(None, help="Scenario file (YAML) instead of the Kemensos week."),
    start: str | None = typer.Option(
        None,
        help="First day, e.g. 2026-11-16 (Jakarta). Default: the week ends yesterday; a scenario file begins as it says.",
    ),
    step_hours: float = typer.Option(6.0, min=0.25, help="Virtual hours between two looks of the listeners."),
    patience: float = typer.Option(300.0, help="Seconds without any progress after which the demo gives up."),
) -> None:
    """Bring the stack up, play a week on the sandbox through the listeners, and search it.

    The story goes to stderr; the last line on stdout is one JSON object with the figures. The stack stays up.

    Example: dengar demo --seed 7
    """
    from dataclasses import asdict
    from datetime import timedelta

    import orjson

    from dengar.demo.players import Players
    from dengar.demo.run import first_day, run_demo, scenario_path, searches
    from dengar.demo.story import Story
    from dengar.local.commands import open_stack, plain_errors
    from dengar.local.progress import shown
    from dengar.local.verbs import preparation
    from dengar.settings import Settings

    story = Story()
    with plain_errors():
        path, first = scenario_path(scenario), first_day(start, scenario)
        stack = open_stack(None)
        story.say("dengar demo: a week of a ministry's social media, on real Kafka, Airflow and Elasticsearch.")
        with shown() as progress:
            stack.up(progress=progress, **preparation(stack))
        settings = Settings.from_environment(stack.environment())
        with Players(stack, seed, path, first) as players:
            result = run_demo(players, settings, seed, timedelta(hours=step_hours), story, patience=patience)
    _tell(story, result, settings, searches())
    story.say(
        f"\nThe stack stays up: Elasticsearch {settings.elasticsearch_url}, Airflow {settings.airflow_url}, "
        f"Kafka {settings.kafka_bootstrap}.\nLook at it in a browser: dengar web\n"
        "Go on: dengar search 'bansos AND \"belum cair\"' · dengar trends list --days 8 · dengar status · dengar down"
    )
    figures = {name: value for name, value in asdict(result).items() if name not in ("lost_ids", "labels") or value}
    figures["labels"] = {name: told["macro_f1"] for name, told in result.labels.items()}
    typer.echo(orjson.dumps(figures).decode())
    if result.lost:
        raise typer.Exit(1)


def _tell(story: Story, result: Result, settings: Settings, questions: Sequence[tuple[str, str]]) -> None:
    from dengar.demo.quality import tables
    from dengar.index import client, search
    from dengar.index.render import show_page

    outcomes = ", ".join(f"{count} {name}" for name, count in result.outcomes.items() if count)
    story.say(
        f"\nCollected {result.collected} records; each ended in one outcome: {outcomes}. Lost: {result.lost}.\n"
        f"{result.indexed} mentions are live in the index. From the raw topic to searchable it took "
        f"{result.freshness_p50_s} s (median), {result.freshness_p95_s} s (95 %)."
    )
    for table in tables(result.labels):
        story.console.print(table)
    elasticsearch = client(settings)
    for question, query in questions:
        page = search(elasticsearch, query, size=3)
        story.say(f"\n[bold]{question}[/bold]  dengar search '{query}' → {page.total} hits in {page.took_ms} ms")
        show_page(story.console, page)
    elasticsearch.close()
