"""The split: which rows of a batch fail, with which reason, and which only carry a warning."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from dengar.records import ENRICHMENT_REVISION, pack_version, timestamp
from dengar.validate import BatchInvalid, ValidationReport
from dengar.validate import validate_records as validate_at

OBSERVED = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
NOW = OBSERVED + timedelta(minutes=1)
REASON = re.compile(r"[a-z][a-z0-9_.]{0,79}")


def validate_records(record_type: str, records: list) -> ValidationReport:
    """At a clock of the test's own."""
    return validate_at(record_type, records, now=NOW)


def reasons(report: ValidationReport) -> dict[int, str]:
    return {row: verdict.reason for row, verdict in report.failed.items()}


def observed(moment: datetime) -> dict:
    """A record that is sound but for the moment of its observation."""
    return {
        "observed_at": timestamp(moment),
        "version": pack_version(moment),
        "expires_at": timestamp(moment + timedelta(days=30)),
    }


MENTION_FAULTS = [
    ({"text": "tolong hubungi rina@contoh.id"}, "unmasked_pii"),
    ({"text": "nik saya 3299010203040506"}, "unmasked_pii"),
    ({"title": "lapor ke rina@contoh.id"}, "unmasked_pii"),
    ({"text_normalised": "nik saya 3299010203040506"}, "unmasked_pii"),
    ({"author": {"key": "k", "role": "public", "handle": "rina", "name": None}}, "unmasked_author"),
    ({"author": {"key": None, "role": "unknown", "handle": None, "name": "Rina"}}, "unmasked_author"),
    ({"id": "ig:comment:c1"}, "id.other_platform"),
    ({"post_id": "ig:media:1"}, "post_id.other_platform"),
    ({"post_id": "v1"}, "post_id.other_platform"),
    ({"kind": "post"}, "post_id.not_own"),
    ({"kind": "dm"}, "post_id.not_thread"),
    ({"kind": "reply", "parent_id": None, "conversation_id": "yt:comment:c0"}, "parent_id.missing"),
    ({"kind": "reply"}, "conversation_id.own"),
    ({"parent_id": "yt:comment:odd"}, "parent_id.own"),
    (observed(OBSERVED + timedelta(days=2)), "observed_at.future"),
    (observed(datetime(2099, 12, 31, tzinfo=UTC)), "observed_at.future"),
    ({"observed_at": "2016-12-31T23:59:60Z"}, "time.unreadable"),
    ({"published_at": "9999-12-31T23:59:59Z"}, "published_at.future"),
    ({"expires_at": timestamp(OBSERVED)}, "expires_at.past"),
    ({"version": pack_version(OBSERVED + timedelta(milliseconds=1))}, "version.other_time"),
    ({"version": pack_version(OBSERVED, ENRICHMENT_REVISION + 1)}, "version.other_revision"),
    ({"hashtags": ["Bansos"]}, "hashtags.malformed"),
    ({"hashtags": ["#bansos"]}, "hashtags.malformed"),
    ({"hashtags": ["bansos", "bansos"]}, "hashtags.malformed"),
    ({"hashtags": ["dua kata"]}, "hashtags.malformed"),
    ({"hashtags": [""]}, "hashtags.malformed"),
    ({"text": None}, "schema.text"),
    ({"text": "\ud800"}, "schema.record"),
    ({"version": float("nan")}, "schema.version"),
    ({"published_at": "kemarin"}, "schema.published_at"),
    ({"platform": "elsewhere"}, "schema.platform"),
    ({"author": {"key": "k"}}, "schema.author"),
    ({"pii": {"Rina": 1}}, "schema.pii"),
    ({"surprise": 1}, "schema.unknown_field"),
]


def test_every_fault_of_a_mention_is_found_in_one_batch_and_only_there(mention):
    batch = [mention(number) for number in range(len(MENTION_FAULTS) * 2)]
    for number, (changes, reason) in enumerate(MENTION_FAULTS):
        batch[number * 2] |= changes
        if reason == "parent_id.own":
            batch[number * 2]["parent_id"] = batch[number * 2]["id"]
    report = validate_records("mention", batch)
    assert reasons(report) == {number * 2: reason for number, (_, reason) in enumerate(MENTION_FAULTS)}
    assert report.rows == len(batch)
    assert report.result["failed"] == len(MENTION_FAULTS)
    assert report.result["passed"] == len(MENTION_FAULTS)


def test_a_field_that_is_missing_is_named(mention):
    record = mention()
    del record["published_at"]
    assert reasons(validate_records("mention", [record])) == {0: "schema.published_at"}


