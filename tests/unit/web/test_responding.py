"""Deciding at the response desk in the explorer: who may, what is published, and what stands on the page afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from dengar.log import LogError
from dengar.records import timestamp
from dengar.responses.similar import Case
from tests.unit.web.office import ASKED, OTHER, said, with_office
from tests.unit.web.test_shield import SEEDS, elements
from tests.unit.web.world import NOW, OFFICIAL, Explorer

PAGE, ACT = f"/desk/{ASKED}", f"/desk/{ASKED}/act"


def test_without_a_session_nothing_is_shown_or_changed():
    explorer, office = with_office()
    queue = explorer.get("/complaints?days=30")
    assert f'href="{PAGE}"' in queue, "the way to the desk is shown"
    assert "<form method=" not in queue
    for answer in (explorer.client.get(PAGE), explorer.client.post(ACT, data={"kind": "resolve", "stood": ""})):
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")
    assert office.acts == []


def test_without_a_token_the_explorer_only_reads():
    from dengar.web.access import Access

    explorer, office = with_office(access=Access(""))
    assert 'href="/desk/' not in explorer.get("/complaints?days=30")
    assert explorer.client.post(ACT, data={"kind": "resolve", "secret": ""}).status_code == 303
    assert explorer.client.post("/sign-in", data={"token": "", "nickname": "sari"}).status_code == 403
    assert office.acts == []


def test_a_form_from_elsewhere_changes_nothing():
    explorer, office = with_office()
    good = {"secret": explorer.sign_in(), "kind": "resolve", "stood": ""}
    assert explorer.client.post(ACT, data={**good, "secret": "guessed"}).status_code == 403
    assert explorer.client.post(ACT, data=good, headers={"origin": "https://jahat.example"}).status_code == 403
    assert office.acts == []


@pytest.mark.parametrize(
    ("kind", "form", "told", "state"),
    [
        ("assign", {"to": "linjamsos"}, {"to": "linjamsos", "note": None}, "lewat batas"),
        ("note", {"note": "ditanyakan ke dinas"}, {"note": "ditanyakan ke dinas"}, "lewat batas"),
        ("hand_over", {"reference": "LAPOR-1", "note": "x"}, {"reference": "LAPOR-1", "note": "x"}, "diserahkan"),
        ("resolve", {"note": ""}, {"note": None}, "selesai"),
        ("dismiss", {"reason": "not_ours"}, {"reason": "not_ours", "note": None}, "diabaikan"),
        ("answered_live", {}, {"note": None}, "dijawab"),
    ],
)
def test_each_act_reaches_the_desk_once_and_is_audited(kind, form, told, state):
    explorer, office = with_office()
    secret = explorer.sign_in("sari")
    answer = explorer.client.post(ACT, data={"secret": secret, "kind": kind, "stood": "", **form})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{PAGE}?done={kind}"
    assert office.acts == [([ASKED], kind, told)]
    again = explorer.client.post(ACT, data={"secret": secret, "kind": kind, "stood": "", **form})
    assert again.status_code == 409, "the same form, sent twice"
    assert len(office.acts) == 1
    page = explorer.get(f"{PAGE}?done={kind}")
    assert f"<strong>{state}</strong>" in page
    history = page[page.index('id="history"') : page.index('id="decide"')]
    assert "<bdi>sari</bdi>" in history
    assert "Sel 24 Nov 2026 09.00 WIB" in history
    assert all(value in history for value in form.values() if value and value != "not_ours")


def test_what_was_settled_can_be_opened_again_and_what_was_answered_closed():
    reply = said(
        "ig:comment:7", 3, kind="reply", conversation_id=ASKED, text="Sudah kami cek", author=OFFICIAL, actionable=False
    )
    explorer, office = with_office(reply)
    secret = explorer.sign_in()
    for kind, offered in (("close", "reopen"), ("reopen", "close")):
        assert f'name="kind" value="{kind}"' in explorer.get(PAGE)
        stood = office.held(ASKED).response["desk_at"] or ""
        form = {"secret": secret, "kind": kind, "stood": stood}
        assert explorer.client.post(ACT, data=form).status_code == 303
        assert f'name="kind" value="{offered}"' in explorer.get(PAGE)
    assert [kind for _, kind, _ in office.acts] == ["close", "reopen"]


def test_what_cannot_be_decided_is_told_and_not_published():
    explorer, office = with_office()
    secret = explorer.sign_in()
    for form in (
        {"kind": "close"},
        {"kind": "assign", "to": " "},
        {"kind": "dismiss", "reason": "bosan"},
        {"kind": "x"},
    ):
        answer = explorer.client.post(ACT, data={"secret": secret, "stood": "", **form})
        assert answer.status_code == 400, form
        assert 'role="alert"' in answer.text
    gone = explorer.client.post("/desk/ig:comment:none/act", data={"secret": secret, "kind": "resolve"})
    assert gone.status_code == 404
    explorer.get("/desk/ig:comment:none", 404)
    assert office.acts == []


def test_the_queue_of_a_responder_knows_what_was_decided_a_moment_ago():
    explorer, office = with_office()
    secret = explorer.sign_in()
    queue = explorer.get("/complaints?days=30")
    assert queue.index(ASKED) > 0
    assert OTHER in queue
    explorer.client.post(ACT, data={"secret": secret, "kind": "hand_over", "stood": "", "reference": "LAPOR-7"})
    assert ASKED not in explorer.get("/complaints?days=30"), "though the index does not tell it yet"
    settled = explorer.get("/complaints?days=30&state=answered")
    assert ASKED in settled
    assert "diserahkan" in settled
    assert office.acts[0][1] == "hand_over"


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_queue_is_filtered(signed_in):
    explorer, _ = with_office(
        said("ig:comment:8", 2, category={"label": "fraud_levy", "score": 0.9, "uncertain": False})
    )
    if signed_in:
        explorer.sign_in()

    def shown(query: str) -> set[str]:
        page = explorer.get(f"/complaints?days=30&{query}")
        return {one for one in (ASKED, OTHER, "ig:comment:8") if f'id="{one}"' in page}

    assert shown("directorate=itjen") == {"ig:comment:8"}
    assert shown("directorate=linjamsos") == {ASKED, OTHER}
    assert shown("platform=youtube") == {OTHER}
    assert shown("category=fraud_levy") == {"ig:comment:8"}
    assert shown("state=overdue") == {ASKED}
    assert shown("state=waiting&platform=instagram&directorate=itjen") == {"ig:comment:8"}
    explorer.get("/complaints?directorate=nowhere", 400)


def test_similar_cases_stand_with_the_official_answer():
    explorer, office = with_office()
    asked, answer = (
        said("ig:comment:20", 90, text="PKH telat"),
        said("ig:comment:21", 80, text="Cek di aplikasi", author=OFFICIAL),
    )
    office.cases = [Case({"id": "ig:comment:20"}, asked, answer)]
    explorer.sign_in()
    page = explorer.get(PAGE)
    similar = page[page.index('id="similar"') :]
    assert similar.index("PKH telat") < similar.index("Cek di aplikasi")
    assert 'href="/desk/ig:comment:20"' in similar


@pytest.mark.parametrize("text", SEEDS)
def test_hostile_notes_stay_text(text):
    explorer, office = with_office()
    secret = explorer.sign_in()
    for kind, form in (("assign", {"to": text}), ("hand_over", {"reference": text}), ("note", {"note": text})):
        stood = office.held(ASKED).response["desk_at"] or ""
        answer = explorer.client.post(ACT, data={"secret": secret, "kind": kind, "stood": stood, "note": text, **form})
        assert answer.status_code in (303, 400)
    page = explorer.get(PAGE)
    assert elements(page).bad == []
    assert "<script" not in page
    tame, _ = with_office()
    tame.sign_in()
    extra = set(elements(page).names) - set(elements(tame.get(PAGE)).names)
    assert extra <= {"table", "thead", "tbody", "tr", "th", "td", "bdi", "time"}


def test_under_strict_no_judgement_of_youtube_stands_at_the_desk():
    explorer, _ = with_office(profile="strict")
    explorer.sign_in()
    page = explorer.get(f"/desk/{OTHER}")
    assert "dimatikan kebijakan" in page
    assert 'class="chip intent' not in page
    assert "Direktorat Jenderal Perlindungan" not in page[: page.index('id="decide"')]


def test_without_kafka_the_queue_is_read_from_the_index_and_the_desk_says_why_not():
    @contextmanager
    def broken(_nickname: str) -> Iterator[Any]:
        raise LogError("Kafka does not answer")
        yield

    explorer, office = with_office(responder=broken)
    explorer.sign_in()
    assert ASKED in explorer.get("/complaints?days=30")
    assert "Kafka tidak menjawab" in explorer.get(PAGE, 503)
    absent = Explorer("sandbox")
    absent.sign_in()
    assert "butuh Kafka" in absent.get(PAGE, 404)
    assert office.acts == []


def test_a_decision_of_a_colleague_is_seen_before_another_is_taken():
    explorer, office = with_office()
    secret = explorer.sign_in()
    office.by = "budi"
    office.act([ASKED], "assign", to="rehsos")
    answer = explorer.client.post(
        ACT, data={"secret": secret, "kind": "resolve", "stood": timestamp(NOW - timedelta(days=1))}
    )
    assert answer.status_code == 409
    assert "sudah berubah" in answer.text
    assert "<bdi>budi</bdi>" in answer.text
    assert [kind for _, kind, _ in office.acts] == ["assign"]
