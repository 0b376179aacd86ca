"""Names of private persons where a text gives them as data: "nama: …", "a.n. …", "nama saya …", "saya … dari …", beside a NIK.

A title alone ("Bu Risma", "Pak Menteri"), persons in public office and institutions are not personal data here; a name that is merely
mentioned in a sentence is not either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from dengar.enrich.pii.lexicon import listed, names, ordinary, public_persons, region_forms
from dengar.enrich.pii.span import Found
from dengar.enrich.pii.view import View

MAX_WORDS, MIN_SEGMENT = 5, 4
MAX_TITLES = 8
"""Titles before one name: without an end, ten thousand characters of "an an an …" took half a minute."""
STRONG, MIDDLE, NAMED, WEAK = 4, 3, 2, 1
"""How much a cue promises a name: a field of a form; "nama saya …"; "bernama …", which things are, too; "saya …"."""

_OF = (
    r"(?:(?:saya|sy|aku|ku|lengkap|ktp|sesuai ktp|di ktp|dlm ktp|asli|panggilan|penerima(?: manfaat"
    r"| bantuan)?|pelapor|pemohon|pengadu|pm|kpm|anak|ibu|bapak|"
    r"ayah|suami|istri|isteri|orang ?tua|ortu|wali|kepala keluarga|kk|kandung|pemilik(?: rekening)?"
    r"|rekening|lansia|yg bersangkutan|yang bersangkutan|"
    r"nenek|kakek|mertua|adik|kakak|kami|almarhum|alm|tetangga|peserta|siswa|pengirim|korban|ahli waris"
    r"|sesuai kk|nasabah|pasien|penyandang|pengurus)\s?)*"
)
_FIELD = re.compile(
    rf"(?<![a-z])(?:(?:nama|nma|nm|name|jeneng|nami|asma)\s?{_OF}(?:\([^)\n]{{1,24}}\)\s?)?\s?(?:[:=]"
    rf"|\badalah\b|\bialah\b|\byaitu\b|\byakni\b)\s?"
    r"|(?<![\w'’\-])(?:a\.? ?n\.(?=[\s:a-z])|a\.n(?=[\s:])|a/n|atas\s?nama|(?<![\w'’\-])an\.(?=\s?[a-z])"
    r"|(?<![\w'’\-])an\s?:)(?:\s(?:penerima|kpm|rekening|pemilik|ibu|bapak|saya|suami|istri"
    r"|anak)(?=\s))?(?:\s(?:saya|nya))?\s?[:=]?\s?"
    r")"
)
_NAMED = re.compile(
    r"(?<![a-z])(?:(?:pelapor|penerima(?: manfaat)?|kpm|pemohon|pengadu|ahli waris|kepala keluarga"
    r"|pengirim|nasabah|pemilik rekening|pm|kepsek|korban|lansia|ybs|an|ttd)\s?[:=]\s?"
    r"|(?<![\w'’\-])an\s|(?<!\w)(?:dari|from)\s?:\s?|bernama\s|dengan nama\s"
    r"|dgn nama\s|(?:nama|nm|nma)\s|(?:nama|nami|jeneng)nya\s|(?:nama|nami)\s(?:beliau|dia|nya|mereka)\s)"
)
_OWN = re.compile(
    r"(?<![a-z])(?:(?:nama|nma|nm|jeneng|nami|asma)(?:ku|\s(?:lengkap\s)?(?:saya|sy|aku|gw|gue|kulo|kula"
    r"|abdi|simkuring|anak saya|ibu saya|bapak saya|suami saya|istri saya|"
    r"ayah saya|nenek saya|kakek saya|mertua saya|anak|ibu|suami|istri|lengkap|ktp|pelapor|penerima|pemohon|kpm))\s(?:itu\s)?"
    r"|perkenalkan,?\s(?:nama\s)?(?:saya|sy|aku)\s|(?:hormat (?:saya|kami)|ttd|wassalam|salam),?\s{0,3}\n+\s*)"
)
_SELF = re.compile(
    r"(?<![a-z])(?:(?:saya|sy|aku|kula|kulo|abdi|simkuring|gw|gue)(?:,?\s|,\s?)(?:ini\s|adalah\s|dengan\s|atas nama\s)?|"
    r"(?:dengan|dgn)\s(?:saya|sy|ibu|bapak)\s|(?:ibu|bapak|ayah|suami|istri|isteri|anak|nenek|kakek|adik"
    r"|kakak|tetangga|mertua|mbah|paman|bibi|cucu|ortu|orang tua)(?:\s(?:saya|sy|kami|aku|abdi|kulo)|ku"
    r"|nya)"
    r"(?:,?\s|,\s?)(?:yg |yang )?(?:ibu |bapak |pak |bu |mbah |nenek |kakek )?"
    r"|(?:warga|lansia|janda|penerima|kpm|nenek|kakek|mbah|disabilitas)\s?,?\s(?:an |a\.n\.? |atas nama "
    r"|bernama )?(?:ibu |bapak |pak |bu |mbah |nenek |kakek )?)"
)
_AFTER_SELF = re.compile(
    r"\s?(?:,|\(|dari|dr|asal|warga|wrg|umur|usia|tinggal|sakit|lumpuh|sudah|udh|hidup|alamat|nik|rt|desa"
    r"|ds|kp|saking|ti\s|ingin|mau|mohon|tanya|yg|yang|belum|blm|penerima|kpm|\d)"
)
_HINT = re.compile(r"nama|nma|\bnm\b|name|jeneng|nami|asma|saya|sy|aku|\ban\b|a\.? ?n\b|a/n|kul[ao]|abdi|simkuring|gw"
    r"|gue|pelapor|penerima|kpm|pemohon|pengadu|waris|keluarga|pengirim|"
    r"nasabah|rekening|\bpm\b|korban|lansia|ttd|salam|hormat|ibu|bapak|ayah|suami|istri|isteri|anak|nenek"
    r"|kakek|adik|kakak|tetangga|mertua|mbah|warga|janda|cucu|ortu|ybs|disabilitas|paman|bibi")  # fmt: skip
_FORM_ENDS = re.compile(r"\s*(?:\Z|\n|,|/|\(|-\s)")
_FORM_GOES_ON = re.compile(r"\s?[,/]?\s?(?:nik|kk|no\b|alamat|almt|umur|usia|ktp|hp|ttl|asal|\d{6})")
_JOINT = re.compile(r"[\s,;|/(\-:=]*(?:a\.?n\.?|an|atas nama)?[\s,;|/(\-:=.]+")
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’`-](?=[^\W\d_]))*")
_LEAD = re.compile(r"[\s:=\-\"'“”‘’*_(~.,]{0,4}")
_GAP = re.compile(r"\.?[ \t]|\.(?=[^\W\d_])")
_TAG = re.compile(
    r"[\s:=\-/,.(|]*(?:(?:dengan|dgn|no|nomor|nmr|pemilik|punya|utk|untuk)\W{0,2})?(?:nik|kk|ktp|hp|wa"
    r"|telp|tlp|npwp|rek(?:ening)?|norek|bri|bca|bni|bsi|btn|mandiri|alamat|almt|email|nohp|nowa"
    r"|no)?(?:nya)?[\s:=\-/,.(|]*\Z"
)
_SEPARATOR = re.compile(r"[\n,;|/():=\[\]•*]|\s-\s|\.\s|\d+[.)]\s")
_CUES = ((_FIELD, STRONG, 0.9), (_OWN, MIDDLE, 0.85), (_NAMED, NAMED, 0.8), (_SELF, WEAK, 0.7))
_IDENTIFIERS = frozenset({"nik", "kk", "phone", "bank_account", "npwp", "address"})


class _Word(NamedTuple):
    start: int
    end: int
    lower: str
    written: str


def detect(view: View, public: frozenset[str] = frozenset()) -> Iterator[Found]:
    """Names behind a cue. `public`: names of persons in the registers, in lower case."""
    lower = view.lower
    if not _HINT.search(lower):
        return
    for pattern, strength, weight in _CUES:
        for match in pattern.finditer(lower):
            found = _name_at(view, match.end(), strength)
            if not found and strength == NAMED and (strong := _name_at(view, match.end(), STRONG)):
                # A name that no list knows, where the text goes on as a form does.
                field = ":" in match[0] or "=" in match[0]
                after = (_FORM_ENDS if field else _FORM_GOES_ON).match(lower, strong[-1].end)
                found = strong if after and not ordinary(strong[0].lower) else None
            if found and not _is_public(found, public):
                yield Found("name", found[0].start, found[-1].end, weight)


def beside(view: View, spans: Sequence[Found], public: frozenset[str] = frozenset()) -> Iterator[Found]:
    """Bare names that stand alone between separators right before or after a NIK, KK, phone number, account or address."""
    for span in spans:
        if span.type not in _IDENTIFIERS:
            continue
        before = max((other.end for other in spans if other.end <= span.start), default=0)
        begin = max(before, span.start - 64)
        tag = _TAG.search(view.lower[begin : span.start])
        end = begin + tag.start() if tag else span.start
        pieces = [m.end() for m in _SEPARATOR.finditer(view.text, begin, end)]
        yield from _alone(view, pieces[-1] if pieces else begin, end, public, last=True)
        after = min((other.start for other in spans if other.start >= span.end), default=len(view.text))
        if first := _JOINT.match(view.lower, span.end, after):
            stop = _SEPARATOR.search(view.text, first.end(), after)
            yield from _alone(view, first.end(), stop.start() if stop else after, public, last=False)


def _alone(view: View, start: int, end: int, public: frozenset[str], last: bool) -> Iterator[Found]:
    """The segment's name: all of its two to five words, or the capitalised ones at its end (`last`) or beginning."""
    segment = view.text[start:end]
    if len(segment.strip()) < MIN_SEGMENT or any(c.isdigit() for c in segment):
        return
    found = [_Word(start + m.start(), start + m.end(), m[0].lower(), m[0]) for m in _WORD.finditer(segment)]
    while found and found[0].lower in listed("titles"):
        found = found[1:]
    part = found if all(map(_could_be, found)) else _edge(view, found, last)
    if not 2 <= len(part) <= MAX_WORDS:
        return
    capital = all(word.written[0].isupper() or word.lower in listed("particles") for word in part)
    known = sum(names(word.lower) > 0 for word in part)
    enough = known >= 2 or (known == 1 and names(part[0].lower) == 2)
    enough = enough or (capital and not view.shouted if part is found else known == 1)
    place = part[-1].lower in region_forms() and not names(part[-1].lower)
    if enough and not place and not _is_public(part, public):
        yield Found("name", part[0].start, part[-1].end, 0.7)


