"""Alerts in the explorer: who may act, what is noted, a crisis' clocks; the calendar on the page of trends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dengar.alerts.record import alert, changed
from dengar.alerts.session import NoAlertError, acted
from dengar.records import timestamp
from dengar.schemas import load, validator
from dengar.trends import planned
from dengar.trends.planned import parse
from dengar.web.app import create_app
from dengar.web.figures import render
from dengar.web.panels import panels
from dengar.web.planned import marked, shaded
from tests.unit.web.world import CORPUS, NOW, OFFICIAL, Explorer, mention

MINUTE = timedelta(minutes=1)
ONSET = NOW - timedelta(hours=5)
TREND = load("trend")["examples"][0] | {
    "start": timestamp(ONSET), "detected_at": timestamp(ONSET + 10 * MINUTE), "peak_at": timestamp(ONSET + 30 * MINUTE),
    "end": timestamp(ONSET + 60 * MINUTE), "conversations": ["ig:media:krisis"], "muted": False,
}  # fmt: skip
RAISED = alert(
    rule="crisis", kind="crisis", level="urgent", severity=7, subject=TREND["id"], occurrence="", platform=None,
    title={"id": "Krisis: <b>antrean</b>", "en": "Crisis: queue"}, period=(ONSET, NOW), created_at=ONSET + 10 * MINUTE,
)  # fmt: skip
ACT = f"/alerts/{RAISED['id']}/act"


class MemoryAlerts:
    """Stands for dengar.alerts.session.AlertSession: the same acts, in memory."""

    def __init__(self, explorer: Explorer) -> None:
        self.held, self.by = explorer.archive.others["alerts"], ""

    def change(self, identity: str, state: str, **more: Any) -> dict[str, Any]:
        for place, one in enumerate(self.held):
            if one["id"] == identity:
                self.held[place] = acted(one, state, self.by, NOW, **more)
                return self.held[place]
        raise NoAlertError(identity)


def with_alerts(*alerts: dict[str, Any], documents=CORPUS, **options: Any) -> tuple[Explorer, list[dict[str, Any]]]:
    explorer = Explorer("sandbox", documents, **options)
    explorer.archive.others |= {"alerts": list(alerts or (RAISED,)), "trends": [TREND]}
    watching = MemoryAlerts(explorer)

    @contextmanager
    def watcher(nickname: str) -> Iterator[MemoryAlerts]:
        watching.by = nickname
        yield watching

    app = create_app(explorer.desk, watcher=watcher, hosts=("testserver",))
    explorer.client = TestClient(app, follow_redirects=False)
    return explorer, watching.held


def form(secret: str, state: str, **more: Any) -> dict[str, Any]:
    return {"secret": secret, "state": state, "stood": RAISED["version"], "then": "/trends?days=7", **more}


def test_who_did_not_sign_in_sees_alerts_and_changes_none():
    explorer, held = with_alerts()
    page = explorer.get("/trends")
    assert "Krisis: &lt;b&gt;antrean&lt;/b&gt;" in page
    assert "<form method=" not in page.split("<main")[1]
    assert "Masuk untuk menanggapi peringatan" in page
    answer = explorer.client.post(ACT, data=form("", "acknowledged"))
    assert answer.headers["location"].startswith("/sign-in")
    assert held == [RAISED]


@pytest.mark.parametrize(
    ("state", "more", "told"),
    [
        ("acknowledged", {"note": "tanya dinas"}, "ditanggapi oleh sari · tanya dinas"),
        ("snoozed", {"wait": "30m"}, "ditunda sampai Sel 24 Nov 2026 09.30 WIB"),
        ("closed", {}, "ditutup oleh sari"),
    ],
)
def test_an_act_is_noted_with_the_nickname_and_seen_on_the_page(state, more, told):
    explorer, held = with_alerts()
    answer = explorer.client.post(ACT, data=form(explorer.sign_in(), state, **more))
    assert (answer.status_code, answer.headers["location"]) == (303, "/trends?days=7")
    assert (held[0]["state"], held[0]["state_by"]) == (state, "sari")
    assert validator("alert").is_valid(held[0])
    assert told in explorer.get("/trends")


def test_forged_late_and_unfitting_forms_change_nothing():
    explorer, held = with_alerts()
    secret = explorer.sign_in()
    post = explorer.client.post
    assert post(ACT, data=form("guessed", "closed")).status_code == 403
    assert post(ACT, data=form(secret, "closed"), headers={"origin": "https://jahat.example"}).status_code == 403
    assert post(ACT, data=form(secret, "closed", stood=1)).status_code == 409
    assert post(ACT, data=form(secret, "deleted")).status_code == 409
    assert post("/alerts/crisis:none/act", data=form(secret, "closed")).status_code == 404
    assert held == [RAISED]
    away = post(ACT, data=form(secret, "closed", then="https://jahat.example"))
    assert away.headers["location"] == "/trends"


def test_without_kafka_an_alert_can_only_be_read():
    explorer = Explorer("sandbox", labeller=None)
    explorer.archive.others |= {"alerts": [RAISED], "trends": [TREND]}
    secret = explorer.sign_in()
    assert 'name="state"' not in explorer.get("/trends")
    assert explorer.client.post(ACT, data=form(secret, "closed")).status_code == 404


def test_the_clocks_of_a_crisis_run_on_the_page_until_it_is_closed():
    said = [
        mention(f"ig:comment:k{n}", post_id="ig:media:krisis", published_at=timestamp(ONSET + n * MINUTE))
        for n in range(60)
    ]
    spoken = mention(
        "ig:comment:kata",
        kind="reply",
        author=OFFICIAL,
        post_id="ig:media:krisis",
        published_at=timestamp(ONSET + 95 * MINUTE),
    )
    one = changed(RAISED, "acknowledged", "sari", ONSET + 40 * MINUTE)
    explorer, _ = with_alerts(one, documents=[*said, spoken])
    page = explorer.get("/trends")
    assert "terdeteksi: 10 menit sejak mulai" in page
    assert 'ditanggapi: 40 menit sejak mulai <strong class="late">lewat tenggat</strong>' in page, (
        "merah has 15 minutes"
    )
    assert 'pernyataan resmi pertama: 95 menit sejak mulai <strong class="late">' in page
    assert "volume separuh: 60 menit sejak mulai" in page
    kept = changed(RAISED, "closed", "sari", NOW) | {
        "clocks": {
            "onset": timestamp(ONSET),
            "detected": timestamp(ONSET),
            "acknowledged": None,
            "first_statement": None,
            "halved": None,
        }
    }
    explorer, _ = with_alerts(kept, documents=[*said, spoken])
    page = explorer.get("/trends")
    assert "terdeteksi: 0 menit sejak mulai" in page, "a closed crisis tells the clocks that it kept"
    assert "pernyataan resmi pertama: belum" in page


def test_what_waits_for_somebody_is_on_the_morning_page_until_somebody_cares():
    explorer, held = with_alerts()
    assert "Krisis: &lt;b&gt;antrean&lt;/b&gt;" in explorer.get("/")
    held[0] = changed(RAISED, "acknowledged", "sari", NOW)
    assert "antrean" not in explorer.get("/").split("Peringatan")[1].split("</section>")[0]


@pytest.fixture
def plans(tmp_path, monkeypatch):
    file = tmp_path / "calendar.yaml"
    file.write_text(
        "- {id: p, kind: payout, name: Pencairan PKH, from: 2026-11-23}\n"
        "- {id: a, kind: post, name: Ajakan, from: 2026-11-23 08:00}\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(planned.read_plans, "__defaults__", (file,))
    monkeypatch.setattr(
        "dengar.web.figures.marked", lambda values, _: values
    )  # days of the archive in memory have no times
    return file


def test_what_was_planned_and_what_came_of_it_is_told(plans):
    page = Explorer("sandbox", []).get("/trends?days=7")
    assert "Pencairan PKH" in page
    assert "tidak terbit" in page
    came = mention("ig:media:b", kind="post", author=OFFICIAL, published_at="2026-11-23T01:20:00.000Z")
    assert "sudah terbit" in Explorer("sandbox", [came]).get("/trends?days=7")


def test_a_calendar_that_cannot_be_read_says_so_and_the_page_stands(plans):
    plans.write_text("- {id: p, kind: pesta, name: x, from: 2026-12-01}\n", encoding="utf-8")
    page = Explorer("sandbox").get("/trends")
    assert "Kalender tidak terbaca" in page
    assert "pesta" in page


def test_plans_lie_on_the_timeline_where_they_are():
    at = datetime(2026, 11, 22, 17, tzinfo=UTC)  # midnight of the 23rd in Jakarta
    bins = [
        {"key": int((at + n * timedelta(hours=6)).timestamp() * 1000), "key_as_string": str(n)} for n in range(-4, 8)
    ]
    payout = parse([{"id": "p", "kind": "payout", "name": "PKH", "from": "2026-11-23"}])
    assert [one["key_as_string"] for one in marked(bins, payout) if "plans" in one] == ["0", "1", "2", "3"]
    import orjson

    spec = panels()["mentions_over_time"].spec
    counted = [
        {**one, "platform": {"buckets": {"youtube": {"doc_count": 3}, "instagram": {"doc_count": 2}}}} for one in bins
    ]

    def picture(values):
        return render(orjson.dumps({**shaded(spec), "data": {"values": values}}).decode(), "id")

    assert picture(marked(counted, payout)).count("#f79009") > picture(counted).count("#f79009")
