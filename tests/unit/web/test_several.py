"""Several conversations of the queue are decided at once: by whom, which, and never over the head of a colleague."""

from __future__ import annotations

import html
import re

import pytest

from tests.unit.web.office import ASKED, OTHER, said, with_office
from tests.unit.web.world import Explorer

ACT, QUEUE = "/complaints/act", "/complaints?state=open&days=30&page=1"
SAME = "ig:comment:9"


def ticked(explorer: Explorer, *identities: str) -> list[str]:
    """Values of the boxes that stand beside these conversations."""
    page = explorer.get(QUEUE)
    boxes = [html.unescape(value) for value in re.findall(r'name="chosen" value="([^"]*)"', page)]
    found = [value for value in boxes if value.partition(" ")[2] in identities]
    assert len(found) == len(identities)
    return found


def test_without_a_session_there_is_nothing_to_tick():
    explorer, office = with_office()
    assert 'name="chosen"' not in explorer.get(QUEUE)
    answer = explorer.client.post(ACT, data={"chosen": [f" {ASKED}"], "kind": "resolve"})
    assert answer.headers["location"].startswith("/sign-in")
    explorer.sign_in()
    form = {"chosen": [f" {ASKED}"], "kind": "resolve", "secret": "guessed"}
    assert explorer.client.post(ACT, data=form).status_code == 403
    assert office.acts == []


def test_what_is_ticked_is_decided_at_once_and_the_queue_tells_it():
    explorer, office = with_office()
    secret = explorer.sign_in()
    form = {
        "secret": secret, "kind": "assign", "to": "linjamsos", "note": "lihat ini", "reason": "spam", "then": QUEUE,
        "chosen": ticked(explorer, ASKED, OTHER),
    }  # fmt: skip
    answer = explorer.client.post(ACT, data=form)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{QUEUE}&done=assign&n=2"
    [(ids, kind, told)] = office.acts
    assert (set(ids), kind, told) == ({ASKED, OTHER}, "assign", {"to": "linjamsos", "note": "lihat ini"})
    page = explorer.get(answer.headers["location"])
    assert "Tercatat pada 2 percakapan: ditugaskan." in page
    assert page.count("Dipegang: <bdi>linjamsos</bdi>") == 2
    assert explorer.client.post(ACT, data=form).status_code == 409, "the same form, sent twice"
    assert len(office.acts) == 1


def test_other_conversations_of_the_same_grievance_can_be_ticked_too():
    explorer, office = with_office(said(SAME, 150, text="bansos belum turun juga"))
    secret = explorer.sign_in()
    page = explorer.get(QUEUE)
    assert "1 percakapan lain, keluhan yang sama" in page
    assert f'href="/desk/{SAME}"' in page
    form = {"secret": secret, "kind": "hand_over", "reference": "LAPOR-7", "chosen": ticked(explorer, ASKED, SAME)}
    assert explorer.client.post(ACT, data=form).headers["location"] == "/complaints?done=hand_over&n=2"
    assert {office.held(one).response["reference"] for one in (ASKED, SAME)} == {"LAPOR-7"}


def test_one_that_cannot_be_decided_so_holds_all_of_them_up():
    explorer, office = with_office()
    secret = explorer.sign_in()
    for change, status in (
        ({"chosen": []}, 400),
        ({"kind": ""}, 400),
        ({"kind": "assign"}, 400),
        ({"kind": "close"}, 400),
        ({"kind": "dismiss", "reason": "bosan"}, 400),
        ({"chosen": [" ig:comment:none"]}, 400),
        ({"chosen": [f"2026-11-23T00:00:00.000Z {ASKED}"]}, 409),
    ):
        form = {"secret": secret, "kind": "resolve", "chosen": ticked(explorer, ASKED, OTHER), **change}
        answer = explorer.client.post(ACT, data=form)
        assert answer.status_code == status, change
        assert office.acts == []


@pytest.mark.parametrize("then", ["https://jahat.example/", "//jahat.example", "/sign-out", "/complaints/../search"])
def test_it_leads_back_to_the_queue_and_nowhere_else(then):
    explorer, _ = with_office()
    form = {"secret": explorer.sign_in(), "kind": "resolve", "chosen": ticked(explorer, ASKED), "then": then}
    assert explorer.client.post(ACT, data=form).headers["location"] == "/complaints?done=resolve&n=1"


def test_the_queue_is_told_by_who_has_it():
    explorer, office = with_office()
    secret = explorer.sign_in("sari")

    def shown(held: str) -> set[str]:
        page = explorer.get(f"/complaints?days=30&held={held}")
        return {one for one in (ASKED, OTHER) if f'id="{one}"' in page}

    assert (shown("-"), shown("sari")) == ({ASKED, OTHER}, set())
    explorer.client.post(
        ACT, data={"secret": secret, "kind": "assign", "to": "sari", "chosen": ticked(explorer, ASKED)}
    )
    assert (shown("-"), shown("sari"), shown("")) == ({OTHER}, {ASKED}, {ASKED, OTHER})
    assert office.asked[-1].opened is not None
