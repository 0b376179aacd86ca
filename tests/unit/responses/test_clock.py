"""`dengar responses clock`, as a person and a machine call it."""

import json

import pytest
from typer.testing import CliRunner

from dengar.cli import build

ITEMS = [
    {"id": "a", "asked_at": "2026-11-20T16:00:00+07:00", "answered_at": "2026-11-23T08:00:00+07:00"},
    {"id": "b", "asked_at": "2026-11-20T16:00:00+07:00", "answered_at": None, "now": "2026-11-20T09:30:00Z"},
    {"id": "c", "asked_at": "2026-11-20T16:00:00+07:00", "now": "2026-11-20T17:00:01+07:00", "urgency": "urgent"},
    {"id": "d", "asked_at": "2026-11-20T16:00:00+07:00", "answered_at": "2026-11-25T16:00:01+07:00"},
]


def run(text: str, *options: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(build(), ["responses", "clock", *options], input=text)
    return result.exit_code, result.stdout, result.stderr


def test_readings_and_a_summary() -> None:
    status, out, _ = run("\n".join(json.dumps(item) for item in ITEMS), "--json")
    *rows, last = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [(r["id"], r["state"], r["wall_seconds"], r["working_seconds"], r["within_target"]) for r in rows] == [
        ("a", "answered", 230400, 3600, True),
        ("b", "waiting", 1800, 1800, None),
        ("c", "overdue", 3601, 1800, False),
        ("d", "answered", 432001, 82800, False),
    ]
    assert rows[0]["due_at"] == "2026-11-25T09:00:00+00:00"
    summary = last["summary"]
    assert (summary["items"], summary["answered"], summary["waiting"], summary["overdue"]) == (4, 2, 1, 1)
    assert (summary["median_working_seconds"], summary["p90_working_seconds"]) == (3600, 82800)
    assert summary["within_target"] == pytest.approx(1 / 3, abs=1e-4)


def test_a_zone_moves_the_office() -> None:
    item = '{"id": "a", "asked_at": "2026-11-22T23:30:00Z", "answered_at": "2026-11-23T00:30:00Z"}'
    worked = [
        json.loads(run(item, "--json", "--zone", z)[1].splitlines()[0])["working_seconds"] for z in ("WIB", "WITA")
    ]
    assert worked == [0, 3600]


def test_people_get_a_table() -> None:
    status, out, _ = run("\n".join(json.dumps(item) for item in ITEMS))
    assert status == 0
    assert "overdue" in out
    assert "2 of 4 answered" in out
    assert "Nobody asked" in run("")[1]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "Line 1 is not JSON"),
        ("[]", "Line 1 is not a JSON object"),
        ('{"asked_at": "2026-11-20T16:00:00+07:00"}', '"id"'),
        ('{"id": "a"}', '"asked_at"'),
        ('{"id": "a", "asked_at": "2026-11-20T16:00:00"}', "without a time zone"),
        ('{"id": "a", "asked_at": "yesterday"}', "no time"),
        (
            '{"id": "a", "asked_at": "2026-11-20T16:00:00Z", "answered_at": "2026-11-20T15:00:00Z"}',
            "before it was asked",
        ),
        ('{"id": "a", "asked_at": "2026-11-20T16:00:00Z", "urgency": 3}', "no text"),
    ],
)
def test_a_bad_line_is_told_in_one_sentence(line: str, says: str) -> None:
    status, _, error = run(line, "--json")
    assert status == 2
    assert says in error
    assert len(error.splitlines()) == 1


def test_an_unknown_zone_ends_with_status_one() -> None:
    status, _, error = run("", "--zone", "WIX")
    assert (status, "no time zone WIX" in error) == (1, True)
