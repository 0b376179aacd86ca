"""Registers `dengar up` and its kin with what dengar wants done when a part answers: topics made, index templates applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from dengar.local import commands

if TYPE_CHECKING:
    from dengar.local.stack import Stack


def create_topics(stack: Stack) -> None:
    """Create the topics of topics.yaml on the embedded broker."""
    from dengar.log.admin import apply_topics
    from dengar.settings import Settings
    from dengar.topics import topics

    apply_topics(Settings.from_environment(stack.environment()), topics())


def apply_index_templates(stack: Stack) -> None:
    """Put the index templates into the embedded Elasticsearch."""
    from dengar.index import apply_templates, client
    from dengar.settings import Settings

    apply_templates(client(Settings.from_environment(stack.environment())))


def register(app: typer.Typer) -> None:
    """Add up, down, status and logs."""
    commands.register(app, after_kafka=[create_topics], after_elasticsearch=[apply_index_templates])
