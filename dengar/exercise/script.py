"""The script of a rehearsal: what happens when, and when the clocks are to have it. It stands in the sandbox's scenario (`script:`)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from dengar.enrich import Context, enrich_mentions
from dengar.paths import PROJECT
from dengar.registers import load_registers
from dengar.trends.protocol import Clocks

SCENARIO = PROJECT / "sandbox" / "scenarios" / "crisis_exercise.yaml"
PROFILE = "sandbox"
_KEY = b"key of rehearsals: nobody of these people exists"
_BATCH = 2_000


class ScriptError(ValueError):
    """The scenario cannot be rehearsed; the message says what to repair."""


@dataclass(frozen=True)
class Script:
    """When each clock is to stop, and what the official statement says."""

    clocks: Clocks
    statement: str


def read_script(row: Mapping[str, Any] | None) -> Script:
    """The script of a scenario. Raises ScriptError."""
    if not row:
        raise ScriptError("The scenario has no script: compare it with sandbox/scenarios/crisis_exercise.yaml.")
    try:
        moments = {
            name: datetime.fromisoformat(str(row[name])).astimezone(UTC) for name in ("onset", "detected", "halved")
        }
        acts = {
            name: datetime.fromisoformat(str(row[name])).astimezone(UTC) for name in ("acknowledged", "first_statement")
        }
        script = Script(Clocks(**moments, **acts), str(row["statement"]))
    except KeyError as error:
        raise ScriptError(f"The script lacks {error}: add it.") from error
    except ValueError as error:
        raise ScriptError(f"The script has a time that is none ({error}): write 2026-11-19T09:00:00+07:00.") from error
    if not script.clocks.onset <= script.clocks.detected <= min(acts.values()):
        raise ScriptError("The script acknowledges or speaks before the crisis is detected: put its times in order.")
    return script


def play(scenario: Path, seed: int) -> tuple[Script, list[dict[str, Any]]]:
    """The script, and the scenario's mentions as the pipeline would index them, by time and id. Raises ScriptError."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "mentions.jsonl"
        command = [
            sys.executable,
            "-m",
            "sandbox",
            "--seed",
            str(seed),
            "--scenario",
            str(scenario.resolve()),
            "--mentions",
            str(file),
        ]
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ScriptError(
                done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "The sandbox cannot play it."
            )
        first, *lines = file.read_bytes().splitlines()
    script = read_script(orjson.loads(first)["script"])
    return script, enriched(orjson.loads(line) for line in lines)


def enriched(drafts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Mentions of drafts under the rehearsal's own key, by time and id."""
    context, waiting = Context(load_registers(), _KEY, PROFILE), [dict(one) for one in drafts]
    found = [
        one
        for start in range(0, len(waiting), _BATCH)
        for one in enrich_mentions(waiting[start : start + _BATCH], context)
    ]
    return sorted(found, key=lambda one: (one["published_at"], one["id"]))
