"""Regions, programmes and offices by the gazetteers: codes where certain, candidates where not."""

from __future__ import annotations

from pathlib import Path

import pytest

from dengar.enrich.entities.labeller import Entity, Labeller, entities
from dengar.enrich.entities.words import words
from dengar.enrich.gazetteer import GazetteerError, load, regions


def named(text: str, kind: str) -> list[Entity]:
    return [entity for entity in entities([text])[0] if entity.type == kind]


def test_every_province_and_regency_is_there() -> None:
    table = regions()
    assert sum("." not in code for code in table) == 38
    assert sum("." in code for code in table) == 514
    gazetteer = load()
    for code, name in table.items():
        short = name.lower().removeprefix("kabupaten ").removeprefix("kota ").removeprefix("daerah istimewa ")
        short = short.replace("daerah khusus ibukota ", "")
        entry = gazetteer.entries[tuple(word.text for word in words(short))]
        assert entry.type == "place"
        assert code in entry.codes


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("bansos di kab. garut belum cair", "garut", "32.05"),
        ("warga kota bandung antri beras", "bandung", "32.73"),
        ("tolong cek kabupaten bandung", "bandung", "32.04"),
        ("saya dari jaksel min", "jaksel", "31.74"),
        ("dinsos jabar gimana", "jabar", "32"),
        ("banjir di ntt", "ntt", "53"),
        ("orang bantul nunggu pkh", "bantul", "34.02"),
        ("di palu blm dapat bantuan", "palu", "72.71"),
    ],
)
def test_certain_places(text: str, place: str, code: str) -> None:
    found = [entity for entity in entities([text])[0] if entity.type == "place" and place in entity.text]
    assert [entity.code for entity in found] == [code]


@pytest.mark.parametrize(
    ("text", "place", "candidates"),
    [
        ("bansos di bandung telat", "bandung", ("32.04", "32.73")),
        ("warga kediri belum dapat", "kediri", ("35.06", "35.71")),
    ],
)
def test_open_places_keep_their_candidates(text: str, place: str, candidates: tuple[str, ...]) -> None:
    found = [entity for entity in entities([text])[0] if entity.text == place]
    assert [(entity.code, entity.candidates) for entity in found] == [(None, candidates)]


def test_a_province_in_the_text_settles_a_place() -> None:
    found = {entity.text: entity.code for entity in entities(["warga kabupaten banjar, kalsel"])[0]}
    assert found["kalsel"] == "63"
    open_ones = {entity.text: entity.candidates for entity in entities(["warga sorong di papua barat daya"])[0]}
    assert open_ones["sorong"] == ("96.01", "96.71")


@pytest.mark.parametrize("text", ["kepala batu semua", "palu dan paku", "serang terus lawannya", "nasib malang"])
def test_ordinary_words_are_not_places(text: str) -> None:
    assert [entity for entity in named(text, "place") if entity.code or entity.candidates] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("pkh saya blm cair", "pkh"),
        ("bansosnya kapan", "bansos"),
        ("kartu keluarga sejahtera hilang", "kks"),
        ("Program Keluarga Harapan tahap 3", "pkh"),
        ("cek di aplikasi cek bansos", "cek_bansos"),
        ("desil saya di DTSEN salah", "dtsen"),
        ("kis pbi nonaktif", "pbi_jk"),
    ],
)
def test_programmes(text: str, code: str) -> None:
    assert [entity.code for entity in named(text, "programme")] == [code]


def test_offices_and_posts() -> None:
    assert [entity.code for entity in named("min @[akun] pendamping pkh saya minta uang", "role")] == ["pendamping_pkh"]
    assert "kemensos" in [entity.code for entity in entities(["laporin ke kementrian sosial aja"])[0]]


def test_an_operators_own_folder(tmp_path: Path) -> None:
    (tmp_path / "programmes.yaml").write_text("- {code: cerdas, name: Kartu Cerdas, forms: [kartu cerdas desa]}\n")
    (tmp_path / "nicknames.yaml").write_text('- {codes: ["32.73"], forms: [kota kembang]}\n')
    found = Labeller(tmp_path).entities(["kartu cerdas desa di kota kembang"])[0]
    assert [(entity.type, entity.code) for entity in found] == [("programme", "cerdas"), ("place", "32.73")]


def test_a_malformed_gazetteer_is_named(tmp_path: Path) -> None:
    (tmp_path / "programmes.yaml").write_text("- {code: cerdas, forms: [x]}\n")
    with pytest.raises(GazetteerError, match=r"programmes.yaml, row 1"):
        load(tmp_path)
    with pytest.raises(GazetteerError, match="does not exist"):
        load(tmp_path / "none")
