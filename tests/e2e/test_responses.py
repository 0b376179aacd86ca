"""The desk on the real stack: a complaint reaches the queue, is handed over and opened again, and all of it survives a lost index."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bench.freshness import drain
from dengar.index import refresh, write_records
from dengar.index.names import RESPONSE_INDICES
from dengar.policy import load_policy
from dengar.records import deletion_version, timestamp
from dengar.responses import store
from dengar.responses.actions import act
from dengar.responses.breaches import breaches
from dengar.responses.classes import classes
from dengar.responses.conversation import Conversation, decided, fold
from dengar.responses.queue import Asked, causes, counted, listed, merged, near_copies, pressing
from dengar.responses.record import Desk, response_of, says_the_same
from dengar.responses.routing import routing
from dengar.responses.state import STATES
from dengar.responses.worktime import working_time
from tests.e2e.office import RUN, Office, comment

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def office(stack):
    office = Office(stack)
    yield office
    office.log.close()
    office.index.close()


def written(office: Office, *records: dict[str, Any], now: datetime, desk: dict[str, Any] | None = None) -> None:
    """Put conversations straight into the desk's index, as track_responses would have written them by `now`."""
    held: dict[str, Conversation] = {}
    for record in records:
        fold(held, record)
    if desk is not None:
        decided(held, desk)
    going_by = Desk(classes(), working_time(), routing(), load_policy("sandbox"))
    entries = []
    for one in held.values():
        response = response_of(one, now, going_by)
        assert response is not None
        entries.append(store.Held({**response, "version": 1}, one.desk))
    store.write(office.index, entries)
    office.index.indices.refresh(index=RESPONSE_INDICES)


def test_the_queue_ranks_filters_merges_and_finds_copies(office: Office) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    post = f"yt:video:{RUN}"

    def asked(name: str, hours: float, **more: Any) -> dict[str, Any]:
        one = comment(name, now - timedelta(hours=hours)) | {"post_id": post}
        one["author"] = {"key": f"yt~{RUN}{more.pop('who', name)}", "role": "public", "handle": None, "name": None}
        for field in ("urgency", "category", "sentiment"):
            if field in more:
                one[field] = {**one[field], "label": more.pop(field)}
        return one | more

    records = [
        asked("Q1", 1, urgency="none", signature="00000000000000ff"),
        asked("Q2", 2, urgency="urgent", signature="00000000000000fe"),
        asked("Q3", 3, urgency="none", who="Q1"),
        asked("Q4", 4, urgency="none", category="fraud_levy", signature="ffffffffffffffff"),
        asked("Q5", 200, urgency="urgent", category="fraud_levy"),
    ]
    answers = [
        comment("Q5.1", now - timedelta(hours=199), thread="Q5", role="official", text="Tulis NIK di sini ya Kak.")
        | {"post_id": post}
    ]
    settled = act(
        None, {"id": records[3]["id"], "platform": "youtube", "post_id": post}, "resolve", by="sari",
        now=now - timedelta(hours=3), covers=[records[3]["id"]],
    )  # fmt: skip
    written(office, *records, *answers, now=now, desk=settled)
    name = {number: f"yt:comment:{RUN}Q{number}" for number in range(1, 6)}

    rows, total = listed(office.index, Asked(post_id=post))
    assert total == 3
    assert [row.response["id"] for row in rows] == [name[2], name[3]], (
        "urgent first; then by deadline, one grievance one row"
    )
    assert [[one.response["id"] for one in row.others] for row in rows] == [[], [name[1]]]
    assert [row.response["id"] for row in listed(office.index, Asked(post_id=post, urgency="urgent"))[0]] == [name[2]]
    found = listed(office.index, Asked(post_id=post, states=("answered",), flag="asks_private_data"))[0]
    assert [row.response["id"] for row in found] == [name[5]]
    assert listed(office.index, Asked(post_id=post, unassigned=True, directorate="itjen"))[1] == 0
    assert counted(office.index, Asked(post_id=post))["urgency"] == {"none": 2, "urgent": 1}

    entries = list(store.held(office.index, list(name.values())).values())
    for asked_for in (
        Asked(),
        Asked(urgency="urgent"),
        Asked(states=("answered", "resolved")),
        Asked(states=STATES, category="fraud_levy"),
        Asked(states=STATES, directorate="itjen", unassigned=True),
        Asked(assigned_to="sari"),
        Asked(states=STATES, opened=(now - timedelta(hours=4), now - timedelta(hours=1))),
        Asked(due_before=now + timedelta(hours=6)),
        Asked(states=STATES, flag="asks_private_data"),
    ):
        narrowed = replace(asked_for, post_id=post)
        shown = [one.response["id"] for row in listed(office.index, narrowed)[0] for one in (row.held, *row.others)]
        by_hand = merged(sorted((one for one in entries if narrowed.takes(one.response)), key=pressing))
        assert shown == [one.response["id"] for row in by_hand for one in (row.held, *row.others)], narrowed

    first = store.held(office.index, [name[1]])[name[1]].response
    copies = [one["id"] for one in near_copies(office.index, first)]
    assert name[2] in copies, "one bit apart"
    assert name[4] not in copies
    due = datetime.fromisoformat(first["rounds"][0]["due_at"])
    overdue = breaches(office.index, due - timedelta(seconds=1), due + timedelta(seconds=1))
    [told] = [one for one in overdue if one.platform == "youtube"]
    assert told.will_be_overdue >= 1
    assert told.by_directorate["linjamsos"] >= 1
    assert falling_due_has(office, due + timedelta(seconds=1), name[1])
    assert store.owners(office.index, [f"{name[5]}.1", "yt:comment:nobody"]) == {f"{name[5]}.1": name[5]}

    [cause] = [
        one
        for one in causes(office.index, load_policy("sandbox"), 500)
        if one["cause"]["stage"] == "disbursement" and one["cause"]["programme"] == "pkh"
    ]
    assert cause["open"] >= 3

    by = office.dengar("measures", "--by", "category", "--json")
    assert {"bansos_not_received", "fraud_levy"} <= {row["value"] for row in by}
    whole = next(row for row in office.dengar("measures", "--json") if row["platform"] == "youtube")
    assert whole["first_response"]["n"] >= 5
    assert whole["two_way"]["official_output"] >= 0
    [card] = office.dengar("session", post, "--json")
    assert (card["questions"], card["answered_after"], card["open"], card["other"]) == (5, 1, 3, 1)
    study = office.run("report", "study", "--json")
    assert {row["concept"] for row in study} >= {"two_way", "trust", "responsive"}


