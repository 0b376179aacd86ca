"""Words, dates, amounts and the trained labeller: offsets, order, batches, scores, people."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dengar.enrich.entities import chain, hashtags, links, replace_accounts, styles, train
from dengar.enrich.entities import tagger as tagging
from dengar.enrich.entities.amounts import amounts
from dengar.enrich.entities.corpus import SETS, TYPES, folder, lowered, read
from dengar.enrich.entities.dates import dates
from dengar.enrich.entities.labeller import Labeller, entities
from dengar.enrich.entities.tagger import Tagger, load_tagger
from dengar.enrich.entities.words import words


def test_addresses_are_still_here() -> None:
    assert hashtags("#Bansos") == ["bansos"]
    assert links("lihat contoh.go.id") == (["contoh.go.id"], ["contoh.go.id"])
    assert replace_accounts("@budi", lambda _: None) == ("@[akun]", ["budi"])


def test_words() -> None:
    cut = words("Pak @[akun], NIK [NIK] di kompas.com (PDI-P) #bansos!")
    assert [word.text for word in cut] == [
        "Pak", "@[akun]", ",", "NIK", "[NIK]", "di", "kompas.com", "(", "PDI-P", ")", "#bansos", "!",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("blm cair sejak maret", [("maret", "--03/..")]),
        ("udah 3 bln lalu", [("3 bln lalu", "-P3M")]),
        ("tgl 5 katanya", [("tgl 5", "---05")]),
        ("dari 12 Maret 2025", [("12 Maret 2025", "2025-03-12/..")]),
        ("29/10/2013", [("29/10/2013", "2013-10-29")]),
        ("31/02/2025", []),
        ("15 nov dan kemarin", [("15 nov", "--11-15"), ("kemarin", "-P1D")]),
        ("dua minggu yang lalu", [("dua minggu yang lalu", "-P2W")]),
        ("hari senin", [("hari senin", "W-1")]),
        ("mar, mei dan jan orang", []),
        ("bulan mei", [("bulan mei", "--05")]),
        ("tahun 2024", [("tahun 2024", "2024")]),
    ],
)
def test_dates(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(text[start:end], value) for start, end, value in dates(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dapat 600rb", [("600rb", "IDR 600000")]),
        ("Rp 1,2 juta", [("Rp 1,2 juta", "IDR 1200000")]),
        ("Rp600.000,- aja", [("Rp600.000,-", "IDR 600000")]),
        ("rp. 50.000", [("rp. 50.000", "IDR 50000")]),
        ("dua juta", [("dua juta", "IDR 2000000")]),
        ("10kg beras 2 liter minyak", [("10kg", "KG 10"), ("2 liter", "L 2")]),
        ("250 ribu rupiah", [("250 ribu rupiah", "IDR 250000")]),
        ("4 orang", [("4 orang", "PERSON 4")]),
        ("jam 10.30 no 0812", []),
    ],
)
def test_amounts(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(text[start:end], value) for start, end, value in amounts(text)] == expected


def test_people_are_public_only_by_the_registers() -> None:
    text = "Presiden Joko Widodo datang ke Jakarta bersama Susilo Bambang Yudhoyono"
    found = {entity.text: entity for entity in entities([text])[0]}
    assert found["Joko Widodo"].type == "person"
    assert not found["Joko Widodo"].public
    assert found["Joko Widodo"].code is None
    registered = {entity.text: entity for entity in Labeller(people=[("Joko Widodo", "ig_user_1")]).entities([text])[0]}
    assert registered["Joko Widodo"].public
    assert registered["Joko Widodo"].code == "ig_user_1"
    assert not registered["Susilo Bambang Yudhoyono"].public


def test_a_nickname_that_is_also_a_person() -> None:
    place = {entity.text: entity for entity in entities(["bansos di sby belum cair"])[0]}
    assert (place["sby"].type, place["sby"].code) == ("place", "35.78")
    person = {entity.text: entity for entity in entities(["mantan presiden sby mengatakan hal itu"])[0]}
    assert person["sby"].code is None
    assert set(person["sby"].candidates) == {"35.78", "person"}


def test_the_same_alone_in_a_batch_and_again() -> None:
    texts = [
        "Bansos di Bandung",
        "",
        "😭",
        "Presiden Joko Widodo di Medan sejak maret",
        "x " * 400,
        "Ketua KPK di Jakarta",
    ]
    together = entities(texts)
    assert together == [entities([text])[0] for text in texts]
    assert together == entities(texts)
    assert together[::-1] == entities(texts[::-1])
    assert entities([]) == []


WILD = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            [
                "Bandung",
                "kab.",
                "sby",
                "3 bln lalu",
                "Rp",
                "600rb",
                "[NIK]",
                "@[akun]",
                "#x",
                "\u0130",
                "di",
                "😭",
                "Joko",
            ]
        ),
        max_size=20,
    ).map(" ".join),
)


@settings(max_examples=150, deadline=None)
@given(WILD)
def test_offsets_are_always_those_of_the_text(text: str) -> None:
    end = 0
    for entity in entities([text])[0]:
        assert text[entity.start : entity.end] == entity.text != ""
        assert entity.start >= end
        assert 0 <= entity.score <= 1
        assert entity.code is None or entity.candidates == () or entity.type == "organisation"
        assert "[NIK]" not in entity.text
        end = entity.end


def test_viterbi_finds_the_best_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Against every path of a short text, with nothing left unsaid."""
    from itertools import pairwise, product

    monkeypatch.setattr(tagging, "FIRMS_ONLY", 1.0)
    tagger = load_tagger()
    texts = ["ketua kpk", "di jakarta .", "joko widodo"]
    for text in texts:
        cut = text.split()
        marks = tagger.label([(cut, False)])[0].marks
        flat = np.array([0, 1, *(tagger._ids[word, False] for word in cut), 1, 0, 1])
        read, _ = tagger._read(flat, [(2, len(cut))], [styles.column(False)])
        scores = tagger._scores(flat, read)[2 : 2 + len(cut)]
        best = max(
            product(range(len(tagger.labels)), repeat=len(cut)),
            key=lambda path: (
                tagger._begins[path[0]]
                + sum(scores[at, label] for at, label in enumerate(path))
                + sum(tagger._steps[left, right] for left, right in pairwise(path))
            ),
        )
        assert tuple(marks) == best


