"""Insults by words, and words that are none."""

from __future__ import annotations

import pytest

from dengar.enrich import Context, enrich_texts
from dengar.enrich.heads import Judgement
from dengar.enrich.insults import weigh
from dengar.registers import Registers


def none(toxic: float) -> Judgement:
    return Judgement("none", 1 - toxic, {"none": 1 - toxic, "abuse": toxic, "hate": 0.0}, False)


@pytest.mark.parametrize(
    ("text", "toxic", "label"),
    [
        ("dasar goblok", 0.02, "abuse"),
        ("dasar goblok", 0.001, "none"),
        ("gila sih antrenya", 0.05, "none"),
        ("gila kamu", 0.2, "abuse"),
        ("bansos belum cair", 0.3, "none"),
    ],
)
def test_words_need_support_by_their_strength(text: str, toxic: float, label: str) -> None:
    judged = weigh(none(toxic), text)
    assert judged.label == label
    assert sum(judged.probabilities.values()) == pytest.approx(1, abs=1e-3)


def test_aid_complaints_are_no_abuse_and_insults_are() -> None:
    complaints = [
        "sudah 3 bulan pkh belum cair, kecewa sekali dengan pelayanannya",
        "beras bansos kami bau apek dan berkutu, tolong diganti min",
        "petugasnya marah-marah waktu ditanya, keterlaluan!",
        "kok yang kaya malah dapat, yang miskin dicoret. tidak adil",
        "dipotong 50 ribu sama pak rt, ini pungli namanya",
    ]
    abuse = ["dasar admin goblok, otak udang lu", "anjing lu semua, bangsat", "t0l0l banget ini petugas"]
    context = Context(Registers(), b"0123456789abcdef", "sandbox")
    told = enrich_texts([*complaints, *abuse], context, platforms=["instagram"] * (len(complaints) + len(abuse)))
    assert [one["toxicity"]["label"] for one in told] == ["none"] * len(complaints) + ["abuse"] * len(abuse)
