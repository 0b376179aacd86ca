"""The response desk → alerts, by the rules: promises about to be broken, a backlog that ages, an answer that asks for private data. Pure.

Rules: `what: breach` (threshold `conversations`: overdue or due before office hours end), `what: backlog` (`conversations` that wait for
`hours` or longer), `what: privacy`. A platform each, so that no alert mixes what policy keeps apart. The same occasion makes the same id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dengar.alerts.record import Alert, alert
from dengar.alerts.rules import Rule
from dengar.records import JAKARTA
from dengar.responses.breaches import Breaches

PLACES = {"youtube": "YouTube", "instagram": "Instagram"}
_STEPS = ((50, 9), (20, 7), (5, 5), (1, 3))
"""Conversations from which on an alert is so severe."""


@dataclass(frozen=True)
class Waiting:
    """Conversations of a platform that wait for `hours` or longer, and since when the one that waits longest does."""

    platform: str
    hours: int
    conversations: int
    oldest_at: datetime


@dataclass(frozen=True)
class Asking:
    """An official answer (`turn`) that asks for private data where all can read it."""

    conversation: str
    turn: str
    platform: str
    at: datetime


def severity(conversations: int) -> int:
    """1 to 10, by how many conversations it is about."""
    return next((told for least, told in _STEPS if conversations >= least), 1)


def for_breaches(
    rows: Sequence[Breaches], rules: Sequence[Rule], now: datetime, names: Mapping[str, str]
) -> list[Alert]:
    """One a platform and day of office, and another when it grows urgent. `names`: directorate's code → name."""
    made = []
    for rule in (rule for rule in rules if rule.what == "breach"):
        for one in rows:
            count = one.overdue + one.will_be_overdue
            if count < max(1, rule.threshold.get("conversations", 1)):
                continue
            level = rule.level_of(severity(count))
            until = one.until.astimezone(JAKARTA)
            by = ", ".join(f"{names.get(code, code)} {n}" for code, n in sorted(one.by_directorate.items()))
            made.append(
                alert(
                    rule=rule.id,
                    kind="breach",
                    level=level,
                    severity=severity(count),
                    subject=f"desk:{one.platform}",
                    occurrence=f"{until:%Y-%m-%dT%H:%M} {level}",
                    title=_overdue(one, until),
                    text={
                        "id": f"Sudah lewat batas: {one.overdue}. Bila tidak ada yang menjawab: {one.will_be_overdue} lagi"
                        + (f" ({by})." if by else "."),
                        "en": f"Overdue already: {one.overdue}. If nobody answers: {one.will_be_overdue} more"
                        + (f" ({by})." if by else "."),
                    },
                    reasons=["deadline"],
                    links=["/complaints?state=open"],
                    platform=one.platform,
                    period=(now, max(one.until, now + timedelta(milliseconds=1))),
                    created_at=now,
                )
            )
    return made


def for_backlog(rows: Sequence[Waiting], rules: Sequence[Rule], now: datetime) -> list[Alert]:
    """One a platform and day (Jakarta), and another when it grows urgent; `rows` as `hours_of` asks for them."""
    made = []
    for rule in (rule for rule in rules if rule.what == "backlog"):
        for one in rows:
            enough = max(1, rule.threshold.get("conversations", 1))
            if one.hours != rule.threshold["hours"] or one.conversations < enough:
                continue
            level = rule.level_of(severity(one.conversations))
            oldest = one.oldest_at.astimezone(JAKARTA)
            made.append(
                alert(
                    rule=rule.id,
                    kind="breach",
                    level=level,
                    severity=severity(one.conversations),
                    subject=f"desk:{one.platform}",
                    occurrence=f"{now.astimezone(JAKARTA):%Y-%m-%d} {level}",
                    title={
                        "id": f"{_place(one.platform)}: {one.conversations} percakapan menunggu {one.hours} jam atau lebih",
                        "en": f"{_place(one.platform)}: {one.conversations} conversations have waited for {one.hours} hours or longer",
                    },
                    text={
                        "id": f"Yang paling lama menunggu sejak {oldest:%d-%m-%Y %H.%M} WIB.",
                        "en": f"The one that waits longest has done so since {oldest:%Y-%m-%d %H:%M} WIB.",
                    },
                    reasons=["backlog_age"],
                    links=["/complaints?state=open"],
                    platform=one.platform,
                    period=(one.oldest_at, now),
                    created_at=now,
                )
            )
    return made


def for_privacy(answers: Sequence[Asking], rules: Sequence[Rule], now: datetime) -> list[Alert]:
    """One an answer: it can still be taken down."""
    return [
        alert(
            rule=rule.id,
            kind="breach",
            level=rule.level,
            severity=max(1, rule.threshold.get("severity", 1)),
            subject=one.conversation,
            occurrence=one.turn,
            title={
                "id": f"{_place(one.platform)}: jawaban resmi meminta data pribadi di depan umum",
                "en": f"{_place(one.platform)}: an official answer asks for private data in public",
            },
            text={
                "id": "Jawaban itu meminta NIK, telepon, atau sejenisnya, terbaca semua orang: hapus atau ubah, lalu minta lewat pesan.",
                "en": "The answer asks for NIK, phone or the like where all can read it: delete or change it, and ask by message.",
            },
            reasons=["asks_private_data"],
            links=[one.conversation, one.turn],
            platform=one.platform,
            period=(one.at, max(now, one.at + timedelta(milliseconds=1))),
            created_at=now,
        )
        for rule in rules
        if rule.what == "privacy"
        for one in answers
    ]


def hours_of(rules: Sequence[Rule]) -> list[int]:
    """How long conversations have to wait to count, of each rule about the backlog."""
    return sorted({rule.threshold["hours"] for rule in rules if rule.what == "backlog"})


def _overdue(one: Breaches, until: datetime) -> dict[str, str]:
    """What will be overdue, which can still be helped; where nothing will, what is."""
    place = _place(one.platform)
    if not one.will_be_overdue:
        return {
            "id": f"{place}: {one.overdue} percakapan lewat batas",
            "en": f"{place}: {one.overdue} conversations are overdue",
        }
    return {
        "id": f"{place}: {one.will_be_overdue} percakapan lagi lewat batas pada {until:%H.%M} WIB",
        "en": f"{place}: {one.will_be_overdue} more conversations will be overdue by {until:%H:%M} WIB",
    }


def _place(platform: str | None) -> str:
    return PLACES.get(platform or "", platform or "")
