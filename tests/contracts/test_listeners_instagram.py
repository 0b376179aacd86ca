"""The Instagram poller against the sandbox, over HTTP with the real SDK: after each poll it holds what could be seen at that moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from dengar.events import read_event
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.mapping import map_event
from dengar.registers import load_registers
from dengar.settings import Settings
from listeners.context import Context
from listeners.instagram.client import Instagram
from listeners.instagram.errors import GoneError
from listeners.instagram.token import renewed
from listeners.receiver.read import Reader
from listeners.registry import SOURCES, sources
from listeners.run import poll_once
from listeners.station import Backfill, Station
from tests.contracts.polled import Listener
from tests.sandbox_process import Sandbox, running_sandbox

TOKEN = "canary-of-the-token"
APP_SECRET = "canary-of-the-app-secret"
STEP = timedelta(hours=6)


def settings_for(sandbox: Sandbox, token: str = TOKEN) -> Settings:
    return Settings(
        instagram_endpoint=sandbox.url,
        instagram_token=token,
        instagram_app_id="1",
        instagram_app_secret=APP_SECRET,
    )


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path) as running:
        yield running


def listener_on(sandbox: Sandbox) -> Listener:
    return Listener("instagram", settings_for(sandbox), (TOKEN, APP_SECRET))


def moments(sandbox: Sandbox) -> Iterator[datetime]:
    """Move the clock through the scenario, every six hours. Each moment is yielded."""
    state = sandbox.get("state")
    now, end = datetime.fromisoformat(state["now"]), datetime.fromisoformat(state["end"])
    for stop in sorted({now + STEP * number for number in range(1, (end - now) // STEP + 1)} | {end}):
        sandbox.post("clock", to=stop.isoformat())
        yield stop


def test_a_week_of_polls_holds_at_each_step_what_was_there_with_its_text_and_its_deletions(sandbox: Sandbox) -> None:
    listener = listener_on(sandbox)
    texts: dict[str, str | None] = {}
    own: set[str] = set()
    gone: set[str] = set()
    metrics: set[str] = set()
    truth: dict[str, Any] = {}
    for now in moments(sandbox):
        assert listener.poll().errors == {}
        for event, position in listener.fresh():
            mapped = map_event(event, position)
            subject = event.subject or ""
            if mapped.outcome == "deletion":
                gone.add(subject)
            elif mapped.record is not None and mapped.outcome == "mention":
                texts[subject] = mapped.record["text"]
                assert mapped.record["post_id"].startswith("ig:media:")
                if event.extensions["ownership"] == "owned":
                    own.add(subject)
            elif mapped.outcome == "metrics":
                metrics.add(subject)
        obtainable, truth = sandbox.get("obtainable")["items"], sandbox.get("truth")["items"]
        visible = {
            identity
            for identity, row in obtainable.items()
            if identity.startswith("ig:")
            and {"poll", "discovery", "tags", "hashtag"} & set(row["via"])
            and (row["visible_to"] is None or now < datetime.fromisoformat(row["visible_to"]))
        }
        hidden = {identity for identity in own | gone if truth[identity]["hidden"]}
        assert visible - texts.keys() - gone == set()
        for identity in visible - hidden:
            assert (texts[identity] or "") == (truth[identity]["text"] or ""), f"{identity} was not published again"
        deleted = {identity for identity in own if truth[identity]["deleted"] and truth[identity]["format"] != "story"}
        assert gone & own == deleted | hidden & own, "what is hidden is seen by its owner alone"
    kinds = {row["kind"] for identity, row in truth.items() if identity in texts}
    assert kinds == {"post", "comment", "reply"}
    assert {"story", "reel", "carousel", "image"} <= {truth[identity]["format"] for identity in texts}
    assert {truth[identity]["kind"] for identity in gone & own} >= {"comment"}
    assert any(truth[identity]["hidden"] for identity in gone & own)
    assert len(metrics) > 20


def test_a_poll_of_an_unchanged_world_publishes_nothing_and_asks_no_insights_again(sandbox: Sandbox) -> None:
    listener = listener_on(sandbox)
    sandbox.post("clock", to=sandbox.get("state")["end"])
    first = listener.poll()
    assert first.errors == {}
    assert first.collected > 1_000
    before = sandbox.calls("instagram")
    again = listener.poll()
    assert again.collected == 0
    assert 0 < sandbox.calls("instagram") - before < before


def test_faults_that_pass_cost_nothing(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    sandbox.post("clock", to=sandbox.get("state")["end"])
    quiet, troubled = listener_on(sandbox), listener_on(sandbox)
    assert quiet.poll().errors == {}
    sandbox.post("faults", status=500, share=0.05, seed=3)
    assert troubled.poll().errors == {}
    assert sandbox.get("state")["faults"]["struck"] > 0
    ids = [{event.subject for event, _ in listener.fresh()} for listener in (quiet, troubled)]
    assert ids[0] == ids[1]


def test_a_rate_limit_ends_the_poll_and_is_not_asked_again_before_it_eases(sandbox: Sandbox) -> None:
    sandbox.post("clock", advance_seconds=86_400)
    listener = listener_on(sandbox)
    sandbox.post("faults", status=403, share=1)
    refused = listener.poll()
    assert refused.collected == 0
    assert {"instagram.accounts", "instagram.media", "instagram.discovery"} <= refused.errors.keys()
    # One call for the limit of the accounts, one for the app's.
    assert sandbox.get("state")["faults"]["struck"] == 2
    sandbox.post("faults", status=500, share=0)
    before = sandbox.calls("instagram")
    assert listener.poll().errors
    assert sandbox.calls("instagram") == before


def test_a_refused_token_is_named_by_what_to_do_and_asked_once(sandbox: Sandbox) -> None:
    station = Station("instagram", settings_for(sandbox, "invalid"), load_registers(), MemoryLog())
    built = sources(station)
    report = poll_once(station, built)
    assert report.collected == 0
    assert {"instagram.accounts", "instagram.media", "instagram.discovery"} <= report.errors.keys()
    for sentence in report.errors.values():
        assert "DENGAR_INSTAGRAM_TOKEN" in sentence
        assert "=invalid" not in sentence
        assert APP_SECRET not in sentence
    connection: Instagram = built[1][1].watch.instagram  # type: ignore[attr-defined]
    assert connection.calls == 1


def test_every_endpoint_that_the_sources_read(sandbox: Sandbox) -> None:
    """What no other test here shows: stories with insights and gaps, audience, hashtags, mentions, the token, a backfill's span."""
    start = datetime.fromisoformat(sandbox.get("state")["start"])
    sandbox.post("clock", to=(start + timedelta(days=3)).isoformat())
    listener = listener_on(sandbox)
    assert listener.poll().errors == {}
    found = [(event, orjson.loads(event.data)) for event, _ in listener.fresh()]
    vias = {event.extensions["via"] for event, _ in found}
    # Every source of the registry; that of the token publishes nothing, and nobody has asked for anything again.
    assert vias == {row.name for row in SOURCES if row.platform == "instagram"} - {
        "instagram.token",
        "instagram.refresh",
    }
    insights = [(event, body) for event, body in found if event.type.endswith("_insights")]
    products = {body.get("media_product_type") for _, body in insights}
    assert products == {None, "FEED", "REELS", "STORY"}
    audience = [row for _, body in insights for row in body["data"] if row["name"].endswith("_demographics")]
    keys = {tuple(row["total_value"]["breakdowns"][0]["dimension_keys"]) for row in audience}
    assert keys == {("age",), ("gender",), ("city",), ("country",)}
    ends = {
        value["end_time"]
        for _, body in insights
        for row in body["data"]
        for value in row.get("values", [])
        if "end_time" in value
    }
    assert len(ends) == 3, "today and the two days before, each under its own end"
    state = listener.station.state
    assert state.get("token/instagram")["warning"] is None
    assert [key for key, _ in state.items("hashtag/")], "the budget of hashtags is kept"

    # Stories end after a day; those that were counted only early are gaps.
    stories = {event.subject for event, _ in found if event.type.endswith(".story")}
    assert stories
    sandbox.post("clock", to=(start + timedelta(days=5)).isoformat())
    assert listener.poll().errors == {}
    gaps = {key.split("/")[2] for key, _ in state.items("gap/instagram.stories/") if key.endswith("story_expired")}
    assert gaps
    assert gaps <= stories
    assert [key for key, _ in state.items("gap/") if key.endswith("stories_unseen")], "nobody looked for two days"


