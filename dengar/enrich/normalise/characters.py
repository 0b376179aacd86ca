"""One piece of text without blanks, character by character: mojibake, compatibility forms, invisible signs, look-alikes, emoji.

A word's look-alikes (Cyrillic а in "сair") are read as Latin only where the whole word then is plain ASCII: words of another
script stay. Data: Unicode confusables through confusable-homoglyphs 3.3.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from dengar.enrich.normalise.alignment import Edit
from dengar.enrich.normalise.lexicon import emoji, weight

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff"
)
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
# UTF-8 read as Latin-1 or Windows-1252: a lead byte's letter and then continuation bytes' letters.
_MOJIBAKE = re.compile(r"[ÃÂâãåðŸï][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_TONES = "\U0001f3fb-\U0001f3ff"
# What is read as one sign: a letter with its marks; conjoining Hangul; a pair or a row of regional letters; anything else alone.
_CLUSTER = re.compile(rf"[\u1100-\u11ff]+|[\U0001f1e6-\U0001f1ff]+|(?s:.)[{_MARKS}{INVISIBLE}{_TONES}]*")
_WORD = re.compile(r"[^\W_]+(?:[.\-_*@$!|€£/·•][^\W_]+)*")
_MARK = re.compile(f"[{_MARKS}]")
_SIGNS = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-"}
)
_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True))
_STROKES = dict(zip("øđłħŧɨɑɡıƀȼɇɉꝁꝑɍȾⱥɐǝɹʇʌʍɯɥʞ", "odlhtiagibcejkprtaaertvwmhk", strict=True))
FLAG_INDONESIA = "\U0001f1ee\U0001f1e9"


@cache
def look_alikes() -> dict[int, str]:
    """Code point → the Latin letter it looks like; for str.translate."""
    from confusable_homoglyphs.confusables import confusables_data

    table: dict[int, str] = {}
    for character, forms in confusables_data.items():
        if len(character) == 1 and not character.isascii() and character.isalpha():
            latin = next((f["c"] for f in forms if len(f["c"]) == 1 and f["c"].isascii() and f["c"].isalpha()), None)
            if latin:
                table[ord(character)] = latin
    for own in (_SMALL_CAPITALS, _STROKES):
        table |= {ord(character): latin for character, latin in own.items()}
    # Squared, circled, negative and regional capitals have no compatibility form in Unicode, bracketed ones an awkward one.
    for base in (0x1F110, 0x1F130, 0x1F150, 0x1F170, 0x1F1E6):
        table |= {base + i: chr(65 + i) for i in range(26)}
    return table | {0x249C + i: chr(97 + i) for i in range(26)}


@lru_cache(maxsize=16_384)
def _sign(cluster: str) -> str:
    """What one sign is read as; may be empty."""
    if cluster.isascii():
        return cluster
    meaning = emoji().get(_bare(cluster))
    if meaning:
        return f" {meaning} "
    if "\U0001f1e6" <= cluster[0] <= "\U0001f1ff":
        return (
            " indonesia "
            if cluster == FLAG_INDONESIA
            else cluster.translate(look_alikes())
            if len(cluster) > 2
            else cluster
        )
    if cluster[0] in "\U0001f18e" or 0x249C <= ord(cluster[0]) <= 0x24B5 or 0x1F110 <= ord(cluster[0]) <= 0x1F189:
        return cluster[0].translate(look_alikes())
    read = _INVISIBLE.sub("", unicodedata.normalize("NFKC", cluster)).translate(_SIGNS)
    if len(read) > 1 and read[0].isascii():
        read = _MARK.sub("", read)
    # Stacked marks ("zalgo") say nothing; one mark may be a letter's own.
    return re.sub(f"([{_MARKS}])[{_MARKS}]+", r"\1", read)


def _bare(cluster: str) -> str:
    return re.sub(f"[{INVISIBLE}{_TONES}]", "", cluster)


def _latin(word: str) -> str:
    """A word in Latin letters if all of it can be read so; words with accents only if what is left is a known word."""
    read = word.translate(look_alikes())
    if read.isascii():
        return read
    folded = _MARK.sub("", unicodedata.normalize("NFD", read))
    if folded.isascii() and (weight(folded.lower()) or sum(not c.isascii() for c in read) > 1):
        return folded
    return word


MAX_CACHED_LENGTH = 48


def clean(piece: str) -> tuple[Edit, ...]:
    """Edits of a piece of text that holds something beyond ASCII. A replaced emoji is set between blanks."""
    return _cleaned(piece) if len(piece) <= MAX_CACHED_LENGTH else _cleaned.__wrapped__(piece)


@lru_cache(maxsize=32_768)
def _cleaned(piece: str) -> tuple[Edit, ...]:
    edits: list[Edit] = []
    if _MOJIBAKE.search(piece):
        from ftfy import fix_encoding

        fixed = fix_encoding(piece)
        if fixed != piece:
            return (Edit(0, len(piece), fixed),)
    last = ""
    for match in _CLUSTER.finditer(piece):
        cluster = match[0]
        read = _sign(cluster)
        if read != cluster:
            if read.startswith(" ") and read == last and edits[-1].end == match.start():
                # The same emoji again and again says it once.
                edits[-1] = edits[-1]._replace(end=match.end())
                continue
            edits.append(Edit(match.start(), match.end(), read))
        last = read
    if edits:
        return tuple(edits)
    for match in _WORD.finditer(piece):
        if not match[0].isascii():
            read = _latin(match[0])
            if read != match[0]:
                edits.append(Edit(match.start(), match.end(), read))
    return tuple(edits)
