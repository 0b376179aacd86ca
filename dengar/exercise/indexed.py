"""A rehearsal in indices of its own: mentions, trends and alerts as the pipeline writes them, and the brief as people read it."""

from __future__ import annotations

from elasticsearch import Elasticsearch

from dengar.alerts import crises
from dengar.alerts import store as alert_store
from dengar.exercise.indices import clear
from dengar.exercise.rehearsal import NothingTold, Rehearsal
from dengar.index.connection import plain_errors
from dengar.index.templates import apply_templates
from dengar.index.writer import write_records
from dengar.log.memory import MemoryLog
from dengar.trends import store as trend_store
from dengar.trends.brief import Facts


def indexed(found: Rehearsal, client: Elasticsearch) -> Facts:
    """Write a rehearsal and gather its brief; `client` is one of dengar.exercise.indices.separate. An earlier rehearsal is removed first.

    Raises IndexUnavailable, and RuntimeError where the index refuses a record.
    """
    clear(client)
    with plain_errors():
        apply_templates(client)
    report = write_records(client, [("mention", one) for one in found.mentions])
    if report.rejected:
        raise RuntimeError(f"The index refuses {len(report.rejected)} mentions of the exercise: {report.rejected[0]}")
    trend_store.publish(MemoryLog(), client, found.trends)  # a log of this process: topic `trends` learns nothing
    alert_store.write(client, found.alerts)
    client.indices.refresh(index="*")
    facts = crises.facts(client, str(found.trend["id"]), now=found.end)
    if facts is None:
        raise NothingTold("The exercise's index does not hold its crisis: see `dengar status`.")
    return facts
