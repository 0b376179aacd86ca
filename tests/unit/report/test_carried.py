"""Partners: the people who acted below their posts, by hand; refused with the reason where they cannot be had or counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dengar.report.sections.carried import figures
from dengar.report.weekly import build
from tests.unit.report.corpus import WEEK_TOLD, MemorySource, judged, mention
from tests.unit.report.told import scope, written

AT = WEEK_TOLD.since + timedelta(days=1)
NGO, TOGAR, WENING = "pedulinusa_sandbox", "bangtogar_sandbox", "dapurbuwening.sandbox"


def post(identity, handle, platform="youtube"):
    author = {"key": f"yt:channel:{handle}", "role": "partner", "handle": handle, "name": "Mitra"}
    return mention(identity, platform, AT, kind="post", post_id=identity, conversation_id=identity, author=author)


def acts(post_id, *people, platform="youtube", ownership="public"):
    return [
        mention(
            f"{post_id}/{person}/{number}", platform, AT + timedelta(hours=number), post_id=post_id,
            author={"key": person, "role": "public", "handle": None, "name": None},
            collected={"via": "x", "ownership": ownership, "backfill": False}, **judged("praise"),
        )
        for number, person in enumerate(people)
    ]  # fmt: skip


@pytest.fixture
def source():
    return MemorySource(
        [
            post("yt:video:1", NGO),
            post("yt:video:2", TOGAR),
            post("ig:media:1", WENING, "instagram"),
            *acts("yt:video:1", "a", "b", "b", "c"),
            *acts("yt:video:2", "c", "d"),
        ]
    )


def test_engaged_reach_is_of_distinct_people_with_what_is_only_there_and_the_fair_share(source):
    rows = {(row.id, row.platform, row.key): row for row in figures(scope(source))}
    assert rows["engaged_union", "youtube", None].value == 4
    ngo, togar = rows["engaged_reach", "youtube", "peduli_nusa"], rows["engaged_reach", "youtube", "bang_togar"]
    assert (ngo.value, ngo.n, ngo.detail["incremental"], ngo.detail["shapley"]) == (3, 4, 2, 2.5)
    assert (togar.value, togar.n, togar.detail["incremental"], togar.detail["shapley"]) == (2, 2, 1, 1.5)
    assert rows["partner_posts", "youtube", "peduli_nusa"].value == 1


def test_on_instagram_a_partner_must_connect_the_account(source):
    (row,) = [row for row in figures(scope(source)) if row.id == "engaged_reach" and row.platform == "instagram"]
    assert row.missing.kind == "not_obtainable"
    told = written(build(scope(source)), source)
    assert "mitra harus menghubungkan akunnya" in told
    connected = MemorySource(
        [*source.rows.values(), *acts("ig:media:1", "x", "y", platform="instagram", ownership="authorised")]
    )
    (row,) = [row for row in figures(scope(connected)) if row.id == "engaged_reach" and row.platform == "instagram"]
    assert (row.key, row.value) == ("dapur_bu_wening", 2)


def test_what_others_may_not_count_is_off_by_policy(source):
    row = next(
        row
        for row in figures(scope(source, profile="strict"))
        if row.id == "engaged_reach" and row.platform == "youtube"
    )
    assert row.value is None
    assert row.missing.kind == "off_by_policy"
    assert "orang yang bertindak dimatikan kebijakan" in written(build(scope(source, profile="strict")), source)
