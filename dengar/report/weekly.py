"""The weekly report: built from the index, frozen with a version, revised where the index says otherwise now.

A frozen report holds figures alone: no text, and ids only of what it shows as an example, so that what is deleted on the platform is gone
from the next rendering. It outlives its records only as far as policy lets aggregates do: `retire` takes the rest out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from dengar.policy import Policy
from dengar.records import timestamp
from dengar.report.decide import Decision, decisions
from dengar.report.figure import Figure, Figures, Missing
from dengar.report.scope import PLATFORMS, Scope
from dengar.report.sections import all_figures
from dengar.report.week import Week

FORM = "report-weekly/1"
OF_THE_MOMENT = frozenset({"engagement", "top_post", "silent_source", "quarantined", "off", "unmixed"})
"""Figures that go on moving after the week: counters grow, sources fall silent later. They stay as frozen."""
OWN = frozenset(
    {
        "own_posts",
        "engagement",
        "top_post",
        "partner_posts",
        "coverage",
        "quarantined",
        "off",
        "unmixed",
        "silent_source",
    }
)
"""Figures about our own posts and our own work: no aggregate over people."""
AFTER = timedelta(days=30)
"""The shortest that policy lets records stay: from then on a figure must be one that may outlive them."""


@dataclass(frozen=True)
class Change:
    """A figure that says otherwise than the version before."""

    id: str
    platform: str | None
    key: str | None
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Revision:
    """Why there is a `version` (2 and on): what changed, and what was seen deleted since the version before, by platform."""

    version: int
    made_at: str
    since: str
    deleted: Mapping[str, int]
    changes: Sequence[Change]
    profile_before: str | None = None


@dataclass(frozen=True)
class Report:
    """`final` is false while the week lasts: such a report is not frozen and has version 0. Times are RFC 3339, UTC."""

    week: str
    campaign: str | None
    profile: str
    made_at: str
    final: bool
    version: int
    figures: Figures
    decisions: Sequence[Decision]
    targets: Mapping[str, Mapping[str, float | None]]
    revisions: Sequence[Revision] = field(default_factory=tuple)
    retired_at: str | None = None

    @property
    def name(self) -> str:
        """`2026-W47`, with the campaign where it is about one: the folder it is kept in."""
        return self.week if self.campaign is None else f"{self.week}-{self.campaign}"

    def as_dict(self) -> dict[str, Any]:
        """JSON form, as it is frozen."""
        return {
            "form": FORM,
            "week": self.week,
            "campaign": self.campaign,
            "profile": self.profile,
            "made_at": self.made_at,
            "final": self.final,
            "version": self.version,
            "retired_at": self.retired_at,
            "targets": self.targets,
            "decisions": [one.as_dict() for one in self.decisions],
            "revisions": [
                {**vars(one), "deleted": dict(one.deleted), "changes": [vars(change) for change in one.changes]}
                for one in self.revisions
            ],
            "figures": [one.as_dict() for one in self.figures],
        }

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Report:
        """The report of its JSON form."""
        return cls(
            body["week"],
            body["campaign"],
            body["profile"],
            body["made_at"],
            body["final"],
            body["version"],
            Figures([Figure.read(row) for row in body["figures"]]),
            [Decision(**row) for row in body["decisions"]],
            body["targets"],
            [Revision(**{**row, "changes": [Change(**one) for one in row["changes"]]}) for row in body["revisions"]],
            body["retired_at"],
        )


def build(scope: Scope) -> Report:
    """The report as the index tells it now, of version 0. Raises IndexUnavailable."""
    figures = all_figures(scope)
    return Report(
        scope.week.name,
        scope.campaign.id if scope.campaign else None,
        scope.policy.profile,
        timestamp(scope.now),
        scope.now >= scope.week.until,
        0,
        figures,
        decisions(figures, scope.targets),
        {name: {"at_least": one.at_least, "at_most": one.at_most} for name, one in scope.targets.items()},
    )


def settle(held: Report | None, fresh: Report, deleted: Mapping[str, int]) -> Report:
    """What stands: `fresh` as version 1, the held version where nothing changed, else a new version that says what did.

    `deleted`: what was seen deleted since the held version was made.
    """
    if held is None:
        return replace(fresh, version=1)
    figures = _as_frozen(held, fresh)
    changes = _changes(held.figures, figures)
    if not changes and held.profile == fresh.profile:
        return held
    revision = Revision(
        held.version + 1,
        fresh.made_at,
        held.made_at,
        deleted,
        changes,
        None if held.profile == fresh.profile else held.profile,
    )
    return replace(fresh, version=held.version + 1, figures=figures, revisions=[*held.revisions, revision])


def _as_frozen(held: Report, fresh: Report) -> Figures:
    """The fresh figures, with those of the moment as they were frozen, unless own posts are gone or policy changed."""
    same = held.profile == fresh.profile and all(
        held.figures.value("own_posts", platform) == fresh.figures.value("own_posts", platform)
        for platform in PLATFORMS
    )
    if not same:
        return fresh.figures
    kept = [row for row in held.figures if row.id in OF_THE_MOMENT]
    return Figures([*(row for row in fresh.figures if row.id not in OF_THE_MOMENT), *kept])


def _changes(before: Figures, after: Figures) -> list[Change]:
    names = dict.fromkeys([*(row.name for row in before), *(row.name for row in after)])
    pairs = [(name, before.value(*name), after.value(*name)) for name in names]
    return [Change(*name, was, now) for name, was, now in pairs if was != now]


def without_examples(report: Report) -> Report:
    """A version that another one follows: its figures, without the ids of the texts that it showed."""
    rows = [
        replace(row, detail={name: value for name, value in row.detail.items() if name != "samples"})
        for row in report.figures
    ]
    return replace(report, figures=Figures(rows))


def retire(report: Report, policy: Policy, now: datetime) -> Report:
    """The report without what may not outlive its records, once these must be gone; itself where nothing is to go."""
    if now < Week.parse(report.week).until + AFTER or report.retired_at is not None:
        return report
    rows = [_retired(row, policy) for row in report.figures]
    revisions = [replace(one, changes=[]) for one in report.revisions]
    return replace(report, figures=Figures(rows), revisions=revisions, decisions=[], retired_at=timestamp(now))


def _retired(row: Figure, policy: Policy) -> Figure:
    """Own work stays; an aggregate over people stays where policy lets it and its cell is large enough; ids never do."""
    kept = {name: value for name, value in row.detail.items() if name not in ("samples", "counts")}
    platforms = PLATFORMS if row.platform is None else (row.platform,)
    stays = row.id in OWN or all(
        policy.outlives(one, records=row.n or 0, authors=row.authors or 0) for one in platforms
    )
    if row.value is None or (stays and row.id != "top_post"):
        return replace(row, detail=kept)
    clause = policy.aggregates[platforms[-1]].clause.id
    return Figure(
        row.id, row.formula, row.platform, None if row.id == "top_post" else row.key, missing=Missing("retired", clause)
    )
