"""What is generated from the topics and the current schemas: schemas/asyncapi.yaml for machines, docs/topics.md for people."""

from __future__ import annotations

from pathlib import Path

from dengar.paths import PROJECT, SCHEMAS
from dengar.schemas import asyncapi, page
from dengar.schemas.violation import Violation
from dengar.topics import Topic, load_topics

ASYNCAPI = SCHEMAS / "asyncapi.yaml"
PAGE = PROJECT / "docs" / "topics.md"


def documents(topics: dict[str, Topic] | None = None) -> dict[Path, str]:
    """File → content. Raises SchemasError and TopicsError."""
    known = load_topics() if topics is None else topics
    return {ASYNCAPI: asyncapi.render(known), PAGE: page.render(known)}


def stale(topics: dict[str, Topic] | None = None) -> list[Violation]:
    """The files that are not what topics.yaml and the schemas say (rule `generated`)."""
    return [
        Violation(
            str(path.relative_to(PROJECT)),
            "",
            "generated",
            "topics.yaml or a schema has moved on: run `dengar schemas build`",
        )
        for path, text in documents(topics).items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def write(topics: dict[str, Topic] | None = None) -> list[str]:
    """Write what is stale; the names of the files written, relative to the project."""
    written = []
    for path, text in documents(topics).items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            written.append(str(path.relative_to(PROJECT)))
    return written
