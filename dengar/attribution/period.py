"""A run of attribution: which days are read again, and what is told of them.

*Incremental*: the days that were spoken on since, each read from its own mentions; the week and the campaign so far are merged of cells
that are there, so a run costs what its days hold, whatever lies before. *Full*: every day of the campaigns that run or ended lately and of
the last settle_days, then credit and lift, for which all of a campaign must be looked at; late comments, deletions and edits are in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from dengar.attribution import engaged, kinds
from dengar.attribution.acted import Carriers, Key, day_cells
from dengar.attribution.caused import SERIES, credit_figures, lift_figures
from dengar.attribution.cells import Cell, cell_id, merged
from dengar.attribution.constants import Constants
from dengar.attribution.figure import Figure
from dengar.attribution.source import Source
from dengar.attribution.spans import Days, day_at, of_day, so_far, week_to, whole_week
from dengar.attribution.window import Window
from dengar.policy import Policy
from dengar.records import PREFIX
from dengar.registers import Campaign, Registers

METRICS = (
    "engaged_reach", "engaged_incremental", "engaged_shapley", "engaged_union", "engaged_overlap", "engaged_next_best",
    "reach_measured", "reach_potential", "reach_modelled", "credit_share", "credit_unattributed", *SERIES,
)  # fmt: skip
"""What a full run makes anew for all periods within its days: a figure that is not made again is no more."""

ReadCells = Callable[[Sequence[str]], Sequence[Cell]]
"""ids → the cells that are there."""


@dataclass
class Attributed:
    """What a step of a run made. `read`: mentions that it was made of."""

    cells: list[Cell] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)


@dataclass(frozen=True)
class Attribution:
    """What a run rests on. `now` (aware) is when it computes; `cells` are those that are stored, of this run's earlier steps too."""

    source: Source
    registers: Registers
    policy: Policy
    constants: Constants
    now: datetime
    cells: ReadCells

    def full_days(self) -> Days:
        """The last settle_days to today, and what `covering` adds."""
        today = day_at(self.now)
        return self.covering(Days(today - self.constants.settle, today))

    def covering(self, days: Days) -> Days:
        """Days with the weeks that they lie in, as far as those have gone, and from the beginning of every campaign that runs on one of
        them: what is told of a period is then read whole."""
        starts = [
            one.start
            for one in self.registers.campaigns
            if one.start is not None and one.start <= days.last and (one.end is None or one.end >= days.first)
        ]
        first = min([days.first, *starts])
        last = max(days.last, min(whole_week(days.last).last, day_at(self.now)))
        return Days(whole_week(first).first, last)

    def run(self, days: Days, *, full: bool = False) -> Iterator[Attributed]:
        """Read days again and tell their figures, a step a day; `full`: then credit and lift. Write what a step made before the next one.

        Raises IndexUnavailable.
        """
        carriers = Carriers(self.registers)
        before: dict[str, Cell] = {}
        for day in days:
            told = day_cells(self.source, carriers, day, self.now)
            gathered = [*told, *self._merged(day, told, before)]
            before = {one.id: one for one in gathered}
            figures = [*self._engaged(day, gathered, last=day == days.last), *self._kinds(day, carriers)]
            yield Attributed(gathered, figures)
        if full:
            yield Attributed([], list(self._caused(days, carriers)))

    def _merged(self, day: date, told: Sequence[Cell], before: dict[str, Cell]) -> Iterator[Cell]:
        """The week's and the campaigns' cells up to a day: yesterday's with the day's. Partners who are silent today are carried on."""
        today = {(one.platform, one.campaign, one.partner): one for one in told}
        wanted = [(key, period) for key in self._keys() if (period := self._period(key[1], day)) is not None]
        ids = {cell_id(*key, earlier) for key, period in wanted if (earlier := period.before) is not None}
        held = before | {one.id: one for one in self.cells(sorted(ids - before.keys()))}
        for key, period in wanted:
            parts = [today[key]] if key in today else []
            if (earlier := period.before) is not None and (one := held.get(cell_id(*key, earlier))) is not None:
                parts.append(one)
            if parts and period != of_day(day):
                yield merged(parts, period, self.now)

    def _keys(self) -> list[Key]:
        """Every platform, campaign (or none) and partner that may have cells."""
        on = sorted({(one.platform, one.partner) for one in self.registers.accounts if one.partner is not None})
        campaigns = [None, *(one.id for one in self.registers.campaigns)]
        return [(platform, campaign, partner) for platform, partner in on for campaign in campaigns]

    def _period(self, campaign: str | None, day: date) -> Days | None:
        """What is merged up to a day: the week, or the campaign where it runs. On its first day that is the day's own cell."""
        return week_to(day) if campaign is None else so_far(self._campaign(campaign), day)

    def _campaign(self, identity: str) -> Campaign:
        return next(one for one in self.registers.campaigns if one.id == identity)

    def _engaged(self, day: date, cells: Sequence[Cell], *, last: bool) -> Iterator[Figure]:
        """Of the day, its week, and the campaigns so far. What partners share is told at the end of the days read."""
        groups: dict[tuple[str, str | None, Days], list[Cell]] = {}
        for one in cells:
            groups.setdefault((one.platform, one.campaign, one.days), []).append(one)
        floor = self.constants.coverage_floor
        for (platform, campaign, days), group in sorted(
            groups.items(), key=lambda row: (row[0][0], row[0][1] or "", row[0][2])
        ):
            window = self._window(platform, days)
            week = campaign is None and days == week_to(day)
            if days == of_day(day) or not week:
                ends = campaign is not None and (last or day == self._campaign(campaign).end)
                whole = ends and days == self._period(campaign, day)
                yield from engaged.figures(group, window, self.registers, floor, shared=whole)
            if week and (last or day.weekday() == 6):
                window = self._window(platform, whole_week(day))
                yield from engaged.figures(group, window, self.registers, floor, shared=True)

    def _kinds(self, day: date, carriers: Carriers) -> Iterator[Figure]:
        """Measured, potential and modelled reach of the day's posts."""
        days = of_day(day)
        posts = self.source.mentions(days.start, days.end, ["post"])
        found = kinds.posted(self.source, carriers, posts)
        for platform in PREFIX:
            window = self._window(platform, days)
            for campaign in [None, *(one.id for one in self.registers.campaigns)]:
                yield from kinds.figures(found, carriers, window, campaign, self.constants.modelled)

    def _caused(self, days: Days, carriers: Carriers) -> Iterator[Figure]:
        """Credit, lift, and reach of three kinds, of each campaign that lies in the days, up to their last."""
        for campaign in self.registers.campaigns:
            period = so_far(campaign, min(days.last, campaign.end or days.last))
            if period is None or period.first < days.first:
                continue
            posts = list(self.source.mentions(period.start, period.end, ["post"]))
            found = kinds.posted(self.source, carriers, posts)
            for platform in PREFIX:
                window = self._window(platform, period)
                ids = [cell_id(*key, period) for key in self._keys() if key[:2] == (platform, campaign.id)]
                cells = sorted(self.cells(ids), key=lambda one: one.partner)
                judged = [engaged.judge(one, self.registers, self.constants.coverage_floor) for one in cells]
                yield from kinds.figures(found, carriers, window, campaign.id, self.constants.modelled)
                if judged:
                    yield from credit_figures(self.source, carriers, campaign.id, window, judged, self.constants)
                yield from lift_figures(self.source, carriers, campaign.id, window, posts, self.constants)

    def _window(self, platform: str, days: Days) -> Window:
        return Window(platform, days.start, days.end, self.now, self.policy)


def since_last(now: datetime, last: datetime | None) -> Days | None:
    """The days of an incremental run: those touched since two hours before the last one. None where that lies before yesterday, or was
    never: then only a full run knows what lies between."""
    if last is None or day_at(last) < day_at(now) - timedelta(days=1):
        return None
    return Days(day_at(last - timedelta(hours=2)), day_at(now))