def _edge(view: View, found: list[_Word], last: bool) -> list[_Word]:
    """The capitalised words at one end of a sentence that could all be a name's."""
    part: list[_Word] = []
    for word in reversed(found) if last else found:
        if view.shouted or not word.written[0].isupper() or not _could_be(word):
            break
        part.append(word)
    return part[::-1] if last else part


def _could_be(word: _Word) -> bool:
    lower = word.lower
    return not (ordinary(lower) or lower in listed("institution") or lower in listed("office"))


def _name_at(view: View, start: int, strength: int) -> list[_Word] | None:
    """The words of a name that begins behind a cue at `start`, titles left out; None if there is none."""
    lead = _LEAD.match(view.text, start)
    position = lead.end() if lead and strength > WEAK else start
    if strength == STRONG and "\n\n" in view.text[start:position]:
        return None
    found: list[_Word] = []
    titles = 0
    while len(found) < MAX_WORDS and titles < MAX_TITLES:
        match = _WORD.match(view.text, position)
        if not match:
            break
        word = _Word(match.start(), match.end(), match[0].lower(), match[0])
        following = _GAP.match(view.text, word.end)
        if not found and word.lower in listed("titles") and following and not _titled_name(view, following.end()):
            position = following.end()
            titles += 1
            continue
        if not _continues(view, found, word, strength):
            break
        found.append(word)
        if not following or ("." in following[0] and len(word.lower) > 3 and following[0] != "."):
            break
        position = following.end()
    while found and (found[-1].lower in listed("particles") or found[-1].lower in ("m", "h", "s")):
        found.pop()
    return found if found and _is_name(view, found, strength) else None