@pytest.mark.parametrize("record", [None, 5, [], "text"])
def test_what_is_no_record_fails_as_one(record):
    assert reasons(validate_records("mention", [record])) == {0: "schema.record"}


@pytest.mark.parametrize(
    "text",
    [
        "akun @dinas.contoh tidak membalas",
        "lihat https://contoh.id/p/1234567890123456",
        "https://contoh.id/?id=1234567890123456",
        "anggaran Rp 1.000.000.000.000.000",
        "nomor [nik] saya dan [email]",
        "angka 12345678901234567 terlalu panjang",
    ],
)
def test_the_guard_lets_look_alikes_pass(mention, text):
    assert reasons(validate_records("mention", [mention(text=text)])) == {}


def test_the_same_id_twice_is_told_apart_by_row(mention):
    report = validate_records("mention", [mention(1), mention(1, hashtags=["A"]), mention(1)])
    assert reasons(report) == {1: "hashtags.malformed"}


def test_the_first_reason_of_a_row_does_not_depend_on_the_batch(mention):
    spoilt = mention(1, text="surat ke rina@contoh.id", hashtags=["A"], expires_at=timestamp(OBSERVED))
    alone = validate_records("mention", [spoilt])
    among = validate_records("mention", [mention(n, hashtags=["B"]) for n in range(2, 40)] + [spoilt])
    assert reasons(alone)[0] == reasons(among)[38] == "unmasked_pii"


def test_warnings_annotate_rows_that_pass(mention):
    ahead = mention(1, published_at=timestamp(OBSERVED + timedelta(hours=2)))
    ancient = mention(2, published_at="1999-05-01T00:00:00Z")
    both = mention(3, published_at="1999-05-01T00:00:00Z", hashtags=["A"])
    edited = mention(
        5, edited_at=timestamp(OBSERVED - timedelta(hours=3)), engagement={"likes": 1 << 40, "replies": None}
    )
    early = mention(6, **observed(OBSERVED + timedelta(hours=1)))
    astray = mention(7, kind="reply", conversation_id="yt:comment:c4", parent_id="yt:comment:c4", post_id="yt:video:v2")
    report = validate_records("mention", [ahead, ancient, both, mention(4), edited, early, astray])
    warned = {row: [verdict.reason for verdict in verdicts] for row, verdicts in report.warnings.items()}
    assert warned == {
        0: ["published_at.ahead"],
        1: ["published_at.ancient"],
        4: ["edited_at.early", "engagement.implausible"],
        5: ["observed_at.ahead"],
        6: ["conversation_id.other_post"],
    }
    assert reasons(report) == {2: "hashtags.malformed"}
    assert report.result["warned"] == 5


def test_a_rule_that_stops_speaks_of_the_batch_and_not_of_a_small_one(mention):
    leaks = [mention(number, text="surat ke rina@contoh.id") for number in range(20)]
    few = validate_records("mention", [mention(number) for number in range(100, 180)] + leaks)
    assert few.stops == []
    many = validate_records("mention", [mention(number) for number in range(100, 290)] + leaks)
    assert [(verdict.row, verdict.reason, verdict.severity) for verdict in many.stops] == [
        (-1, "masking.broken", "stop")
    ]
    assert (many.result["stops"], many.result["suite"]["worst"]) == (["masking.broken"], "stop")
    assert set(reasons(many).values()) == {"unmasked_pii"}
    share = validate_records("mention", [mention(number) for number in range(100, 500)] + leaks[:5])
    assert (share.stops, share.result["suite"]["worst"]) == ([], "critical")


def test_metrics(metrics):
    faults = [
        (
            {"object_id": "ig:media:1", "id": metrics()["id"].replace("yt:video:v1", "ig:media:1")},
            "object_id.other_platform",
        ),
        ({"id": "yt:video:v1@1"}, "id.not_derived"),
        ({"post_id": None}, "post_id.missing"),
        ({"values": {"views": -1}}, "values.negative"),
        ({"expires_at": timestamp(OBSERVED)}, "expires_at.past"),
        ({"version": 1}, "version.other_time"),
        ({"values": {"views": 1.5}}, "schema.values"),
        (
            observed(NOW + timedelta(days=2)) | {"id": f"yt:video:v1@{pack_version(NOW + timedelta(days=2)) >> 21}"},
            "observed_at.future",
        ),
    ]
    series = metrics(id=metrics()["id"] + "/views/day/2026-11-23", period="day", end_time="2026-11-23T17:00:00Z")
    own = metrics(object_type="account", post_id=None)
    empty, huge = metrics(values={}, unavailable={}), metrics(values={"views": 1 << 50})
    report = validate_records(
        "metrics", [metrics(**changes) for changes, _ in faults] + [metrics(), series, own, empty, huge]
    )
    assert reasons(report) == {number: reason for number, (_, reason) in enumerate(faults)}
    assert [verdict.reason for verdict in report.warnings[len(faults) + 3]] == ["values.none"]
    assert [verdict.reason for verdict in report.warnings[len(faults) + 4]] == ["values.implausible"]


