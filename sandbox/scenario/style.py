"""Make a clean sentence look as people type it: short forms, dropped punctuation, stretched vowels, look-alikes.

Words that carry a digit, a tag, an address or a handle are left alone, so that numbers in a text stay what they are.
"""

from __future__ import annotations

import re
from random import Random
from typing import Any

_VOWEL_END = re.compile(r"([aiueo])(\W*)$")
_KEEP = re.compile(r"[\d#@/]|\.example")


def informal(text: str, style: dict[str, Any], random: Random, strength: float) -> str:
    """An informal variation of `text`; `strength` between 0 and 1 is how far its writer strays from the dictionary."""
    words = []
    for original in text.split(" "):
        word, core = original, original.strip(".,!?").lower()
        if _KEEP.search(word):
            words.append(word)
            continue
        if core in style["short"] and random.random() < strength:
            word = original.lower().replace(core, random.choice(style["short"][core]))
        elif core in style["obfuscated"] and random.random() < strength * 0.5:
            word = original.lower().replace(core, random.choice(style["obfuscated"][core]))
        words.append(word)
    result = " ".join(words)
    dice = random.random()
    if dice < 0.45 * strength:
        result = result.lower().replace(",", "").rstrip(".")
    elif dice < 0.52 * strength:
        result = result.upper()
    if random.random() < 0.22 * strength:
        result = _VOWEL_END.sub(lambda match: match[1] * random.randint(3, 5) + match[2], result)
    if random.random() < 0.2:
        result += random.choice(["!!", "???", "...", " hehe", " huhu", "!"])
    return result


def decorate(text: str, sentiment: str, style: dict[str, Any], random: Random, share: float) -> str:
    """Add an emoji to a share of the texts."""
    if random.random() >= share:
        return text
    return f"{text} {random.choice(style['emoji'][sentiment])}".rstrip()