def test_a_token_is_renewed_and_mentions_are_read(sandbox: Sandbox) -> None:
    sandbox.post("clock", to=sandbox.get("state")["end"])
    connection = Instagram(settings_for(sandbox))
    assert renewed(connection, TOKEN, "1", APP_SECRET) == TOKEN + "-renewed"
    truth = sandbox.get("truth")["items"]
    (own, *_) = load_registers().own("instagram")
    items = sandbox.get("obtainable")["items"]
    mentions = [i for i, row in items.items() if i.startswith("ig:comment:") and row["via"] == ["webhook"]]
    read = 0
    reader = Reader(lambda: connection, None, own.id)
    for identity in mentions:
        value = {"media_id": "1", "comment_id": identity.rpartition(":")[2]}
        notice = Context("r", "instagram.webhook", "owned", own.id).item(
            "instagram", "webhook_change", identity, None, {"field": "mentions", "value": value}
        )
        try:
            (item,) = reader.read(notice)
        except GoneError:
            continue  # a comment under our own media, or a mention of the other account
        assert item.payload["text"] == truth[identity]["text"]
        read += 1
    assert read > 0
    media = [i for i, row in items.items() if i.startswith("ig:media:") and "webhook" in row["via"]]
    captions = {}
    for identity in media:
        for account in load_registers().own("instagram"):
            notice = Context("r", "instagram.webhook", "owned", account.id).item(
                "instagram", "webhook_change", identity, None,
                {"field": "mentions", "value": {"media_id": identity.rpartition(":")[2]}},
            )  # fmt: skip
            with suppress(GoneError):  # the other account was mentioned
                (item,) = reader.read(notice)
                captions[item.subject] = item.payload["caption"]
    assert captions
    assert captions == {identity: truth[identity]["text"] for identity in captions}


