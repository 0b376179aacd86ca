"""The YouTube listener against the sandbox, over HTTP with the real SDK: after each poll it holds what could be seen at that moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from dengar.cli import build
from dengar.log.memory import MemoryLog
from dengar.mapping import map_event
from dengar.registers import load_registers
from dengar.settings import Settings
from listeners.registry import sources
from listeners.run import poll_once
from listeners.station import Station
from tests.contracts.polled import Listener
from tests.sandbox_process import Sandbox, running_sandbox

KEY = "canary-of-the-api-key"
STEP = timedelta(hours=6)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path) as running:
        yield running


def listener_on(sandbox: Sandbox) -> Listener:
    return Listener("youtube", Settings(youtube_endpoint=sandbox.url, youtube_api_key=KEY), (KEY,))


def moments(sandbox: Sandbox) -> Iterator[datetime]:
    """Move the clock through the scenario: every six hours, and to the last minute of every live chat. Each moment is yielded."""
    state = sandbox.get("state")
    now, end = datetime.fromisoformat(state["now"]), datetime.fromisoformat(state["end"])
    stops = {now + STEP * number for number in range(1, (end - now) // STEP + 1)} | {end}
    chats: dict[str, datetime] = {}
    for row in sandbox.get("truth?final=true")["items"].values():
        if row["kind"] == "chat":
            over = datetime.fromisoformat(row["visible_to"])
            chats[row["post_id"]] = max(over, chats.get(row["post_id"], over))
    for stop in sorted(stops | {over - timedelta(minutes=1) for over in chats.values()}):
        sandbox.post("clock", to=stop.isoformat())
        yield stop


def test_a_week_of_polls_holds_at_each_step_what_was_there_with_its_text_and_its_deletions(sandbox: Sandbox) -> None:
    listener = listener_on(sandbox)
    texts: dict[str, str | None] = {}
    seen: set[str] = set()
    gone: set[str] = set()
    for now in moments(sandbox):
        report = listener.poll()
        assert report.errors == {}
        for event, position in listener.fresh():
            mapped = map_event(event, position)
            seen.add(event.subject or "")
            if mapped.outcome == "deletion":
                gone.add(event.subject or "")
            elif mapped.record is not None and mapped.outcome == "mention":
                texts[mapped.record["id"]] = mapped.record["text"]
                gone.discard(mapped.record["id"])
                post = mapped.record["post_id"]
                assert str(post).startswith("yt:video:")
        obtainable, truth = sandbox.get("obtainable")["items"], sandbox.get("truth")["items"]
        visible = {
            identity
            for identity, row in obtainable.items()
            if identity.startswith("yt:")
            and {"poll", "chat"} & set(row["via"])
            and (row["visible_to"] is None or now < datetime.fromisoformat(row["visible_to"]))
        }
        assert visible - seen == set()
        # Who joined or paid in a chat without a word is a notice; everything with a text is held with that text.
        assert {identity for identity in visible if truth[identity]["text"]} - texts.keys() == set()
        for identity in visible & texts.keys():
            assert texts[identity] == truth[identity]["text"], f"{identity} has changed and was not published again"
        deleted = {
            identity
            for identity in texts
            if truth[identity]["deleted"] and truth[identity]["kind"] in ("post", "comment", "reply")
        }
        # A chat cannot be read again: a message deleted after its page was read stays, as the API never says so.
        assert {identity for identity in gone if not identity.startswith("yt:chat:")} == deleted
    # The scenario has all of it, or nothing was shown.
    kinds = {row["kind"] for identity, row in truth.items() if identity in texts}
    assert kinds == {"post", "comment", "reply", "chat"}
    assert gone
    assert any(truth[identity]["edited"] for identity in texts)
    threads = [row["parent_id"] for row in truth.values() if row["platform"] == "youtube" and row["kind"] == "reply"]
    assert max(threads.count(thread) for thread in set(threads)) > 5


def test_a_poll_of_an_unchanged_world_publishes_nothing(sandbox: Sandbox) -> None:
    listener = listener_on(sandbox)
    sandbox.post("clock", to=sandbox.get("state")["end"])
    first = listener.poll()
    assert first.collected > 1_000
    before = sandbox.calls("youtube")
    again = listener.poll()
    # Searches ask only for what was published since.
    assert again.collected == 0
    assert 1_000 < again.unchanged <= first.collected + first.unchanged
    # What is unchanged is answered with 304: no call more than the first time.
    assert sandbox.calls("youtube") - before <= before


def test_faults_that_pass_cost_nothing(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    sandbox.post("clock", to=sandbox.get("state")["end"])
    quiet, troubled = listener_on(sandbox), listener_on(sandbox)
    assert quiet.poll().errors == {}
    for status in (500, 403, 400):
        sandbox.post("faults", status=status, share=0.05, seed=3)
        assert troubled.poll().errors == {}
    assert sandbox.get("state")["faults"]["struck"] > 0
    ids = [{event.subject for event, _ in listener.fresh()} for listener in (quiet, troubled)]
    assert ids[0] == ids[1]


def test_a_refused_key_is_reported_by_every_source_and_named_by_none(sandbox: Sandbox) -> None:
    settings = Settings(youtube_endpoint=sandbox.url, youtube_api_key="invalid")
    station = Station("youtube", settings, load_registers(), MemoryLog())
    report = poll_once(station, sources(station))
    assert report.collected == 0
    assert {"youtube.channels", "youtube.comments"} <= report.errors.keys()
    for sentence in report.errors.values():
        assert "DENGAR_YOUTUBE_API_KEY" in sentence
        assert "=invalid" not in sentence


@pytest.mark.parametrize(("key", "status"), [(KEY, 0), ("invalid", 1)])
def test_the_command_polls_once_and_its_status_tells_whether_all_went_well(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: str, status: int
) -> None:
    log = MemoryLog()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("dengar.log.kafka.KafkaLog", lambda _settings: log)
    monkeypatch.setenv("DENGAR_YOUTUBE_ENDPOINT", sandbox.url)
    monkeypatch.setenv("DENGAR_YOUTUBE_API_KEY", key)
    sandbox.post("clock", advance_seconds=86_400)
    result = CliRunner().invoke(build(), ["listen", "youtube", "--once", "--json"])
    assert result.exit_code == status, result.output
    told = orjson.loads(result.stdout.splitlines()[-1])
    assert told["platform"] == "youtube"
    assert bool(told["errors"]) == bool(status)
    assert told["collected"] == sum(log.ends(["raw.youtube"]).values())
    assert KEY not in result.output
