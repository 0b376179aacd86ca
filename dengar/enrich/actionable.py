"""Whether somebody has to look at a mention: the one rule, for the machine's judgements and for people's.

Source: docs/label-guide.md (the first four intents) and the design's definition of *actionable*.
"""

from __future__ import annotations

ACTIONABLE_INTENTS = frozenset({"complaint", "question", "request", "report"})
# Not one of the registers: `unknown` is an author whom the platform withholds, who may be anybody.
_PUBLIC = frozenset({"public", "unknown"})


def asks_for_action(intent: str | None) -> bool:
    """Whether an intent is one of the four that have a category: complaint, question, request, report."""
    return intent in ACTIONABLE_INTENTS


def actionable(intent: str | None, author_role: str, spam: str | None) -> bool | None:
    """Whether somebody has to look: an intent that asks for action, by nobody of the registers, and no spam.

    All three are labels (`complaint`, `public`, `none`); a null `spam` was not judged and counts as none. Null where `intent` is.
    """
    if intent is None:
        return None
    return asks_for_action(intent) and author_role in _PUBLIC and spam in (None, "none")
