"""Ten thousand characters, the longest comment that YouTube takes, of a few words over and over: no stage may take minutes over it.

Most of these once took seconds, some over half a minute each, by rules that looked from every word anew to the end of the text.
"""

from __future__ import annotations

import pytest

from dengar.enrich import Context, enrich_texts
from dengar.registers import Registers
from tests.unit.enrich.test_wild import holds

LONGEST_COMMENT = 10_000
SLOW = [
    "www.", "https://", "klik bansos.", "an ", "an.", "bapak ", "nama: budi ", "0812-", "08", "1.", "12.", "bayi", "nenek belum ",
    "oma/indak/", "pbi/", "banjir ", "tf.", "kec.", "A.", "siti@",
]  # fmt: skip


@pytest.mark.timeout(120)
def test_a_few_words_over_and_over_hold_nothing_up() -> None:
    context = Context(Registers(), b"k" * 16, "sandbox")
    texts = [(words * LONGEST_COMMENT)[:LONGEST_COMMENT] for words in SLOW]
    for text, told in zip(texts, enrich_texts(texts, context, platforms=["youtube"] * len(texts)), strict=True):
        holds(text, told)
