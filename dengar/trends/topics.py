"""Topics: terms that rise together, told under one readable name from when they rise until two hours after they did last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dengar.trends.heard import KINDS
from dengar.trends.rising import Risen

TOGETHER = 0.5
"""Terms belong together if they share so much of the smaller one's mentions."""
CALM_FOR = timedelta(hours=2)
MOST_ACTIVE, MOST_TERMS = 40, 12
SAME = 5
"""A group is a topic that is already told if one of its first terms is among that topic's."""
LABEL_PARTS = 3


@dataclass
class Topic:
    """One topic. `terms`: key → best score. Peak figures are those of its strongest term; `ids` the mentions kept, 64 at most."""

    key: str
    label: str
    start: datetime
    detected_at: datetime
    peak_at: datetime
    last_at: datetime
    score: float
    observed: float
    expected: float
    authors: int
    terms: dict[str, float] = field(default_factory=dict)
    ids: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    """Mention → (post, author)."""
    ended: bool = False


def groups(risen: Sequence[Risen]) -> list[list[Risen]]:
    """Terms that are said in the same mentions, strongest first in each group and among groups."""
    found: list[tuple[list[Risen], set[str]]] = []
    for one in risen:
        ids = {said.id for said in one.said}
        for members, held in found:
            if len(ids & held) >= TOGETHER * min(len(ids), len(held)):
                members.append(one)
                break
        else:
            found.append(([one], ids))
    return [members for members, _ in found]


def label_of(terms: Sequence[Risen]) -> str:
    """A name of up to three parts: what people made a name themselves (hashtag, entity), then the strongest phrase, then further words."""
    strongest = terms[0].score
    telling = [one for one in terms if one.score >= 0.4 * strongest][:MOST_TERMS]
    order = {"h": 0, "e": 1, "p": 2, "t": 3, "d": 4, "r": 5}
    parts: list[str] = []
    for one in sorted(telling, key=lambda one: (order[one.key[0]], -one.score)):
        value = one.key[2:]
        if not any(_covers(part, value) for part in parts):
            parts.append(value if one.key[0] != "h" else f"#{value}")
    lead = terms[0].key[2:]
    if not any(_covers(part, lead) for part in parts[:LABEL_PARTS]):
        parts.insert(LABEL_PARTS - 1, lead)
    return " · ".join(parts[:LABEL_PARTS])[:200]


def _covers(part: str, value: str) -> bool:
    plain = part.removeprefix("#").replace(" ", "")
    return value.replace(" ", "") in plain or set(value.split()) <= set(part.split())


class Topics:
    """Follows the groups from slice to slice."""

    def __init__(self) -> None:
        self.active: list[Topic] = []

    def follow(self, moment: datetime, slice_length: timedelta, risen: Sequence[Risen]) -> list[Topic]:
        """Topics that began, changed or ended by the evaluation at `moment` (the end of a slice)."""
        changed = []
        for members in groups(risen):
            topic = self._known(members)
            if topic is None:
                if len(self.active) >= MOST_ACTIVE:
                    continue
                first = moment - 4 * slice_length
                topic = Topic(members[0].key, "", first, moment, moment, moment, 0.0, 0.0, 0.0, 0)
                self.active.append(topic)
            self._take(topic, moment, members)
            if topic not in changed:
                changed.append(topic)
        for topic in [one for one in self.active if moment - one.last_at > CALM_FOR]:
            topic.ended = True
            self.active.remove(topic)
            changed.append(topic)
        return changed

    def _known(self, members: Sequence[Risen]) -> Topic | None:
        keys = {one.key for one in members[:SAME]}
        return next((topic for topic in self.active if keys & set(list(topic.terms)[:MOST_TERMS])), None)

    def _take(self, topic: Topic, moment: datetime, members: Sequence[Risen]) -> None:
        topic.last_at = moment
        lead = members[0]
        if lead.score > topic.score:
            topic.score, topic.observed, topic.expected, topic.peak_at = (
                lead.score,
                lead.observed,
                lead.expected,
                moment,
            )
            topic.label = label_of(members)
        topic.authors = max(topic.authors, *(one.authors for one in members))
        for one in members[:MOST_TERMS]:
            topic.terms[one.key] = max(one.score, topic.terms.get(one.key, 0.0))
        topic.terms = dict(sorted(topic.terms.items(), key=lambda item: (-item[1], item[0]))[: 2 * MOST_TERMS])
        for said in (said for one in members[:MOST_TERMS] for said in one.said):
            if len(topic.ids) < 64:
                topic.ids.setdefault(said.id, (said.post, said.author))


def term_rows(terms: dict[str, float]) -> list[dict[str, object]]:
    """The terms of a trend record, most telling first."""
    return [
        {"kind": KINDS[key[0]], "value": key[2:][:253], "score": round(score, 2)}
        for key, score in list(terms.items())[:30]
    ]
