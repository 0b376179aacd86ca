"""An analyst at work: mentions to label, decisions taken and taken back. Needs Kafka and Elasticsearch."""

from __future__ import annotations

import getpass
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from dengar.connected import Connected
from dengar.enrich.pii import mask
from dengar.enrich.pseudonym import KeyRing
from dengar.labels import Label, LabelError, Mention
from dengar.labels.apply import carries
from dengar.labels.decisions import decide, withdraw
from dengar.labels.event import append_label
from dengar.labels.held import indexed_labels, pending, standing
from dengar.labels.mentions import current, indexed_mentions
from dengar.labels.queue import sample, uncertain
from dengar.policy import load_policy
from dengar.settings import Settings

_SPARE = 100
PROCESSING = frozenset({"language"})
"""Fields that are no judgement: policy lets them be corrected everywhere."""


class NoMentionError(LookupError):
    """There is no live mention of that id; the message says what to do."""


def pseudonym_of_analyst(settings: Settings) -> str:
    """`analyst-` and six hex digits: the same for one person on one deployment, and nobody's name."""
    text = settings.pseudonym_key.encode()
    key = (KeyRing.read(text).stable if text else b"")[:64]
    return "analyst-" + hashlib.blake2b(getpass.getuser().encode(), key=key, digest_size=3).hexdigest()


class Session(Connected):
    """A context manager closes its connections. `now` is the analyst's clock (aware)."""

    def __init__(self, settings: Settings, by: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__(settings)
        self.by, self._now = by, now
        self._policy = load_policy(settings.policy_profile)

    def mention(self, identity: str) -> Mention:
        """The mention as it is now. Raises NoMentionError."""
        found = current(self.log, lambda ids: indexed_mentions(self.client, ids), [identity]).get(identity)
        if found is None:
            raise NoMentionError(f"There is no mention {identity}: `dengar search … --json` shows the ids.")
        if found["deleted"]:
            raise NoMentionError(f"The mention {identity} was deleted: there is nothing left to label.")
        return found

    def label_of(self, identity: str) -> Label | None:
        """The label that stands, None where nobody labelled."""
        return standing(self.log, lambda ids: indexed_labels(self.client, ids), [identity]).get(identity)

    def next(
        self, size: int, *, uncertain_first: bool, sampled: bool, since: datetime | None, seed: int
    ) -> list[tuple[str, Mention]]:
        """Up to `size` mentions that nobody labelled, each with how it was drawn: `uncertain` ones first, then a `sample`."""
        wide = size + _SPARE
        drawn: list[tuple[str, Mention]] = []
        if uncertain_first:
            drawn += [("uncertain", mention) for mention in uncertain(self.client, wide, since=since)]
        if sampled and len(drawn) < wide:
            drawn += [("sample", mention) for mention in sample(self.client, wide, since=since, seed=seed)]
        # What was labelled a moment ago still looks unlabelled in the index.
        labelled = {label["id"] for label in pending(self.log)}
        labelled |= set(indexed_labels(self.client, [mention["id"] for _, mention in drawn]))
        free: dict[str, tuple[str, Mention]] = {}
        for how, mention in drawn:
            if mention["id"] not in labelled:
                free.setdefault(mention["id"], (how, mention))
        return list(free.values())[:size]

    def set(
        self, mention: Mention, labels: Mapping[str, str], *, drawn: str = "chosen", note: str | None = None
    ) -> Label:
        """Decide and publish; the label that stands then. The note is masked.

        Raises LabelError, also where policy forbids judging texts of the platform, and LogError.
        """
        told = self._policy.verdict("derive", mention["platform"], "hand.label")
        if not told and set(labels) - PROCESSING:
            raise LabelError(f"{mention['id']} may not be judged here, {told.reason}. To enable it: {told.enable}.")
        masked = None if note is None else mask(note)[0][:1000]
        held = self.label_of(mention["id"])
        label = decide(held, mention, labels, by=self.by, now=self._now(), drawn=drawn, note=masked)
        return self._published(label)

    def withdraw(self, mention: Mention, fields: Sequence[str]) -> Label:
        """Take decisions back, all of them where `fields` is empty, and publish. Raises LabelError, LogError."""
        held = self.label_of(mention["id"])
        if held is None or not held["labels"]:
            raise LabelError(f"{mention['id']} has no hand label that could be taken back.")
        return self._published(withdraw(held, mention, fields or list(held["labels"]), by=self.by, now=self._now()))

    def wait(self, label: Label, patience: float = 180.0) -> bool:
        """Wait until a search finds the mention with this label, `patience` seconds at most; whether it does."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            found = indexed_mentions(self.client, [label["id"]]).get(label["id"])
            if (
                found
                and not found["deleted"]
                and found["label_revision"] >= label["revision"]
                and carries(found, label)
            ):
                return True
            time.sleep(0.3)
        return False

    def _published(self, label: Label) -> Label:
        append_label(self.log, label)
        self.log.flush()
        return label
