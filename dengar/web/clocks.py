"""The clocks of crises on the pages: of the alert where it is closed and kept them, else of what the index holds now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dengar.alerts.crises import BY_HAND, KINDS, stand_in
from dengar.alerts.record import history
from dengar.trends.brief import followed_until, hours_of, hours_request, statements_request
from dengar.trends.protocol import MOMENTS, Clocks, Level, ProtocolError, clocks, level_of, read_protocol
from dengar.web.archive import Archive

TOLD = MOMENTS[1:]
MOST = 10


@dataclass(frozen=True)
class Clock:
    """One clock: minutes since the onset, None where its moment has not come; `late`: its deadline has passed before that."""

    name: str
    minutes: int | None
    late: bool


def clocks_of(
    archive: Archive, alerts: Sequence[Mapping[str, Any]], now: datetime
) -> Mapping[str, tuple[str, Sequence[Clock]]]:
    """Alert's id → (name of the protocol's level, clocks), of the newest ten crises and hoaxes among `alerts`.

    Empty where the protocol cannot be read. Raises IndexUnavailable.
    """
    try:
        levels = read_protocol()
    except ProtocolError:
        return {}
    about = [one for one in alerts if one["kind"] in KINDS][:MOST]
    subjects = sorted({one["subject"] for one in about})
    body = {"query": {"terms": {"id": subjects}}, "sort": ["id"], "size": len(subjects)}
    trends = {one["id"]: one for one in archive.listed("trends", body)} if subjects else {}
    found = {}
    for one in about:
        trend = trends.get(one["subject"]) or (stand_in(one) if one["rule"] == BY_HAND else None)
        if trend is not None:
            level = level_of(trend["severity"], levels)
            found[one["id"]] = (level.name, _told(_held(one) or _now(archive, trend, one, now), level, now))
    return found


def _held(alert: Mapping[str, Any]) -> Clocks | None:
    kept = alert.get("clocks")
    return Clocks(**{name: at and datetime.fromisoformat(at) for name, at in kept.items()}) if kept else None


def _now(archive: Archive, trend: Mapping[str, Any], alert: Mapping[str, Any], now: datetime) -> Clocks:
    request = {**{name: statements_request(trend)[name] for name in ("query", "sort")}, "size": 1}
    spoken = [datetime.fromisoformat(one["published_at"]) for one in archive.listed("mentions", request)]
    hours = hours_of(archive.aggregate("mentions", hours_request(trend)))
    until = min(now, followed_until(trend))
    told = history(alert, "acknowledged", "closed")
    return clocks(trend, told, [*spoken, *history(alert, "statement")], hours, until)


def _told(told: Clocks, level: Level, now: datetime) -> list[Clock]:
    late = told.overdue(level, now)
    return [
        Clock(name, None if passed is None else passed // timedelta(minutes=1), name in late)
        for name, passed in told.passed().items()
    ]
