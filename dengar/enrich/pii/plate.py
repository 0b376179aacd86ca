"""Vehicle plates: region code, one to four digits, one to three letters.

Small letters and short numbers count only beside a word for a vehicle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dengar.enrich.pii.lexicon import listed
from dengar.enrich.pii.span import Found
from dengar.enrich.pii.view import View

_REGIONS = (
    "AA|AB|AD|AE|AG|BA|BB|BD|BE|BG|BH|BK|BL|BM|BN|BP|DA|DB|DC|DD|DE|DG|DH|DK|DL|DM|DN|DP|DR|DS|DT|EA|EB|ED|KB|KH|KT|KU|PA|PB|PG|PS|"
    "PT|PY|A|B|D|E|F|G|H|K|L|M|N|P|R|S|T|W|Z"
)
_PLATE = re.compile(
    rf"(?<![A-Za-z0-9#@/_.-])(?P<region>{_REGIONS})(?P<a>[ .-]{{0,2}})"
    r"(?P<number>[1-9]\d{0,3})(?P<b>[ .-]{0,2})(?P<tail>[A-Z]{1,3})(?![A-Za-z0-9/_]"
    rf")"
)
_HINT = re.compile(r"[a-z][ .-]{0,2}[1-9]\d{0,3}[ .-]{0,2}[a-z]")
_WORD = re.compile(
    r"(?<![a-z])(?:plat|plate|pelat|nopol|no\W{0,2}pol|nomor polisi|no polisi|tnkb|kendaraan|motor|mobil"
    r"|mtr|mbl|truk|truck|angkutan|bus|bis|angkot|pick\W?up|"
    r"pikap|ambulans|ambulance|avanza|xenia|innova|kijang|ertiga|brio|agya|ayla|beat|vario|nmax|aerox|mio|supra|scoopy|revo|vixion|"
    r"jupiter|honda|yamaha|suzuki|toyota|daihatsu|sepeda motor|stnk|bpkb|ojek|grab|gojek|ojol|taksi|taxi|bernopol|berplat)(?:nya)?(?![a-z])"
)
REACH = 40


def detect(view: View) -> Iterator[Found]:
    """Plates of the text."""
    if not view.digits or not _HINT.search(view.lower):
        return
    upper = view.text.upper()
    if len(upper) != len(view.text):
        upper = "".join(c.upper() if len(c.upper()) == 1 else c for c in view.text)
    for match in _PLATE.finditer(upper):
        written = view.text[match.start() : match.end()]
        before = view.lower[max(0, match.start() - REACH) : match.start()]
        ends = [word.end() for word in _WORD.finditer(before)]
        close = bool(ends) and not re.search(r"[.!?\n]\s|\d{4,}", before[ends[-1] :])
        digits, tail = len(match["number"]), match["tail"]
        if not close:
            if not written.isupper() or (view.shouted and len(match["a"] + match["b"]) == 0):
                continue
            if bool(match["a"].strip(".- ")) != bool(match["b"].strip(".- ")) or bool(match["a"]) != bool(match["b"]):
                continue
            if digits < 3 or tail.lower() in listed("no_tail") or (len(tail) == 1 and digits < 4):
                continue
            if re.search(
                r"(?:pasal|ayat|no|nomor|sk|kode|seri|tipe|type|rp|blok|kelas|ruang|jl|gedung|lantai|resi|rt|rw)\W{0,2}\Z",
                before,
            ):
                continue
        elif tail.lower() in listed("no_tail") and not written.isupper():
            continue
        yield Found("plate", match.start(), match.end(), 0.9 if close else 0.75)
