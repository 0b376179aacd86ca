"""Dates, spans of time and points before now, with a value in ISO 8601's manner.

`2026-03-05`, `2026-03`, `--03-05` (no year said), `--03` (a month), `---05` (a day of the month), `2026`; `P3M` (a span: three
months), `-P3M` (so long ago), `P1D` after a `/` never; `…/..` = since. Weekdays: `W-1` (Monday) … `W-7`.
What a value without year or month means depends on when the text was published: the reader decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan",
            "februari pebruari feb",
            "maret mar mrt",
            "april apr",
            "mei",
            "juni jun",
            "juli jul",
            "agustus agu agt agst ags",
            "september sep sept",
            "oktober okt oct",
            "november nopember nov nop",
            "desember des dec",
        ),
        1,
    )
    for name in names.split()
}
_DAYS = {"senin": 1, "selasa": 2, "rabu": 3, "kamis": 4, "jumat": 5, "jum'at": 5, "sabtu": 6, "minggu": 7, "ahad": 7}
_UNITS = {
    "D": "hari hr hri dinten poe dino",
    "W": "minggu mgg mggu minggon",
    "M": "bulan bln bl sasi wulan",
    "Y": "tahun thn th taun",
}
_UNIT = {name: unit for unit, names in _UNITS.items() for name in names.split()}
_NUMBERS = {
    word: number
    for number, words in enumerate(
        ("satu se", "dua", "tiga tigo telu", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh"), 1
    )
    for word in words.split()
}
_RELATIVE = {
    "hari ini": "P0D", "kemarin": "-P1D", "kemaren": "-P1D", "kmrn": "-P1D", "wingi": "-P1D", "kamari": "-P1D",
    "besok": "P1D", "lusa": "P2D", "bulan ini": "P0M", "bln ini": "P0M", "bulan lalu": "-P1M", "bln lalu": "-P1M",
    "bulan kemarin": "-P1M", "bulan depan": "P1M", "bln depan": "P1M", "tahun ini": "P0Y", "thn ini": "P0Y",
    "tahun lalu": "-P1Y", "thn lalu": "-P1Y", "tahun kemarin": "-P1Y", "tahun depan": "P1Y", "minggu lalu": "-P1W",
    "minggu kemarin": "-P1W", "minggu ini": "P0W", "minggu depan": "P1W", "sebulan": "P1M", "setahun": "P1Y",
    "seminggu": "P1W", "sehari": "P1D",
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_SPAN = r"(?:\d{1,3}|" + "|".join(_NUMBERS) + r")"
_PATTERN = re.compile(
    r"(?<![\w/.\-])(?:"
    r"(?P<since>(?:sejak|dari|mulai|semenjak|ti|wiwit|saka)\s+)?(?:"
    r"(?:(?:tgl|tanggal)\.?\s*)?(?P<d1>[0-3]?\d)[/.\-](?P<m1>[01]?\d)[/.\-](?P<y1>(?:20)?\d\d)"
    r"|(?P<y0>20\d\d)-(?P<m0>[01]\d)-(?P<d0>[0-3]\d)"
    rf"|(?:(?:tgl|tanggal)\.?\s*)?(?P<d2>[0-3]?\d)\s+(?P<m2>{_MONTH})\b(?:\s+(?P<y2>20\d\d|19\d\d))?"
    r"|(?:tgl|tanggal)\.?\s*(?P<d3>[0-3]?\d)(?![\d/.,]\d)"
    rf"|(?P<lead>(?:bulan|bln)\s+)?(?P<m4>{_MONTH})\b(?:\s+(?P<y4>20\d\d|19\d\d))?"
    r"|(?:tahun|thn|th)\s+(?P<y5>20\d\d|19\d\d)"
    rf"|(?P<n6>{_SPAN})\s?(?P<u6>{'|'.join(sorted(_UNIT, key=len, reverse=True))})(?:an)?\b"
    r"(?P<ago>\s+(?:yang\s+|yg\s+)?(?:lalu|kemarin|kemaren|kepungkur|kamari|terakhir))?"
    rf"|(?P<relative>{'|'.join(sorted(_RELATIVE, key=len, reverse=True))})\b"
    rf"|(?:hari\s+)?(?P<weekday>{'|'.join(_DAYS)})\b"
    r"))",
    re.IGNORECASE,
)
# No date without one of these.
MAYBE = re.compile(
    r"\d|\b(?:hari|bulan|bln|tahun|thn|minggu|besok|lusa|wingi|kamari|sebulan|setahun|seminggu|sehari|kemar[ie]n|kmrn|"
    rf"{'|'.join(sorted({name for name in _MONTHS if len(name) > 3} | {'mei'}))}|{'|'.join(_DAYS)}|"
    rf"(?:{'|'.join(_NUMBERS)})\s?(?:{'|'.join(_UNIT)})|(?:sejak|mulai|semenjak|bulan|bln)\s+(?:{_MONTH}))\b",
    re.IGNORECASE,
)
# Short forms and words that are also something else need a number, a year or a word of time beside them.
_DOUBTFUL = frozenset(
    [
        "mar",
        "mei",
        "jan",
        "des",
        "dec",
        "sep",
        "apr",
        "jun",
        "jul",
        "agu",
        "ags",
        "nov",
        "nop",
        "okt",
        "oct",
        "feb",
        "agt",
        "minggu",
        "sept",
        "mrt",
        "agst",
    ]
)


def dates(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, value) of each date or span of time in a text, from left to right."""
    if not MAYBE.search(text):
        return
    for match in _PATTERN.finditer(text):
        value = _value(match.groupdict())
        if value is None:
            continue
        since = bool(match["since"]) or (match["n6"] is None and _stands_since(text, match.start()))
        start = match.start() + len(match["since"] or "")
        yield start, match.end(), f"{value}/.." if since else value


def _stands_since(text: str, start: int) -> bool:
    return text[max(0, start - 8) : start].rstrip().lower().endswith(("sejak", "smenjak", "sjk"))


def _value(said: dict[str, str | None]) -> str | None:
    for number in "10":
        if said[f"d{number}"]:
            year = said[f"y{number}"] or ""
            return _day(
                year if len(year) == 4 else f"20{year}", int(said[f"m{number}"] or 0), int(said[f"d{number}"] or 0)
            )
    if said["d2"]:
        return _day(said["y2"], _MONTHS[(said["m2"] or "").lower()], int(said["d2"]))
    if said["d3"]:
        return f"---{int(said['d3']):02}" if 1 <= int(said["d3"]) <= 31 else None
    if said["m4"]:
        name = said["m4"].lower()
        if name in _DOUBTFUL and not (said["lead"] or said["y4"] or said["since"]):
            return None
        month = _MONTHS[name]
        return f"{said['y4']}-{month:02}" if said["y4"] else f"--{month:02}"
    if said["y5"]:
        return said["y5"]
    if said["n6"]:
        number = said["n6"].lower()
        span = f"P{int(number) if number.isdigit() else _NUMBERS[number]}{_UNIT[(said['u6'] or '').lower()]}"
        return f"-{span}" if said["ago"] else span
    if said["relative"]:
        return _RELATIVE[" ".join(said["relative"].lower().split())]
    weekday = (said["weekday"] or "").lower()
    return None if weekday in _DOUBTFUL else f"W-{_DAYS[weekday]}"


def _day(year: str | None, month: int, day: int) -> str | None:
    try:
        written = date(int(year or 2000), month, day)
    except ValueError:
        return None
    return written.isoformat() if year else f"--{written:%m-%d}"
