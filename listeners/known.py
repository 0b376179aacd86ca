"""Known items: subject → content version per kind, and where the item hangs, so that the unchanged is not published again
and what a complete walk no longer shows can be looked up. Kept in `listener-state` under `known/<subject>`; bounded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from listeners.item import RawItem
from listeners.state import ListenerState

PREFIX = "known/"
KNOWN_ITEMS = 200_000
GONE = "gone"
POSTS = ("video", "media")


@dataclass(slots=True)
class Known:
    """An item that was published: content version per reading (see RawItem.reading), where it hangs, its reported comments, and the day."""

    versions: dict[str, str]
    post_id: str | None = None
    conversation_id: str | None = None
    account: str | None = None
    reported: int | None = None
    day: int | None = None

    @property
    def gone(self) -> bool:
        """Whether its deletion was the last that was published of it."""
        return GONE in self.versions


class KnownItems:
    """The last `limit` subjects, the least recently seen forgotten first: what is forgotten is published again and ends as a duplicate.
    `today`: the day (an ordinal) by the platform's clock.

    What comes back after its deletion is new again, and so is its next deletion. Not for several threads.
    """

    def __init__(
        self,
        state: ListenerState | None = None,
        *,
        limit: int = KNOWN_ITEMS,
        platform: str = "",
        today: Callable[[], int] = lambda: datetime.now(UTC).toordinal(),
    ) -> None:
        self._state, self._limit, self._today = state, limit, today
        self._items: OrderedDict[str, Known] = OrderedDict()
        self._under: dict[str, dict[str, None]] = {}  # post or account → subjects, in the order of first sight
        if state is not None:
            state.watch(PREFIX + platform, self._told)

    def __len__(self) -> int:
        return len(self._items)

    def get(self, subject: str) -> Known | None:
        """What is known of a subject, its deletion included."""
        return self._items.get(subject)

    def holds(self, subject: str) -> bool:
        """Whether it was published and not since told to be gone."""
        known = self._items.get(subject)
        return known is not None and not known.gone

    def unchanged(self, item: RawItem) -> bool:
        """Whether exactly this was published before."""
        known = self._items.get(item.subject)
        if known is None or known.versions.get(item.reading) != item.content_version:
            return False
        self._items.move_to_end(item.subject)
        return True

    def under(self, place: str, object_type: str) -> list[str]:
        """Living subjects of a type (`yt:comment`) that hang under a post id or an account id, oldest sight first."""
        found = (subject for subject in self._under.get(place, ()) if subject.startswith(object_type + ":"))
        return [subject for subject in found if not self._items[subject].gone]

    def coverage(self) -> list[tuple[str, int, int]]:
        """(post, comments that the platform reports, comments that we hold) of every living post that reports a number."""
        return [
            (post, known.reported, len(self.under(post, post.partition(":")[0] + ":comment")))
            for post, known in self._items.items()
            if known.reported is not None and not known.gone and post.split(":")[1] in POSTS
        ]

    def remember(self, items: Iterable[RawItem]) -> None:
        """Take note of items that were acknowledged."""
        for item in items:
            known = self._items.get(item.subject) or Known({})
            versions = {} if item.kind == GONE else {k: v for k, v in known.versions.items() if k != GONE}
            versions[item.reading] = item.content_version
            self._keep(
                item.subject,
                Known(
                    versions,
                    item.post_id or known.post_id,
                    item.conversation_id or known.conversation_id,
                    item.account or known.account,
                    known.reported if item.reported is None else item.reported,
                    self._today(),
                ),
            )
            if self._state is not None:
                self._state.put(PREFIX + item.subject, _row(self._items[item.subject]))
        while len(self._items) > self._limit:
            subject = next(iter(self._items))
            self._drop(subject)
            if self._state is not None:
                self._state.put(PREFIX + subject, None)

    def renew(self, subject: str) -> None:
        """Publish it again when it is seen next, changed or not. What is gone, or not known, stays so."""
        known = self._items.get(subject)
        if known is not None and not known.gone:
            known.versions.clear()

    def forget(self, days: int) -> int:
        """Forget what was not published for so many days; how many. What is alive is verified, and so published, more often than that."""
        first = self._today() - days
        old = [subject for subject, known in self._items.items() if known.day is not None and known.day < first]
        for subject in old:
            self._drop(subject)
            if self._state is not None:
                self._state.put(PREFIX + subject, None)
        return len(old)

    def _told(self, key: str, value: Any) -> None:
        subject = key.removeprefix(PREFIX)
        if value is None:
            self._drop(subject)
        else:
            post, conversation, account = (value.get(name) for name in ("p", "c", "a"))
            self._keep(subject, Known(value["v"], post, conversation, account, value.get("n"), value.get("d")))

    def _keep(self, subject: str, known: Known) -> None:
        previous = self._items.get(subject)
        if previous is not None and (previous.post_id, previous.account) != (known.post_id, known.account):
            self._drop(subject)
        self._items[subject] = known
        self._items.move_to_end(subject)
        for place in {known.post_id, known.account} - {None, subject}:
            self._under.setdefault(str(place), {})[subject] = None

    def _drop(self, subject: str) -> None:
        known = self._items.pop(subject, None)
        for place in {known.post_id, known.account} - {None} if known else ():
            subjects = self._under.get(str(place), {})
            subjects.pop(subject, None)
            if not subjects:
                self._under.pop(str(place), None)


def _row(known: Known) -> dict[str, Any]:
    row: dict[str, Any] = {"v": known.versions, "p": known.post_id, "c": known.conversation_id, "a": known.account}
    row |= {"n": known.reported, "d": known.day}
    return {name: value for name, value in row.items() if value is not None}
