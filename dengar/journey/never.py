"""Why something was never collected: the likely reasons, the likeliest first, a sentence each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dengar.journey.gather import Journey
from dengar.obtainable import ObtainableError, access
from dengar.records import JAKARTA
from dengar.registers import Registers

_SIGNAL = {
    "video": "post", "media": "post", "story": "story", "comment": "comment", "chat": "live_chat", "message": "message",
}  # fmt: skip
_GAPS = {
    "live_chat_missed": "the live chat ran while the quota was spent; it cannot be read afterwards",
    "story_expired": "the story was gone before its insights were read",
    "stories_unseen": "stories were not asked for within their 24 hours",
    "hashtag_budget": "the budget of 30 hashtags in 7 days was spent",
    "search_pages_left": "a search had more pages than the quota allows",
    "parked": "a walk kept failing there and was put aside",
}


def reasons(journey: Journey, registers: Registers) -> list[str]:
    """Likely reasons for a journey that found nothing."""
    told = [
        *_on_its_way(journey),
        *_gaps(journey),
        *_post(journey),
        *_obtainable(journey),
        *_failing(journey),
        *_watched(journey, registers),
        *_before(journey),
    ]
    return told or ["Nothing that dengar keeps tells why."]


def _on_its_way(journey: Journey) -> list[str]:
    if not journey.listeners.known:
        return []
    return [
        "A listener did publish it once, but the journal and the topics hold nothing of it any more: raw records are kept for 30 days, and "
        "the journal until somebody removes it."
    ]


def _gaps(journey: Journey) -> list[str]:
    """Gaps at this very item or post first; then those of its platform, which may have swallowed it."""
    wanted = {*journey.asked.ids, journey.asked.post_id, journey.id}
    own = [gap for gap in journey.listeners.gaps if gap[1] in wanted]
    near = [gap for gap in journey.listeners.gaps if gap[1] not in wanted][:3]
    return [f"{_gap(*gap)}" for gap in own] + [f"It may lie in a gap: {_gap(*gap)}" for gap in near]


def _gap(source: str, subject: str, reason: str, row: dict[str, Any]) -> str:
    between = " to ".join(_when(row[name]) for name in ("since", "until") if row.get(name))
    return f"{source} recorded a gap at {subject}: {_GAPS.get(reason, reason)}{f' ({between})' if between else ''}."


def _post(journey: Journey) -> list[str]:
    post = journey.asked.post_id
    if journey.post is None:
        if post is None or post in journey.asked.ids:
            return []
        return [f"Its post {post} was never collected either: the account is probably not listened to."]
    if journey.post.get("deleted"):
        return [f"Its post {journey.post['id']} is known and deleted: what was said under it is not read any more."]
    via = journey.post["collected"]["via"]
    told = f"Its post {journey.post['id']} is known (by {via}), so the account is listened to."
    behind = journey.listeners.behind.get(journey.post["id"])
    if behind is not None:
        told += f" The platform reports {behind[0]} comments there, dengar holds {behind[1]}: some are held back, hidden, or not read yet."
    else:
        told += " The comment may be too new for the last round, deleted before it was read, held back by the platform, or hidden."
    return [told]


def _obtainable(journey: Journey) -> list[str]:
    platform, kind = journey.asked.platform, _kind(journey)
    if platform is None or kind not in _SIGNAL:
        return []
    try:
        cells = [access(_SIGNAL[kind], platform, path) for path in ("public", "owner", "partner")]
    except ObtainableError:
        return []
    refused = {cell.reason for cell in cells if not cell.obtainable}
    if all(not cell.obtainable for cell in cells):
        return [f"It cannot be had: {'; '.join(sorted(str(reason) for reason in refused))} (docs/obtainable.md)."]
    if not cells[0].obtainable:
        return [f"Of an account that is not ours it cannot be had: {cells[0].reason} (docs/obtainable.md)."]
    return []


def _kind(journey: Journey) -> str | None:
    if journey.asked.ids:
        return journey.asked.ids[0].split(":")[1]
    return "media" if journey.asked.shortcode else None


def _failing(journey: Journey) -> list[str]:
    return [f"Source {source} fails: {error}" for source, error in sorted(journey.listeners.failing.items())]


def _watched(journey: Journey, registers: Registers) -> list[str]:
    platform = journey.asked.platform
    if platform is None:
        return []
    handles = [account.handle for account in registers.own(platform)]
    shown = ", ".join(f"@{handle}" for handle in handles[:5]) or "none"
    more = f" and {len(handles) - 5} more" if len(handles) > 5 else ""
    if not journey.listeners.sources:
        return [f"No listener of {platform} ever succeeded here: `dengar listen status`."]
    return [
        f"Listened to on {platform} are our own accounts ({shown}{more}), those of the registers, what names us, and what searches and "
        "hashtags find: another account's posts are not collected (infra/registers/accounts.yaml)."
    ]


def _before(journey: Journey) -> list[str]:
    if journey.first_at is None:
        return ["The journal is empty: nothing was ever collected here."]
    return [
        f"dengar has listened here since {_when(journey.first_at)}: what was said earlier is there only where history was walked with "
        "`--since`."
    ]


def _when(moment: str | datetime) -> str:
    aware = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return aware.astimezone(JAKARTA).strftime("%Y-%m-%d %H:%M WIB")


def first_lines(told: Sequence[str], most: int = 6) -> list[str]:
    """So many reasons that a person reads them."""
    return list(told[:most])
