"""Normalised text: what people meant to write, for search, display and features; the original stays beside it.

Characters first (mojibake, compatibility forms, look-alikes, invisible signs, emoji → words), then letters written apart, words
(digits for letters, lengthened letters, slang and abbreviations, doubled words, clitics), and what only the context decides.
Links, e-mail addresses, @accounts, #hashtags and placeholders such as [NIK] stay as written. A word that is changed comes out in
lower case, an unchanged one keeps its case. normalise(normalise(t)) == normalise(t); decision 0013 says why so.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dengar.enrich.normalise import characters, context, separators, word
from dengar.enrich.normalise.alignment import Edit, Normalised, apply
from dengar.enrich.normalise.lexicon import slang, words

__all__ = ["Edit", "Normalised", "normalise", "normalised", "plain", "preload"]

MAX_PASSES = 8
MAX_CACHED = 50_000
MAX_CACHED_LENGTH = 48

_PIECE = re.compile(r"\S+")
_BLANK = re.compile(r"[^\S\n\t ]+")
_TLD = "com|id|net|org|info|me|ly|co|io|xyz|site|online|link|top|vip|shop|club|tv|app|dev|be"
_VERBATIM = re.compile(
    rf"https?://\S+|www\.\S+|[\w.+%-]{{1,64}}@[\w-]+\.[\w.-]+|(?<![\w@./-])(?:[a-z0-9-]{{1,63}}\.){{1,10}}(?:{_TLD})(?![\w-])(?:[/?]\S*)?"
    r"|@?\[[^\W\d_]{2,20}\]|(?<!\w)[@＠][A-Za-z_][\w.]*|(?<!\w)[#＃][\w]+|&[a-z]+;",
    re.IGNORECASE,
)
_MARKS_OF_VERBATIM = re.compile(r"[@#＃＠\[&./]")
_REPEATED_SIGN = re.compile(r"([!?,~])\1{2,}|(\.\.\.)\.+")
_CORE = re.compile(r"[$]?[^\W_](?:[\w@$!|*€£'+./·•~-]*[\w$@])?")
_PART = re.compile(r"[$]?[^\W_][\w@$!|*€£'+]*[\w$@]|[^\W_]")
_INNER = re.compile(r"[._*|·•~/-]")
_LENGTHENED = re.compile(r"([^\W\d_])\1{2,}", re.IGNORECASE)

_Cache = dict[str, tuple[Edit, ...]]
_calm: _Cache = {}
_loud: _Cache = {}
_light: _Cache = {}


def normalise(text: str) -> str:
    """The normalised form of a (masked) text."""
    return _run(text, _stages)[0]


def normalised(text: str) -> Normalised:
    """The normalised form of a (masked) text with offsets both ways."""
    read, stages = _run(text, _stages)
    return Normalised(text, read, stages)


def plain(text: str) -> str:
    """The text with its characters cleaned and lengthened letters cut, but every word as it was chosen: for language and style."""
    return _run(text, _light_stages)[0]


def preload() -> None:
    """Load the word lists and tables now rather than with the first text."""
    normalise("pkai bnsos ｂ4ns0s а b.l.m d k")


_Stage = Callable[[str], list[Edit]]


def _run(text: str, stages: Callable[[str], tuple[_Stage, ...]]) -> tuple[str, list[list[Edit]]]:
    done: list[list[Edit]] = []
    for _ in range(MAX_PASSES):
        before = text
        for stage in stages(text):
            edits = stage(text)
            if edits:
                text = apply(text, edits)
                done.append(edits)
        if text == before:
            break
    return text, done


def _stages(text: str) -> tuple[_Stage, ...]:
    by_word = _shouted if text.isupper() else _spoken
    return (
        (separators.apart, by_word, context.in_context)
        if text.isascii()
        else (_characters, separators.apart, by_word, context.in_context)
    )


def _light_stages(text: str) -> tuple[_Stage, ...]:
    return (_shortened,) if text.isascii() else (_characters, _shortened)


def _characters(text: str) -> list[Edit]:
    edits = [Edit(m.start(), m.end(), " ") for m in _BLANK.finditer(text)]
    for match in _PIECE.finditer(text):
        if not match[0].isascii():
            at = match.start()
            for start, end, new in characters.clean(match[0]):
                edits.append(Edit(at + start, at + end, _spaced(text, at + start, at + end, new)))
    edits.sort()
    return edits


def _spaced(text: str, start: int, end: int, new: str) -> str:
    """A word for an emoji needs a blank only where there is none, and none at the ends of a text."""
    if new.startswith(" ") and (start == 0 or text[start - 1].isspace()):
        new = new[1:]
    if new.endswith(" ") and len(new) > 1 and (end == len(text) or text[end].isspace() or text[end] in ".,!?)"):
        new = new[:-1]
    return new


def _spoken(text: str) -> list[Edit]:
    return _pieces(text, _calm, _of_words_calm)


def _shouted(text: str) -> list[Edit]:
    return _pieces(text, _loud, _of_words_loud)


def _shortened(text: str) -> list[Edit]:
    return _pieces(text, _light, _of_lengthened)


def _pieces(text: str, cache: _Cache, read: Callable[[str], tuple[Edit, ...]]) -> list[Edit]:
    edits: list[Edit] = []
    for match in _PIECE.finditer(text):
        piece = match[0]
        found = cache.get(piece)
        if found is None:
            found = read(piece)
            if len(piece) <= MAX_CACHED_LENGTH:
                if len(cache) >= MAX_CACHED:
                    cache.clear()
                cache[piece] = found
        if found:
            at = match.start()
            edits += [Edit(at + start, at + end, new) for start, end, new in found]
    return edits


def _of_words_calm(piece: str) -> tuple[Edit, ...]:
    return _outside_verbatim(piece, lambda part: _words(part, False))


def _of_words_loud(piece: str) -> tuple[Edit, ...]:
    return _outside_verbatim(piece, lambda part: _words(part, True))


def _of_lengthened(piece: str) -> tuple[Edit, ...]:
    return _outside_verbatim(
        piece,
        lambda part: [
            *(Edit(m.start(), m.end(), word.cut(m[0])) for m in _PART.finditer(part) if _LENGTHENED.search(m[0])),
            *_cut_signs(part),
        ],
    )


def _outside_verbatim(piece: str, read: Callable[[str], list[Edit]]) -> tuple[Edit, ...]:
    if not _MARKS_OF_VERBATIM.search(piece):
        return _disjoint(read(piece))
    edits: list[Edit] = []
    position = 0
    for match in _VERBATIM.finditer(piece):
        edits += [Edit(position + s, position + e, n) for s, e, n in read(piece[position : match.start()])]
        position = match.end()
    edits += [Edit(position + s, position + e, n) for s, e, n in read(piece[position:])]
    return _disjoint(edits)


def _disjoint(edits: list[Edit]) -> tuple[Edit, ...]:
    """The edits in order, without those inside an edit before them (signs in a word that is replaced as a whole)."""
    kept: list[Edit] = []
    for edit in sorted(edits):
        if not kept or kept[-1].end <= edit.start:
            kept.append(edit)
    return tuple(kept)


def _cut_signs(part: str) -> list[Edit]:
    return [Edit(m.start(), m.end(), m[1] or m[2]) for m in _REPEATED_SIGN.finditer(part)]


def _words(part: str, shouting: bool) -> list[Edit]:
    edits = _cut_signs(part)
    for match in _CORE.finditer(part):
        core, at = match[0], match.start()
        dotted = slang().get(core.lower() + ".") if part[match.end() : match.end() + 1] == "." else None
        if dotted and part[match.end() : match.end() + 2] != "..":
            edits.append(Edit(at, match.end() + 1, dotted))
            continue
        if _INNER.search(core):
            if core.lower() in words():
                continue
            whole = slang().get(core.lower()) or separators.broken(core)
            if whole:
                edits.append(Edit(at, match.end(), whole))
                continue
            doubled = word.standard(core, shouting) if core[-1:] == "2" or "-2" in core else None
            if doubled:
                edits.append(Edit(at, match.end(), doubled))
                continue
            for inner in _PART.finditer(core):
                read = _standard(inner[0], shouting)
                if read is not None:
                    edits.append(Edit(at + inner.start(), at + inner.end(), read))
            continue
        read = _standard(core, shouting)
        if read is not None:
            edits.append(Edit(at, match.end(), read))
    return edits


def _standard(core: str, shouting: bool) -> str | None:
    read = word.standard(core, shouting)
    return None if read == core else read