def _titled_name(view: View, position: int) -> bool:
    """Whether what looks like a title is the name itself: nothing name-like follows."""
    match = _WORD.match(view.text, position)
    return match is None


def _continues(view: View, found: list[_Word], word: _Word, strength: int) -> bool:
    lower = word.lower
    if lower in listed("stop") or (lower in listed("institution") and names(lower) == 0):
        return False
    if not found:
        return True
    if lower in listed("particles"):
        return True
    first = found[0].written
    if not view.shouted:
        if first.isupper() and len(first) > 2 and not word.written.isupper() and found[-1].written.isupper():
            return names(lower) > 0 and word.written[0].isupper()
        if (first[0].isupper() and not first.isupper()) or (first[0].isupper() and len(first) <= 2):
            return word.written[0].isupper() or (names(lower) == 2)
        if first[0].islower() and word.written[0].isupper():
            return names(lower) > 0
    if names(lower) > 0:
        return True
    return not ordinary(lower) and lower not in region_forms() and len(lower) > 2


def _is_name(view: View, found: list[_Word], strength: int) -> bool:
    first = found[0]
    lowers = [word.lower for word in found]
    if all(lower in listed("institution") or lower in listed("office") for lower in lowers):
        return False
    if first.lower in listed("institution") and names(first.lower) < 1:
        return False
    if " ".join(lowers) in region_forms():
        return False
    known = sum(names(lower) > 0 for lower in lowers)
    sure = any(names(lower) == 2 for lower in lowers)
    capital = first.written[0].isupper() and not view.shouted
    if len("".join(lowers)) < 3:
        return False
    if strength == STRONG:
        return known > 0 or not ordinary(first.lower)
    if view.text[found[-1].end : found[-1].end + 1].isdigit() or (strength == NAMED and known == 0):
        return False
    if strength in (MIDDLE, NAMED):
        if capital:
            return known > 0 or not ordinary(first.lower)
        if ordinary(first.lower):
            return False
        return (
            known > 0
            if names(first.lower) != 1 or len(found) > 1
            else bool(_AFTER_SELF.match(view.lower, found[-1].end))
        )
    if ordinary(first.lower):
        return False
    if len(found) > 1 and capital and names(first.lower) > 0:
        return known > 1 or not any(ordinary(lower) for lower in lowers[1:])
    if len(found) > 1:
        return (names(first.lower) > 0 and (known > 1 or sure)) or (capital and sure)
    if capital and names(first.lower) == 1 and _AFTER_SELF.match(view.lower, found[-1].end):
        return True
    return names(first.lower) == 2 and (capital or _AFTER_SELF.match(view.lower, found[-1].end) is not None)


def _is_public(found: Iterable[_Word], public: frozenset[str]) -> bool:
    written = " ".join(word.lower for word in found).replace("’", "'")
    return written in public_persons() or written in public
