"""What an actionable text is about, and whether it is complete enough to act on.

Rules beside the trained heads: they explain a category (matter named × problem told) and read who, where and since when.
Spans index the masked text as it was written. Definitions: docs/label-guide.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dengar.enrich.cues import found
from dengar.enrich.place_names import PLACES


class Span(NamedTuple):
    """A stretch of the masked text: characters start (included) to end (excluded)."""

    start: int
    end: int
    text: str


class Hint(NamedTuple):
    """A category the words point to, the words that name the matter, and those that tell a problem (None: none does)."""

    category: str
    matter: str
    problem: str | None


@dataclass(frozen=True)
class Details:
    """`category_hints` in the guide's order of precedence; who, where and since in the order of the text.

    `complete`: all three are there, so that a desk can act without asking back.
    """

    category_hints: tuple[Hint, ...]
    who: tuple[Span, ...]
    where: tuple[Span, ...]
    since: tuple[Span, ...]

    @property
    def complete(self) -> bool:
        """Whether who, where and since when are all said."""
        return bool(self.who and self.where and self.since)


# The guide's tie-break: what comes first wins.
_PRECEDENCE = (
    ("t_fraud", "fraud_levy"),
    ("t_app", "app_system"),
    ("t_manner", "service_attitude"),
    ("t_disability", "disability"),
    ("t_elderly", "elderly"),
    ("t_disaster", "disaster_aid"),
    ("t_child", "child"),
    ("t_data", "dtsen_data"),
    ("t_rich_gets", "dtsen_data"),
    ("t_pkh", "pkh"),
    ("t_food", "bpnt_sembako"),
    ("t_aid", "bansos_not_received"),
)
# Words that name a matter only where no other word does.
_VAGUE = frozenset(
    [
        "anak",
        "anake",
        "anakku",
        "anaknya",
        "anak-anak",
        "adik",
        "bocah",
        "budak",
        "siswa",
        "putu",
        "cucu",
        "remaja",
        "pelajar",
        "tua",
        "nama",
        "namanya",
        "kk",
        "ktp",
        "daftar",
        "paket",
        "saldo",
        "agen",
        "pendamping",
        "petugas",
        "laporan",
        "dm",
        "administrasi",
        "iuran",
        "menu",
        "link",
        "update",
        "tombol",
        "korban",
        "tahan",
        "dijual",
        "cair",
        "cairnya",
        "dana",
        "tunai",
        "pos",
    ]
)
_PROBLEMS = ("f_never", "f_not_yet", "f_fail", "f_late", "f_grief", "f_repeat", "f_why")

_WHO = re.compile(
    r"(?<!\w)(?:pkh|bpnt|sembako|bansos|blt(?:[ -](?:kesra|dd|dana desa))?|kis|pbi(?:[ -]jk)?|bpjs pbi|kks"
    r"|dtsen|dtks|atensi(?: yapi)?|yapi|pip"
    r"|sekolah rakyat|permakanan|bantuan (?:sosial|pangan|yatim|lansia|beras|modal)|kpm|bansose|bansosnya"
    r"|lansia|nenek|kakek|simbah\w*|mbah|nini|oma|opa|engkong|eyang|disabilitas|difabel|tuna ?\w+|tuli"
    r"|kursi roda|odgj|yatim(?: piatu)?|anak yatim"
    r"|balita|bayi|ibu hamil|bumil|janda|pengungsi|korban (?:banjir|gempa|longsor|kebakaran)|pendamping"
    r"|penerima manfaat|ahli waris)(?!\w)",
    re.IGNORECASE,
)
_SHORT = r"(?:ds|kel|kec|kab|dsn|kp|prov|jl|jln|gg)"
_UNIT = (
    r"(?:desa|kelurahan|kecamatan|kabupaten|kota|dusun|dukuh|kampung|kampuang|nagari|jorong|gampong"
    r"|provinsi|distrik|padukuhan"
    r"|lembur|pulau|jalan|gang|perumahan|pasar|terminal|stasiun|posko|puskesmas|panti)"
)
# A named unit, the name with a capital, or the number of a neighbourhood (RT 03/RW 05); and, after a preposition, lower-cased.
_WHERE = re.compile(
    rf"(?<!\w)(?i:(?:{_SHORT}(?:\.\s?|\s)|{_UNIT}\s))[A-Z][\w'-]+(?:\s[A-Z][\w'-]+){{0,3}}"
    r"|(?<!\w)(?i:rt|rw)\.?\s?\d{1,3}(?:\s?/\s?(?:(?i:rw)\.?\s?)?\d{1,3})?(?![\d.]|\s?(?i:rb|ribu|ratus|k)\b|(?i:rb))"
)
_WHERE_LOW = re.compile(
    rf"(?<!\w)(?:di|dari|ke|ning|teng|wilayah|warga)\s((?:(?:desa|kelurahan|kecamatan|kabupaten|kota|dusun"
    rf"|nagari|gampong|provinsi|distrik)\s|(?:{_SHORT})\.?\s)"
    r"(?!(?:kami|saya|ini|itu|kita|sini|situ|sebelah|lain|yang|abdi|ambo|tetangga|tidak|gak|sudah|udah"
    r"|belum|atau|juga|untuk|dari|mana|asal|lagi|masing|dukuh|cuma|karo|buat|wae|bae|bisa|apa|cuman"
    r"|setempat|terpencil|minta|bilang|jawab|katanya|disuruh|sama|malah|terus|selalu|dengan|dulu|pada"
    r"|kalau|kalo|saja|durung|semua|banyak|supaya|datang|harus|jadi|sing|kula|kulo|kuwi|iki|sangat|biar)\b"
    r"|ng|ny|me[mnrl]|di)(?!\w+nya\b)[a-z]{4,}(?!\w))"
)
_AFTER_DI = re.compile(
    r"(?<!\w)(?:di|dari|ke|ning|ti|wilayah|daerah|asal)\s((?!(?:Kemensos|KTP|KK|ATM|PKH|BPNT|KKS|KIS"
    r"|Aplikasi|Cek|Bansos|Dinsos|Bank|BRI|BNI|BSI|Mandiri|DTKS|DTSEN|Dukcapil|SD|SMP"
    r"|SMA|RS|RSUD|TV|HP|WA|Playstore|Facebook|FB|Instagram|Youtube|TikTok|Google|Sekolah|Indonesia"
    r"|Januari|Februari|Maret|April|Mei|Juni|Juli|Agustus|September|Oktober|November"
    r"|Desember|Android)\b)[A-Z][a-z]{3,}(?:\s[A-Z][a-z]+)?)"
)
_MONTH = (
    r"(?:januari|februari|pebruari|maret|april|mei|juni|juli|agustus|agst|september|oktober|november"
    r"|nopember|desember|jan|feb|mar|apr|jun|jul|agu|sept?|okt|nov|des)"
)
_NUMBER = (
    r"(?:\d{1,3}(?:[.,]5)?|satu|se|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas"
    r"|setengah|loro|rong|telung|patang|limang|ti|tilu|dua belas|ampek|tigo|beberapa|ber)"
)
_UNIT_OF_TIME = r"(?:hari|minggu|pekan|bulan|bln|tahun|thn|th|taun|sasi|wulan|dina|dinten|tahap|triwulan)"
_SINCE = re.compile(
    rf"(?<!\w)(?:(?:sejak|semenjak|dari|mulai|ket|ti|sampai|since)\s(?:tgl\s|tanggal\s|bulan\s|bln\s"
    rf"|tahun\s|thn\s|awal\s|akhir\s|pertengahan\s|tahap\s)*"
    rf"(?:{_MONTH}(?:\s\d{{4}})?|\d{{1,2}}\s{_MONTH}(?:\s\d{{4}})?|20\d\d|kemarin|kemaren|kemaren lusa|kmrn"
    rf"|wingi|kamari|tadi|dulu|pagi|semalam|senin|selasa|rabu|kamis|jumat|sabtu|minggu"
    rf"|covid|pandemi|lebaran|puasa|awal tahun|\d{{1,2}})(?!\w)"
    rf"|{_NUMBER}[ -]?{_UNIT_OF_TIME}(?!\w)(?:\s(?:lebih|lalu|yang lalu|terakhir))?"
    rf"|(?:berbulan|bertahun|berhari|berminggu)-?2?(?:-?(?:bulan|tahun|hari|minggu))?(?!\w)"
    rf"|(?:tahap|tahapan|triwulan|tw|termin|gelombang)\s?(?:\d{{1,2}}|i{{1,3}}v?|satu|dua|tiga|empat"
    rf"|pertama|kedua|ketiga|keempat)(?!\w)"
    rf"|(?:bulan|tahun|minggu|taun|bln|thn)\s(?:lalu|kemarin|kemaren|wingi|kamari|kepungkur|ini)(?!\w)"
    rf"|(?:tgl|tanggal)\s\d{{1,2}}(?:\s{_MONTH})?(?:\s20\d\d)?(?!\w)"
    rf"|\d{{1,2}}\s{_MONTH}(?:\s20\d\d)?(?!\w)|\d{{1,2}}[/-]\d{{1,2}}[/-](?:20)?\d\d(?!\w)|(?:januari"
    rf"|februari|maret|april|juni|juli|agustus|september|oktober|november|desember)(?:\s20\d\d)?(?!\w)"
    rf"|hari ke-?\w+|tadi (?:pagi|siang|sore|malam)|barusan)",
    re.IGNORECASE,
)
# A number of years after these is an age, not a time.
_AGE = re.compile(
    r"(?:umur\w*|usia\w*|nenek|kakek|simb\w+|mbah|lansia|anak|bayi|bocah|oma|opa|eyang|nini|engkong|ibu"
    r"|bapak|balita|ayah|emak)"
    r"(?:\s(?:sy|saya|gue|aye|kulo|abdi|ambo|saya|kami))?\W*$",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"(?<!\w)(?:" + "|".join(sorted(map(re.escape, PLACES), key=len, reverse=True)) + r")(?!\w)", re.IGNORECASE
)


def details(text: str, normalised: str, places: Sequence[tuple[int, int]] = ()) -> Details:
    """Details of one masked `text` and its normalised form.

    `places`: character spans in `text` that the entity recogniser found to be places; they count as where, too.
    """
    where = [*_spans(_WHERE, text), *_spans(_WHERE_LOW, text, 1), *_spans(_AFTER_DI, text, 1), *_spans(_PLACE, text)]
    where += [Span(start, end, text[start:end]) for start, end in places]
    return Details(hints(normalised), _outermost(_spans(_WHO, text)), _outermost(where), _outermost(_since(text)))


def hints(normalised: str) -> tuple[Hint, ...]:
    """The categories a normalised text's words point to, by precedence, each once, vague ones last."""
    names = found(normalised)
    problem = next((names[cue] for cue in _PROBLEMS if cue in names), None)
    seen: dict[str, Hint] = {}
    for cue, category in _PRECEDENCE:
        if cue in names:
            seen.setdefault(category, Hint(category, names[cue], problem))
    return tuple(sorted(seen.values(), key=lambda hint: hint.matter in _VAGUE))


def _since(text: str) -> list[Span]:
    return [span for span in _spans(_SINCE, text) if not _AGE.search(text[max(0, span.start - 30) : span.start])]


def _spans(pattern: re.Pattern[str], text: str, group: int = 0) -> list[Span]:
    return [Span(*match.span(group), match.group(group)) for match in pattern.finditer(text)]


def _outermost(spans: Sequence[Span]) -> tuple[Span, ...]:
    """In order of the text, without those that lie in another."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return tuple(kept)
