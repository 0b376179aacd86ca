"""The clocks on the real stack: what nobody verified is emptied by the nightly DAG, what is due is asked for, and the verb tells both."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from dengar.index import client as open_client
from dengar.local.stack import Stack
from dengar.log import OffsetRange
from dengar.log.kafka import KafkaLog
from dengar.records import timestamp
from dengar.settings import Settings
from listeners.context import Context
from listeners.youtube.split import comment
from tests.command_line import json_lines
from tests.dag_run import succeeded
from tests.e2e.test_pipeline import dengar, drained

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]


def collected(log: KafkaLog, identity: str, observed_at: datetime) -> str:
    """A comment as the listener read it then; its word stands nowhere else."""
    snippet = {
        "videoId": "retensi",
        "textOriginal": f"bansos {identity}",
        "authorChannelId": {"value": "UCretensi"},
        "publishedAt": timestamp(observed_at - timedelta(hours=1)),
        "updatedAt": timestamp(observed_at - timedelta(hours=1)),
    }
    context = Context("youtube/commentThreads.list", "youtube.comments")
    item = comment({"kind": "youtube#comment", "id": identity, "snippet": snippet}, context)
    event = item.event(observed_at)
    log.append(item.topic, item.key, event.data, event.headers())
    return item.subject


def requests(log: KafkaLog) -> dict[str, Any]:
    """What the listeners are asked to look at again."""
    found = {}
    beginnings = log.beginnings(["listener-state"])
    for partition, end in log.ends(["listener-state"]).items():
        for record in log.read(OffsetRange(*partition, beginnings[partition], end)):
            key = (record.key or b"").decode()
            if key.startswith("refresh/"):
                found[key.removeprefix("refresh/")] = orjson.loads(record.value or b"null")
    return found


def test_the_nightly_run_empties_what_is_too_old_and_asks_for_what_is_due(stack: Stack) -> None:
    settings, now = Settings.from_environment(stack.environment()), datetime.now(UTC)
    log, elasticsearch = KafkaLog(settings), open_client(settings)
    words = {name: f"{name}{uuid.uuid4().hex[:10]}" for name in ("tua", "jatuh", "segar")}
    ages = {"tua": 31, "jatuh": 26, "segar": 1}
    ids = {name: collected(log, word, now - timedelta(days=ages[name])) for name, word in words.items()}
    log.flush()
    drained(stack)
    told = json_lines(dengar(stack, "retention", "--json", status=1))
    youtube = next(row for row in told if row["platform"] == "youtube")
    assert youtube["level"] == "breach"
    assert youtube["late"] >= 1
    assert youtube["days"] > 30

    assert "expired=" in succeeded(settings, "refresh_platform_data", {})
    drained(stack)
    elasticsearch.indices.refresh(index="mentions,tombstones")
    query = {"ids": {"values": list(ids.values())}}
    hits = {hit["_id"]: hit["_source"] for hit in elasticsearch.search(index="mentions", query=query)["hits"]["hits"]}
    assert hits[ids["tua"]]["deleted"]
    assert words["tua"] not in hits[ids["tua"]].get("text", "")
    assert "text" not in hits[ids["tua"]]
    assert hits[ids["segar"]]["text"] == f"bansos {words['segar']}"
    stone = elasticsearch.get(index="tombstones", id=ids["tua"])["_source"]
    assert stone["reason"] == "retention"
    asked = requests(log)
    assert ids["jatuh"] in asked
    assert asked[ids["jatuh"]]["post"] == "yt:video:retensi"
    assert ids["segar"] not in asked
    again = json_lines(dengar(stack, "retention", "--json"))
    youtube = next(row for row in again if row["platform"] == "youtube")
    assert (youtube["level"], youtube["late"]) == ("ok", 0)
    assert "oldest unverified: 26 days" in youtube["sentence"]
    log.close()
    elasticsearch.close()
