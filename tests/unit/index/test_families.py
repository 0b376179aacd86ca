"""Forms of a root, and the rules that go into the template."""

import pytest

from dengar.index.families import forms, roots, rules, used
from dengar.index.templates import templates


@pytest.mark.parametrize(
    ("root", "form"),
    [
        ("terima", "menerima"), ("terima", "penerimaan"), ("kirim", "pengirimannya"), ("potong", "dipotong"), ("sapu", "menyapu"),
        ("adu", "mengadukan"), ("daftar", "pendaftaran"), ("cek", "mengecek"), ("kirim", "ngirim"), ("rawat", "berawat"),
    ],
)  # fmt: skip
def test_a_root_has_its_forms(root, form):
    assert form in set(forms(root))


def test_only_words_that_people_use_are_kept():
    assert used("tanya", {"tanya", "peta", "bertanya"}) == ["tanya", "bertanya", "tanyanya", "bertanyanya"]
    assert "becek" not in set(forms("cek"))


def test_the_rules_go_out_inline():
    kind = templates()["dengar-mention"]["template"]["settings"]["index"]["analysis"]["filter"]["dengar_families"]
    assert kind == {"type": "stemmer_override", "rules": rules()}


def test_every_rule_ends_in_a_root_and_claims_no_word_twice():
    claimed: set[str] = set()
    for rule in rules():
        left, _, root = rule.partition(" => ")
        words = left.split(", ")
        assert root in roots()
        assert not claimed & set(words)
        claimed.update(words)
    assert len(claimed) < 2_000
