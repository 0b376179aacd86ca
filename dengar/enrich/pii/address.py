"""Addresses: street, lane, estate, hamlet, RT/RW, house number, village, district, regency, province, postal code in one chain.

The span runs from the first part to the last one that belongs to it. A region alone ("di Bandung", "Desa Sukamaju Kecamatan Cibadak") is
no personal data, nor is a street without a house; both are where a text says that somebody lives there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from dengar.enrich.pii.lexicon import listed, names, ordinary, region_forms
from dengar.enrich.pii.span import Found
from dengar.enrich.pii.view import View

_NUMBER_PARTS = {
    "rt": r"rt\s?/\s?rw\.?\s?:?\s?\d{1,3}\s?[/\-,. ]\s?\d{1,3}|rt\s?rw\.?\s?:?\s?\d{1,3}\s?[/\-]\s?\d{1,3}"
    r"|rt\.?\s?:?\s?\d{1,3}(?:\s?[/,\-]?\s?(?:rw|rk)\.?\s?:?\s?\d{1,3}|\s?/\s?\d{1,3})?|rw\.?\s?:?\s?\d{1,3}",
    "block": r"(?:blok|blk|block)\.?\s?(?:[a-z]{1,2}\s?[-/.]?\s?\d{0,3}(?:\s?[-/]\s?\d{1,3})?"
    r"|\d{1,3}\s?[a-z]?)(?:\s?(?:nomor|no)\.?\s?\d{1,4}[a-z]?)?(?![a-z0-9])",
    "no": r"(?:no|nomor|nmr"
    r"|nomer)\.?\s?:?\s?\d{1,4}(?:\s?[a-z](?![a-z]))?(?:\s?[/\-]\s?\d{1,4}[a-z]?)?(?![a-z0-9])"
    r"|kav(?:ling)?\.?\s?[a-z]?\d{1,3}|(?:lt|lantai|unit|kamar)\.?\s?\d{1,3}|km\.?\s?\d{1,3}(?:[.,]\d)?",
    "postal": r"(?:kode ?pos|kodepos)\W{0,2}\d{5}(?!\d)|\d{5}(?![\d.,])",
}
_NAMED_PARTS = {
    "street": r"(?:jln|jl|jalan|jalann)(?:\.|\b)",
    "lane": r"(?:gg|gang|lrg|lr|lorong)(?:\.|\b)",
    "estate": r"(?:perumahan|perumnas|perum|komplek|kompleks|komp|kpr|griya|cluster|apartemen|apartment"
    r"|apt|rusunawa|rusun|asrama|puri|villa|pondok|kost?|kontrakan)(?:\.|\b)",
    "hamlet": r"(?:kampung|kmpung|kmp|kp|dusun|dsn|pedukuhan|padukuhan|dukuh|dkh|dk|lingkungan|lingk"
    r"|link|jorong|banjar|br|kampong|rk|blok(?=\s[a-z]{3,12}\s(?:rt|rw|no|desa|ds)\b))(?:\.|\b)",
    "village": r"(?:desa|ds|kelurahan|kel|nagari|gampong|pekon|des)(?:\.|\b)(?:/kel(?:urahan)?\b\.?)?",
    "district": r"(?:kecamatan|kec|kcmtn|distrik|kapanewon)(?:\.|\b)",
    "regency": r"(?:kabupaten|kab|kota|kodya)(?:\.|\b)",
    "province": r"(?:provinsi|propinsi|prov|prop)(?:\.|\b)",
}
_PART = re.compile(
    r"(?<![a-z0-9])(?:"
    + "|".join(f"(?P<{kind}>{form})" for kind, form in {**_NUMBER_PARTS, **_NAMED_PARTS}.items())
    + ")"
)
_START = re.compile(
    r"(?<![a-z0-9@#/.])(?:" + "|".join(["rt", "rw", "blok", "blk", *(form for form in _NAMED_PARTS.values())]) + r")"
)
_HINT = re.compile(
    r"jl|jalan|gg|gang|rt|rw|perum|komp|blok|kp|kamp|dusun|dsn|duku|desa|ds|kel|kec|lingk|alamat|almt"
    r"|domisili|kmp|griya|asrama|rusun|dk\b|jorong|banjar|nagari|kos"
)
_GAP = re.compile(r"[ \t]*[,./;\-|]?[ \t]*(?:\n[ \t]*)?(?=\S)")
_TOKEN = re.compile(r"[^\W_](?:[^\W_]|['’.\-](?=[^\W_]))*")
_LABEL = re.compile(
    r"(?<![a-z])(?:(?:alamat|almt|alamt|almat|domisili|dom)(?:\s?(?:saya|sy|lengkap|rumah|kami|ktp"
    r"|sesuai ktp|domisili|tinggal|penerima|pelapor|sekarang|skrg|asal|di|nya|nenek|ibu|bapak|orang tua"
    r"|ortu|beliau|dia|tempat tinggal))*\s?(?:adalah|yaitu)?\s?[:=]?\s*"
    r"|(?:tempat\s)?(?:tinggal|tggl|tingal|bertempat tinggal|domisili|berdomisili|ngontrak|menetap|bumi"
    r"|dalem|griyo|omah)(?:nya|\s(?:saya|sy|kami|abdi|kulo))?\s(?:di|d|ning|ing|wonten|teh di)\s"
    r"|rumah(?:nya|ku|\s(?:saya|sy|kami|nenek|ibu|orang ?tua|ortu|beliau|mbah)(?:\ssaya)?)?\s(?:di|d"
    r"|ada di|beralamat di)\s|kirim(?:kan)? ke\s(?=jl|jalan|kp|gg|rt|perum|ds|dsn))\Z"
)
_FIELD = re.compile(
    r"(?<![a-z])(?:alamat|almt|alamt|domisili)(?:\s(?:saya|sy|lengkap|rumah|ktp|sesuai ktp|domisili"
    r"|tinggal|penerima|pelapor|kami|asal))*\s?[:=]\s*"
)
_OWN = re.compile(r"\b(?:saya|sy|kami|rumah\w*|tinggal|tggl|ktp|domisili|ngontrak|bumi|griyo|omah|abdi|kulo)\b")
_TAIL_NUMBER = re.compile(
    r"\s(?:no\.?\s?)?\d{1,3}(?:[a-z]|\s[a-z](?=\s(?:rt|rw|kel|kec|ds|desa)))?(?:/\d{1,3})?(?![\d.,]|\s?(?:jam|menit|km|meter|hari|bulan|bln|tahun"
    r"|thn|orang|kk|juta|jt|rb|ribu|kali|x|unit|kg|lantai|anak|warga|(?:rt|rw)(?!\.?\s?\d)))\b"
)
_SOON = re.compile(r"(?:[a-z]+\s){1,3}(?:rt|rw|no|blok)\.?\s?\d")
_COUNTED = frozenset({"satu", "dua", "tiga", "empat", "lima", "enam"})
_BEFORE_POSTAL = frozenset({"village", "district", "regency", "region", "province", "street", "rt"})
_REGION_WORDS = tuple(re.compile(rf"[^\W\d_]+(?:[ \t][^\W\d_]+){{{more}}}(?![^\W\d_])") for more in (2, 1, 0))
_INDENT, _BLANK = re.compile(r"[ \t]*:?[ \t]*"), re.compile(r"[ \t]{1,2}(?=[^\W_])")
_COMMA, _SLASHED = re.compile(r"[ \t]*,?[ \t]*"), re.compile(r"\d{1,3}\s?/\s?\d{1,3}(?!\d)")
_BARE = re.compile(r"(?:[^\W\d_]+ ){0,2}[^\W\d_]+,? (?=[^\W\d_])")
MAX_NAME = 4
FINE = frozenset({"house", "street", "lane", "estate", "hamlet", "rt", "block", "no"})


class Part(NamedTuple):
    """One part of an address at [start, end). `house`: a street or lane with a number that goes without "No."."""

    kind: str
    start: int
    end: int


def detect(view: View) -> Iterator[Found]:
    """Addresses of the text."""
    lower = view.lower
    if not _HINT.search(lower):
        return
    position = 0
    for field in _FIELD.finditer(lower):
        found = _after_field(view, field.end())
        if found:
            yield found
    for match in _START.finditer(lower):
        if match.start() < position:
            continue
        parts = _chain(view, match.start())
        if not parts:
            continue
        position = parts[-1].end
        label = _LABEL.search(lower[max(0, match.start() - 60) : match.start()])
        labelled = label is not None and (_OWN.search(label[0]) is not None or not _of_office(view, match.start()))
        if _is_address(view, parts, labelled):
            yield Found("address", parts[0].start, parts[-1].end, 0.92 if labelled else 0.88)


def _is_address(view: View, parts: list[Part], labelled: bool) -> bool:
    kinds = {part.kind for part in parts}
    if labelled:
        return bool(kinds & FINE) or len(kinds & {"village", "district", "regency"}) > 1 or "village" in kinds
    if _of_office(view, parts[0].start):
        return False
    housed = bool(kinds & {"rt", "no", "block", "house"})
    named = kinds & {"house", "street", "lane", "estate", "hamlet"}
    if named and housed:
        return True
    if len(named) > 1:
        return True
    if ("hamlet" in named and "village" in kinds) or ("lane" in named and kinds & {"village", "district"}):
        return True
    if "street" in named and kinds & {"village"} and kinds & {"district", "regency", "postal", "region"}:
        return True
    return "rt" in kinds and bool(kinds & {"village", "district"}) and (_full(view, parts) or len(kinds) > 2)


def _full(view: View, parts: list[Part]) -> bool:
    """Whether RT and RW are both told."""
    rt = [view.lower[part.start : part.end] for part in parts if part.kind == "rt"]
    return sum(bool(re.search(r"rt", text)) + bool(re.search(r"rw|/", text)) for text in rt) > 1


def _of_office(view: View, start: int) -> bool:
    """Whether the words right before speak of an institution: "kantor Kemensos di …"."""
    before = view.lower[max(0, start - 48) : start]
    line = re.split(r"[\n.!?;]\s", before)[-1]
    words = [m[0] for m in _TOKEN.finditer(line)]
    return any(
        word in listed("office") and not (at and words[at - 1] in listed("beside")) for at, word in enumerate(words)
    )


def _after_field(view: View, start: int) -> Found | None:
    """What stands behind "Alamat:" up to the last part of its line, where it begins with a name rather than with "Jl." and the like."""
    if _START.match(view.lower, start):
        return None
    token = _TOKEN.match(view.text, start)
    words = 0
    position = start
    while token and words < 4:
        parts = _chain(view, position)
        if (
            words
            and parts
            and {part.kind for part in parts} & {"rt", "no", "block", "village", "district", "hamlet", "lane"}
        ):
            return Found("address", start, parts[-1].end, 0.92)
        if token[0].lower() in listed("stop"):
            return None
        words += 1
        gap = _COMMA.match(view.text, token.end())
        position = gap.end() if gap else token.end()
        slash = _SLASHED.match(view.text, position)
        if slash and words:
            rest = _GAP.match(view.lower, slash.end())
            more = _chain(view, rest.end()) if rest else []
            return Found("address", start, more[-1].end if more else slash.end(), 0.9)
        token = _TOKEN.match(view.text, position)
    return None


def _chain(view: View, start: int) -> list[Part]:
    """Parts that follow each other from `start`; a bare region's name may follow others."""
    parts: list[Part] = []
    position = start
    while True:
        part = _part(view, position, parts)
        if part is None:
            break
        parts.append(part)
        gap = _GAP.match(view.lower, part.end)
        if not gap:
            break
        position = gap.end()
    while parts and parts[-1].kind == "postal" and len(parts) < 2:
        parts.pop()
    return parts


