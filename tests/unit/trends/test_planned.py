"""The calendar: reading, importing, payouts told beside a rise, planned against published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import jsonschema_rs
import pytest
from typer.testing import CliRunner

from dengar.cli import build
from dengar.schemas import load
from dengar.trends import planned
from dengar.trends.planned import CalendarError, add_rows, around, noted, parse, read_csv, read_plans
from dengar.trends.published import kept

TREND = load("trend")["examples"][0]
"""Detected 2026-11-24 in Jakarta."""
NOW = datetime(2026, 12, 2, tzinfo=UTC)


def post(identity, at, platform="instagram", handle="kemensos_sandbox", campaigns=()):
    return {
        "id": identity,
        "platform": platform,
        "author": {"handle": handle},
        "campaigns": list(campaigns),
        "published_at": at,
    }


def plan(identity="a", start="2026-12-01 10:00", **more):
    return {"id": identity, "kind": "post", "name": "Ajakan", "from": start} | more


def test_the_shipped_calendar_is_read_and_days_are_jakartas():
    payout = next(one for one in read_plans() if one.kind == "payout")
    assert payout.start == datetime(2026, 12, 6, 17, tzinfo=UTC)
    assert payout.end == datetime(2026, 12, 11, 17, tzinfo=UTC)
    (moment,) = parse([plan()])
    assert moment.start == moment.end == datetime(2026, 12, 1, 3, tzinfo=UTC)
    assert moment.window == timedelta(hours=2)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (plan(kind="pesta"), "kind"),
        (plan(start="besok"), "besok"),
        (plan(to="2026-11-30"), "before it begins"),
        (plan(window="lama"), "no duration"),
        (plan(platform="tiktok"), "tiktok"),
        (plan(place="x"), "place"),
        (plan(identity="A B"), "lower-case"),
        (plan(kind="payout", campaign="x"), "no post"),
        ({"id": "a", "kind": "post", "from": "2026-12-01"}, "lacks name"),
    ],
)
def test_a_row_that_is_wrong_is_one_plain_sentence(row, says):
    with pytest.raises(CalendarError, match=says):
        parse([row])


def test_rows_of_a_csv_join_the_calendar_with_its_comments_or_not_at_all(tmp_path):
    calendar, table = tmp_path / "calendar.yaml", tmp_path / "more.csv"
    calendar.write_text("# ours\n- {id: a, kind: event, name: Rapat, from: 2026-12-01}", encoding="utf-8")
    table.write_text(
        '\ufeffid,kind,name,from,to,window\nb,payout,"PKH, tahap 4",2026-12-07,2026-12-09,\n', encoding="utf-8"
    )
    assert add_rows(calendar, read_csv(table)) == 1
    assert calendar.read_text(encoding="utf-8").startswith("# ours\n")
    assert [(one.id, one.name) for one in read_plans(calendar)] == [("a", "Rapat"), ("b", "PKH, tahap 4")]
    held = calendar.read_bytes()
    with pytest.raises(CalendarError, match="b twice"):
        add_rows(calendar, read_csv(table))
    assert calendar.read_bytes() == held


@pytest.mark.parametrize(("first", "told"), [("2026-11-24", True), ("2026-11-23", False), ("2026-11-25", False)])
def test_a_payout_of_the_day_is_told_and_changes_no_severity(first, told):
    record = noted(TREND, parse([{"id": "p", "kind": "payout", "name": "PKH tahap 4", "from": first}]))
    assert ("payout_planned" in {reason["code"] for reason in record["reasons"]}) is told
    assert ("Hari itu dijadwalkan pencairan: PKH tahap 4." in record["explanation"]["id"]) is told
    assert record["severity"] == TREND["severity"]
    jsonschema_rs.validator_for(load("trend")).validate(record)


def test_an_event_that_is_no_payout_is_no_reason():
    assert noted(TREND, parse([{"id": "p", "kind": "event", "name": "Rapat", "from": "2026-11-24"}])) == TREND


def test_plans_around_an_event_are_those_of_a_day_before_to_a_day_after():
    plans = parse([{"id": f"e{day}", "kind": "event", "name": "x", "from": f"2026-12-0{day}"} for day in range(1, 8)])
    at = datetime(2026, 12, 4, 5, tzinfo=UTC)
    assert [one.id for one in around(plans, at, at)] == ["e3", "e4", "e5"]


def test_planned_posts_are_published_missing_or_awaited():
    plans = parse([plan(), plan("b", "2026-12-01 18:00", window="1h"), plan("c", "2026-12-02 08:00")])
    rows = {row.plan.id: row for row in kept(plans, [post("ig:media:1", "2026-12-01T03:40:00.000Z")], NOW)}
    assert {name: row.state for name, row in rows.items()} == {"a": "published", "b": "missing", "c": "awaited"}
    assert rows["a"].late == timedelta(minutes=40)


def test_one_post_keeps_one_plan_and_as_many_are_kept_as_can_be():
    """The nearest post of `a` is the only one in reach of `b`: taking it would leave `b` missing."""
    plans = parse([plan(window="2h"), plan("b", "2026-12-01 12:00", window="1h")])
    posts = [post("x", "2026-12-01T01:30:00.000Z"), post("y", "2026-12-01T04:10:00.000Z")]
    assert {row.plan.id: row.post and row.post["id"] for row in kept(plans, posts, NOW)} == {"a": "x", "b": "y"}
    assert [row.state for row in kept(plans, posts[1:], NOW)].count("missing") == 1


@pytest.mark.parametrize(
    "more", [{"platform": "youtube"}, {"account": "@balai_sandbox"}, {"campaign": "kemensos_peduli"}]
)
def test_a_post_elsewhere_by_another_or_of_no_campaign_keeps_nothing(more):
    at = "2026-12-01T03:00:00.000Z"
    assert [row.state for row in kept(parse([plan(**more)]), [post("x", at)], NOW)] == ["missing"]
    other = post("x", at, more.get("platform", "instagram"), more.get("account", "@K").lower(), [more.get("campaign")])
    assert [row.state for row in kept(parse([plan(**more)]), [other], NOW)] == ["published"]


def test_list_tells_machines_and_people_and_refuses_an_unknown_kind(tmp_path, monkeypatch):
    file = tmp_path / "calendar.yaml"
    day = (datetime.now(UTC) + timedelta(days=3)).date()
    file.write_text(f"- {{id: p, kind: payout, name: PKH, from: {day}}}\n", encoding="utf-8")
    monkeypatch.setattr(planned.read_plans, "__defaults__", (file,))
    run = CliRunner().invoke
    told = run(build(), ["calendar", "list", "--json"])
    assert told.exit_code == 0
    assert '"kind":"payout"' in told.stdout
    assert "PKH" in run(build(), ["calendar", "list"]).stdout
    assert "Nothing is planned" in run(build(), ["calendar", "list", "--kind", "survey"]).stdout
    assert run(build(), ["calendar", "list", "--kind", "pesta"]).exit_code == 2


@pytest.mark.parametrize(("came_in_time", "status"), [(True, 0), (False, 1)])
def test_check_ends_with_one_where_a_planned_post_is_missing(tmp_path, monkeypatch, came_in_time, status):
    due = datetime.now(UTC) - timedelta(hours=5)
    file = tmp_path / "calendar.yaml"
    file.write_text(f"- {{id: a, kind: post, name: Ajakan, from: '{due.isoformat()}'}}\n", encoding="utf-8")
    monkeypatch.setattr(planned.read_plans, "__defaults__", (file,))
    came = [post("x", due.isoformat()) | {"permalink": None}] if came_in_time else []
    monkeypatch.setattr("dengar.trends.published.official_posts", lambda *_: came)
    monkeypatch.setattr("dengar.target.target", lambda: None)
    monkeypatch.setattr("dengar.index.client", lambda _: None)
    told = CliRunner().invoke(build(), ["calendar", "check", "--json"])
    assert told.exit_code == status
    assert ('"state":"missing"' in told.stdout) is bool(status)
    assert '"unplanned":0' in told.stdout
