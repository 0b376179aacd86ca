"""What a report is about: a week, perhaps a campaign, under a policy; and the counts that its sections share.

A figure of one platform wants that platform's leave to derive and show; one figure of both platforms wants the leave to mix of each.
A week in which a platform brought nothing at all was not observed: its figures are null, not 0.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from upath import UPath

from dengar.policy import Policy, Verdict
from dengar.registers import Campaign, Registers
from dengar.report.figure import OFF, Figure, Missing, Number
from dengar.report.source import WEEK, Cube, Source, Span, Value, Where
from dengar.report.targets import Targets
from dengar.report.week import Week

PLATFORMS = ("instagram", "youtube")
PUBLIC = ("public", "unknown")
"""Authors who are nobody of the registers; unknown is one whom the platform withholds."""
KEYS = (
    WEEK, "platform", "spam.label", "intent.label", "sentiment.label", "sentiment.uncertain", "actionable", "category.label"
)  # fmt: skip
CAMPAIGN_POSTS = timedelta(days=90)
"""How far back before the line a post still gathers comments of a campaign."""
AUDITED = "audited"
CLOCK = "clock.first_response"
"""A count of mentions rests on ids and times alone, as the clocks do: it may be mixed where they may."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A value of `n` records; `authors` where it was told."""

    value: Number
    n: int
    authors: int | None = None


Compute = Callable[[Collection[str], str], Reading | None]
"""(platforms, week) → what was read, None where nothing could be."""


@dataclass(frozen=True)
class Scope:
    """`now`, aware, decides whether the week is over; `results` holds what validation left (`<stage>/results`), None without a stage."""

    week: Week
    policy: Policy
    registers: Registers
    source: Source
    targets: Targets
    now: datetime
    campaign: Campaign | None = None
    results: UPath | None = None

    @property
    def span(self) -> Span:
        """The week told."""
        return Span(self.week.since, self.week.until)

    @property
    def line(self) -> Span:
        """The thirteen weeks."""
        return Span(self.week.line()[0].since, self.week.until)

    def where(self, **fields: Sequence[Value]) -> Where:
        """Mentions of the campaign, if the report is about one, with those values (`author__role=…`)."""
        having = {name.replace("__", "."): values for name, values in fields.items()}
        if self.campaign is None:
            return Where(having)
        return Where(having, campaign=self.campaign.id, posts=self._campaign_posts)

    @cached_property
    def _campaign_posts(self) -> frozenset[str]:
        assert self.campaign is not None
        span = Span(self.line.since - CAMPAIGN_POSTS, self.line.until)
        posts = Where({"kind": ["post"], "campaigns": [self.campaign.id]})
        return frozenset(row["id"] for row in self.source.mentions(span, posts, ["id"]))

    @cached_property
    def _observed(self) -> Cube:
        return self.source.cube((WEEK, "platform"), self.line, Where())

    @cached_property
    def _voice(self) -> Cube:
        return self.source.cube(KEYS, self.line, self.where(author__role=PUBLIC))

    @cached_property
    def authors(self) -> Mapping[tuple[Value, ...], int]:
        """(week, platform) → distinct public authors. Pseudonyms are per platform: those of two platforms add up."""
        return self.source.distinct((WEEK, "platform"), self.line, self.where(author__role=PUBLIC))

    def observed(self, platforms: Collection[str], week: str) -> bool:
        """Whether every one of the platforms brought anything in that week."""
        return all(self._observed[week, platform] for platform in platforms)

    def voice(self, platforms: Collection[str], week: str, **fields: Collection[Value]) -> int:
        """How many mentions the public published in a week, with those values (`intent__label=…`)."""
        asked = {KEYS.index(name.replace("__", ".")): values for name, values in fields.items()}
        return sum(
            count
            for cell, count in self._voice.items()
            if cell[0] == week and cell[1] in platforms and all(cell[at] in values for at, values in asked.items())
        )

    def judgeable(self, platform: str, name: str) -> Verdict:
        """Whether a field may be derived and shown on a platform."""
        told = self.policy.verdict("derive", platform, name)
        return told and self.policy.verdict("show", platform, name)

    def off(self, platform: str, name: str, verdict: Verdict) -> Missing:
        """A refusal of policy as the reason of a figure. `enable` is AUDITED where the clause names no way and that profile allows it."""
        rule = self.policy.rules.get(platform, {}).get(name)
        if rule is None:
            return Missing(OFF, verdict.reason or name, verdict.enable)
        audited = all(AUDITED in rule.profiles(use) for use in ("derive", "show"))
        return Missing(OFF, rule.clause.id, verdict.enable or (AUDITED if audited else None))

    def lines(self, name: str) -> list[tuple[str | None, Collection[str], Verdict | None]]:
        """(platform, its members, why not): both in one figure first, where policy lets them mix, then each. None: it is allowed."""
        rows: list[tuple[str | None, Collection[str], Verdict | None]] = []
        if self.policy.mixes(set(PLATFORMS), name) and all(self.judgeable(one, name) for one in PLATFORMS):
            rows.append((None, PLATFORMS, None))
        for platform in PLATFORMS:
            told = self.judgeable(platform, name)
            rows.append((platform, (platform,), None if told else told))
        return rows

    def measured(
        self, id: str, formula: str, name: str, unit: str, compute: Compute, *, unread: str = "nothing_to_measure"
    ) -> list[Figure]:
        """The figure with its line of weeks, for both platforms where they may be mixed and for each; `name` is what policy is asked.

        `unread` is the reason where the platform was seen and yet nothing could be read.
        """
        found = []
        for platform, members, refused in self.lines(name):
            if refused is not None:
                found.append(
                    Figure(id, formula, platform, unit=unit, missing=self.off(platform or PLATFORMS[0], name, refused))
                )
                continue
            # Both in one figure: a platform that was silent all week leaves the figure to the other one.
            readings = [self._read(compute, members, week.name) for week in self.week.line()]
            now, before = readings[-1], readings[-2]
            weeks = [None if one is None else one.value for one in readings]
            if now is None:
                silent = not any(self.observed([one], self.week.name) for one in members)
                missing = Missing("not_observed", "silent_week") if silent else Missing("too_few", unread)
                found.append(Figure(id, formula, platform, unit=unit, weeks=weeks, before=weeks[-2], missing=missing))
                continue
            value = None if before is None else before.value
            found.append(
                Figure(id, formula, platform, None, now.value, unit, now.n, now.authors, before=value, weeks=weeks)
            )
        return found

    def _read(self, compute: Compute, members: Collection[str], week: str) -> Reading | None:
        told = [platform for platform in members if self.observed([platform], week)]
        return compute(told, week) if told else None
