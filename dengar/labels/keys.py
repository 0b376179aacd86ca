"""Labelling at the keyboard: one key a label.

Enter takes the machine's label as right (which is a decision too: it counts in the agreement), space leaves the field open, tab goes to
the next mention, escape ends: every letter may be a label's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum

from dengar.enrich.actionable import asks_for_action
from dengar.labels import Mention
from dengar.labels.decisions import choices
from dengar.labels.render import machines_labels

LANGUAGES = ("id", "jv", "su", "min", "en")

ReadKey = Callable[[], str]
Say = Callable[[str], None]


class Ended(Enum):
    """Why the questions about a mention ended before all were asked."""

    NEXT = "next"
    QUIT = "quit"


def keys(labels: Sequence[str]) -> dict[str, str]:
    """key → label: of each label the first letter or digit that no earlier one took. Raises ValueError where one has none left."""
    taken: dict[str, str] = {}
    for label in labels:
        free = [letter for letter in (*label, *"0123456789") if letter.isalnum() and letter not in taken]
        if not free:
            raise ValueError(f"there is no key left for {label}")
        taken[free[0]] = label
    return taken


def prompt(field: str, labels: dict[str, str], machine: str | None) -> str:
    """`intent: [c]omplaint [q]uestion … · enter = complaint`."""
    shown = " ".join(_marked(label, key) for key, label in labels.items())
    return f"{field}: {shown} · " + (f"enter = {machine}, " if machine else "") + "space = leave open"


def ask(mention: Mention, fields: Sequence[str], read_key: ReadKey, say: Say) -> tuple[dict[str, str], Ended | None]:
    """Ask for the `fields` of a mention: what was decided, and why it ended early (None where it did not).

    A category is only asked for where the intent, as decided or else as the machine has it, asks for action.
    """
    machine, decided = machines_labels(mention), dict[str, str]()
    for field in fields:
        if field == "category" and not asks_for_action(decided.get("intent", machine.get("intent"))):
            continue
        options = keys(LANGUAGES if field == "language" else choices()[field])
        say(prompt(field, options, machine.get(field)))
        while True:
            key = read_key()
            if key in ("\x1b", "\x03", "\x04", ""):
                return decided, Ended.QUIT
            if key == "\t":
                return decided, Ended.NEXT
            if key == " ":
                break
            if key in ("\r", "\n") and field in machine:
                decided[field] = machine[field]
                break
            if key.lower() in options:
                decided[field] = options[key.lower()]
                break
            say("No label has that key. Tab goes to the next mention, escape ends.")
    return decided, None


def _marked(label: str, key: str) -> str:
    before, found, after = label.partition(key)
    return f"{before}[{key}]{after}" if found else f"[{key}] {label}"
