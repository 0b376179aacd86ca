"""Coordinates: decimal pairs, degrees with minutes and seconds, short links of map services, plus codes.

Of a map link that spells its coordinates only these are masked: the rest of the address names a service, not a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dengar.enrich.pii.span import Found
from dengar.enrich.pii.view import View

_SOUTH = r"(?:ls|lu|s|n|lintang selatan|lintang utara)"
_EAST = r"(?:bt|bb|e|w|bujur timur)"
_LAT = r"(?:lat(?:itude)?|lintang|lt)\W{0,3}"
_LNG = r"(?:lo?ng?(?:itude)?|bujur|bj)\W{0,3}"
_PAIR = re.compile(
    rf"(?<![\d.,\w])(?P<named>{_LAT})?(?P<lat>-?\d{{1,2}}[.,]\d+)\s?°?\s?(?P<ns>{_SOUTH})?(?:\s?[,;/|]\s?|\s+dan\s+|\s+|%2c)"
    rf"(?P<also>{_LNG})?(?P<lng>-?\d{{2,3}}[.,]\d+)(?:\s?°?\s?(?P<ew>{_EAST})(?![a-z]))?(?!\d)"
)
_DMS_PART = (
    r"\d{1,3}\s?(?:°|º|˚|derajat|d)\s?\d{1,2}(?:[.,]\d+)?\s?(?:['′’`´]|menit"
    r"|m)?\s?(?:\d{1,2}(?:[.,]\d+)?\s?(?:\"|″|”|''|’’|detik|s)?)?\s?"
)
_DMS = re.compile(
    rf"{_DMS_PART}{_SOUTH}\s?[,;/]?\s?(?:dan\s)?{_DMS_PART}{_EAST}(?![a-z])"
    rf"|(?<![a-z]){_SOUTH}\s?{_DMS_PART}[,;/]?\s?{_EAST}\s?{_DMS_PART}"
)
_PACKED = re.compile(r"!3d(-?\d{1,2}\.\d{3,})!4d(\d{2,3}\.\d{3,})")
_SHORT = re.compile(r"(?:https?://)?(?:maps\.app\.goo\.gl|goo\.gl/maps|g\.co/maps)/[\w-]+(?:\?\S*)?")
_PLUS_CODE = re.compile(
    r"(?<![\w+])(?:[23456789cfghjmpqrvwx]{8}|[23456789cfghjmpqrvwx]{4})\+[23456789cfghjmpqrvwx]{2,3}(?![\w+])"
)
_WORD = re.compile(r"koordinat|kordinat|titik|gps|lokasi|lat|lintang|share\W?lo[ck]|maps|peta|posisi|@")
_NAMED = re.compile(r"koordinat|kordinat|gps|lintang|lat")
_HINT = re.compile(r"\d[.,]\d|°|º|˚|derajat|goo\.gl|\+[2-9cfghjmpqrvwx]{2}")


def detect(view: View) -> Iterator[Found]:
    """Coordinates of the text."""
    lower = view.lower
    if not _HINT.search(lower):
        return
    for match in _PAIR.finditer(lower):
        if _is_place(lower, match):
            yield Found("coordinates", match.start("lat"), match.end(), 0.97)
    for match in _PACKED.finditer(lower):
        yield Found("coordinates", match.start(1), match.end(2), 0.97)
    for match in _DMS.finditer(lower):
        yield Found("coordinates", match.start(), len(lower[: match.end()].rstrip()), 0.97)
    for match in _SHORT.finditer(lower):
        yield Found("coordinates", match.start(), match.end(), 0.97)
    for match in _PLUS_CODE.finditer(lower):
        if any(c.isdigit() for c in match[0]) and any(c.isalpha() for c in match[0]):
            yield Found("coordinates", match.start(), match.end(), 0.9)


def _is_place(lower: str, match: re.Match[str]) -> bool:
    lat, lng = match["lat"].replace(",", "."), match["lng"].replace(",", ".")
    if abs(float(lat)) > 90 or abs(float(lng)) > 180:
        return False
    decimals = min(len(lat.partition(".")[2]), len(lng.partition(".")[2]))
    if (match["ns"] and match["ew"]) or match["named"]:
        return True
    before = lower[max(0, match.start() - 30) : match.start()]
    if decimals < 2:
        # Indonesia lies between 6° N and 11° S, 95° and 141° E.
        return _NAMED.search(before) is not None and -11.5 <= float(lat) <= 6.5 and 94 <= float(lng) <= 142
    return decimals >= (2 if _WORD.search(before) else 4)
