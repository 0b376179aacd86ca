"""What the listeners left in topic `listener-state` that explains why something came, or did not. Read whole: it is compacted and small."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

from dengar.log import Log, OffsetRange

TOPIC = "listener-state"


@dataclass(slots=True)
class ListenerFacts:
    """`known`: what listeners published of a subject. `gaps`: (source, subject, reason, row). `behind`: post → (reported, held) comments.

    `failing`: source → what it last failed with. `sources`: those that ever succeeded.
    """

    known: dict[str, Any] = field(default_factory=dict)
    gaps: list[tuple[str, str, str, dict[str, Any]]] = field(default_factory=list)
    behind: dict[str, tuple[int, int]] = field(default_factory=dict)
    failing: dict[str, str] = field(default_factory=dict)
    sources: set[str] = field(default_factory=set)


def facts(log: Log, ids: Iterable[str], platform: str | None) -> ListenerFacts:
    """What concerns `ids`, and the state of a platform's sources (all where None). Raises LogError."""
    wanted, held = set(ids), dict[str, bytes]()
    beginnings = log.beginnings([TOPIC])
    for partition, end in log.ends([TOPIC]).items():
        for record in log.read(OffsetRange(*partition, beginnings[partition], end)):
            key = (record.key or b"").decode(errors="replace")
            if record.value is None:
                held.pop(key, None)
            elif _concerns(key, wanted):
                held[key] = record.value
    found = ListenerFacts()
    for key, raw in held.items():
        _take(found, key, orjson.loads(raw), platform)
    return found


def _concerns(key: str, wanted: set[str]) -> bool:
    kind, _, rest = key.partition("/")
    return kind in ("gap", "health", "coverage") or (kind == "known" and rest in wanted)


def _take(found: ListenerFacts, key: str, value: Any, platform: str | None) -> None:
    kind, _, rest = key.partition("/")
    if kind == "known":
        found.known[rest] = value
    elif kind == "coverage":
        for post, reported, ours in value.get("behind", ()):
            found.behind[post] = (reported, ours)
    elif platform is None or rest.startswith(f"{platform}."):
        if kind == "health":
            if value.get("succeeded_at"):
                found.sources.add(rest)
            if value.get("failures"):
                found.failing[rest] = value.get("error") or "no reason told"
        elif rest.count("/") >= 2:
            source, _, subject_and_reason = rest.partition("/")
            subject, _, reason = subject_and_reason.rpartition("/")
            found.gaps.append((source, subject, reason, value))