def _part(view: View, start: int, before: list[Part]) -> Part | None:
    match = _PART.match(view.lower, start)
    if match is None:
        return _region(view, start, before) if before else None
    kind = match.lastgroup or ""
    if kind in _NUMBER_PARTS:
        if kind in ("no", "postal") and not before:
            return None
        if kind == "postal" and not {part.kind for part in before} & _BEFORE_POSTAL:
            return None
        return Part(kind, start, match.end())
    end = _name_end(view, match.end(), kind)
    if end is None:
        return None
    if kind in ("street", "lane"):
        number = _TAIL_NUMBER.match(view.lower, end)
        if number:
            return Part("house", start, number.end())
    return Part(kind, start, end)


def _name_end(view: View, start: int, kind: str) -> int | None:
    """Where the name behind a keyword ends: at the next part, at a sign, at a word of the sentence."""
    gap = _INDENT.match(view.text, start)
    position = gap.end() if gap else start
    end: int | None = None
    first_capital = False
    limit = {"regency": 3, "province": 3, "district": 3, "village": 3}.get(kind, MAX_NAME)
    for count in range(limit):
        token = _TOKEN.match(view.text, position)
        if token is None:
            break
        word, lower = token[0], token[0].lower()
        if count and _PART.match(view.lower, position) and not (kind == "lane" and lower.isdigit()):
            break
        if lower in listed("stop") and lower not in _COUNTED and not (count == 0 and lower in listed("tails")):
            break
        named = word[0].isupper() and not view.shouted and kind in ("village", "hamlet", "district")
        if lower in listed("institution") and kind not in ("street", "estate") and not named:
            break
        if lower[0].isdigit():
            if not (kind in ("lane", "hamlet", "estate", "street") and count == 0 and len(lower) <= 3) or (
                kind == "street" and count == 0
            ):
                break
            return token.end()
        if count == 0:
            first_capital = word[0].isupper() and not view.shouted
            if not first_capital and _sentence_word(lower, kind) and not _SOON.match(view.lower, position):
                break
        elif not _goes_on(view, word, first_capital, position, limit - count):
            break
        end = token.end()
        blank = _BLANK.match(view.text, end)
        if not blank:
            break
        position = blank.end()
    return end


