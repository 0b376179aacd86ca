"""A conversation: the turns of one thread and what the desk decided about it, folded from records in any order.

`Conversation` is the state that is kept: turns by id and the desk's record. `fold` adds a record of topic `mentions`, `decided` one of
topic `desk-actions`; both give the same for any order and any number of repeats. What it means at a moment: dengar.responses.state.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dengar.responses.actions import DeskRecord, merge_actions
from dengar.responses.turn import Turn, conversation_of, is_known, merge, takes_part, turn_of


@dataclass(slots=True)
class Conversation:
    """`id` as in conversation_of; `turns` by the mention's id; `desk` is None where nobody decided anything."""

    id: str
    platform: str
    post_id: str
    turns: dict[str, Turn] = field(default_factory=dict)
    desk: DeskRecord | None = None

    def ordered(self) -> list[Turn]:
        """The turns that are known, by the platform's time and then by id."""
        return sorted(
            (turn for turn in self.turns.values() if is_known(turn)), key=lambda turn: (turn["at"], turn["id"])
        )


def fold(held: dict[str, Conversation], record: dict[str, Any], *, owner: str | None = None) -> str | None:
    """Fold one mention or deletion into the conversations held, by id; the id it changed, None where it belongs to none.

    `owner` is the conversation of a deletion that does not name its own.
    """
    identity = owner or conversation_of(record)
    if identity is None or not takes_part(record):
        return None
    one = held.get(identity)
    if one is None:
        one = held[identity] = Conversation(identity, record["platform"], record["post_id"])
    return identity if _told(one, turn_of(record)) else None


def decided(held: dict[str, Conversation], desk: DeskRecord) -> str:
    """Fold what the desk decided; the id of its conversation."""
    one = held.get(desk["id"])
    if one is None:
        one = held[desk["id"]] = Conversation(desk["id"], desk["platform"], desk["post_id"])
    one.desk = merge_actions(one.desk, desk)
    return one.id


def _told(one: Conversation, turn: Turn) -> bool:
    before = one.turns.get(turn["id"])
    after = merge(before, turn)
    one.turns[turn["id"]] = after
    return before != after
