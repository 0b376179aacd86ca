"""How old the oldest record is that nobody has verified since, by platform: before a clock runs out somebody must know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson
from elasticsearch import Elasticsearch

from dengar.index.connection import plain_errors
from dengar.index.names import MENTIONS, MESSAGES
from dengar.log import Log
from dengar.policy.clocks import Clock
from dengar.records import moment, timestamp
from dengar.retention.due import STATE_TOPIC, verifiable

PREFIX = "retention/"
Level = Literal["ok", "alert", "breach"]


@dataclass(frozen=True, slots=True)
class Age:
    """A platform at `at`. `oldest_at`: when the oldest living record that a look-up can verify was last verified; None where there is none.

    `due`: records to be looked at again. `late`: living records of any kind, chats and messages too, that are older than their clock.
    """

    platform: str
    at: datetime
    oldest_at: datetime | None
    due: int
    late: int
    clock: Clock

    @property
    def days(self) -> float | None:
        """Age of the oldest in days."""
        return None if self.oldest_at is None else (self.at - self.oldest_at).total_seconds() / 86_400

    @property
    def level(self) -> Level:
        """`alert`: looking again does not succeed, and there are days left to mend it. `breach`: a record is older than its clock."""
        if self.late or (self.oldest_at is not None and self.at - self.oldest_at > self.clock.keep):
            return "breach"
        return "alert" if self.oldest_at is not None and self.at - self.oldest_at >= self.clock.alert_from else "ok"

    @property
    def sentence(self) -> str:
        """For people: how old, and what to do."""
        name = {"youtube": "YouTube", "instagram": "Instagram"}.get(self.platform, self.platform)
        if self.days is None and not self.late:
            return f"{name}: nothing to verify."
        oldest = f"{name}: oldest unverified: " + ("none" if self.days is None else f"{self.days:.0f} days")
        if self.level == "breach":
            return (
                f"{oldest}; older than the {self.clock.keep.days} days of their clock: {self.late}. Trigger the DAG "
                "refresh_platform_data now, and see its note."
            )
        if self.level == "alert":
            return (
                f"{oldest}; due for a look: {self.due}. They go before day {self.clock.keep.days}: see that "
                f"`dengar listen {self.platform}` runs and has quota (`dengar listen status`)."
            )
        return f"{oldest}; due for a look, from day {self.clock.verify_from.days} on: {self.due}."

    def row(self) -> dict[str, Any]:
        """JSON-able: for `--json`, and for `listener-state`, from which the listeners' metrics tell it on."""
        return {
            "platform": self.platform,
            "at": timestamp(self.at),
            "oldest_at": None if self.oldest_at is None else timestamp(self.oldest_at),
            "days": None if self.days is None else round(self.days, 2),
            "due": self.due,
            "late": self.late,
            "level": self.level,
            "sentence": self.sentence,
        }


def ages(client: Elasticsearch, clocks: Mapping[str, Clock], now: datetime) -> list[Age]:
    """The age of each platform, as of the index's last refresh. Raises IndexUnavailable."""
    return [_age(client, platform, clock, now) for platform, clock in clocks.items()]


def tell(log: Log, found: Sequence[Age]) -> None:
    """Leave the ages where /metrics and `dengar status` find them. Raises LogError."""
    for age in found:
        log.append(STATE_TOPIC, PREFIX + age.platform, orjson.dumps(age.row()), [])
    log.flush()


def _age(client: Elasticsearch, platform: str, clock: Clock, now: datetime) -> Age:
    until = timestamp(now + clock.keep - clock.verify_from)
    late = {
        "bool": {
            "filter": [{"term": {"platform": platform}}, {"range": {"expires_at": {"lt": timestamp(now)}}}],
            "must_not": [{"term": {"deleted": True}}],
        }
    }
    where: dict[str, Any] = {"ignore_unavailable": True, "allow_no_indices": True}
    with plain_errors():
        found = client.search(
            index=[MENTIONS],
            size=0,
            query=verifiable(platform),
            aggregations={
                "oldest": {"min": {"field": "observed_at"}},
                "due": {"filter": {"range": {"expires_at": {"lte": until}}}},
            },
            **where,
        )
        count = client.count(index=[MENTIONS, MESSAGES], query=late, **where)["count"]
    told = found.get("aggregations") or {"oldest": {"value": None}, "due": {"doc_count": 0}}
    oldest = told["oldest"]["value"]
    return Age(
        platform,
        now,
        None if oldest is None else moment(int(oldest)),
        int(told["due"]["doc_count"]),
        int(count),
        clock,
    )