def test_accounts(account):
    pseudonym = account(id="k7q2", role="public", handle=None, name=None)
    batch = [
        account(),
        pseudonym,
        account(role="public"),
        account(id="ig:user:1"),
        account(handle=None, name=None),
        account(observed_at="2016-12-31T23:59:60Z"),
    ]
    report = validate_records("account", batch)
    assert reasons(report) == {2: "unmasked_author", 3: "id.other_platform", 5: "time.unreadable"}
    assert [verdict.reason for verdict in report.warnings[4]] == ["name.missing"]


def test_deletions(deletion):
    batch = [
        deletion(),
        deletion(id="ig:comment:1"),
        deletion(version=pack_version(OBSERVED)),
        deletion(version=deletion()["version"] + (1 << 21)),
        deletion(reason="because"),
        deletion(deleted_at=timestamp(OBSERVED + timedelta(days=2))),
    ]
    report = validate_records("deletion", batch)
    assert reasons(report) == {
        1: "id.other_platform",
        2: "version.not_final",
        3: "version.other_time",
        4: "schema.reason",
    }
    assert [verdict.reason for verdict in report.warnings[5]] == ["deleted_at.future"]


def test_reasons_and_details_can_be_shown(mention):
    report = validate_records("mention", [mention(1) | changes for changes, _ in MENTION_FAULTS])
    for verdict in report.failed.values():
        assert REASON.fullmatch(verdict.reason)
        assert verdict.detail.endswith(".")
        assert "rina" not in verdict.detail.lower()
        assert "3299010203040506" not in verdict.detail
        assert verdict.severity == "critical"


def test_the_result_is_json_and_quotes_no_text(mention):
    report = validate_records("mention", [mention(1), mention(2, text="surat ke rina@contoh.id")])
    stored = json.dumps(report.result)
    assert "rina" not in stored
    assert json.loads(stored) == report.result
    by_reason = {line["reason"]: line for line in report.result["suite"]["expectations"]}
    assert by_reason["unmasked_pii"]["unexpected"] == 1
    assert report.result["suite"]["worst"] == "critical"
    assert report.result["suite"]["success"] is False


@pytest.mark.parametrize("record_type", ["mention", "metrics", "account", "deletion"])
def test_an_empty_batch_is_not_called_a_success(record_type):
    report = validate_records(record_type, [])
    assert (report.rows, report.failed, report.warnings) == (0, {}, {})
    assert report.result["suite"]["success"] is None


def test_an_unknown_type_is_refused():
    with pytest.raises(ValueError, match="choose from mention"):
        validate_records("quarantine", [])


def test_a_missing_column_fails_the_batch_not_its_rows(mention, monkeypatch):
    from dengar.validate import frame

    columns = {name: read for name, read in frame.COLUMNS["mention"].items() if name != "hashtags"}
    monkeypatch.setitem(frame.COLUMNS, "mention", columns)
    with pytest.raises(BatchInvalid, match=r"hashtags\.malformed could not run"):
        validate_records("mention", [mention()])


def test_a_raised_expectation_fails_the_batch(mention, monkeypatch):
    from dengar.validate import expectations

    def burst(value: object) -> bool:
        raise RuntimeError("no")

    monkeypatch.setattr(expectations, "well_formed_hashtags", burst)
    with pytest.raises(BatchInvalid):
        validate_records("mention", [mention()])


def test_every_type_has_a_suite_with_stable_reasons():
    from dengar.validate import RECORD_TYPES
    from dengar.validate.engine import warm
    from dengar.validate.files import rules

    warm()
    warm()
    for record_type in RECORD_TYPES:
        found = [rule.reason for rule in rules(record_type)]
        assert len(set(found)) == len(found) > 4
        assert all(REASON.fullmatch(reason) for reason in found)


def test_the_package_does_not_import_great_expectations():
    code = "import sys, dengar.validate, dengar.validate.contract; print('great_expectations' in sys.modules, 'pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
