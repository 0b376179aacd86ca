"""What people paste: record ids, raw positions, and the platforms' own addresses.

An Instagram address carries a shortcode, from which the API's media id cannot be computed: the post is looked up by its address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

_RECORD = re.compile(r"(?:yt|ig):[a-z_]+:\S+")
_POSITION = re.compile(r"[a-z][a-z.\-]*/\d+/\d+")
_CODE = re.compile(r"[A-Za-z0-9_.\-]{3,256}")
_PLATFORM = {"yt": "youtube", "ig": "instagram"}


class NotAnIdError(ValueError):
    """The text is neither an id nor an address that dengar knows; the message shows the forms."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`ids`: record ids that it names, the likeliest first. `post_id` and `shortcode`: the post it belongs to, where the address tells.

    `position`: a raw coordinate, in place of ids. `notes`: what the address cannot tell, a sentence each.
    """

    text: str
    platform: str | None = None
    ids: tuple[str, ...] = ()
    post_id: str | None = None
    shortcode: str | None = None
    position: str | None = None
    notes: tuple[str, ...] = ()


def read(text: str) -> Asked:
    """What `text` asks for. Raises NotAnIdError."""
    asked = text.strip()
    if _RECORD.fullmatch(asked) and len(asked) <= 256:
        return Asked(asked, _PLATFORM[asked[:2]], (asked,))
    if _POSITION.fullmatch(asked):
        return Asked(asked, position=asked)
    try:
        parts = urlsplit(asked if "://" in asked else f"https://{asked}")
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        host = ""
    steps = [step for step in parts.path.split("/") if step] if host else []
    found = None
    if host in ("youtube.com", "youtube-nocookie.com", "music.youtube.com", "youtu.be"):
        found = _youtube(asked, host, steps, {name: values[0] for name, values in parse_qs(parts.query).items()})
    elif host in ("instagram.com", "instagr.am"):
        found = _instagram(asked, steps)
    if found is None:
        raise NotAnIdError(
            f"{text!r} is no id that dengar knows: give a mention's id (yt:comment:Ugx…), a raw position (raw.youtube/1/42), or the "
            "address of a video, a comment (…&lc=…), a post or a reel."
        )
    return found


def _youtube(text: str, host: str, steps: list[str], query: dict[str, str]) -> Asked | None:
    if host == "youtu.be":
        video = steps[0] if steps else ""
    elif steps[:1] == ["watch"]:
        video = query.get("v", "")
    else:
        video = steps[1] if len(steps) > 1 and steps[0] in ("shorts", "live", "embed", "v") else ""
    comment = query.get("lc", "")
    if not _CODE.fullmatch(video) or (comment and not _CODE.fullmatch(comment)):
        return None
    post = f"yt:video:{video}"
    return Asked(text, "youtube", (f"yt:comment:{comment}",) if comment else (post,), post)


def _instagram(text: str, steps: list[str]) -> Asked | None:
    if steps[:1] == ["stories"]:
        return Asked(
            text,
            "instagram",
            notes=(
                "A story's address carries a number of Instagram's own apps, which the API never gives: look for it by search.",
            ),
        )
    kinds = ("p", "reel", "reels", "tv")
    place = next((number for number, step in enumerate(steps[:2]) if step in kinds), None)
    if place is None or len(steps) <= place + 1 or not _CODE.fullmatch(steps[place + 1]):
        return None
    rest = steps[place + 2 :]
    if rest[:1] == ["c"] and len(rest) > 1 and rest[1].isdigit():
        comment = rest[3] if rest[2:3] == ["r"] and len(rest) > 3 and rest[3].isdigit() else rest[1]
        return Asked(
            text,
            "instagram",
            (f"ig:comment:{comment}",),
            shortcode=steps[place + 1],
            notes=(
                "Instagram's address of a comment carries a number of its own apps, from which the API's id cannot be computed: "
                "they are often the same, and it was looked up as if they were.",
            ),
        )
    return Asked(text, "instagram", shortcode=steps[place + 1])
