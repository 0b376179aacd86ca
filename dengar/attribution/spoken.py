"""What is told of a campaign besides reach and credit: shares of voice, rates, overperformance, credibility, participation, disclosure,
the network; and, over half a year, whose agenda comes first. One reading of the period's mentions a campaign and platform.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from dengar.attribution import agenda, disclosure, network, participation
from dengar.attribution.acted import below
from dengar.attribution.credibility import credibility
from dengar.attribution.figure import Figure
from dengar.attribution.history import History, Readings
from dengar.attribution.overperformance import LAST, Followed, overperformance
from dengar.attribution.rates import engagement_rates, of_counters
from dengar.attribution.source import Mention, Source
from dengar.attribution.spans import Days, so_far, week_to, whole_week
from dengar.attribution.voice import share_of_voice
from dengar.attribution.window import COUNTED, Window, label, published
from dengar.policy import Policy
from dengar.records import JAKARTA, PREFIX
from dengar.registers import Account, Campaign, Registers

METRICS = (
    "share_of_voice_mentions", "share_of_voice_authors", "engagement_rate_by_followers", "engagement_rate_by_reach",
    "engagement_rate_by_views", "overperformance", "response_net_sentiment", "response_question_share", "response_hoax_share",
    "participants", "new_participants", "drop_off", "undisclosed_posts", "network_communities", "botlike_accounts",
    "diffusion_virality", "broker_betweenness", "local_leader_people", "agenda_lead",
)  # fmt: skip
FIELDS = (
    "id", "platform", "kind", "post_format", "post_id", "conversation_id", "parent_id", "title", "text", "text_normalised", "hashtags",
    "mentions", "links", "signature", "campaigns", "partners", "entities", "author.key", "author.role", "author.handle", "published_at",
    "spam.label", "sentiment.label", "intent.label", "purpose.label",
)  # fmt: skip
"""What a source must read of a mention."""
AGENDA_WEEKS = 26
_LISTS = ("hashtags", "mentions", "links", "campaigns", "partners", "entities")
_MAY_LACK = (
    "post_format", "parent_id", "conversation_id", "title", "text_normalised", "signature", "spam", "sentiment", "intent", "purpose",
)  # fmt: skip


@dataclass(frozen=True)
class Spoken:
    """`source` reads FIELDS of a mention."""

    source: Source
    history: History
    registers: Registers

    def of_campaign(self, campaign: Campaign, window: Window) -> Iterator[Figure]:
        """All figures of a campaign in a window. Raises IndexUnavailable."""
        held: list[Mention] = []
        said = self._kept(campaign, window, held)
        panel = self.registers.panel(campaign.panel) if campaign.panel else None
        if panel is None:
            for _ in said:
                pass
        else:
            yield from (
                replace(one, campaign=campaign.id) for one in share_of_voice(said, panel, self.registers, window)
            )
        yield from disclosure.figures(held, campaign, self.registers, window)
        yield from participation.figures(held, campaign, window)
        yield from network.figures(held, self.registers, window, campaign=campaign.id)
        yield from self._of_accounts(held, campaign, window)

    def told(self, days: Days, now: datetime, policy: Policy) -> Iterator[list[Figure]]:
        """What a full run tells, a step a campaign, week or agenda of one platform. A campaign that lies in the days is told up to their
        last; panels by week. `now`, aware, is when it computes. Raises IndexUnavailable."""
        panels = [
            panel for name in sorted({one.id for one in self.registers.panels}) if (panel := self.registers.panel(name))
        ]
        mondays = sorted({week_to(day).first for day in days})
        for platform in PREFIX:
            for campaign in self.registers.campaigns:
                period = so_far(campaign, min(days.last, campaign.end or days.last))
                if period is not None and period.first >= days.first:
                    window = Window(platform, period.start, period.end, now, policy)
                    yield list(self.of_campaign(campaign, window))
            for panel, monday in product(panels, mondays):
                week = whole_week(monday)
                window = Window(platform, week.start, week.end, now, policy)
                yield share_of_voice(map(whole, self._mentions(window)), panel, self.registers, window)
            yield list(self.agenda(Window(platform, days.start, days.end, now, policy)))

    def agenda(self, window: Window) -> Iterator[Figure]:
        """Who leads whom, over the AGENDA_WEEKS whole weeks before the end of the window. Raises IndexUnavailable."""
        monday = week_to(window.end.astimezone(JAKARTA).date()).start
        long = replace(window, start=monday - timedelta(weeks=AGENDA_WEEKS), end=monday)
        if not long.verdict([COUNTED]):
            yield from agenda.figures([], long)
            return
        yield from agenda.figures((whole(one) for one in self._mentions(long)), long)

    def _mentions(self, window: Window) -> Iterator[Mention]:
        return self.source.mentions(window.start, window.end, platform=window.platform)

    def _kept(self, campaign: Campaign, window: Window, held: list[Mention]) -> Iterator[Mention]:
        """Every mention of the window; those of the campaign, and what stands below its posts, are put into `held` on the way."""
        posts: set[str] = set()
        for mention in map(whole, self._mentions(window)):
            own = campaign.id in mention["campaigns"]
            if own and mention["kind"] == "post":
                posts.add(mention["id"])
            if own or mention["post_id"] in posts:
                held.append(mention)
            yield mention

    def _of_accounts(self, held: Sequence[Mention], campaign: Campaign, window: Window) -> Iterator[Figure]:
        accounts = {one.key: one for one in self.registers.accounts if one.platform == window.platform}
        posts: dict[str, list[Mention]] = defaultdict(list)
        for one in held:
            if one["kind"] == "post" and one["author"]["key"] in accounts and one.get("post_format") != "story":
                posts[one["author"]["key"]].append(one)
        by_partner: dict[str, set[str]] = defaultdict(set)
        for key, own in sorted(posts.items()):
            account = accounts[key]
            yield from self._rated(account, own, campaign, window)
            yield from self._held_against(account, campaign, window, {one["id"] for one in own})
            if account.partner is not None:
                by_partner[account.partner] |= {one["id"] for one in own}
        for partner, ids in sorted(by_partner.items()):
            comments = below(self.source, ids).values()
            told = sum(one.told for one in comments if one.told is not None)
            coverage = min(1.0, sum(one.seen for one in comments if one.told is not None) / told) if told else None
            yield from credibility(
                held, ids, window, self.registers, partner=partner, campaign=campaign.id, coverage=coverage
            )

    def _rated(self, account: Account, own: Sequence[Mention], campaign: Campaign, window: Window) -> Iterator[Figure]:
        counters = self.source.counters([one["id"] for one in own])
        rows = []
        for one in own:
            followers = self.source.followers({account.key: published(one)}).get(account.key, (None, None))[0]
            rows.append(of_counters(one["id"], counters.get(one["id"], {}), followers))
        yield from engagement_rates(rows, window, account=account.key, partner=account.partner, campaign=campaign.id)

    def _held_against(self, account: Account, campaign: Campaign, window: Window, ids: set[str]) -> Iterator[Figure]:
        """Overperformance of the campaign's posts; all posts of the account are what they are held against."""
        end = min(window.end, window.computed_at)
        known = [*self.history.last_posts(account.key, end, LAST + len(ids))]
        known += self.history.last_posts(
            account.key, min((published(one) for one in known if one["id"] in ids), default=end), LAST
        )
        told = {one["id"]: one for one in known}
        readings = self.history.readings(told)
        posts = [_followed(one, readings.get(one["id"], ())) for one in told.values()]
        rows = overperformance(posts, window, account=account.key, partner=account.partner, campaign=campaign.id)
        yield from (one for one in rows if one.dimension["post"] in ids)


def whole(mention: Mention) -> Mention:
    """A mention with what the index leaves out because it is null or empty."""
    found: dict[str, Any] = {**dict.fromkeys(_MAY_LACK), "text": "", **mention}
    for name in _LISTS:
        found[name] = found.get(name) or []
    found["author"] = {"key": None, "role": "unknown", "handle": None, **(found.get("author") or {})}
    return found


def _followed(post: Mention, readings: Readings) -> Followed:
    return Followed(post["id"], published(post), post.get("post_format"), label(post, "purpose"), readings)