def test_the_loss_is_that_of_all_paths_and_its_gradient_that_of_the_loss() -> None:
    """Against the sum over every path of short texts, and against differences."""
    from itertools import pairwise, product

    labels = ("O", "B-PER", "I-PER", "B-LOC")
    random = np.random.default_rng(3)
    steps = (random.standard_normal((4, 4)) + chain.forbidden(labels)).astype(np.float32)
    scores = random.standard_normal((6, 4)).astype(np.float32)
    gold, lengths = np.array([0, 1, 2, 3, 0, 1]), np.array([2, 4])
    gold[2] = 0
    starts = np.array([1, 1, 0, 1], np.float32)

    def expected(scores: np.ndarray, steps: np.ndarray) -> float:
        total = 0.0
        for first, length in ((0, 2), (2, 4)):

            def of(path: tuple[int, ...], first: int = first) -> float:
                return sum(scores[first + at, label] for at, label in enumerate(path)) + sum(
                    steps[left, right] for left, right in pairwise(path)
                )

            paths = [path for path in product(range(4), repeat=length) if starts[path[0]]]
            total += float(np.logaddexp.reduce([of(path) for path in paths])) - of(tuple(gold[first : first + length]))
        return total

    value, by_scores, by_steps = chain.loss(scores, steps, gold, lengths, starts)
    exact_scores, exact_steps = scores.astype(np.float64), steps.astype(np.float64)
    assert value == pytest.approx(expected(exact_scores, exact_steps), rel=1e-5)
    for exact, gradient in ((exact_scores, by_scores), (exact_steps, by_steps)):
        for place in np.ndindex(exact.shape):
            exact[place] += 1e-5
            above = expected(exact_scores, exact_steps)
            exact[place] -= 2e-5
            below = expected(exact_scores, exact_steps)
            exact[place] += 1e-5
            assert gradient[place] == pytest.approx((above - below) / 2e-5, abs=1e-4)


def test_a_network_learns_a_toy_language_and_its_packed_form_says_the_same() -> None:
    """Names after "di" are places, after "pak" persons, also those never shown."""
    names = ["bandung", "medan", "jaya", "sari", "padang", "wati", "blitar", "ujang"]
    rows = [
        train.Row("idner", number, ["dia", word, name, "lagi"], ["O", "O", mark, "O"])
        for number, (name, (word, mark)) in enumerate(
            (name, lead) for name in names * 6 for lead in (("di", "B-LOC"), ("pak", "B-PER"))
        )
    ]
    again = [train.fit(rows, [2] * len(rows), rounds=12, readiness={}) for _ in range(2)]
    for name, array in again[0].items():
        assert np.array_equal(array, again[1][name]), name
    style = {"styles": np.zeros((styles.BUCKETS, 4), np.int8), "styles_scale": np.ones(1, np.float32)}
    style["styles"][styles.column(False), 2] = 1
    tagger = Tagger(again[0] | style, train.LABELS)
    for word, mark in (("di", "B-LOC"), ("pak", "B-PER")):
        marks = tagger.label([(["dia", word, "kuningan", "lagi"], False)])[0].marks
        assert [train.LABELS[number] for number in marks] == ["O", "O", mark, "O"]


def test_roles_inside_names_and_regions_that_are_words() -> None:
    found = {entity.text: entity.type for entity in entities(["ketua kpk di jakarta", "pohonnya rindang di situ"])[0]}
    assert found["jakarta"] == "place"
    assert not [entity for entity in entities(["hatinya keras seperti batu"])[0] if entity.type == "place"]
    assert [entity.type for entity in entities(["presiden datang"])[0]] == ["role"]


FLOORS = [
    ("nergrit", False, 72.5),
    ("nergrit", True, 70.5),
    ("nerp", False, 70.0),
    ("idner", False, 80.0),
    ("idner", True, 77.5),
]


@pytest.mark.parametrize(("name", "lower", "floor"), FLOORS)
def test_span_f1_on_the_development_parts(name: str, lower: bool, floor: float) -> None:
    path = folder() / SETS[name][1]
    if not path.exists():
        pytest.skip(f"the labelled set is absent: {path}")
    texts = lowered(read(path)) if lower else read(path)
    tally: Counter[str] = Counter()
    scheme = {TYPES[label] for text in texts for _, _, label in text.spans}
    for text, found in zip(texts, entities([text.text for text in texts]), strict=True):
        true = {(start, end, TYPES[label]) for start, end, label in text.spans}
        said = {(entity.start, entity.end, entity.type) for entity in found if entity.type in scheme}
        tally.update(true=len(true), said=len(said), right=len(true & said))
    assert 200 * tally["right"] / (tally["true"] + tally["said"]) >= floor
