"""A rehearsal in this process, on the script's clock: the watch hears the scenario, rules raise alerts, deliveries go to a log instead of
channels, the script acknowledges and speaks, and the protocol's clocks run. No topic, no index and no channel is touched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from dengar.alerts import plan, raising
from dengar.alerts.channels import message
from dengar.alerts.outbox import Outbox
from dengar.alerts.record import Alert, history
from dengar.alerts.rules import Rule
from dengar.alerts.session import acted
from dengar.exercise.script import Script
from dengar.policy import Policy
from dengar.records import pack_version, timestamp
from dengar.trends.brief import followed_until
from dengar.trends.crisis import STEP
from dengar.trends.heard import heard
from dengar.trends.period import open_watch
from dengar.trends.protocol import Clocks, clocks

BY = "latihan"
MARK = "[LATIHAN] "


@dataclass(frozen=True)
class Unsent(plan.Delivery):
    """A delivery that stays in the exercise: its slip can be taken for no other's."""

    @property
    def key(self) -> str:
        return f"exercise/{super().key}"


@dataclass
class Told:
    """What would have been sent: (channel, when, title), and never is."""

    now: datetime
    lines: list[tuple[str, datetime, str]] = field(default_factory=list)

    def __call__(self, one: plan.Delivery, repeat: bool) -> None:
        """Stands in for a channel."""
        self.lines.append((one.channel, self.now, MARK + message(one.alert, one.occasion, repeat)[0]))


@dataclass
class Rehearsal:
    """What came of it. `trend` is the crisis' record, `alerts` as they stood at the end, marked mute: they are an exercise's."""

    trend: Mapping[str, Any]
    clocks: Clocks
    mentions: list[dict[str, Any]]
    trends: list[dict[str, Any]]
    alerts: list[Alert]
    told: Sequence[tuple[str, datetime, str]]
    end: datetime


class NothingTold(RuntimeError):
    """The scenario's crisis was not told, or raised no alert: there is nothing to rehearse."""


def rehearse(
    mentions: Sequence[dict[str, Any]], script: Script, policy: Policy, rules: Sequence[Rule], outbox: Outbox
) -> Rehearsal:
    """Play the script over the mentions (by time and id), five minutes a step. Raises NothingTold."""
    watch = open_watch(policy, ())
    trends: dict[str, dict[str, Any]] = {}
    alerts: dict[str, Alert] = {}
    spoken: dict[str, Any] | None = None
    waiting = list(reversed(mentions))
    now = _floor(datetime.fromisoformat(mentions[0]["published_at"]))
    end = _floor(datetime.fromisoformat(mentions[-1]["published_at"])) + timedelta(hours=1)
    told = Told(now)
    while now < end:
        now += STEP
        while waiting and datetime.fromisoformat(waiting[-1]["published_at"]) < now:
            watch.hear(heard(waiting.pop()))
        watch.advance(now)
        fresh = watch.taken()
        trends |= {one["id"]: one for one in fresh}
        for one in raising.for_trends(fresh, rules, list(alerts.values()), now, mute=False):
            alerts[one["id"]] = one
        if (crisis := _crisis(alerts, script)) is None:
            continue
        told.now = now
        for due in plan.due(list(alerts.values()), rules, now):
            outbox.deliver(Unsent(due.alert, due.channel, due.occasion), told, now)
        if crisis["state"] == "open" and now > (at := script.clocks.acknowledged or end):
            alerts[crisis["id"]] = acted(crisis, "acknowledged", BY, at)
        if spoken is None and now > (at := script.clocks.first_statement or end):
            spoken = statement(trends[crisis["subject"]], mentions, script.statement, at)
    found = _crisis(alerts, script)
    if found is None:
        raise NothingTold(
            "The crisis of the scenario raised no alert: look at its volume, or at the rules of infra/alerts."
        )
    trend = trends[found["subject"]]
    everything = sorted([*mentions, *([spoken] if spoken else [])], key=lambda one: (one["published_at"], one["id"]))
    marked = [one | {"muted": True} for one in alerts.values()]
    return Rehearsal(
        trend, told_clocks(trend, found, everything, end), everything, list(trends.values()), marked, told.lines, end
    )


def told_clocks(trend: Mapping[str, Any], alert: Alert, mentions: Sequence[Mapping[str, Any]], now: datetime) -> Clocks:
    """The clocks of a trend by the mentions below its posts, as dengar.trends.brief asks the index for them."""
    until = min(now, followed_until(trend))
    near = [
        one for one in mentions
        if one["post_id"] in trend["conversations"] and trend["start"] <= one["published_at"] < timestamp(until)
    ]  # fmt: skip
    official = [one for one in near if one["author"]["role"] == "official" and one["kind"] in ("comment", "reply")]
    public = [one for one in near if one["author"]["role"] != "official"]
    hours = Counter(_hour(one["published_at"]) for one in public)
    spoken = [datetime.fromisoformat(one["published_at"]) for one in official]
    return clocks(trend, history(alert, "acknowledged", "closed"), spoken, hours, until)


def statement(
    trend: Mapping[str, Any], mentions: Sequence[Mapping[str, Any]], text: str, at: datetime
) -> dict[str, Any]:
    """An official answer below the crisis' first post that is an official's. Raises NothingTold where there is none."""
    posts = {one["id"]: one for one in mentions if one["kind"] == "post" and one["author"]["role"] == "official"}
    post = next((posts[name] for name in trend["conversations"] if name in posts), None)
    if post is None:
        raise NothingTold(
            "The crisis is spoken of below no official post, so the script cannot answer there: give it one."
        )
    place, _, own = post["id"].partition(":")
    said = timestamp(at)
    return {
        **post, "id": f"{place}:comment:latihan-{own.rpartition(':')[2]}", "kind": "comment", "post_format": None, "title": None,
        "parent_id": post["id"], "post_id": post["id"], "text": text, "text_normalised": text.lower(), "published_at": said,
        "observed_at": said, "version": pack_version(at), "campaigns": [], "hashtags": [], "purpose": None,
    }  # fmt: skip


def _crisis(alerts: Mapping[str, Alert], script: Script) -> Alert | None:
    """The alert of the script's crisis: the first of one that was detected after its onset."""
    found = [
        one
        for one in alerts.values()
        if one["kind"] == "crisis" and one["created_at"] >= timestamp(script.clocks.onset)
    ]
    return min(found, key=lambda one: (one["created_at"], one["id"]), default=None)


def _floor(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)


def _hour(time: str) -> datetime:
    return datetime.fromisoformat(time).astimezone(UTC).replace(minute=0, second=0, microsecond=0)
