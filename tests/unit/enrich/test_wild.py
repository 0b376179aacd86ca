"""Wild texts through everything that `dengar enrich` does: no crash, offsets that hold, nothing of what was found left in what is told.

`make test` tries some thousands, `make test-long` 100,000.
"""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dengar.enrich import Context, enrich_texts
from dengar.registers import Registers

CONTEXT = Context(Registers(), b"k" * 16, "sandbox")
PIECES = [
    "bansos", "b4ns0s", "b.a.n.s.o.s", "blm", "cair", "pak", "anak2", "gk dpt2", "PKH", "Kemensos", "Bandung", "sby",
    "3 bln", "sejak maret", "Rp600.000", "#KemensosPeduli", "@warga_uji", "https://contoh.id/a?b=1",
    "wa.me/6281234567890", "0812-3456-7890", "+62 812 3456 7890", "3273014107900001", "3273 0141 0790 0001",
    "NIK3273014107900001", "siti.uji@contoh.co.id", "rek BRI 1234-01-012345-53-1", "B 1234 XYZ", "nama: Siti Uji",
    "Jl. Melati No. 5 RT 02/RW 03", "-6.914744, 107.609810", "12.345.678.9-012.000", "J4KS4 4GUN6", "SLOT G4C0R",
    "maneh teu", "matur nuwun", "😭", "🙏🏽", "\u200b", "\u202e", "\ufe0f", "\x00", "\ud83d", "ﷺ", "ｂａｎｓｏｓ", "Ã©", "\n",
    "\t", " ", "-", ".", "…", "[NIK]", "@[akun]",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=14).flatmap(
    lambda pieces: st.sampled_from([" ", "", "  "]).map(lambda glue: glue.join(pieces))
) | st.text(max_size=200)
TEXTS = TEXTS.map(lambda text: text.encode("utf-8", "replace").decode())  # as `dengar enrich` reads a lone surrogate


def holds(given_text: str, told: dict[str, Any]) -> None:
    """Every offset points at what it names, and what `pii` names is in neither text that is told."""
    text = told["text"]
    for entity in told["entities"]:
        assert text[entity["start"] : entity["end"]] == entity["text"]
    end = 0
    for span in told["pii"]:
        assert end <= span["start"] < span["end"] <= len(given_text)
        end = span["end"]
        value = given_text[span["start"] : span["end"]]
        assert value not in text
        assert value not in told["text_normalised"]
    probabilities = told["sentiment"]["probabilities"]
    assert sum(probabilities.values()) == pytest.approx(1, abs=1e-3)
    orjson.dumps(told)


def alone(text: str) -> dict[str, Any]:
    """What is told of a text by itself."""
    (told,) = enrich_texts([text], CONTEXT, platforms=["instagram"])
    return told


@settings(max_examples=1_500, deadline=None, suppress_health_check=list(HealthCheck))
@given(TEXTS)
def test_wild_texts(text: str) -> None:
    holds(text, alone(text))


@pytest.mark.long
@pytest.mark.timeout(3600)
@settings(max_examples=100_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(TEXTS)
def test_a_hundred_thousand_wild_texts(text: str) -> None:
    holds(text, alone(text))


@settings(max_examples=30, deadline=None)
@given(st.lists(TEXTS, max_size=20))
def test_what_a_text_is_told_hangs_on_no_neighbour(texts: list[str]) -> None:
    told = enrich_texts(texts, CONTEXT, platforms=["instagram"] * len(texts))
    assert told == [alone(text) for text in texts]
