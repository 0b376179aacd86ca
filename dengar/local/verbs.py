"""What dengar wants of its embedded stack: topics made, index templates applied, tasks told a profile and a key."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Any

import typer

from dengar.local import commands
from dengar.settings import Settings

if TYPE_CHECKING:
    from dengar.local.stack import Stack

KEY_FILE = "pseudonym.key"


def preparation(stack: Stack) -> dict[str, Any]:
    """Arguments of `Stack.up` that make it dengar's stack."""
    return {
        "after_kafka": [create_topics],
        "after_elasticsearch": [apply_index_templates],
        "environment": environment(stack),
    }


def create_topics(stack: Stack) -> None:
    """Create the topics of topics.yaml on the embedded broker."""
    from dengar.log.admin import apply_topics
    from dengar.topics import topics

    apply_topics(Settings.from_environment(stack.environment()), topics())


def apply_index_templates(stack: Stack) -> None:
    """Put the index templates into the embedded Elasticsearch."""
    from dengar.index import apply_templates, client

    apply_templates(client(Settings.from_environment(stack.environment())))


def environment(stack: Stack) -> dict[str, str]:
    """Policy profile and pseudonym key of the tasks: the shell's, else the sandbox profile and a key of this instance's own."""
    given = {name: value for name, value in os.environ.items() if value}
    settings = Settings.from_environment({"DENGAR_POLICY_PROFILE": "sandbox", **given})
    return {
        "DENGAR_POLICY_PROFILE": settings.policy_profile,
        "DENGAR_PSEUDONYM_KEY": settings.pseudonym_key or _own_key(stack),
    }


def _own_key(stack: Stack) -> str:
    """Made once per instance and readable by the user alone, so that a person keeps one pseudonym from run to run."""
    folder = stack.instance.state_dir
    path = folder / KEY_FILE
    if not stack.instance.exists and folder.is_dir() and any(folder.iterdir()):
        return secrets.token_hex(32)  # a folder that is not ours: `up` will refuse it, and nothing may be written there
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        stack.instance.remember_version(
            "pseudonym-key", "1"
        )  # makes instance.json, by which `up` knows the folder as ours
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(secrets.token_hex(32))
    return path.read_text(encoding="utf-8")


def register(app: typer.Typer) -> None:
    """Add up, down, status and logs."""
    commands.register(app, preparation)
