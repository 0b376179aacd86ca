"""Language of a text by CLD3, made sensible for short Indonesian comments.

- Under three words, or without letters, the answer is `und`: a guess would be noise.
- `ms` is reported as `id`: CLD3 cannot tell the two in short informal texts, and the audience is Indonesian.
- Where CLD3 names a language we never meet and two Indonesian function words stand in the text, the answer is `id`.
- Under a probability of 0.5 the answer is `und`, the probability is kept.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

FORMULA = "cld3/3.1.0+dengar/1"
EXPECTED = {"id", "jv", "su", "en"}
MINIMUM_WORDS = 3
MINIMUM_PROBABILITY = 0.5

_NOISE = re.compile(r"(?:https?://|www\.)\S+|[@#＃]\S+|\[[A-Za-z]+\]")
_WORDS = re.compile(r"[^\W\d_]+")
_FUNCTION_WORDS = frozenset(
    word
    for line in (
        "yang dan di ke dari untuk dengan ini itu tidak tak gak ga nggak enggak belum sudah udah sdh blm saya aku kami kita",
        "kok kapan mana bagaimana gimana kenapa apa ada bisa tolong mohon min pak bu bang kak nya sih dong aja saja juga",
        "karena kalau kalo tapi tp yg dgn utk lagi masih jangan terima kasih makasih",
    )
    for word in line.split()
)


@cache
def _detector() -> Any:
    import gcld3

    return gcld3.NNetLanguageIdentifier(min_num_bytes=0, max_num_bytes=1000)


def language(text: str) -> dict[str, Any]:
    """{"code": ISO 639 or und, "confidence": CLD3's probability or None} of a masked text."""
    cleaned = _NOISE.sub(" ", text)
    words = _WORDS.findall(cleaned)
    if len(words) < MINIMUM_WORDS:
        return {"code": "und", "confidence": None}
    result = _detector().FindLanguage(text=cleaned)
    code, probability = result.language.partition("-")[0], min(1.0, max(0.0, round(float(result.probability), 3)))
    code = "id" if code == "ms" else code
    if code not in EXPECTED or probability < MINIMUM_PROBABILITY:
        indonesian = sum(word.lower() in _FUNCTION_WORDS for word in words)
        if indonesian >= 2:
            # The words decided, not the model: its probability is of another language.
            return {"code": "id", "confidence": probability if code == "id" else None}
    return {"code": code if probability >= MINIMUM_PROBABILITY else "und", "confidence": probability}
