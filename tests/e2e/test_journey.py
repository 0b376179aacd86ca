"""One trace id from HTTP webhook to search hit, and what `dengar why` and the quarantine desk tell on the real stack."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bench.freshness import drain
from dengar.dag_runs import DagRuns
from dengar.index import client as open_client
from dengar.labels.mentions import indexed_mentions
from dengar.local import ports
from dengar.local.stack import Stack
from dengar.log.kafka import KafkaLog
from dengar.records import timestamp
from dengar.registers import load_registers
from dengar.settings import Settings
from dengar.topics import ENRICH_GROUP, RAW_TOPICS
from listeners.context import Context
from listeners.item import RawItem
from listeners.publish import Publisher
from listeners.youtube.gone import gone
from tests.command_line import dengar, environment_of, json_lines
from tests.sandbox_process import Sandbox, running_sandbox

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = ROOT / "sandbox" / "scenarios" / "small_day.yaml"
SECRET = "rahasia-aplikasi-uji"
# Ids of this run's own: the stack may be shared.
SEED = f"{time.time_ns() % 1_000_000_000:09d}"


class Deployment:
    """The stack as a data engineer meets it."""

    def __init__(self, stack: Stack) -> None:
        self.environment = environment_of(stack)
        self.settings = Settings.from_environment(stack.environment())
        self.log, self.index = KafkaLog(self.settings), open_client(self.settings)

    def dengar(self, *arguments: str, status: int = 0) -> str:
        """Run the command line; its stdout."""
        return dengar(self.environment, *arguments, status=status)

    def json(self, *arguments: str) -> dict[str, Any]:
        """The JSON object that a verb prints."""
        found: dict[str, Any] = json.loads(self.dengar(*arguments, "--json"))
        return found

    def collect(self, *items: RawItem) -> None:
        """Publish items as a listener does."""
        Publisher(self.log).publish(items)

    def held(self, *ids: str) -> dict[str, dict[str, Any]]:
        """Documents that searches find."""
        self.index.indices.refresh(index="mentions", ignore_unavailable=True)
        return indexed_mentions(self.index, ids)


@pytest.fixture(scope="module")
def deployment(stack: Stack) -> Iterator[Deployment]:
    deployment = Deployment(stack)
    drain(deployment.log)
    yield deployment
    deployment.log.close()
    deployment.index.close()


def comment(number: int | str, *, bad: bool = False) -> RawItem:
    """A comment of this run; a bad one says in words when it was published."""
    at = timestamp(datetime.now(UTC) - timedelta(hours=1))
    name, post = f"lacak{SEED}-{number}", f"lacakvideo{SEED}"
    snippet = {
        "videoId": post, "textOriginal": f"bansos belum cair {number}", "publishedAt": "kemarin sore" if bad else at, "updatedAt": at,
    }  # fmt: skip
    return RawItem(
        "youtube", "comment", f"yt:comment:{name}", {"kind": "youtube#comment", "id": name, "snippet": snippet},
        "youtube/comments.list", "youtube.comments", post_id=f"yt:video:{post}",
    )  # fmt: skip


def until(holds: Callable[[], Any], what: str, patience: float = 120) -> Any:
    deadline = time.monotonic() + patience
    while not (found := holds()):
        assert time.monotonic() < deadline, what
        time.sleep(0.3)
    return found


@contextmanager
def receiver(sandbox: Sandbox, environment: dict[str, str], folder: Path) -> Iterator[str]:
    """A receiver process that reads what notices point to from the sandbox; its address."""
    port = ports.choose([])
    url = f"http://127.0.0.1:{port}"
    own = environment | {
        "DENGAR_RECEIVER_PORT": str(port),
        "DENGAR_RECEIVER_URL": url,
        "DENGAR_INSTAGRAM_ENDPOINT": sandbox.url,
        "DENGAR_INSTAGRAM_TOKEN": "uji",
        "DENGAR_INSTAGRAM_APP_ID": "1",
        "DENGAR_INSTAGRAM_APP_SECRET": SECRET,
        "DENGAR_INSTAGRAM_VERIFY_TOKEN": "uji",
    }
    with (folder / "receiver.log").open("wb") as stream:
        command = [sys.executable, "-m", "dengar", "listen", "receiver"]
        process = subprocess.Popen(command, env=own, cwd=ROOT, stdout=stream, stderr=subprocess.STDOUT)
        try:
            until(lambda: _answers(f"{url}/healthz"), (folder / "receiver.log").read_text())
            yield url
        finally:
            process.terminate()
            process.wait(60)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).is_success
    except httpx.TransportError:
        return False


def test_one_trace_id_goes_from_the_webhook_to_the_search_hit(deployment, tmp_path):
    trace_id = secrets.token_hex(16)
    with running_sandbox(tmp_path, int(SEED), SCENARIO) as sandbox:
        sandbox.post("clock", advance_seconds=86_400)
        truth = sandbox.get("truth")["items"]
        identity, row = next(
            (key, row)
            for key, row in truth.items()
            if key.startswith("ig:comment:") and "webhook" in row["via"] and not row["deleted"] and "@" in row["text"]
        )
        own = next(a for a in load_registers().own("instagram") if f"@{a.handle}" in row["text"])
        value = {"comment_id": identity.rpartition(":")[2], "media_id": row["post_id"].rpartition(":")[2]}
        entry = {"id": own.id, "time": 1_795_000_000, "changes": [{"field": "mentions", "value": value}]}
        body = json.dumps({"object": "instagram", "entry": [entry]}).encode()
        signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        with receiver(sandbox, deployment.environment | _known(deployment.settings), tmp_path) as url:
            answer = httpx.post(
                f"{url}/instagram/webhook",
                content=body,
                headers={
                    "X-Hub-Signature-256": signature,
                    "traceparent": f"00-{trace_id}-b7ad6b7169203331-01",
                    "tracestate": "uji=1",
                },
                timeout=120,
            )
            assert answer.status_code == 200, answer.text
            until(lambda: identity in deployment.held(identity), "the comment is not found")
    (hit,) = json_lines(deployment.dengar("search", f"trace_id:{trace_id}", "--json"))
    assert (hit["id"], hit["trace_id"]) == (identity, trace_id)

    told = deployment.json("why", identity)
    assert {(line["outcome"], line["trace_id"]) for line in told["journal"]} == {
        ("notice", trace_id),
        ("mention", trace_id),
    }
    assert told["index"]["trace_id"] == trace_id
    assert told["topic"]["newest_version"] == told["index"]["version"]
    assert {run["dag_id"] for run in told["runs"].values()} == {"enrich_mentions"}
    story = deployment.dengar("why", identity)
    assert f"trace {trace_id}" in story
    assert "it only said where to look" in story
    assert "searches find it" in story


def _known(settings: Settings) -> dict[str, str]:
    return {"DENGAR_KAFKA_BOOTSTRAP": settings.kafka_bootstrap}


def test_why_tells_of_a_deleted_one_and_of_what_never_came(deployment):
    one = comment("hilang")
    deployment.collect(one)
    until(lambda: one.subject in deployment.held(one.subject), "the comment is not found")
    context = Context("youtube/comments.list", "youtube.comments", "public", None).within(post_id=one.post_id)
    deployment.collect(gone("comment", one.payload["id"], context))
    until(lambda: deployment.held(one.subject)[one.subject]["deleted"], "the comment is not deleted")
    drain(deployment.log)
    video = one.post_id.rpartition(":")[2]
    story = deployment.dengar("why", f"https://www.youtube.com/watch?v={video}&lc={one.payload['id']}")
    assert "made it a mention" in story
    assert "It was deleted (not_found)" in story
    assert "The index holds its tombstone" in story
    told = deployment.json("why", one.subject)
    assert (told["found"], told["index"]["deleted"], told["topic"]["deleted"]) == (True, True, True)

    never = deployment.json("why", "https://youtu.be/tidakpernah")
    assert (never["found"], never["index"], never["journal"]) == (False, None, [])
    assert never["reasons"]
    assert "was never collected" in deployment.dengar("why", "yt:comment:tidak-pernah-ada")
    deployment.dengar("why", "https://example.org/", status=2)


def test_the_desk_explains_replays_and_discards(deployment, tmp_path):
    bad = [comment(f"rusak{number}", bad=True) for number in range(3)]
    deployment.collect(*bad, comment("baik"))
    drain(deployment.log)
    own = {item.subject for item in bad}

    def listed(*arguments: str) -> dict[str, dict[str, Any]]:
        told = deployment.dengar("quarantine", "list", "--json", "--limit", "100000", *arguments)
        return {row["subject"]: row for row in json_lines(told) if row["subject"] in own}

    rows = listed("--reason", "bad_*", "--stage", "map", "--source", "youtube.comments", "--since", "1h")
    assert rows.keys() == own
    assert {(row["state"], row["attempts"], row["reason"]) for row in rows.values()} == {("open", 1, "bad_time")}
    assert listed("--topic", "raw.instagram") == {}
    first, second, third = (rows[item.subject]["id"] for item in bad)

    deployment.dengar("quarantine", "show", first, "--bytes", "-o", str(tmp_path / "item.json"))
    assert json.loads((tmp_path / "item.json").read_bytes()) == bad[0].payload
    assert json.loads(deployment.dengar("quarantine", "show", first))["headers"]["ce_via"] == "youtube.comments"
    explained = deployment.json("quarantine", "explain", first)
    assert explained["today"]["pointers"] == ["/snippet/publishedAt"]
    assert explained["advice"]["next"] in deployment.dengar("quarantine", "explain", first)
    assert "put it into quarantine in stage map (bad_time)" in deployment.dengar("why", bad[0].subject)

    # Nothing was repaired: by DAG and in this process alike, each stays one open entry, with an attempt more.
    for number, arguments in enumerate(((), ("--here",)), 2):
        told = deployment.json("quarantine", "replay", first, second, *arguments)
        assert (told["replayed"], told["passed"], len(told["failed_again"])) == (2, {}, 2)
        assert {row["attempts"] for row in told["failed_again"]} == {number}
    assert {row["attempts"] for row in listed().values()} == {1, 3}
    deployment.dengar("quarantine", "discard", third, "--because", "uji coba")
    assert third not in {row["id"] for row in listed().values()}
    assert listed("--state", "discarded")[bad[2].subject]["decision"]["because"] == "uji coba"
    deployment.dengar("quarantine", "discard", third, "--because", "salah", "--undo")
    assert third in {row["id"] for row in listed().values()}
    deployment.dengar("quarantine", "show", "raw.youtube/0/999999999", status=1)
    deployment.dengar("quarantine", "replay", "raw.youtube/0/999999999", status=1)
    deployment.dengar("quarantine", "replay", status=2)
    deployment.dengar("quarantine", "discard", "--because", "x", status=2)


def test_a_bad_batch_stops_at_the_breaker_and_an_operator_may_let_it_pass(deployment):
    items = [comment(f"tumpuk{number}", bad=number % 5 < 2) for number in range(200)]
    good = [item.subject for item in items if item.payload["snippet"]["publishedAt"] != "kemarin sore"]
    assert len(good) == 120
    address = f"{deployment.settings.airflow_url}/api/v2/dags/enrich_mentions"
    with DagRuns(deployment.settings) as airflow:
        httpx.patch(address, json={"is_paused": True}, timeout=120).raise_for_status()
        try:
            before = deployment.log.committed(ENRICH_GROUP, RAW_TOPICS)
            deployment.collect(*items)
        finally:
            httpx.patch(address, json={"is_paused": False}, timeout=120).raise_for_status()
        began = datetime.now(UTC)

        def stopped() -> str | None:
            query = {"order_by": "-run_after", "limit": 5, "state": "failed"}
            for run in httpx.get(f"{address}/dagRuns", params=query, timeout=120).json()["dag_runs"]:
                if datetime.fromisoformat(run["run_after"]) > began - timedelta(minutes=1):
                    return str(run["note"])
            return None

        note = until(stopped, "no run failed")
        assert note.startswith("stopped in enrich: 80 of 200 records would be quarantined (bad_time 80), more than the")
        assert "Nothing was committed" in note
        assert deployment.log.committed(ENRICH_GROUP, RAW_TOPICS) == before
        assert deployment.held(*good) == {}

        run = airflow.trigger("enrich_mentions", {"quarantine_limit": 1.0})
        assert airflow.wait("enrich_mentions", run)["state"] == "success"
    drain(deployment.log)
    found = deployment.held(*good)
    assert found.keys() == set(good)
    versions = {key: row["version"] for key, row in found.items()}
    told = deployment.json("quarantine", "replay", "--reason", "bad_time", "--since", "10m")
    assert (told["passed"], len(told["failed_again"]) >= 80) == ({}, True)
    drain(deployment.log)
    assert {key: row["version"] for key, row in deployment.held(*good).items()} == versions