def test_a_backfill_reads_its_span_and_nothing_else(sandbox: Sandbox) -> None:
    state = sandbox.get("state")
    start, end = datetime.fromisoformat(state["start"]), datetime.fromisoformat(state["end"])
    sandbox.post("clock", to=end.isoformat())
    span = Backfill(start + timedelta(days=1), start + timedelta(days=3))
    log = MemoryLog()
    station = Station("instagram", settings_for(sandbox), load_registers(), log, span)
    built = sources(station)
    assert [row.name for row, _ in built] == ["instagram.media", "instagram.comments"]
    assert poll_once(station, built).errors == {}
    truth = sandbox.get("truth")["items"]
    own = {f"ig:user:{account.id}" for account in load_registers().own("instagram")}
    posts = set()
    for partition, stop in log.ends(["raw.instagram"]).items():
        for record in log.read(OffsetRange("raw.instagram", partition.number, 0, stop)):
            event = read_event(record.headers, record.value)
            assert event.extensions["backfill"] == "true"
            if event.type.endswith(".media"):
                posts.add(event.subject)
            else:
                assert truth[event.subject or ""]["post_id"] in posts or truth[event.subject or ""]["kind"] != "comment"
    expected = {
        identity
        for identity, row in truth.items()
        if identity.startswith("ig:media:")
        and row["author"]["id"] in own
        and row["format"] != "story"
        and not row["deleted"]
        and span.covers(row["published_at"])
    }
    assert posts == expected
