"""Where the response desk, trends and alerts are there, the explorer shows them; where they are not, it says why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dengar.records import timestamp
from dengar.schemas import load
from tests.unit.web.world import NOW, Explorer


def conversation(identity: str, due_in_hours: float, **changes: Any) -> dict[str, Any]:
    times = {"asked_at": timestamp(NOW - timedelta(hours=12)), "due_at": timestamp(NOW + timedelta(hours=due_in_hours))}
    waiting = {**times, "due_certain": True, "ended_at": None}
    body = {
        "id": identity,
        "platform": "instagram" if identity.startswith("ig:") else "youtube",
        "category": "pkh",
        "opened_at": times["asked_at"],
        "since": times["asked_at"],
        "on_desk": True,
        "open": True,
        "state": "waiting",
        "rounds": [waiting],
        "turns": [{"id": identity, "asks": True}],
    }
    return {**body, **changes}


def with_desk(*conversations: dict[str, Any], profile: str = "sandbox") -> Explorer:
    explorer = Explorer(profile)
    explorer.archive.others["responses"] = list(conversations)
    return explorer


def test_the_desk_s_states_hold_where_there_is_a_desk():
    decided = conversation(
        "yt:comment:1",
        30,
        open=False,
        rounds=[{**conversation("yt:comment:1", 30)["rounds"][0], "ended_at": timestamp(NOW)}],
    )
    explorer = with_desk(decided, conversation("ig:comment:5", -2))
    page = explorer.get("/complaints")
    assert "Percakapan di meja tanggapan" in page
    assert "ig:comment:5" in page
    assert "lewat 2 jam" in page
    assert "yt:comment:1" not in page, "the desk settled it"
    assert "yt:comment:1" in explorer.get("/complaints?state=answered")
    assert '<strong class="late">1 lewat batas waktu</strong>' in explorer.get("/")


def test_a_past_morning_is_told_from_the_mentions_of_then():
    explorer = with_desk(conversation("ig:comment:5", -2))
    assert "Percakapan di meja tanggapan" not in explorer.get("/complaints?day=2026-11-23")


def test_under_strict_the_desk_shows_who_waits_without_a_judgement_of_youtube():
    page = with_desk(conversation("yt:comment:1", -1), profile="strict").get("/complaints")
    assert "PKH ibu saya belum cair pak" in page
    assert 'class="chip intent' not in page
    assert "dimatikan kebijakan" in page


def test_without_the_indices_the_pages_say_what_makes_them():
    explorer = Explorer("sandbox")
    assert "DAG detect_trends membuatnya" in explorer.get("/")
    assert "Belum ada indeks peringatan" in explorer.get("/trends")


def test_rises_and_alerts_of_the_schema_s_examples_are_told_in_both_languages():
    morning = Explorer("sandbox")
    morning.archive.others |= {"trends": load("trend")["examples"], "alerts": load("alert")["examples"]}
    assert "Tidak ada kenaikan yang menonjol" in morning.get("/"), "the examples rose later that day"
    assert "Tidak ada peringatan" in morning.get("/trends")

    later = Explorer("sandbox", now=lambda: NOW + timedelta(hours=12))
    later.archive.others |= {"trends": load("trend")["examples"], "alerts": load("alert")["examples"]}
    page = later.get("/trends")
    assert "Antrean pencairan bansos" in page
    assert "tingkat 7 dari 10" in page
    assert "88 teramati, 14 diperkirakan" in page
    assert "dimatikan kebijakan: youtube:mention.sentiment" in page
    assert "hashtag=antreanbansos" in page
    assert "Krisis: antrean pencairan bansos (tingkat 7)" in page
    english = later.get("/trends?lang=en")
    assert "Since 15:50 WIB talk of queues" in english
    assert "Crisis: queues at the payout" in english
    assert "Pendaftaran bansos lewat tautan palsu" in later.get("/")