def _sentence_word(lower: str, kind: str) -> bool:
    """Whether a small-letter word behind a keyword belongs to the sentence ("jalan rusak", "desa kami") rather than to a name."""
    if lower in listed("never_first"):
        return True
    if kind in ("street", "lane", "estate"):
        return False
    return (
        ordinary(lower)
        and lower not in listed("tails")
        and lower not in region_forms()
        and not names(lower)
        and kind in ("village", "hamlet", "regency", "province")
    )


def _goes_on(view: View, word: str, first_capital: bool, position: int, left: int) -> bool:
    lower = word.lower()
    if first_capital:
        return word[0].isupper()
    if lower in listed("tails") or names(lower) > 0:
        return True
    if not ordinary(lower) and lower not in region_forms():
        return True
    # In small letters: an ordinary word still belongs to the name if a part of an address follows soon.
    rest = view.lower[position : position + 40]
    return (
        re.match(rf"(?:[a-z]+\s){{1,{max(1, left)}}}(?:no\.?\s?\d|rt\b|rw\b|gg\b|blok\b|kel\b|kec\b)", rest) is not None
    )


def _region(view: View, start: int, before: list[Part]) -> Part | None:
    """A bare name of a regency, city or province; behind a number of a house, with a bare village's name in front of it."""
    for pattern in _REGION_WORDS:
        match = pattern.match(view.lower, start)
        if match and match[0] in region_forms():
            return Part("region", start, match.end())
    village = _BARE.match(view.lower, start) if before[-1].kind in _NUMBER_PARTS or before[-1].kind == "house" else None
    if village is None or any(ordinary(word) for word in re.findall(r"[^\W\d_]+", village[0])):
        return None
    for pattern in _REGION_WORDS:
        match = pattern.match(view.lower, village.end())
        if match and match[0] in region_forms():
            return Part("region", start, match.end())
    return None
