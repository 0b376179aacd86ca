"""Promoted posts without a mark: who is looked at, what counts as a mark, and that nothing else is suspected."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dengar.attribution.disclosure import disclosed, figures, suspicions
from tests.unit.attribution.said import CAMPAIGN, REGISTERS, said, window

CALL = "Yuk ikuti gerakan ini, daftar lewat tautan di bio"


def found(*mentions, **options):
    return suspicions(mentions, CAMPAIGN, REGISTERS, window(**options))


@pytest.mark.parametrize(
    ("text", "tags", "marked"),
    [
        ("Terima kasih sudah ikut #iklan", ["iklan"], True),
        ("Senang bisa ikut #kerja_sama", ["kerja_sama"], True),
        ("Kemitraan berbayar dengan dinas", [], True),
        ("Konten ini hasil kerjasama dengan dinas", [], True),
        ("Paid Partnership with the office", [], True),
        ("[AD] Yuk ikut", [], True),
        ("iklan: yuk ikut", [], True),
        ("Iklannya bagus sekali ya", [], False),
        ("ada kegiatan di balai desa", ["adakegiatan"], False),
        ("kolaborasi seru bareng warga", ["kolaborasi"], False),
    ],
)
def test_marks(text, tags, marked):
    assert disclosed(said("ig:media:1", "@rani", text=text, hashtags=tags)) is marked


def test_a_mark_in_the_title_counts():
    assert disclosed(said("ig:media:1", "@rani", title="Kunjungan (konten berbayar)"))


def test_a_partner_who_must_disclose_and_does_not():
    (one,) = found(said("ig:media:1", "@rani", 5, CALL, links=["https://contoh.example/"]))
    assert (one.mention, one.partner, one.signs) == ("ig:media:1", "rani", ("calls_to_act", "links_out"))


@pytest.mark.parametrize(
    "mention",
    [
        said("ig:media:1", "@rani", 5, CALL + " #iklan", hashtags=["iklan"]),
        said("ig:media:1", "@rani", 5, "pagi dari kampung"),
        said("ig:media:1", "@rani", 1, CALL),  # before the partnership
        said("ig:media:1", "@rani", 22, CALL),  # after the campaign
        said("ig:media:1", "@rani", 5, CALL, campaigns=[]),
        said("ig:media:1", "@rani", 5, CALL, kind="comment"),
        said("ig:media:1", "@yayasan", 5, CALL),  # need not disclose
        said("ig:media:1", "@kantor", 5, CALL),
        said("ig:media:1", None, 5, CALL),
        said("yt:video:1", "@rani", 5, CALL, platform="youtube"),
    ],
)
def test_what_is_not_suspected(mention):
    assert found(mention) == []


def test_outside_of_the_registers_only_who_promotes_again_and_again():
    twice = [said(f"ig:media:{n}", "budi", 5 + n, CALL, intent="promotion") for n in range(2)]
    assert found(*twice) == []
    third = said("ig:media:9", "budi", 9, "Cek tautannya ya", intent="promotion")
    assert {one.mention for one in found(*twice, third)} == {"ig:media:0", "ig:media:1", "ig:media:9"}
    assert {one.partner for one in found(*twice, third)} == {None}
    others = [said(f"ig:media:x{n}", f"siti{n}", 6, f"Yuk ikut dari kampung nomor {n}") for n in range(5)]
    assert len(found(*twice, third, *others)) == 3


def test_the_same_text_by_another_account_is_a_sign():
    text = "pagi ini kami mengunjungi rumah para lansia di kampung sebelah bersama warga"
    own = said("ig:media:1", "@rani", 5, text)
    assert found(own, said("ig:media:2", "@rani", 6, text)) == []
    (one,) = found(own, said("ig:media:2", "budi", 4, text + " semua"))
    assert one.signs == ("same_text_as_another",)


def test_figures_count_what_was_looked_at():
    mentions = [
        said("ig:media:1", "@rani", 5, CALL),
        said("ig:media:2", "@rani", 6, "pagi"),
        said("ig:media:3", "a", 6),
    ]
    by = {one.partner: one for one in figures(mentions, CAMPAIGN, REGISTERS, window())}
    assert (by["rani"].value, by["rani"].n, by["rani"].inputs["mentions"]) == (1, 2, ["ig:media:1"])
    assert (by[None].value, by[None].n, by[None].dimension) == (0, 1, {"who": "outside"})
    assert by[None].inputs == {}, "a figure outlives what a private person wrote"


def test_policy_decides():
    mention = said("yt:video:1", "@rani", 5, CALL, platform="youtube")
    assert len(found(mention, platform="youtube")) == 1
    assert found(mention, platform="youtube", profile="strict") == []
    (row,) = figures([mention], CAMPAIGN, REGISTERS, window("youtube", "strict"))
    assert (row.value, row.n, row.refused, row.rule) == (None, None, "policy_off", "yt-derived")
    assert row.inputs == {}


@given(
    st.lists(
        st.tuples(
            st.text(max_size=200),
            st.sampled_from(["@rani", "budi", "siti", None]),
            st.lists(st.text(min_size=1, max_size=20), max_size=3),
        ),
        max_size=8,
    )
)
def test_whatever_is_written_only_posts_without_a_mark_are_suspected(rows):
    mentions = [
        said(f"ig:media:{n}", who, 5 + n / 10, text, hashtags=tags, title=text[:9] or None)
        for n, (text, who, tags) in enumerate(rows)
    ]
    marked = {one["id"] for one in mentions if disclosed(one)}
    suspected = found(*mentions)
    assert marked.isdisjoint(one.mention for one in suspected)
    assert all(one.signs for one in suspected)
    assert suspected == found(*mentions[::-1])
