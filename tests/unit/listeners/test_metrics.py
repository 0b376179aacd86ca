"""/metrics tells of every worker's sources, quota and gaps, read from the state they share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from prometheus_client.parser import text_string_to_metric_families

from dengar.log.memory import MemoryLog
from dengar.records import timestamp
from listeners.health import Health, keep_gap
from listeners.metrics import StateReader, exposition
from listeners.quota.ledger import Ledger
from listeners.quota.rules import load_rules
from listeners.source import Gap
from listeners.state import ListenerState

NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)


def test_the_exposition_carries_health_quota_and_gaps() -> None:
    log = MemoryLog()
    state = ListenerState(log)
    Health("youtube.comments", succeeded_at=NOW - timedelta(seconds=90), collected=7, failures=0).save(state)
    Health("youtube.chat", failures=3, error="the quota is spent").save(state)
    keep_gap(state, "instagram.media", Gap("ig:media:1", "story_expired"))
    keep_gap(state, "instagram.media", Gap("ig:media:2", "story_expired"))
    ledger = Ledger(load_rules(), state, now=lambda: NOW)
    for _ in range(3):
        ledger.spend("youtube/search.list")
    ledger.refuse("youtube/videos.list")
    for _ in range(77):
        ledger.spend("youtube/search.list")
    ledger.save()
    issued, ends = NOW - timedelta(days=50), NOW + timedelta(days=10)
    state.put("token/instagram", {"issued_at": timestamp(issued), "expires_at": timestamp(ends), "missing": ["x"]})
    state.put("refused/instagram.100", timestamp(NOW + timedelta(minutes=5)))
    state.put("coverage/youtube", {"posts": 2, "reported": 9, "held": 7, "behind": []})
    state.flush()

    text = exposition(StateReader(log, now=lambda: NOW), {"requests": 5, "waiting": 2}).decode()
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["dengar_source_age_seconds", "youtube.comments"] == 90
    assert ("dengar_source_age_seconds", "youtube.chat") not in samples, "what never succeeded has no age"
    assert samples["dengar_source_failures", "youtube.chat"] == 3
    assert samples["dengar_source_items_total", "youtube.comments", "collected"] == 7
    assert samples["dengar_source_gaps", "story_expired", "instagram.media"] == 2
    assert samples["dengar_quota_spent", "youtube.search"] == 80
    assert samples["dengar_quota_dry_in_seconds", "youtube.search"] == 3 * 3_600
    assert ("dengar_quota_dry_in_seconds", "youtube.stats") not in samples
    assert samples["dengar_quota_refused", "instagram.100"] == 1
    assert samples["dengar_token_age_seconds", "instagram"] == 50 * 86_400
    assert samples["dengar_token_left_seconds", "instagram"] == 10 * 86_400
    assert samples["dengar_token_missing_scopes", "instagram"] == 1
    assert (samples["dengar_comments_reported", "youtube"], samples["dengar_comments_held", "youtube"]) == (9, 7)
    assert samples["dengar_quota_refused", "youtube.default"] == 1
    assert samples["dengar_receiver_total", "requests"] == 5
    assert samples["dengar_receiver_waiting",] == 2


def test_the_age_of_the_oldest_unverified_record_goes_on_growing_while_nobody_looks() -> None:
    log = MemoryLog()
    state = ListenerState(log)
    told = {"platform": "youtube", "at": timestamp(NOW - timedelta(days=3)), "due": 7, "late": 0}
    state.put("retention/youtube", told | {"oldest_at": timestamp(NOW - timedelta(days=22))})
    state.put("retention/instagram", told | {"oldest_at": None})
    state.flush()
    text = exposition(StateReader(log, now=lambda: NOW), {}).decode()
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["dengar_retention_oldest_seconds", "youtube"] == 22 * 86_400
    assert samples["dengar_retention_limit_seconds", "youtube"] == 30 * 86_400
    assert samples["dengar_retention_due", "youtube"] == 7
    assert ("dengar_retention_oldest_seconds", "instagram") not in samples, "what has no record has no age"
