"""A journey in sentences, in the order in which it happened. Times in Asia/Jakarta; no text of the mention, no names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dengar.dag_runs import page
from dengar.journey.gather import Journey
from dengar.quarantine.entry import Entry
from dengar.records import JAKARTA, moment, unpack_version
from dengar.stages.lookup import Line

MOST_RUNS = 12


def tell(journey: Journey) -> list[str]:
    """The sentences of a journey that was found."""
    return [
        *_collected(journey),
        *_worked_on(journey),
        *[sentence for entry in journey.entries for sentence in _quarantined(entry)],
        *_deleted(journey),
        *_indexed(journey),
        *_topic(journey),
        *_label(journey),
        *_alerts(journey),
    ]


def _collected(journey: Journey) -> list[str]:
    told = []
    seen = set()
    for line in journey.lines:
        if line.position not in seen:
            seen.add(line.position)
            trace = f", trace {line.trace_id}" if line.trace_id else ""
            told.append(
                f"{when(line.reached_at)}: collected; the raw record of {line.subject} lies at {line.position}{trace}."
            )
    if journey.document is not None and journey.document.get("collected"):
        how = journey.document["collected"]
        history = ", from history" if how["backfill"] else ""
        told.append(f"It was read by {how['via']} ({how['ownership']} account{history}).")
    if len(told) > MOST_RUNS:
        told = [*told[: MOST_RUNS - 1], f"… and {len(told) - MOST_RUNS + 1} observations more."]
    for record in journey.waiting:
        reached = when(moment(record.timestamp))
        told.append(f"{reached}: collected; it waits at {record.position} for DAG enrich_mentions.")
    return told


def _worked_on(journey: Journey) -> list[str]:
    told = [_line(line, journey) for line in journey.lines]
    return told if len(told) <= MOST_RUNS else [*told[: MOST_RUNS - 1], f"… and {len(told) - MOST_RUNS + 1} runs more."]


def _line(line: Line, journey: Journey) -> str:
    dag, note = journey.runs.get(line.run, ("", ""))
    run = f"run {line.run}" + (f" of {dag}" if dag else "")
    said = {
        "quarantined": f"put it into quarantine in stage {line.stage} ({line.reason})",
        "duplicate": f"left it out: {_DUPLICATE.get(line.reason or '', line.reason or 'nothing new')}",
        "notice": "took note of it: it only said where to look, and the whole item was read then",
    }.get(line.outcome, f"made it a {line.outcome}" + (f" and {line.fan_out} records beside" if line.fan_out else ""))
    warned = f" Warnings: {', '.join(line.warnings)}." if line.warnings else ""
    noted = f" The run's note: {note}" if note else ""
    return f"{when(line.written_at)}: {run} {said}.{warned}{noted}"


_DUPLICATE = {
    "unchanged": "the same content was known from an earlier observation",
    "superseded": "something newer of the same id was known",
    "erased": "its author has asked to be forgotten, after it was said",
}


def _quarantined(entry: Entry) -> list[str]:
    told = [
        f"Quarantine ({entry.id}): {entry.reason}, {entry.detail}; {_times(entry.attempts)}, last {when(entry.last_at)}."
    ]
    if entry.outcome is not None:
        return [*told, f"It passed a replay meanwhile: {entry.outcome}."]
    if entry.state.value == "discarded" and entry.decision is not None:
        return [*told, f"{entry.decision['by']} discarded it: {entry.decision['because']}"]
    return [*told, f"It is open: `dengar quarantine explain {entry.id}` says what to do."]


def _times(attempts: int) -> str:
    return "it failed once" if attempts == 1 else f"it failed {attempts} times"


def _deleted(journey: Journey) -> list[str]:
    record = journey.document if journey.document and journey.document["deleted"] else None
    newest = journey.topic.newest
    if record is None and newest is not None and newest["deleted"]:
        record = newest
    if record is None:
        return []
    reason = record.get("reason") or record.get("deletion_reason") or "no reason told"
    when_told = f" at the platform on {when(record['deleted_at'])}" if record.get("deleted_at") else ""
    learned = f"; dengar learned of it on {when(record['observed_at'])}" if record.get("observed_at") else ""
    return [f"It was deleted ({reason}){when_told}{learned}. No text of it is kept in the index."]


def _indexed(journey: Journey) -> list[str]:
    document = journey.document
    if document is None:
        return ["The index does not hold it."]
    if document["deleted"]:
        return [f"The index holds its tombstone, {version(document['version'])}."]
    return [f"The index holds it and searches find it, {version(document['version'])}."]


def _topic(journey: Journey) -> list[str]:
    topic = journey.topic
    where = "topic mentions" if topic.whole else f"the last {topic.records} records of its partition of topic mentions"
    if topic.newest is None or topic.last is None:
        more = "" if topic.whole else " (`--whole-topic` reads all of it)"
        return [f"There is no record of it in {where}{more}."] if journey.id else []
    told = f"Topic mentions holds {version(topic.newest['version'])}"
    if topic.last["version"] != topic.newest["version"]:
        return [f"{told}, but {version(topic.last['version'])} lies last: compaction would keep the older one."]
    held = -1 if journey.document is None else journey.document["version"]
    if topic.newest["version"] > held:
        return [f"{told}, which waits to be indexed."]
    return [f"{told}." if topic.newest["version"] == held else f"{told}; the index is newer."]


def _label(journey: Journey) -> list[str]:
    if journey.label is None:
        return []
    set_by = [
        f"{field} = {entry['label']} (by {entry['by']})" for field, entry in sorted(journey.label["labels"].items())
    ]
    return [f"Hand labels, revision {journey.label['revision']}: {', '.join(set_by) or 'all were taken back'}."]


def _alerts(journey: Journey) -> list[str]:
    return [f"Alert {alert.get('id', 'without id')} names it." for alert in journey.alerts]


def version(packed: int) -> str:
    """`version 3765… (observed 2026-11-24 16:05 WIB, enrichment revision 2, label revision 1)`."""
    observed, enrichment, label = unpack_version(packed)
    revisions = f"enrichment revision {enrichment}, label revision {label}" if enrichment < 1023 else "a deletion"
    return f"version {packed} (observed {when(observed)}, {revisions})"


def when(time: str | datetime) -> str:
    """`2026-11-24 16:05:07 WIB`."""
    aware = datetime.fromisoformat(time) if isinstance(time, str) else time
    return aware.astimezone(JAKARTA).strftime("%Y-%m-%d %H:%M:%S WIB")


_KEPT = (
    "id", "platform", "kind", "version", "deleted", "reason", "published_at", "observed_at", "trace_id", "model_version", "permalink",
)  # fmt: skip


def as_json(journey: Journey, reasons: list[str], airflow_url: str = "") -> dict[str, Any]:
    """The journey for machines. Without text, author and bytes: whoever wants those has `dengar search` and `dengar quarantine show`."""
    document = journey.document or {}
    return {
        "asked": journey.asked.text,
        "id": journey.id,
        "found": journey.found,
        "notes": list(journey.asked.notes),
        "journal": [_plain(line) for line in journey.lines],
        "waiting": [record.position for record in journey.waiting],
        "quarantine": [entry.row() for entry in journey.entries],
        "index": {name: document[name] for name in _KEPT if name in document} or None,
        "topic": {
            "newest_version": journey.topic.newest and journey.topic.newest["version"],
            "last_version": journey.topic.last and journey.topic.last["version"],
            "deleted": journey.topic.newest and journey.topic.newest["deleted"],
            "records_read": journey.topic.records,
            "whole": journey.topic.whole,
        },
        "labels": journey.label,
        "alerts": journey.alerts,
        "runs": {
            run: {"dag_id": dag, "note": note, "page": page(airflow_url, dag, run) if airflow_url else None}
            for run, (dag, note) in journey.runs.items()
        },
        "reasons": reasons,
    }


def _plain(line: Line) -> dict[str, Any]:
    from dataclasses import asdict

    row = asdict(line)
    return row | {
        "position": line.position,
        "reached_at": line.reached_at.isoformat(),
        "written_at": line.written_at.isoformat(),
    }
