"""Detection over a period: from the checkpoint before it, through the mentions of the index, to the records that changed in it.

A checkpoint is the watch at a full hour, two hours after that hour: what comes late until then is heard in its place. A run starts from the
newest checkpoint that serves it, so that what it costs does not grow with history, and any period can be run again with the same result.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from upath import UPath

from dengar.policy import Policy
from dengar.trends.claims import Claim
from dengar.trends.freeze import StateError, freeze, thaw
from dengar.trends.heard import heard
from dengar.trends.planned import Plan
from dengar.trends.watch import Watch
from dengar.whole_file import written_whole

log_ = logging.getLogger(__name__)

LATE = timedelta(hours=2)
HOUR = timedelta(hours=1)
WARM_UP = timedelta(days=14)
"""How far back the watch learns where there is no checkpoint."""
KEPT = timedelta(days=3)
"""Checkpoints older than this are thinned to one a day, and removed after WARM_UP."""
SAME_WITHIN = {"crisis": timedelta(hours=3), "topic": timedelta(hours=3), "hoax": timedelta(hours=24)}
_NAME = "%Y%m%dT%H%M"

Read = Callable[[datetime, datetime], Iterable[Mapping[str, Any]]]


@dataclass
class Found:
    """Records that are new or changed in the period; how many mentions were heard; where the run began."""

    records: list[dict[str, Any]] = field(default_factory=list)
    mentions: int = 0
    since: datetime | None = None


def detect_period(
    read: Read,
    folder: UPath,
    policy: Policy,
    start: datetime | None,
    end: datetime,
    claims: Sequence[Claim] = (),
    plans: Sequence[Plan] = (),
    *,
    anew: bool = False,
) -> Found:
    """What rose in [start, end); `start` None goes on from the newest checkpoint. `read(start, end)` gives mentions by (time, id).

    `anew` forgets the checkpoints first: what was collected late, such as a backfill, is then heard in its place, WARM_UP back.
    Payouts among the plans enter the baseline. `folder` keeps the checkpoints, one set a policy profile. Raises what `read` raises;
    repeating it then does no harm.
    """
    own = folder / policy.profile
    for _, path in _checkpoints(own) if anew else ():
        path.unlink()
    watch, at = _resume(own, policy, claims, start if start is not None else end - LATE)
    watch.payouts = tuple((plan.start, plan.end) for plan in plans if plan.kind == "payout")
    begun = at or (start if start is not None else end) - WARM_UP
    found = Found(since=begun)
    mark = _next_hour(begun)
    told: dict[str, dict[str, Any]] = {}

    def pause(until: datetime) -> None:
        nonlocal mark
        while mark <= until:
            watch.advance(mark)
            told.update((record["id"], record) for record in watch.taken())
            if mark <= end - LATE and _stays(mark, end):
                _save(own, watch, mark)
            mark += HOUR

    for mention in read(begun, end):
        one = heard(mention)
        pause(one.at)
        watch.hear(one)
        found.mentions += 1
    pause(end)
    watch.advance(end)
    told.update((record["id"], record) for record in watch.taken())
    first = start or begun
    found.records = [one for one in told.values() if datetime.fromisoformat(one["period"]["end"]) > first]
    _thin(own, end)
    return found


def adopt(records: Sequence[dict[str, Any]], known: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The records, each under the id that it was told by before, if it was: what came late may have moved its beginning."""
    ids = {one["id"] for one in known}
    taken = {record["id"] for record in records if record["id"] in ids}
    result = []
    for record in records:
        earlier = (
            [one for one in known if one["id"] not in taken and same(record, one)] if record["id"] not in ids else []
        )
        if earlier:
            nearest = min(earlier, key=lambda one: (abs(_at(one) - _at(record)), one["id"]))
            taken.add(nearest["id"])
            result.append(record | {"id": nearest["id"]})
        else:
            result.append(record)
    return result


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two records tell of one thing: kind, scope, time, and what it is about."""
    if one["kind"] != other["kind"] or one["id"].split(":")[1] != other["id"].split(":")[1]:
        return False
    if abs(_at(one) - _at(other)) > SAME_WITHIN[one["kind"]]:
        return False
    if one["kind"] == "crisis":
        return True
    shared = {term["value"] for term in one["terms"][:3]} & {term["value"] for term in other["terms"][:3]}
    return bool(shared) or one["first_seen"] == other["first_seen"]


def open_watch(policy: Policy, claims: Sequence[Claim]) -> Watch:
    """A watch that knows nothing yet, under what the policy allows."""
    mixed = policy.mixes({"youtube", "instagram"}, "mention.sentiment").allowed
    off = [
        f"{platform}:{name}"
        for platform in ("instagram", "youtube")
        for name in ("mention.sentiment", "mention.intent", "mention.scam")
        if not policy.allows("derive", platform, name)
    ]
    return Watch(mixed, claims, off)


def _resume(folder: UPath, policy: Policy, claims: Sequence[Claim], latest: datetime) -> tuple[Watch, datetime | None]:
    for at, path in reversed(_checkpoints(folder)):
        if at > latest:
            continue
        try:
            watch: Watch = thaw(path.read_bytes())
        except StateError as error:
            log_.warning("checkpoint %s is passed over: %s", path.name, error)
            continue
        watch.hoaxes.claims = tuple(claims)
        return watch, at
    return open_watch(policy, claims), None


def _save(folder: UPath, watch: Watch, at: datetime) -> None:
    if watch.clock is None:
        return
    with written_whole(folder / f"{at.astimezone(UTC):{_NAME}}.watch") as file:
        file.write(freeze(watch))


def _checkpoints(folder: UPath) -> list[tuple[datetime, UPath]]:
    paths = folder.glob("*.watch") if folder.exists() else ()
    return sorted(
        ((datetime.strptime(path.name[:13], _NAME).replace(tzinfo=UTC), path) for path in paths), key=lambda one: one[0]
    )


def _thin(folder: UPath, end: datetime) -> None:
    for at, path in _checkpoints(folder):
        if not _stays(at, end):
            path.unlink()


def _stays(at: datetime, end: datetime) -> bool:
    """Whether a checkpoint is kept after a run to `end`."""
    return at >= end - KEPT or (at >= end - WARM_UP and at.hour == 0)


def _next_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0) + HOUR


def _at(record: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(record["detected_at"])
