"""A receipt as people read it: Jakarta time, one line a store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from dengar.erasure.acks import Standing
from dengar.erasure.receipt import Line, Receipt
from dengar.records import JAKARTA


def shown(receipt: Receipt, subscribers: Sequence[Standing], beginnings: Mapping[str, int]) -> Iterator[RenderableType]:
    """A table of the stores, one of the subscribers, and the sentences that matter. `beginnings`: `topic/partition` → first offset kept."""
    table = Table(title=f"Erasure {receipt.id} · {receipt.platform} {receipt.account}", title_justify="left")
    for column in ("store", "how", "searched", "found", "removed", "left", "gone by", "note"):
        table.add_column(column, justify="right" if column in ("searched", "found", "removed", "left") else "left")
    for line in receipt.lines:
        left = "–" if line.left is None else str(line.left)
        table.add_row(
            line.store,
            line.how,
            str(line.searched),
            str(line.found),
            str(line.removed),
            left,
            _clock(line, beginnings),
            line.note,
        )
    yield table
    if receipt.tombstones:
        owing = Table(title="Subscribers", title_justify="left")
        for column in ("subscriber", "acknowledged", "owes", "copies removed", "last"):
            owing.add_column(column)
        for one in subscribers:
            owing.add_row(
                one.subscriber, _numbers(one.acknowledged), _numbers(one.owed), str(one.removed), _when(one.last_at)
            )
        yield owing if subscribers else "No subscriber is known to the broker."
    yield _sentence(receipt)


def listing(receipts: Sequence[Receipt]) -> Table:
    """One line an erasure."""
    table = Table()
    for column in ("id", "platform", "account", "reason", "requested", "state", "found", "last clock"):
        table.add_column(column)
    for receipt in receipts:
        found = sum(line.found for line in receipt.lines)
        table.add_row(
            receipt.id, receipt.platform, receipt.account, receipt.reason, _when(receipt.requested_at), receipt.state,
            str(found), _when(receipt.gone_by),
        )  # fmt: skip
    return table


def standing_row(one: Standing) -> dict[str, Any]:
    """JSON-able."""
    return {
        "subscriber": one.subscriber,
        "acknowledged": list(one.acknowledged),
        "owed": list(one.owed),
        "removed": one.removed,
        "last_at": one.last_at,
    }


def _clock(line: Line, beginnings: Mapping[str, int]) -> str:
    if line.through and all(beginnings.get(place, 0) > last for place, last in line.through.items()):
        return "gone"
    return _when(line.gone_by)


def _sentence(receipt: Receipt) -> str:
    unknown = "" if receipt.handles else " No raw record told its handle: if you know one, name it with --handle."
    if receipt.state == "dry run":
        return f"Dry run: nothing was asked for and nothing removed.{unknown}"
    if receipt.state == "running":
        return "It was stopped half-way: run the same command again."
    told = (
        f"Done in {receipt.seconds} s."
        if receipt.state == "done"
        else f"{receipt.left} left: run the same command again."
    )
    if not receipt.caught_up:
        told += " Enrichment was behind: run it again when `dengar status` shows no lag."
    if receipt.by_hand:
        told += " By hand: " + "; ".join(line.note for line in receipt.by_hand) + "."
    return told + unknown


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) or "–"


def _when(moment: str | None) -> str:
    if moment is None:
        return "–"
    return datetime.fromisoformat(moment).astimezone(JAKARTA).strftime("%Y-%m-%d %H:%M WIB")
