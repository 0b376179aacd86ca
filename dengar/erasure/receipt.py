"""The receipt: what was searched, found and removed, and the second search. It names nobody: the account is its stable pseudonym.

One JSON file an erasure, `erasures/<id>.json` below DENGAR_STAGE, written after every step: one that is killed tells how far it came.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import orjson
from upath import UPath

from dengar.erasure import ErasureError
from dengar.erasure.requests import Request
from dengar.erasure.stores import Found, How
from dengar.records import timestamp
from dengar.whole_file import written_whole

_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


@dataclass
class Line:
    """One store. `left` is what the second search found, None before it. `through` and `gone_by` are those of the last search."""

    store: str
    how: str
    searched: int = 0
    found: int = 0
    removed: int = 0
    left: int | None = None
    gone_by: str | None = None
    through: dict[str, int] = field(default_factory=dict)
    note: str = ""

    def take(self, found: Found) -> None:
        """Note a search; what an earlier attempt found and removed is not found again, and stays counted."""
        self.found = max(self.found, self.removed + found.found)
        self.searched, self.through, self.note = found.searched, found.through, found.note
        self.gone_by = None if found.gone_by is None else timestamp(found.gone_by)


@dataclass
class Receipt:
    """`state`: running; done (the second search found 0 wherever something can be removed); left (it did not, the notes say why).

    `handles`: how many of the account were known; where none was, what only its handle names was not looked for. `caught_up`: enrichment
    was through with what had been collected when the request came, so nothing was on its way past the searches.
    """

    id: str
    platform: str
    account: str
    reason: str
    requested_at: str
    started_at: str
    state: str = "running"
    finished_at: str | None = None
    caught_up: bool = False
    handles: int = 0
    seconds: float | None = None
    lines: list[Line] = field(default_factory=list)
    tombstones: dict[str, int] = field(default_factory=dict)

    @property
    def left(self) -> int:
        """What the second search found where something could be removed."""
        return sum(line.left or 0 for line in self.lines if line.how not in (How.CLOCK, How.BY_HAND))

    def line(self, store: str, how: str) -> Line:
        """The line of a store, a new one where there is none."""
        for line in self.lines:
            if line.store == store:
                return line
        self.lines.append(Line(store, how))
        return self.lines[-1]

    @property
    def by_hand(self) -> list[Line]:
        """What only a person can remove."""
        return [line for line in self.lines if line.how == How.BY_HAND and line.left]

    @property
    def gone_by(self) -> str | None:
        """When the last clock has run out, None where no store waits for one."""
        return max((line.gone_by for line in self.lines if line.gone_by), default=None)

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self) | {"left": self.left, "gone_by": self.gone_by}


def begin(request: Request, account: str, now: datetime, folder: UPath) -> Receipt:
    """The receipt of a request that is being worked off; `account` is the stable pseudonym. One that was begun before is gone on with."""
    asked_at = timestamp(request.requested_at)
    receipt = Receipt(request.id, request.platform, account, request.reason, asked_at, timestamp(now))
    if (folder / f"{request.id}.json").exists():
        receipt.lines = load(request.id, folder).lines
    return receipt


def save(receipt: Receipt, folder: UPath) -> None:
    """Write it whole or not at all, where the storage can rename."""
    with written_whole(folder / f"{receipt.id}.json") as file:
        file.write(orjson.dumps(asdict(receipt), option=orjson.OPT_INDENT_2))


def load(identity: str, folder: UPath) -> Receipt:
    """Raises ErasureError where there is none."""
    path = folder / f"{identity}.json"
    if not _ID.fullmatch(identity) or not path.exists():
        raise ErasureError(f"There is no erasure {identity}: `dengar erase list` shows them.")
    body = orjson.loads(path.read_bytes())
    return Receipt(**body | {"lines": [Line(**line) for line in body["lines"]]})


def known(folder: UPath) -> list[Receipt]:
    """All receipts, the newest request first."""
    names = [path.stem for path in folder.glob("*.json")] if folder.exists() else []
    return sorted((load(name, folder) for name in names), key=lambda receipt: receipt.requested_at, reverse=True)
