"""What is decided before anything is sent."""

from dengar.index.copies import Copy, burial, strays
from dengar.index.report import WriteReport
from dengar.index.writer import _plan


def mention(identity="yt:comment:a", version=5, **changes):
    base = {"id": identity, "version": version, "kind": "comment", "platform": "youtube", "text": "salam"}
    return {**base, "published_at": "2026-11-01T00:00:00Z", **changes}


def deletion(identity="yt:comment:a", version=5):
    return {"id": identity, "version": version, "deleted": True}


def planned(*items):
    report = WriteReport()
    plans, indices = _plan(items, report)
    return [(record_type, record["version"]) for record_type, record, _ in plans], indices, report


def test_the_highest_version_of_an_id_wins_in_any_order():
    for order in ([1, 2, 3], [3, 2, 1], [2, 3, 1]):
        plans, _, report = planned(*[("mention", mention(version=version)) for version in order])
        assert plans == [("mention", 3)]
        assert report.stale == 2


def test_a_deletion_and_its_mention_are_one_id():
    assert planned(("mention", mention(version=4)), ("deletion", deletion(version=6)))[0] == [("deletion", 6)]
    assert planned(("deletion", deletion(version=6)), ("mention", mention(version=7)))[0] == [("mention", 7)]


def test_metrics_of_the_same_id_are_not_mixed_up_with_it():
    metrics = {"id": "yt:comment:a", "version": 1, "observed_at": "2026-11-01T00:00:00Z"}
    plans, indices, _ = planned(("mention", mention()), ("metrics", metrics))
    assert plans == [("mention", 5), ("metrics", 1)]
    assert indices == {"mentions-v1-youtube-2026.11", "metrics-v1-2026.11"}


def test_what_would_spoil_a_request_is_refused_before_it_is_sent():
    refused = {
        "index.id_length": [mention("x" * 513), mention(""), mention("é" * 257)],
        "index.version": [mention(version=-1), mention(version=1 << 63), mention(version=True), mention(version=None)],
        "index.not_json": [mention(text="\ud800")],
        "index.no_place": [mention(published_at="kemarin"), mention(published_at="0001-01-01T00:00:00+07:00")],
        "index.too_large": [mention(text="x" * 5_000_000)],
    }
    for reason, records in refused.items():
        for record in records:
            plans, indices, report = planned(("mention", record))
            assert [rejected.reason for rejected in report.rejected] == [reason]
            assert (plans, indices) == ([], set())


def test_an_id_of_512_bytes_passes():
    assert planned(("mention", mention("x" * 512)))[2].rejected == []


def copy(index, version, deleted=False):
    return Copy(
        "yt:video:a", index, version, deleted, {"id": "yt:video:a", "platform": "youtube", "post_id": "yt:video:a"}
    )


def test_of_two_copies_the_older_is_buried():
    (one,) = strays([copy("old", 3), copy("new", 5)])
    assert b'"_index":"old"' in one.action
    assert b'"version":5' in one.action
    assert strays([copy("new", 5)]) == []
    assert strays([copy("old", 3, deleted=True), copy("new", 5)]) == []


def test_remains_carry_no_text():
    one = burial(copy("old", 3), 9, "not_found", "2026-11-01T00:00:00Z")
    assert one.source == (
        b'{"id":"yt:video:a","platform":"youtube","post_id":"yt:video:a","deleted":true,'
        b'"deletion_reason":"not_found","version":9,"observed_at":"2026-11-01T00:00:00Z"}'
    )
