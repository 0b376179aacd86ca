"""How good an official answer is, told by its words: does it acknowledge, explain, give a deadline, only redirect, ask for private data?

Rules over the masked text, in Indonesian as officials write it. They say what an answer holds, not whether it is true.
"""

from __future__ import annotations

import hashlib
import re

FORMULA = "answer-quality/1"
TEMPLATE = "template"
"""Flag of an answer whose words stand in COPIES conversations at least: told of all conversations together, so it is not among FLAGS."""
COPIES = 3
FLAGS = ("acknowledges", "explains_steps", "gives_deadline", "redirects_only", "asks_private_data")


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b")


_AMOUNT = r"(?:\d+|satu|dua|tiga|empat|lima|enam|tujuh|sepuluh|empat belas)\s*(?:x\s*24\s*)?(?:jam|hari(?: kerja)?|minggu|pekan|bulan)"
_DATUM = r"(?:nik|no(?:mor)?\s*(?:ktp|kk|hp|telepon|telp|wa|whatsapp|rekening)|foto (?:ktp|kk)|nomor induk)"
_GIVE = (
    r"(?:kirim(?:kan)?|tulis(?:kan)?|sebut(?:kan)?|share|bagikan|sertakan|cantumkan|infokan|berikan|minta"
    r"|boleh(?: kami)?(?: minta| tahu)?|mohon(?: info)?)"
)
_ACKNOWLEDGES = _words(
    "mohon maaf", "maaf", "terima kasih", "terimakasih", "kami (?:paham|mengerti|pahami)", "turut prihatin"
)
_STEPS = _words(
    "langkah", "caranya", "cara", "syarat(?:nya)?", "siapkan", "isi formulir", "unduh", "buka (?:menu|aplikasi)", "lewat menu",
    "pilih menu", "ajukan", "datang ke", "membawa", "bawa (?:ktp|kk)", "(?:bisa|mohon) cek", "cek (?:di menu|di aplikasi|status)",
    "silakan (?:cek|isi|buka|unduh|datang|ajukan)",
)  # fmt: skip
_DEADLINE = _words(
    rf"(?:dalam|maksimal|paling lambat|selambat-lambatnya|sebelum)\s+(?:waktu\s+)?{_AMOUNT}",
    "besok(?: pagi| siang| sore)?", "hari ini", "pekan depan", "minggu depan", "akhir (?:bulan|pekan)", r"sampai tanggal \d+",
    r"pukul \d{1,2}",
)  # fmt: skip
_REDIRECTS = _words(
    "cek (?:dm|pesan)", "dm (?:kami|ya|min)", "lewat (?:dm|pesan langsung)", "kirim(?:kan)? (?:dm|pesan)",
    "hubungi (?:call ?center|kami|nomor|dinas)", r"lapor\.go\.id", "sp4n", "kunjungi (?:laman|tautan|link)", "silakan hubungi",
)  # fmt: skip
# A request for the datum, unless the sentence forbids it ("jangan tulis NIK") or names a private way.
_ASKS = re.compile(rf"\b{_GIVE}\b[^.!?]{{0,40}}?\b{_DATUM}\b")
_FORBIDS = _words("jangan", "tidak perlu", "tanpa", "hindari", "tidak pernah")
_PRIVATELY = _words("(?:lewat|via|melalui|ke|di) (?:dm|pesan(?: langsung| pribadi)?|inbox|direct message)")
_SENTENCE = re.compile(r"[.!?]+")
_NAMES = re.compile(r"@\[[^\]]*\]|@[\w.]+|\[[A-Z]+\]|[^\w\s]|_")


def flags_of(text: str, *, public: bool) -> tuple[str, ...]:
    """Flags of an answer's masked text, in the order of FLAGS; `public`: whether everybody can read it."""
    said = text.casefold()
    found = {
        "acknowledges": bool(_ACKNOWLEDGES.search(said)),
        "explains_steps": bool(_STEPS.search(said)),
        "gives_deadline": bool(_DEADLINE.search(said)),
    }
    found["redirects_only"] = bool(_REDIRECTS.search(said)) and not (found["explains_steps"] or found["gives_deadline"])
    found["asks_private_data"] = public and any(_asks(sentence) for sentence in _SENTENCE.split(said))
    return tuple(flag for flag in FLAGS if found[flag])


def _asks(sentence: str) -> bool:
    return bool(_ASKS.search(sentence)) and not _FORBIDS.search(sentence) and not _PRIVATELY.search(sentence)


def copy_of(text: str) -> str:
    """A digest (16 hex digits) that copies of an answer share: case, accounts, placeholders and punctuation do not count."""
    words = _NAMES.sub(" ", text.casefold()).split()
    return hashlib.blake2b(" ".join(words).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
