"""A responder's morning in a real browser: filter, open, note, assign, hand over, close, correct, several at once.

Each decision stands in the conversation's history and in topic `desk-actions` with who and when, and all of it survives the index being
rebuilt and lost. Screenshots are kept in the test's temporary folder, `desk-walk*/`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dengar.responses import ACTIONS, store
from dengar.responses.record import says_the_same
from tests.e2e.office import RUN, Office, comment
from tests.e2e.walking import TOKEN, Walk, served

pytestmark = [pytest.mark.stack, pytest.mark.long, pytest.mark.timeout(1200)]

# A category that no other test of the shared stack uses, so that the queue holds these alone.
CATEGORY = "disaster_aid"
NAMES = ("handed", "closed", "corrected", "first", "second")
ID = {name: f"yt:comment:{RUN}{name}" for name in NAMES}
NICKNAME = "sari"


def records(now: datetime) -> list[dict[str, Any]]:
    """Five complaints by five people, one of them answered; `first` and `second` are nearly alike."""
    asked = []
    for number, name in enumerate(NAMES):
        text = f"Bantuan banjir {RUN} belum sampai ke posko {number}, kapan dikirim?"
        one = comment(name, now - timedelta(minutes=30 - number), text=text)
        one["author"] = {"key": f"yt~{RUN}{name}", "role": "public", "handle": None, "name": None}
        one["category"] = {**one["category"], "label": CATEGORY}
        asked.append(one)
    answer = comment(
        "closed.1",
        now - timedelta(minutes=5),
        thread="closed",
        role="official",
        text="Mohon maaf Kak, hari ini kami kirim.",
    )
    return [*asked, answer]


@pytest.fixture(scope="module")
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    office = Office(request.getfixturevalue("stack"))
    office.say(*records(datetime.now(UTC).replace(microsecond=0)))
    for name in NAMES:
        office.stands(ID[name], "answered" if name == "closed" else "new")
    yield office
    office.log.close()
    office.index.close()


@pytest.fixture(scope="module")
def explorer(request: pytest.FixtureRequest, office: Office) -> Iterator[str]:
    with served(request.getfixturevalue("stack")) as address:
        yield address


class Desk(Walk):
    """A responder's page."""

    def filtered(self, state: str = "open", **more: str) -> None:
        """The queue, narrowed by hand."""
        self.page.get_by_role("link", name="Keluhan", exact=True).click()
        self.page.select_option("select[name=state]", state)
        self.page.select_option("select[name=platform]", "youtube")
        self.page.select_option("select[name=category]", CATEGORY)
        for name, value in more.items():
            self.page.select_option(f"select[name={name}]", value)
        self.page.get_by_role("button", name="Tampilkan").click()

    def listed(self) -> set[str]:
        """Which of the five the queue shows."""
        return {name for name in NAMES if self.page.locator(f'[id="{ID[name]}"]').count()}

    def opened(self, name: str) -> None:
        """Follow the link from the queue to the desk."""
        self.page.get_by_role("link", name=f"Meja tanggapan {ID[name]}", exact=True).click()
        self.page.locator("h1", has_text="Meja tanggapan").wait_for()

    def pressed(self, button: str, told: str) -> None:
        """Press a button of the desk and read that it was recorded."""
        self.page.get_by_role("button", name=button, exact=True).click()
        self.page.get_by_text(f"Tercatat: {told}.").wait_for()

    def history(self) -> list[list[str]]:
        """The rows of the table of decisions: when, who, what, details."""
        rows = self.page.locator("section[aria-labelledby=history] tbody tr")
        return [[cell.inner_text().strip() for cell in rows.nth(at).locator("td").all()] for at in range(rows.count())]


