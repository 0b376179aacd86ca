"""The backlog in the explorer: how old, what will be overdue, how fast the first answer came; a platform each where policy says so."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from random import Random
from typing import Any

import orjson
import pytest

from dengar.policy import load_policy
from dengar.records import timestamp
from dengar.responses.measures import Wait, survival
from dengar.responses.store import document
from dengar.web.backlog import PANELS, soon
from dengar.web.figures import draw, render
from dengar.web.panels import fill, panels
from dengar.web.words import words
from tests.unit.web.office import ASKED, said, with_office
from tests.unit.web.world import NOW, OFFICIAL, MemoryArchive

HOUR_MS = 3_600_000
EDGES = (1, 2, 4, 8, 24, 48, 72, 168, 336)
"""Hours at which the panel's bins end."""


def conversation(number: int, platform: str, asked_hours_ago: float, waited_hours: float | None) -> dict[str, Any]:
    """What the panels ask of a document: answered after so many hours, or still waiting (None)."""
    at = timestamp(NOW - timedelta(hours=asked_hours_ago))
    still = waited_hours is None
    first = None if still else {"wall_ms": int((waited_hours or 0) * HOUR_MS), "ended_by": "answer"}
    return {
        "id": f"x:{number}", "platform": platform, "on_desk": True, "open": still, "state": "waiting" if still else "answered",
        "opened_at": at, "waiting_since": at if still else None, "first": first,
        "due_at": timestamp(NOW + timedelta(hours=number % 30 - 5)) if still else None,
    }  # fmt: skip


def backlog(count: int = 160) -> tuple[MemoryArchive, list[dict[str, Any]]]:
    random, archive = Random(11), MemoryArchive([], load_policy("sandbox"))
    made = []
    for number in range(count):
        ago, waits = random.uniform(0.1, 320), random.expovariate(1 / 30)
        platform = random.choice(("youtube", "instagram"))
        made.append(conversation(number, platform, ago, waits if waits < ago and random.random() > 0.1 else None))
    archive.others["responses"] = made
    return archive, made


def drawn(archive: MemoryArchive, name: str) -> tuple[list[dict[str, Any]], str]:
    """What a panel is told, and its picture."""
    panel = panels()[name]
    body = fill(panel.request, NOW - timedelta(days=14), NOW)
    values = panel.values(archive.aggregate(panel.index, body))
    spec = {**panel.worded(words("id")), "data": {"values": values}}
    return values, render(orjson.dumps(spec).decode(), "id")


def test_the_curve_of_the_first_answer_is_kaplan_and_meier_s():
    archive, made = backlog()
    _, svg = drawn(archive, "first_response")
    points = re.findall(
        r'aria-label="hours: ([\d.,]+); waiting: ([\d.,]+)%?[^"]*"[^>]*aria-roledescription="point"', svg
    )
    assert points
    told: dict[int, list[float]] = {}
    for hours, share in points:
        told.setdefault(round(float(hours.replace(".", "").replace(",", "."))), []).append(
            float(share.replace(".", "").replace(",", ".")) / 100
        )
    for at, hours in enumerate(EDGES):
        expected = []
        for platform in ("instagram", "youtube"):
            waits = []
            for one in made:
                if one["platform"] != platform:
                    continue
                age = (NOW - datetime.fromisoformat(one["opened_at"])).total_seconds() / 3600
                waited = one["first"]["wall_ms"] / HOUR_MS if one["first"] else age
                end = next((edge for edge in EDGES if waited < edge), 504)
                waits.append(Wait(float(end), one["first"] is not None))
            curve = survival(waits)
            expected.append(next((left for t, left in reversed(curve) if t <= hours), 1.0))
        assert sorted(told[hours]) == pytest.approx(sorted(expected), abs=0.006), (at, hours)


def test_each_waits_in_one_age_and_those_due_soon_are_counted_by_the_hour():
    archive, made = backlog()
    waiting = [one for one in made if one["open"]]
    ages, _ = drawn(archive, "backlog_age")
    assert sum(bucket["doc_count"] for row in ages for bucket in row["age"]["buckets"].values()) == len(waiting)
    hours, svg = drawn(archive, "breaches")
    due = [one for one in waiting if timestamp(NOW) <= one["due_at"] < timestamp(NOW + timedelta(hours=24))]
    assert sum(bucket["doc_count"] for row in hours for bucket in row["due"]["buckets"]) == len(due)
    assert "NaN" not in svg


def test_what_will_be_overdue_is_told_together_only_where_policy_lets_it():
    archive, made = backlog()
    late = sum(one["open"] and one["due_at"] < timestamp(NOW) for one in made)
    by_close = sum(
        one["open"] and timestamp(NOW) <= one["due_at"] < timestamp(NOW + timedelta(hours=7)) for one in made
    )
    [whole] = soon(archive, load_policy("sandbox"), NOW)
    assert (whole.platform, whole.overdue, whole.will_be_overdue) == (None, late, by_close)
    apart = soon(archive, load_policy("strict"), NOW)
    assert [one.platform for one in apart] == ["instagram", "youtube"]
    assert sum(one.overdue for one in apart) == late


@pytest.mark.parametrize(("profile", "place"), [("sandbox", "Semua:"), ("audited", "YouTube:"), ("strict", "YouTube:")])
def test_the_pages_tell_it_under_each_profile(profile, place):
    due = said("yt:comment:8", 60, text="PKH bulan lalu belum cair")
    explorer, _ = with_office(due, profile=profile)
    for address in ("/complaints?days=30", "/"):
        page = explorer.get(address)
        assert 'class="sum soon"' in page, address
        assert place in page
        assert ("Semua:" in page) is (profile == "sandbox")
        assert ('<p class="sum">YouTube: ' in page or '<p class="sum" role="status">YouTube: ' in page) is (
            profile != "sandbox"
        ), "no sum over both where policy keeps their clocks apart"
    page = explorer.get("/complaints?days=30")
    for name in PANELS:
        assert panels()[name].told("title", "id") in page
    assert "NaN" not in page


def test_a_settled_backlog_says_nothing():
    reply = said(
        "ig:comment:7", 3, kind="reply", conversation_id=ASKED, text="Sudah", author=OFFICIAL, actionable=False
    )
    explorer, office = with_office(reply)
    office.by = "sari"
    office.act(list(office.held_by), "resolve")
    explorer.archive.others["responses"] = [document(office.held(name)) for name in office.held_by]
    assert 'class="sum soon"' not in explorer.get("/complaints?days=30")


def test_a_panel_of_the_desk_draws_a_table_too():
    archive, _ = backlog()
    told = draw(panels()["first_response"], archive, load_policy("sandbox"), words("id"), NOW - timedelta(days=14), NOW)
    assert told.columns == ["platform", "setelah", "akhirnya", "jumlah"]
    assert {row[2] for row in told.rows} == {"dijawab", "belum dijawab"}
