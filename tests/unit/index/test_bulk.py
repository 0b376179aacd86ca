"""Bulk requests under fault: what is resent, what is given up, what is reported."""

from __future__ import annotations

import math

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dengar.index.bulk import MAX_BYTES, MAX_DOCUMENTS, MAX_TRIES, Bulk, Operation, chunks
from dengar.index.connection import IndexUnavailable


def operation(identity: str, version: int = 1, text: str = "x") -> Operation:
    action = {"index": {"_index": "i", "_id": identity, "version": version, "version_type": "external"}}
    return Operation(identity, orjson.dumps(action), orjson.dumps({"text": text}))


def operations(count: int) -> list[Operation]:
    return [operation(f"id{number}") for number in range(count)]


@pytest.fixture
def pauses():
    return []


def outcomes(replies) -> list[str]:
    return [reply.outcome for reply in replies]


def test_a_batch_goes_in_requests_of_a_thousand_and_its_repeat_is_stale(served, pauses):
    server, client = served
    bulk = Bulk(client, pauses.append)
    assert outcomes(bulk.send(operations(1500))) == ["done"] * 1500
    assert outcomes(bulk.send(operations(1500))) == ["stale"] * 1500
    assert [len(ids) for ids in server.requests] == [1000, 500, 1000, 500]
    assert pauses == []


def test_nothing_to_send_asks_nothing(served):
    server, client = served
    assert Bulk(client).send([]) == []
    assert server.requests == []


def test_only_the_items_put_off_are_sent_again_after_a_pause(served, pauses):
    server, client = served
    server.busy = {"id3": 1, "id7": 2}
    assert outcomes(Bulk(client, pauses.append).send(operations(10))) == ["done"] * 10
    assert server.requests[1:] == [["id3", "id7"], ["id7"]]
    assert len(pauses) == 2
    assert all(pause > 0 for pause in pauses)


def test_a_server_that_stays_busy_is_given_up_and_nothing_is_called_refused(served, pauses):
    server, client = served
    server.busy = {"id1": 10**6}
    with pytest.raises(IndexUnavailable, match="1 of 3 documents were put off"):
        Bulk(client, pauses.append).send(operations(3))
    assert len(server.requests) == MAX_TRIES
    assert set(server.documents) == {"id0", "id2"}


@pytest.mark.parametrize("place", [0, 333, 999])
def test_one_document_that_poisons_a_request_is_found_by_halving(served, pauses, place):
    server, client = served
    server.poison = {f"id{place}"}
    bulk = Bulk(client, pauses.append)
    replies = bulk.send(operations(1000))
    assert outcomes(replies) == ["refused" if number == place else "done" for number in range(1000)]
    assert replies[place].reason == "index.request_refused"
    assert bulk.requests <= 2 * math.ceil(math.log2(1000)) + 1
    assert len(server.documents) == 999


def test_several_poisons_are_all_found(served, pauses):
    server, client = served
    server.poison = {"id1", "id2", "id500"}
    replies = Bulk(client, pauses.append).send(operations(600))
    assert [number for number, reply in enumerate(replies) if reply.outcome == "refused"] == [1, 2, 500]
    assert len(server.documents) == 597


def test_three_bad_of_a_thousand(served, pauses):
    server, client = served
    error = {"type": "document_parsing_exception", "reason": "[1:2] failed to parse field [version] of type [long]"}
    server.refuse = {f"id{number}": error for number in (5, 50, 500)}
    replies = Bulk(client, pauses.append).send(operations(1000))
    assert outcomes(replies).count("done") == 997
    assert {replies[number].reason for number in (5, 50, 500)} == {"index.document_parsing_exception"}
    assert "version" in replies[5].detail
    assert len(server.requests) == 1


def test_what_elasticsearch_quotes_of_the_record_is_not_passed_on(served, pauses):
    server, client = served
    reason = "failed to parse field [engagement.likes] of type [long] in document with id 'id0'. Preview of field's value: 'rina@contoh.id'"
    server.refuse = {"id0": {"type": "document_parsing_exception", "reason": reason}}
    (reply,) = Bulk(client, pauses.append).send(operations(1))
    assert "engagement.likes" in reply.detail
    assert "rina" not in reply.detail


def test_a_request_that_was_applied_but_not_answered_is_sent_again_and_doubles_nothing(served, pauses):
    server, client = served
    server.faults = ["late"]
    assert outcomes(Bulk(client, pauses.append).send(operations(20))) == ["stale"] * 20
    assert len(server.documents) == 20
    assert len(pauses) == 1


@pytest.mark.parametrize("fault", ["lost", 429, 502, 503, 504])
def test_a_request_without_effect_is_sent_again(served, pauses, fault):
    server, client = served
    server.faults = [fault, fault]
    assert outcomes(Bulk(client, pauses.append).send(operations(20))) == ["done"] * 20
    assert len(server.requests) == 3


def test_no_server_is_one_sentence_that_says_what_to_do(served, pauses):
    server, client = served
    server.down = True
    with pytest.raises(IndexUnavailable, match="dengar up"):
        Bulk(client, pauses.append).send(operations(1))
    assert len(server.requests) == MAX_TRIES


def test_a_busy_server_is_one_sentence_too(served, pauses):
    server, client = served
    server.faults = [503] * MAX_TRIES
    with pytest.raises(IndexUnavailable, match="too busy"):
        Bulk(client, pauses.append).send(operations(1))


def test_pauses_grow_but_are_bounded(served, pauses):
    server, client = served
    server.faults = ["lost"] * (MAX_TRIES - 1)
    Bulk(client, pauses.append).send(operations(1))
    assert len(pauses) == MAX_TRIES - 1
    assert max(pauses) <= 8


@given(sizes=st.lists(st.sampled_from([10, 1000, 400_000, 3_000_000, MAX_BYTES + 5]), max_size=40))
@settings(deadline=None)
def test_chunks_keep_order_and_stay_under_both_limits(sizes):
    asked = [Operation(str(number), b"a", b"x" * size) for number, size in enumerate(sizes)]
    made = list(chunks(asked))
    assert [one for chunk in made for one in chunk] == asked
    for chunk in made:
        assert 1 <= len(chunk) <= MAX_DOCUMENTS
        assert len(chunk) == 1 or sum(one.size for one in chunk) <= MAX_BYTES


def test_no_request_is_larger_than_ten_megabytes(served, pauses):
    server, client = served
    Bulk(client, pauses.append).send([operation(f"id{number}", text="x" * 900_000) for number in range(25)])
    assert max(server.sizes) <= 10 * 1024 * 1024


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_mix_of_faults_ends_with_every_good_document_stored_once(make_server, data):
    server, client = make_server()
    count = data.draw(st.integers(1, 60))
    ids = st.sampled_from([f"id{number}" for number in range(count)])
    server.faults = data.draw(st.lists(st.sampled_from([None, "lost", "late", 429, 503]), max_size=4))
    server.busy = data.draw(st.dictionaries(ids, st.integers(1, 2), max_size=5))
    server.poison = data.draw(st.sets(ids, max_size=3))
    replies = Bulk(client, lambda _: None).send(operations(count))
    for number, reply in enumerate(replies):
        expected = {"refused"} if f"id{number}" in server.poison else {"done", "stale"}
        assert reply.outcome in expected
    assert set(server.documents) == {f"id{number}" for number in range(count)} - server.poison