def test_a_responder_decides_and_what_was_decided_survives(explorer, browser, pictures, office):
    begun = datetime.now(UTC) - timedelta(seconds=1)
    walk = Desk(browser, explorer, pictures)
    page = walk.page
    page.goto("/complaints")
    assert page.locator("input[name=chosen]").count() == 0, "who only reads decides nothing"
    page.locator("header").get_by_role("link", name="Masuk").click()
    page.fill("#token", TOKEN)
    page.fill("#nickname", NICKNAME)
    page.get_by_role("button", name="Masuk").click()

    walk.filtered(directorate="linjamsos")
    assert walk.listed() == set(NAMES) - {"closed"}
    walk.look("1-antrean")
    walk.filtered(state="answered")
    assert walk.listed() == {"closed"}
    walk.filtered(directorate="itjen")
    assert walk.listed() == set()
    page.get_by_text("Tidak ada yang cocok").wait_for()

    walk.filtered()
    walk.opened("handed")
    assert page.get_by_text("Belum ada yang memutuskan apa pun.").is_visible()
    walk.look("2-percakapan")
    page.fill("#note-note", "Sudah ditanyakan ke posko, telepon 0812-3456-7890")
    walk.pressed("Simpan catatan", "catatan")
    page.fill("#to", "linjamsos")
    walk.pressed("Tugaskan", "ditugaskan")
    page.fill("#reference", f"LAPOR-{RUN}")
    walk.pressed("Serahkan", "diserahkan")
    told = walk.history()
    assert [(who, what) for _, who, what, _ in told] == [
        (NICKNAME, "catatan"),
        (NICKNAME, "ditugaskan"),
        (NICKNAME, "diserahkan"),
    ]
    assert "WIB" in told[0][0]
    assert "posko" in told[0][3]
    assert "0812" not in page.content(), "personal data in a note is masked"
    assert told[2][3] == f"LAPOR-{RUN}"
    assert page.locator(".facts").get_by_text(f"LAPOR-{RUN}").is_visible()
    walk.look("3-diserahkan")
    walk.filtered()
    assert walk.listed() == {"corrected", "first", "second"}

    walk.filtered(state="answered")
    assert walk.listed() == {"handed", "closed"}
    walk.opened("closed")
    walk.pressed("Tutup percakapan", "ditutup")
    assert page.locator(".facts").get_by_text("selesai").is_visible()
    walk.look("4-ditutup")

    walk.filtered()
    walk.opened("first")
    similar = page.locator("section[aria-labelledby=similar]")
    assert similar.get_by_text("Mohon maaf Kak, hari ini kami kirim.").count() >= 1, "the answer to a case like it"
    walk.look("5-serupa")

    walk.filtered()
    walk.opened("corrected")
    page.get_by_role("link", name=f"Rincian {ID['corrected']}").first.click()
    page.select_option("#set-category", "fraud_levy")
    page.get_by_role("button", name="Simpan").click()
    page.get_by_text("Koreksi nomor 1 tersimpan").wait_for()
    assert routed(office, ID["corrected"], "itjen")["category"] == "fraud_levy"
    page.goto(f"/desk/{ID['corrected']}")
    assert page.locator(".facts").get_by_text("Inspektorat Jenderal").is_visible()
    walk.look("6-dikoreksi")

    walk.filtered()
    for name in ("first", "second"):
        page.get_by_label(f"Pilih {ID[name]}").check()
    page.select_option("#kind", "assign")
    page.fill("#to", NICKNAME)
    page.fill("#note", "satu kecamatan")
    walk.look("7-beberapa")
    page.get_by_role("button", name="Terapkan pada yang dipilih").click()
    page.get_by_text("Tercatat pada 2 percakapan: ditugaskan.").wait_for()
    walk.filtered(held=NICKNAME)
    assert walk.listed() == {"first", "second"}
    walk.look("8-dipegang")
    page.set_viewport_size({"width": 390, "height": 800})
    for name, address in (("9-telepon-antrean", page.url), ("10-telepon-meja", f"/desk/{ID['handed']}")):
        page.goto(address)
        walk.look(name)
    assert len(list(pictures.glob("*.png"))) == 10

    audited(office, begun)
    survives(office, walk)
    page.close()


def routed(office: Office, identity: str, directorate: str) -> dict[str, Any]:
    """Wait until a correction went through topics and DAGs to the desk."""
    deadline = time.monotonic() + 300
    while (found := store.held(office.index, [identity])[identity].response)["directorate"] != directorate:
        assert time.monotonic() < deadline, "the correction never reached the desk"
        time.sleep(0.5)
    return found


def audited(office: Office, begun: datetime) -> None:
    """Topic desk-actions tells who decided what and when, of each conversation."""
    expected = {
        "handed": ["note", "assign", "hand_over"],
        "closed": ["close"],
        "corrected": [],
        "first": ["assign"],
        "second": ["assign"],
    }
    bulks = set()
    for name, kinds in expected.items():
        records = office.published(ID[name], ACTIONS)
        assert [[one["kind"] for one in record["actions"]] for record in records] == [
            kinds[: n + 1] for n in range(len(kinds))
        ]
        for action in records[-1]["actions"] if records else ():
            assert action["by"] == NICKNAME
            assert begun <= datetime.fromisoformat(action["at"]) <= datetime.now(UTC)
            assert action["covers"] == [ID[name]]
        if name in ("first", "second"):
            bulks.add(records[-1]["actions"][0]["bulk"])
    assert len(bulks) == 1
    assert bulks.pop() is not None


def survives(office: Office, walk: Desk) -> None:
    """The index made anew beside the old one, and made again out of the topics after it was lost: everything stands as before."""
    stands = {
        "handed": "handed_over",
        "closed": "resolved",
        "corrected": "new",
        "first": "waiting",
        "second": "waiting",
    }
    for name, state in stands.items():
        office.stands(ID[name], state)
    before = store.held(office.index, list(ID.values()))
    told = {identity: len(office.published(identity)) for identity in before}

    [made] = office.run("index", "rebuild", "responses-v1", "--all", "--json")
    assert made["index"].startswith("responses-v1-r")
    assert store.held(office.index, list(ID.values())) == before

    office.rebuild()
    after = store.held(office.index, list(ID.values()))
    for identity, entry in before.items():
        assert says_the_same(entry.response, after[identity].response)
        assert after[identity].response["version"] == entry.response["version"]
        assert after[identity].desk == entry.desk
        assert len(office.published(identity)) == told[identity], "nothing is published again"
    walk.page.goto(f"/desk/{ID['handed']}")
    assert [what for _, _, what, _ in walk.history()] == ["catatan", "ditugaskan", "diserahkan"]
