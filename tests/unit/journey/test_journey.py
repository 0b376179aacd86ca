"""The story of a mention, a quarantined record, a deleted one, one on its way, and of what never came."""

from __future__ import annotations

import orjson
import pytest

from dengar.journey.gather import Sources, gather
from dengar.journey.never import reasons
from dengar.journey.permalink import read
from dengar.journey.story import as_json, tell
from dengar.quarantine.desk import Desk
from dengar.records import deletion_version, moment, timestamp
from dengar.registers import Registers
from dengar.registers.rows import Account
from dengar.stages.publish import append_record
from dengar.trace import Trace
from tests.unit.quarantine.samples import OBSERVED, Pipeline, item

TRACE = Trace("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
REGISTERS = Registers(accounts=(Account("youtube", "UC1", "kemensos_uji", "Uji", "official"),))


@pytest.fixture
def pipeline(tmp_path):
    made = Pipeline(tmp_path)
    made.collect(item(1, trace=TRACE), item(2, "kapan-kapan", trace=TRACE), item(3))
    made.run("scheduled__1")
    note = tmp_path / "results" / "enrich_mentions" / "scheduled__1" / "note.json"
    note.parent.mkdir(parents=True)
    note.write_bytes(orjson.dumps({"dag_id": "enrich_mentions", "run_id": "scheduled__1", "note": "in=3 in 1.0 s"}))
    return made


def journey_of(pipeline, text, labels=None, address=None, **options):
    sources = Sources(
        log=pipeline.log,
        stage=pipeline.journal.parent,
        documents=lambda ids: {key: pipeline.index[key] for key in ids if key in pipeline.index},
        by_address=(address or {}).get,
        labels=lambda ids: {key: labels[key] for key in ids if labels and key in labels},
    )
    return gather(read(text), sources, **options)


def test_a_mention_is_followed_from_its_raw_record_to_index_topic_and_labels(pipeline):
    label = {"revision": 1, "labels": {"intent": {"label": "praise", "by": "analyst-1"}}}
    found = journey_of(pipeline, "yt:comment:c1", labels={"yt:comment:c1": label})
    text = "\n".join(tell(found))
    assert found.found
    assert f"lies at {found.lines[0].position}, trace {TRACE.id}" in text
    assert "run scheduled__1 of enrich_mentions made it a mention." in text
    assert "The run's note: in=3 in 1.0 s" in text
    assert "It was read by youtube.comments (public account)." in text
    assert f"searches find it, version {found.document['version']} (observed 2026-11-20 10:00:00 WIB" in text
    assert f"Topic mentions holds version {found.document['version']}" in text
    assert "Hand labels, revision 1: intent = praise (by analyst-1)." in text
    assert "bansos" not in text, "a journey tells no text"
    told = orjson.loads(orjson.dumps(as_json(found, [], "http://airflow:8080")))
    assert told["runs"]["scheduled__1"]["page"] == "http://airflow:8080/dags/enrich_mentions/runs/scheduled__1"
    assert told["topic"]["newest_version"] == told["index"]["version"]
    assert (told["index"]["trace_id"], told["journal"][0]["outcome"]) == (TRACE.id, "mention")
    assert "bansos" not in orjson.dumps(told).decode()


def test_a_quarantined_record_is_told_by_id_and_by_position(pipeline):
    found = journey_of(pipeline, "yt:comment:c2")
    (entry,) = found.entries
    text = "\n".join(tell(found))
    assert "put it into quarantine in stage map (bad_time)" in text
    assert f"`dengar quarantine explain {entry.id}`" in text
    assert "The index does not hold it." in text
    same = journey_of(pipeline, entry.id)
    assert same.id == "yt:comment:c2"
    assert [line.position for line in same.lines] == [entry.id]
    Desk(pipeline.log, pipeline.journal).decide([entry], "discarded", "uji coba", "operator-1")
    assert "operator-1 discarded it: uji coba" in "\n".join(tell(journey_of(pipeline, "yt:comment:c2")))


def test_a_deleted_one_says_why_and_when(pipeline):
    at = moment(OBSERVED + 60_000)
    record = {
        "id": "yt:comment:c1", "platform": "youtube", "post_id": "yt:video:v", "conversation_id": None, "deleted": True,
        "reason": "platform_deleted", "deleted_at": None, "observed_at": timestamp(at), "version": deletion_version(at),
        "provenance": {"raw": "raw.youtube/0/9", "formulas": {}},
    }  # fmt: skip
    append_record(pipeline.log, "deletion", record)
    pipeline.log.flush()
    waits = "\n".join(tell(journey_of(pipeline, "yt:comment:c1")))
    assert "It was deleted (platform_deleted)" in waits
    assert "which waits to be indexed" in waits
    pipeline.index_all()
    text = "\n".join(tell(journey_of(pipeline, "yt:comment:c1")))
    assert "dengar learned of it on 2026-11-20 10:01:00 WIB" in text
    assert "The index holds its tombstone" in text
    assert "made it a mention" in text, "what came before is part of the story"


def test_what_is_collected_and_not_worked_on_yet_waits(pipeline):
    pipeline.collect(item(7))
    pipeline.log.commit("enrich-mentions", pipeline.log.committed("g", ["raw.youtube"]))
    found = journey_of(pipeline, "yt:comment:c7")
    assert found.found
    assert "it waits at raw.youtube/" in "\n".join(tell(found))


def test_repeats_are_told_as_what_they_are(pipeline):
    again = item(1)
    event = again.event(moment(OBSERVED + 1000))
    pipeline.log.append(again.topic, again.key, event.data, event.headers())
    pipeline.log.flush()
    pipeline.run("scheduled__2")
    text = "\n".join(tell(journey_of(pipeline, "yt:comment:c1")))
    assert "left it out: the same content was known from an earlier observation" in text


def test_an_alert_that_names_it(pipeline):
    for body in ({"id": "a1", "mentions": [{"id": "yt:comment:c1"}]}, {"id": "a2", "top": "yt:comment:c11"}, None):
        pipeline.log.append("alerts", "a", None if body is None else orjson.dumps(body), [])
    pipeline.log.flush()
    assert [line for line in tell(journey_of(pipeline, "yt:comment:c1")) if "Alert" in line] == ["Alert a1 names it."]


def test_an_address_without_an_id_is_looked_up_in_the_index_and_else_in_the_quarantine(pipeline):
    found = journey_of(pipeline, "https://www.instagram.com/p/C1aB/", address={"C1aB": "yt:comment:c1"})
    assert found.id == "yt:comment:c1"
    bad = item(8, "kapan-kapan")
    bad.payload["permalink"] = "https://www.instagram.com/p/C9zz/"
    event = bad.event(moment(OBSERVED))
    pipeline.log.append("raw.instagram", "k", event.data, event.headers())
    pipeline.log.flush()
    from dengar.log import OffsetRange

    end = next((p, end) for p, end in pipeline.log.ends(["raw.instagram"]).items() if end)
    pipeline.run("scheduled__3", [OffsetRange(*end[0], 0, end[1])])
    found = journey_of(pipeline, "https://www.instagram.com/p/C9zz/")
    assert [entry.subject for entry in found.entries] == ["yt:comment:c8"]
    assert journey_of(pipeline, "https://www.instagram.com/p/C000/").found is False


def state(pipeline, key, value):
    pipeline.log.append("listener-state", key, orjson.dumps(value), [])
    pipeline.log.flush()


def never(pipeline, text):
    found = journey_of(pipeline, text)
    assert not found.found
    return reasons(found, REGISTERS)


def test_what_never_came_has_likely_reasons(pipeline):
    state(pipeline, "health/youtube.comments", {"succeeded_at": "2026-11-20T03:00:00.000Z"})
    told = "\n".join(never(pipeline, "https://www.youtube.com/watch?v=lain-lain&lc=UgxLain"))
    assert "Its post yt:video:lain-lain was never collected either: the account is probably not listened to." in told
    assert "our own accounts (@kemensos_uji)" in told
    assert "dengar has listened here since" in told
    assert "--since" in told


def test_a_comment_below_a_known_post_is_told_by_coverage_gaps_and_failures(pipeline):
    pipeline.index["yt:video:vvv"] = {
        "id": "yt:video:vvv", "post_id": "yt:video:vvv", "version": 1, "deleted": False, "collected": {"via": "youtube.uploads"},
    }  # fmt: skip
    address = "https://www.youtube.com/watch?v=vvv&lc=UgxHilang"
    told = "\n".join(never(pipeline, address))
    assert "Its post yt:video:vvv is known (by youtube.uploads)" in told
    assert "too new for the last round" in told
    state(pipeline, "coverage/youtube", {"behind": [["yt:video:vvv", 40, 31]]})
    state(
        pipeline,
        "gap/youtube.live_chat/yt:video:vvv/live_chat_missed",
        {"since": "2026-11-20T01:00:00.000Z", "until": None},
    )
    state(pipeline, "gap/youtube.search/yt:search:bansos/search_pages_left", {})
    state(pipeline, "health/youtube.comments", {"failures": 3, "error": "The quota is spent."})
    told = never(pipeline, address)
    assert told[0] == (
        "youtube.live_chat recorded a gap at yt:video:vvv: the live chat ran while the quota was spent; it cannot be read afterwards "
        "(2026-11-20 08:00 WIB)."
    )
    text = "\n".join(told)
    assert "It may lie in a gap: youtube.search recorded a gap at yt:search:bansos" in text
    assert "reports 40 comments there, dengar holds 31" in text
    assert "Source youtube.comments fails: The quota is spent." in text


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            "ig:comment:17",
            "Of an account that is not ours it cannot be had: comments below others' media are not readable",
        ),
        ("ig:story:17", "Of an account that is not ours it cannot be had: stories of others are not readable"),
        ("yt:message:17", "It cannot be had: there are none"),
    ],
)
def test_what_cannot_be_had_says_so(pipeline, asked, sentence):
    assert sentence in "\n".join(never(pipeline, asked))


def test_the_hashtag_budget_and_an_old_sighting(pipeline):
    state(pipeline, "gap/instagram.hashtags/ig:hashtag:bansos/hashtag_budget", {"since": "2026-11-20T01:00:00.000Z"})
    state(pipeline, "known/ig:media:99", {"v": {"media": "x"}})
    told = "\n".join(never(pipeline, "ig:media:99"))
    assert "the budget of 30 hashtags in 7 days was spent" in told
    assert "A listener did publish it once" in told


def test_an_empty_deployment(tmp_path):
    told = never(Pipeline(tmp_path), "yt:comment:c1")
    assert "The journal is empty: nothing was ever collected here." in told
    assert any("No listener of youtube ever succeeded here" in sentence for sentence in told)
