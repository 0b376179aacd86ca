"""Work a request off: search, remove, search again, tell. Every step can be repeated; what is killed is begun again and ends the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from upath import UPath

from dengar.enrich.pseudonym import KeyRing, pseudonym
from dengar.erasure import receipt as receipts
from dengar.erasure import requests
from dengar.erasure.compacted import tombstones
from dengar.erasure.person import Person
from dengar.erasure.receipt import Receipt
from dengar.erasure.requests import Request
from dengar.erasure.stores import Store
from dengar.log import Log, Partition
from dengar.records import timestamp
from dengar.topics import ENRICH_GROUP, RAW_TOPICS

Told = Callable[[str], None]


@dataclass
class Work:
    """What an erasure needs. `stores` in the order of the searches: what tells handles and ids comes first. `folder`: of the receipts."""

    log: Log
    keys: KeyRing
    stores: Sequence[Store]
    folder: UPath
    patience: float = 60.0
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def ask(self, platform: str, account: str) -> Request:
        """The request of the account that waits, else a new one, appended: whoever was erased and is asked for again has new texts.

        Raises LogError.
        """
        held = requests.standing(self.log).get(f"{platform}:{account}")
        if held is not None and held.fulfilled_at is None:
            return held
        request = requests.new(platform, account, self.now())
        requests.append(self.log, request)
        return request

    def search(self, person: Person, receipt: Receipt, told: Told = lambda store: None) -> None:
        """Search every store and note it: all that a dry run does. Raises what the stores raise."""
        for store in self.stores:
            told(store.name)
            receipt.line(store.name, store.how.value).take(store.find(person))
        receipt.handles = len(person.handles)

    def person(self, platform: str, account: str, handles: Sequence[str] = ()) -> Person:
        """Who is looked for; `handles` that are known, with or without @."""
        known = {handle.removeprefix("@").casefold() for handle in handles if handle}
        return Person(platform, account, self.keys, known)

    def begin(self, request: Request) -> Receipt:
        """The receipt of a request; see dengar.erasure.receipt."""
        account = pseudonym(self.keys.stable, request.platform, request.account, None)
        return receipts.begin(request, str(account), self.now(), self.folder)

    def erase(self, request: Request, handles: Sequence[str] = (), told: Told = lambda store: None) -> Receipt:
        """Forget the account of a request, and leave the receipt. Raises what the stores raise: then the request goes on waiting."""
        began, person, receipt = (
            time.monotonic(),
            self.person(request.platform, request.account, handles),
            self.begin(request),
        )
        receipts.save(receipt, self.folder)
        receipt.caught_up = self._catch_up(self.log.ends(list(RAW_TOPICS)), told)
        self.search(person, receipt, told)
        receipts.save(receipt, self.folder)
        for store in self.stores:
            told(f"removing from {store.name}")
            receipt.line(store.name, store.how.value).removed += store.remove(person, request)
            receipts.save(receipt, self.folder)
        for store in self.stores:
            told(f"searching {store.name} again")
            found, line = store.find(person), receipt.line(store.name, store.how.value)
            line.take(found)
            line.left = found.found
        receipt.tombstones = {f"{p.topic}/{p.number}": offset for p, offset in tombstones(self.log, request.id).items()}
        receipt.state = "done" if receipt.left == 0 else "left"
        receipt.finished_at, receipt.seconds = timestamp(self.now()), round(time.monotonic() - began, 2)
        receipts.save(receipt, self.folder)
        if receipt.state == "done":
            requests.close(self.log, request, person.stable, self.now())
        return receipt

    def _catch_up(self, ends: Mapping[Partition, int], told: Told) -> bool:
        """Wait until enrichment has committed what was collected before; whether it has."""
        told("waiting for enrichment")
        deadline = time.monotonic() + self.patience
        while True:
            committed = self.log.committed(ENRICH_GROUP, list(RAW_TOPICS))
            beginnings = self.log.beginnings(list(RAW_TOPICS))
            if all(max(committed.get(partition, 0), beginnings[partition]) >= end for partition, end in ends.items()):
                return True
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.5)
