"""Somebody takes care of alerts: acknowledged, snoozed, closed, statements noted. For the command line and the explorer alike.

Each act is a record on topic `alerts`, signed with a nickname and kept in the alert's history. Needs Kafka and Elasticsearch.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from dengar.alerts import crises, store
from dengar.alerts.record import Alert, append_alert, changed, stated
from dengar.connected import Connected
from dengar.enrich.pii import mask
from dengar.settings import Settings

STATES = ("acknowledged", "snoozed", "closed", "open")
LONGEST_SNOOZE = timedelta(days=7)


class NoAlertError(LookupError):
    """There is no alert of that id; the message says what to do."""


class ActError(ValueError):
    """An alert cannot be changed so; the message says why."""


class AlertSession(Connected):
    """Opens its connections at once; a context manager closes them. `by` is a nickname, `now` its clock (aware)."""

    def __init__(self, settings: Settings, by: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__(settings)
        self.by, self._now = by, now

    def alert(self, identity: str) -> Alert:
        """The alert as it stands. Raises NoAlertError, IndexUnavailable."""
        one = store.get(self.client, identity)
        if one is None:
            raise NoAlertError(f"There is no alert {identity}: `dengar alerts list` shows their ids.")
        return one

    def change(
        self,
        identity: str,
        state: str,
        *,
        wait: timedelta | None = None,
        note: str | None = None,
        stood: int | None = None,
    ) -> Alert:
        """Acknowledge, snooze (for `wait`), close or reopen an alert and publish that; a crisis that is closed keeps its clocks.

        `stood`: the version that was seen; ActError where somebody was quicker. Raises NoAlertError, IndexUnavailable, LogError.
        """
        one = self.alert(identity)
        new = acted(one, state, self.by, self._now(), wait=wait, note=note, stood=stood)
        if state == "closed" and one["kind"] in crises.KINDS:
            facts = crises.facts(self.client, one["subject"], now=self._now())
            new["clocks"] = None if facts is None else facts.clocks.as_dict()
        return self.publish(new)

    def state_made(self, identity: str, at: datetime, *, link: str | None = None, note: str | None = None) -> Alert:
        """Note an official statement of `at` about an alert. Raises NoAlertError, ActError, IndexUnavailable, LogError."""
        one, now = self.alert(identity), self._now()
        if at > now:
            raise ActError("A statement that is still to come stops no clock: note it when it is out.")
        return self.publish(stated(one, self.by, now, at, link=link, note=masked(note)))

    def publish(self, one: Alert) -> Alert:
        """Write an alert to the topic, then to its index, so that whoever looks next sees it."""
        append_alert(self.log, one)
        self.log.flush()
        store.write(self.client, [one])
        return one


def acted(
    one: Alert,
    state: str,
    by: str,
    now: datetime,
    *,
    wait: timedelta | None = None,
    note: str | None = None,
    stood: int | None = None,
) -> Alert:
    """The alert after an act, if it fits. Raises ActError."""
    if state not in STATES:
        raise ActError(f"{state} is nothing that an alert can be: use {', '.join(STATES)}.")
    if stood is not None and stood != one["version"]:
        raise ActError("Somebody changed this alert since it was shown: look again.")
    if one["state"] == state != "snoozed":
        raise ActError(f"The alert is {state} already.")
    if state == "snoozed" and (wait is None or not timedelta(0) < wait <= LONGEST_SNOOZE):
        raise ActError("An alert is snoozed for some minutes up to seven days: give 30m, 2h or 1d.")
    until = now + wait if state == "snoozed" and wait is not None else None
    return changed(one, state, by, now, until, note=masked(note))


def masked(note: str | None) -> str | None:
    """A note without personal data; None where nothing is said."""
    return mask(note.strip())[0][:500] if note and note.strip() else None
