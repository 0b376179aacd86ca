"""Labels: claimed label events → index `labels-v1` and, laid over the mentions as they are now, their topic; then commit.

A label must not be lost to a mention that is on its way at the same moment. Two rules see to it, and each side keeps its own:

- whoever publishes a mention looks for labels *after* it is acknowledged (`settle`), and lays a newer one over it;
- whoever applies a label looks for mentions *after* the label is acknowledged (`apply`), in the index and in the tail.

Whichever looks second sees the other. Both look again after they published what that look called for, so that the record that lies last in
the compacted topic, and so survives compaction, is the newest one with the newest labels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from upath import UPath

from dengar.labels import Label, Mention
from dengar.labels.apply import apply_labels, carries
from dengar.labels.decisions import merge, raised
from dengar.labels.event import NotALabelError, append_label, read_label
from dengar.labels.held import LabelsOf
from dengar.labels.mentions import MentionsOf, current, published
from dengar.log import Log, OffsetRange, Partition, Record, is_tombstone
from dengar.stages.publish import append_record, furthest, publish, quarantine
from dengar.stages.stagefile import Row
from dengar.stages.superseded import (
    COMPACTED,
    VersionsOf,
    drop_superseded,
    keep_newest_last,
    known_ids,
    standing_versions,
)
from dengar.topics import MENTION_TOPICS

Rejudge = Callable[[Sequence[Mention]], Sequence[Mention]]
WriteLabels = Callable[[Sequence[Label]], object]

_ROUNDS = 20


class Replayed(NamedTuple):
    """A replay: the name that its records carry, and the look-up of the versions that the index holds."""

    name: str
    versions: VersionsOf


class UnsettledError(RuntimeError):
    """Labels and mentions kept changing while they were brought together; nothing is committed, the task can be tried again."""


def apply(
    log: Log,
    ranges: Sequence[OffsetRange],
    *,
    indexed: LabelsOf,
    write: WriteLabels,
    mentions: MentionsOf,
    rejudge: Rejudge,
    group: str,
    commit: bool = True,
) -> dict[str, Any]:
    """Apply the labels of `ranges` and commit; returns the counts of a run's note. `commit=False` for a replay of explicit ranges.

    A label whose mention is unknown, or deleted, is kept: it is applied when the mention comes. What is no label goes to the quarantine.
    Raises LogError, UnsettledError, and what the functions passed in raise; then nothing is committed.
    """
    claimed, count, refused = _read(log, ranges)
    held = indexed(sorted(claimed))
    labels = {identity: _fold(held.get(identity), events) for identity, events in claimed.items()}
    starts = log.ends(MENTION_TOPICS)
    now = current(log, mentions, sorted(labels))
    live = {identity: now[identity] for identity in labels if identity in now and not now[identity]["deleted"]}
    for identity, mention in live.items():
        if not carries(mention, labels[identity]):
            # Its version must be news to the index, also where a merge elsewhere used this revision up.
            labels[identity] = raised(labels[identity], mention["label_revision"])
    write(list(labels.values()))
    for identity, label in labels.items():
        if label != claimed[identity][-1]:
            append_label(log, label)
    stale = [mention for mention in live.values() if mention["label_revision"] < labels[mention["id"]]["revision"]]
    applied = _append(log, stale, labels, rejudge)
    log.flush()
    _keep_newest_last(log, starts, labels, rejudge)
    if commit:
        log.commit(group, furthest(ranges))
    return {
        "in": count,
        "labels": len(labels),
        "applied": applied,
        "without_mention": len(labels) - len(live),
        "quarantined": refused,
        "offsets": [f"{span.topic}/{span.partition}:{span.start}-{span.end}" for span in ranges],
    }


def publish_settled(
    log: Log,
    rows: Sequence[Row],
    ranges: Sequence[OffsetRange],
    *,
    labels: LabelsOf,
    rejudge: Rejudge,
    group: str,
    journal: UPath,
    run: str,
    commit: bool = True,
    replay: Replayed | None = None,
) -> dict[str, Any]:
    """`publish`, then `settle` what was published, then commit. Raises LogError and UnsettledError: nothing is committed then.

    With `replay`, what is older than what is known is left out, and what became known meanwhile is published last (OvertakenError); see
    dengar.stages.superseded.
    """
    starts, dropped = log.ends(COMPACTED) if replay else {}, 0
    if replay:
        dropped = drop_superseded(rows, standing_versions(log, replay.versions, known_ids(rows)))
    name = replay.name if replay else None
    summary = publish(log, rows, ranges, group=group, journal=journal, run=run, commit=False, replay=name)
    sent = [row.record for row in rows if row.record_type == "mention" and row.record is not None]
    summary["relabelled"] = settle(log, sent, labels, rejudge, replay=name)
    if replay:
        summary["superseded"] = dropped
        summary["kept_last"] = keep_newest_last(log, starts, known_ids(rows))
    if commit:
        log.commit(group, furthest(ranges))
    return summary


def settle(
    log: Log, mentions: Iterable[Mention], labels: LabelsOf, rejudge: Rejudge, *, replay: str | None = None
) -> int:
    """Lay the labels that came meanwhile over mentions just published, of each id the newest; how many were published again."""
    newest: dict[str, Mention] = {}
    for mention in mentions:
        if mention["id"] not in newest or mention["version"] >= newest[mention["id"]]["version"]:
            newest[mention["id"]] = mention
    waiting, count = newest, 0
    for _ in range(_ROUNDS):
        found = labels(sorted(waiting)) if waiting else {}
        waiting = {
            identity: mention
            for identity, mention in waiting.items()
            if identity in found and found[identity]["revision"] > mention["label_revision"]
        }
        if not waiting:
            return count
        machine = rejudge(list(waiting.values()))
        waiting = {mention["id"]: apply_labels(mention, found[mention["id"]]) for mention in machine}
        for mention in waiting.values():
            append_record(log, "mention", mention, replay=replay)
        log.flush()
        count += len(waiting)
    raise UnsettledError("Labels kept coming while mentions were published: nothing is committed, try the task again.")


def _read(log: Log, ranges: Sequence[OffsetRange]) -> tuple[dict[str, list[Label]], int, int]:
    """(id → its labels in order, how many records, how many of them were no label)."""
    found: dict[str, list[Label]] = {}
    count = refused = 0
    for raw in (record for span in ranges for record in log.read(span)):
        count += 1
        if is_tombstone(raw):
            found.pop((raw.key or b"").decode(errors="replace"), None)  # a hard tombstone: its mention was erased
            continue
        label = _label(log, raw)
        if label is None:
            refused += 1
        else:
            found.setdefault(label["id"], []).append(label)
    return found, count, refused


def _label(log: Log, raw: Record) -> Label | None:
    try:
        return read_label(raw)
    except NotALabelError as error:
        quarantine(log, raw, "parse", error.reason, str(error))
        return None


def _fold(held: Label | None, events: Sequence[Label]) -> Label:
    for event in events:
        held = merge(held, event)
    assert held is not None  # an id is here because it has an event
    return held


def _append(log: Log, mentions: Sequence[Mention], labels: dict[str, Label], rejudge: Rejudge) -> int:
    for mention in rejudge(mentions):
        append_record(log, "mention", apply_labels(mention, labels[mention["id"]]))
    return len(mentions)


def _keep_newest_last(log: Log, starts: Mapping[Partition, int], labels: dict[str, Label], rejudge: Rejudge) -> None:
    """Where a newer version was published before ours, publish it again behind ours, labelled: compaction keeps what lies last."""
    for _ in range(_ROUNDS):
        seen = published(log, starts, sorted(labels)).values()
        behind = [both.newest for both in seen if both.newest["version"] > both.last["version"]]
        if not behind:
            return
        for record in behind:
            if record["deleted"]:
                append_record(log, "deletion", record)
            elif record["label_revision"] < labels[record["id"]]["revision"]:
                _append(log, [record], labels, rejudge)
            else:
                append_record(log, "mention", record)
        log.flush()
    raise UnsettledError("Mentions kept coming while labels were applied: nothing is committed, try the task again.")
