"""What stands beside a conversation and the queue: near copies, what answers hold, root causes, the card of a session."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dengar.records import timestamp
from tests.unit.web.office import ASKED, OTHER, said, with_office
from tests.unit.web.world import NOW, OFFICIAL, Explorer

COPY = "yt:comment:8"
CAUSE = {
    "platform": "all", "cause": {"programme": "pkh", "place": "32.04", "stage": "disbursement"}, "conversations": 9, "open": 4,
    "oldest_at": None, "resolved": 3, "last_resolved_at": None, "recurred": 2,
}  # fmt: skip
CARD = {
    "format": "live", "title": "Tanya <b>langsung</b>", "published_at": timestamp(NOW - timedelta(hours=30)),
    "last_line_at": timestamp(NOW - timedelta(hours=29)), "questions": 7, "answered_during": 2, "answered_after": 1,
    "answered_orally": 3, "open": 1, "other": 0, "counters": {"reach": 1200, "views": None}, "counters_at": timestamp(NOW),
}  # fmt: skip


def test_the_same_text_elsewhere_is_linked_on_either_platform():
    same = {"signature": "00000000000000ff"}
    explorer, office = with_office(said("ig:comment:9", 5, **same), said(COPY, 4, text="belum turun", **same))
    explorer.sign_in()
    page = explorer.get("/desk/ig:comment:9")
    assert f'href="/desk/{COPY}"' in page
    assert "hampir sama" in page
    assert "hampir sama" not in explorer.get(f"/desk/{OTHER}")
    assert office.copies(office.open(OTHER)) == []


def test_what_an_answer_holds_is_told():
    reply = said(
        "ig:comment:7", 3, kind="reply", conversation_id=ASKED, text="Maaf ya Kak, tulis NIK di sini", author=OFFICIAL,
        actionable=False,
    )  # fmt: skip
    explorer, _ = with_office(reply)
    explorer.sign_in()
    page = explorer.get(f"/desk/{ASKED}")
    assert "menanggapi perasaan" in page
    assert '<span class="chip urgent">meminta data pribadi</span>' in page
    assert "Privasi: sebuah jawaban resmi" in page


def test_root_causes_stand_below_the_queue_of_who_signed_in():
    explorer, office = with_office()
    office.found_causes = [CAUSE]
    assert "Akar masalah" not in explorer.get("/complaints?days=30")
    explorer.sign_in()
    page = explorer.get("/complaints?days=30")
    row = page[page.index('id="causes"') :]
    assert "pencairan" in row
    assert "32.04" in row
    assert '<td class="n">4</td><td class="n">3</td><td class="n">2</td>' in row


@pytest.mark.parametrize(("profile", "told"), [("sandbox", "1.200"), ("strict", "1.200")])
def test_the_card_of_a_session_stands_above_its_questions(profile, told):
    post = "ig:media:a"
    explorer, office = with_office(profile=profile)
    office.cards[post] = CARD
    explorer.sign_in()
    page = explorer.get(f"/complaints?post={post}&state=all&days=30")
    card = page[page.index('id="session"') : page.index("</section>")]
    assert "Tanya &lt;b&gt;langsung" in card
    for name, count in (("pertanyaan", 7), ("dijawab lisan", 3), ("dijawab tertulis selama sesi", 2), ("terbuka", 1)):
        assert f"<dt>{name}</dt><dd>{count}</dd>" in card
    assert f"<dt>jangkauan</dt><dd>{told}</dd>" in card
    assert "tayangan" not in card, "what was not told is no zero"
    assert ASKED in page
    assert OTHER not in page, "it stands below another post"
    assert office.asked[-1].post_id == post
    assert f'name="post" value="{post}"' in page, "filters keep it"


def test_a_post_leads_to_its_card():
    explorer = Explorer("sandbox")
    assert "/complaints?post=ig%3Amedia%3Aa&amp;state=all&amp;days=90" in explorer.get("/mentions/ig:media:a")
