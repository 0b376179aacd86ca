"""Words that say what the number behind (or before) them is: "NIK", "no rek BRI", "hp", "resi"."""

from __future__ import annotations

import re
from typing import NamedTuple

REACH = 56
"""Characters before a number in which a word may speak of it."""

_KINDS = {
    "kk": r"k\.?k|kartu\W{0,2}k[a-z]{0,3}l[a-z]{0,3}rga|k/k|kk2?|nokk",
    "npwp": r"n\.?p\.?w\.?p|pajak(?= (?:saya|pribadi))",
    "nik": r"n\.?i\.?k|nik2?|e-?ktp|no\W?ktp|ktpel|ktp|nomor induk(?: kependudukan)?|nonik|noktp|kependudukan",
    "account": r"no\W{0,2}rek(?:ening)?|norek|rek(?:ening)?|rekg|account|tabungan|tab|butab|simpedes|britama|a/c|(?:no\W{0,2})?atm",
    "card": r"kartu (?:kks|merah putih|atm|debit)|no(?:mor)?\W{0,2}kartu(?!\W{0,2}k)|kks",
    "bank": r"bank(?: [a-z]+)?|bri|bca|bni|bsi|btn|mandiri|bjb|cimb|niaga|danamon|permata|muamalat"
    r"|seabank|jago|bpd|syariah|brimo|transfer ke|tf ke|trf ke",
    "phone": r"no\W{0,2}hp|nohp|hp|handphone|hape|telp(?:on|un)?|tlp|tlpn|telpn|telepon|tel|phone|fax"
    r"|faks|no\W{0,2}wa|nowa|wa|w\.a|whats?app|wasap|watsap|hub|hubungi|hubungin|call|calling|kontak"
    r"|contact|cp|sms|dana|ovo|go-?pay|shopee-?pay|spay|link-?aja|e-?wallet|nomor|no|telegram|tele|wa\.me"
    r"|wame|nomer|nmr|chat|japri|rumah|kantor|yg bisa dihubungi",
    "code": r"resi|invoice|inv|order|pesanan|kode(?: \w+)?|transaksi|trx|tiket|ticket|ref|referensi"
    r"|pengaduan|laporan|aduan|booking|antrian|antrean|registrasi|pendaftaran|barcode|imei|seri|serial|sn"
    r"|(?:va|virtual account|briva)(?: (?:bri|bni|bca|mandiri|bsi|btn))?|token|nisn|nip|nuptk|bpjs|kis|jkn|sk|surat|perkara|rekam medis|nib"
    r"|pelanggan|pln|meteran|meter|voucher|awb|faktur|kuitansi|paket|billing|struk|jne|jnt|j&t|sicepat"
    r"|anteraja|tracking|lacak|sertifikat|peserta|id (?:pelanggan|pel|transaksi|order|pesanan|game"
    r"|peserta|akun)|id(?=\s?[:#=])|kupon|undian|member|akta|rangka|mesin|no\.? dokumen|dokumen|seri "
    "barang|polis|nomor urut",
    "money": r"rp\.?|idr|rupiah|harga|total|saldo|sebesar|senilai",
}
_LABEL = re.compile(
    r"(?<![a-z\[@#])(?:"
    + "|".join(rf"(?P<{kind}>{words})" for kind, words in _KINDS.items())
    + r")(?:nya|ku|mu|sy|saya)?(?![a-z\]])"
)
_WORD = re.compile(r"[a-z]{2,}")
_GENERAL = frozenset({"no", "nomor", "nomer", "nmr"})
_OWN_LINE = re.compile(r"\W{0,3}(?:saya|sy|kami|ibu|bapak|suami|istri|anak|nomor|no|penerima|pelapor)?[\s:=.-]{1,6}")
_OWNER = re.compile(r"\b(?:a\.? ?n|a/n|atas nama|an)\b")
_BREAK = re.compile(r"[.!?…]+\s+(?=[a-z]{3})|\n\s*\n|[!?…]{2,}")
_ABBREVIATED = re.compile(r"\b(?:no|rek|hp|tlp|telp|an|a\.n|kec|kel|jl|nmr|bpk|sdr|tel)\.\s+$")
_AFTER = re.compile(
    r"[\s)]{0,2}(?:[(\-=:,/]\s?)?(?:(?:itu|ini|adalah|utk|untuk|yaitu)\s)?(?:(?:no|nomor|nmr)\W{0,2})?"
    r"(?:(?P<kk>kk|kartu keluarga)|(?P<npwp>npwp)|(?P<nik>nik|ktp|e-ktp)|(?P<account>norek|rek(?:ening)?"
    r"|bank \w+|bri|bca|bni|bsi|btn|mandiri|bjb|a\.n\.?|a/n|atas nama|an\.?(?= [a-z]))"
    r"|(?P<phone>wa|hp|telp|telepon|dana|ovo|gopay))(?![a-z])"
)


class Label(NamedTuple):
    """A kind of number that the word at [start, end) tells. `near`: three words or fewer stand between, and no end of a sentence."""

    kind: str
    near: bool
    start: int
    end: int


def labels_before(lower: str, start: int, floor: int) -> list[Label]:
    """Labels that speak of a number at `start`, the nearest first; nothing before `floor` counts."""
    begin = max(floor, start - REACH)
    window = lower[begin:start]
    found: list[Label] = []
    for match in reversed(list(_LABEL.finditer(window))):
        kind = match.lastgroup or ""
        gap = window[match.end() :]
        stop = _BREAK.search(gap)
        if stop and not _ABBREVIATED.search(gap[: stop.end()]):
            break
        if "\n" in gap and not _OWN_LINE.fullmatch(gap):
            break
        words = len(_WORD.findall(gap))
        near = words <= 3 or (words <= 8 and _OWNER.search(gap) is not None)
        found.append(Label(kind, near, begin + match.start(), begin + match.end()))
    if len(found) > 1 and found[1].near and lower[found[0].start : found[0].end] in _GENERAL:
        # "npwp saya nomor …": the word that says more counts.
        return found[1:]
    return found


def label_after(lower: str, end: int) -> str | None:
    """The kind of number that the words right after it tell: "… itu NIK saya", "… (BRI)"."""
    match = _AFTER.match(lower, end)
    return match.lastgroup if match else None