def test_complaints_are_more_complete_after_a_post_that_teaches_how_to_complain(office: Office) -> None:
    taught = datetime(2019, 3, 10, 2, tzinfo=UTC)  # a time that no other test uses
    post = comment("T", taught, role="official", text="Begini cara mengadu: sertakan nama desa dan sejak kapan") | {
        "id": f"yt:video:{RUN}T", "conversation_id": f"yt:video:{RUN}T", "post_id": f"yt:video:{RUN}T", "kind": "post",
    }  # fmt: skip
    assert write_records(office.index, [("mention", post)]).rejected == []
    refresh(office.index)
    told = [(-50, True), (-40, False), (-30, False), (-20, False), (10, True), (20, True), (30, False)]
    asked = []
    for number, (hours, complete) in enumerate(told):
        one = comment(f"T{number}", taught + timedelta(hours=hours))
        one["author"] = {"key": f"yt~{RUN}T{number}", "role": "public", "handle": None, "name": None}
        asked.append(one | {"complaint": {**one["complaint"], "complete": complete}})
    written(office, *asked, now=taught + timedelta(days=8))
    rows = office.dengar(
        "measures",
        "--taught",
        "posts",
        "--since",
        "2019-03-01",
        "--until",
        "2019-03-31",
        "--platform",
        "youtube",
        "--json",
    )
    [row] = [row for row in rows if row["post_id"] == post["id"]]
    assert (row["before"]["n"], row["before"]["share"]) == (4, 0.25)
    assert (row["after"]["n"], row["after"]["share"]) == (3, 0.6667)
    low, high = row["after"]["interval"]
    assert low < 0.6667 < high
    office.index.indices.delete(index="mentions-v1-youtube-2019.03", ignore_unavailable=True)


def falling_due_has(office: Office, now: datetime, identity: str) -> bool:
    return identity in store.falling_due(office.index, now)


def test_from_complaint_to_hand_over_and_through_a_lost_index(office: Office) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    asked, other = comment("A", now - timedelta(minutes=9)), comment("B", now - timedelta(minutes=8))
    answer = comment(
        "B.1", now - timedelta(minutes=3), thread="B", role="official", text="Mohon maaf Kak, tulis NIK di sini ya."
    )
    office.say(asked, other, answer)
    answered = office.stands(other["id"], "answered")
    assert answered["rounds"][0]["wall_ms"] == 300_000
    assert answered["flags"] == ["acknowledges", "asks_private_data"]
    office.stands(asked["id"], "new")
    office.until(lambda: office.alerts(other["id"]), "nobody was told that an answer asks for NIK in public")

    rows = office.dengar("queue", "--limit", "500", "--json")
    row = next(row for row in rows if row.get("id") == asked["id"] or asked["id"] in row.get("others", []))
    assert row["text"] == asked["text"]
    assert office.dengar("show", asked["id"], "--json")[0]["conversation"]["state"] == "new"
    office.dengar("close", asked["id"], status=2)
    office.dengar("show", "yt:comment:nobody", status=1)

    done = office.dengar(
        "hand-over", asked["id"], "--reference", "LAPOR-7", "--by", "sari", "--note", "telepon 0812-3456-7890", "--json"
    )
    assert done[0]["state"] == "handed_over"
    shown = office.dengar("show", asked["id"], "--json")[0]
    assert shown["conversation"]["state"] == "handed_over", "what was decided is told before it is tracked"
    assert "0812" not in shown["actions"][0]["note"]
    office.track({})
    office.stands(asked["id"], "handed_over")

    gone = {name: other[name] for name in ("id", "platform", "post_id", "conversation_id")} | {
        "deleted": True, "reason": "platform_deleted", "deleted_at": None, "observed_at": timestamp(now),
        "version": deletion_version(now), "provenance": {"raw": "raw.youtube/0/1", "formulas": {}},
    }  # fmt: skip
    office.say(gone)
    drain(office.log)
    office.track({})
    office.stands(other["id"], "withdrawn")

    before = {name: store.held(office.index, [name])[name].response for name in (asked["id"], other["id"])}
    told = {name: len(office.published(name)) for name in before}
    office.rebuild()
    for name, response in before.items():
        again = store.held(office.index, [name])[name].response
        assert says_the_same(response, again)
        assert again["version"] == response["version"]
        assert len(office.published(name)) == told[name], "a rebuild publishes nothing again"
    [alert] = office.alerts(other["id"])
    assert (alert["rule"], alert["level"], alert["links"]) == ("privacy", "urgent", [other["id"], answer["id"]])
    versions = [one["version"] for one in office.published(asked["id"])]
    assert versions == sorted(set(versions))

    office.dengar("reopen", asked["id"], "--wait")
    assert office.stands(asked["id"], "new")["reference"] is None
