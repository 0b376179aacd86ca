"""Tables and stories of the desk for people; times in Asia/Jakarta."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from dengar.quarantine.advice import Advice
from dengar.quarantine.entry import Entry
from dengar.records import JAKARTA

if TYPE_CHECKING:
    from rich.table import Table

    from dengar.quarantine.trial import Trial

INSIDE = {"item": "the platform's item", "record": "the enriched record made of it", "envelope": "its headers"}


def when(moment: datetime) -> str:
    """`2026-11-24 16:05 WIB`."""
    return moment.astimezone(JAKARTA).strftime("%Y-%m-%d %H:%M WIB")


def state(entry: Entry) -> str:
    """`open`, `replayed → mention`, `discarded`."""
    return f"{entry.state.value} → {entry.outcome}" if entry.outcome else entry.state.value


def table(entries: Sequence[Entry]) -> Table:
    """One line an entry."""
    from rich.table import Table

    shown = Table("position", "stage", "reason", "what is wrong", "attempts", "last failed", "state", box=None)
    for entry in entries:
        shown.add_row(
            entry.id, entry.stage, entry.reason, entry.detail, str(entry.attempts), when(entry.last_at), state(entry)
        )
    return shown


def summary(entries: Sequence[Entry]) -> str:
    """`3 records: bad_time 2, no_post 1`."""
    counts = Counter(entry.reason for entry in entries)
    told = ", ".join(f"{reason} {count}" for reason, count in counts.most_common())
    return f"{len(entries)} records: {told}" if entries else "No record matches."


def explanation(entry: Entry, told: Advice, trial: Trial | None) -> list[str]:
    """What happened to the record, why, and what to do, a sentence a line."""
    what = entry.subject or entry.id
    lines = [
        f"{what} failed in stage {entry.stage} ({entry.reason}): {entry.detail}",
        f"It came by {entry.source or 'an unknown source'} and lies at {entry.id}; "
        + (f"it failed on {when(entry.first_at)}." if entry.attempts == 1 else _often(entry)),
        f"What the code means: {told.meaning}",
        f"What usually causes it: {told.cause}",
    ]
    if entry.outcome is not None:
        return [*lines, f"It has passed meanwhile: {entry.outcome}. There is nothing left to do."]
    if entry.state.value == "discarded" and entry.decision is not None and entry.decided_at is not None:
        lines.append(f"{entry.decision['by']} discarded it on {when(entry.decided_at)}: {entry.decision['because']}")
    if trial is not None and trial.passes:
        return [*lines, f"Today's code takes it (outcome {trial.outcome}): `dengar quarantine replay {entry.id}`"]
    if trial is not None and trial.passes is False:
        lines.append(f"Today's code still refuses it, in stage {trial.stage} ({trial.reason}): {trial.detail}")
        lines += where(trial)
    return [*lines, f"What to do next: {told.next}"]


def where(trial: Trial) -> list[str]:
    """Where in the record it fails, where that can be told."""
    if trial.pointers:
        return [f"Where: {', '.join(one or 'the whole of it' for one in trial.pointers)} in {_inside(trial)}."]
    if trial.place:
        return [f"Where: at {trial.place}."]
    if trial.inside:
        return [f"Where: in {_inside(trial)}."]
    return []


def _inside(trial: Trial) -> str:
    return INSIDE[trial.inside or "item"]


def _often(entry: Entry) -> str:
    return f"it failed {entry.attempts} times, from {when(entry.first_at)} to {when(entry.last_at)}."
