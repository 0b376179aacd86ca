"""The embedded stack is real: it carries records, runs Airflow, and goes without a trace."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition

from dengar.local import ports, process
from dengar.local.instance import Instance
from dengar.local.process import ProcessRecord
from dengar.local.stack import SMALL, Stack
from dengar.paths import PROJECT

pytestmark = pytest.mark.stack

CLI = "import typer; from dengar.local.commands import register; app = typer.Typer(); register(app); app()"


def make_topic(stack: Stack, name: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=stack.kafka.address)
    admin.create_topics({name: {"num_partitions": 2, "replication_factor": 1}}, wait_for_metadata=True)
    admin.close()


def produce(stack: Stack, topic: str, values: list[bytes]) -> None:
    producer = KafkaProducer(bootstrap_servers=stack.kafka.address)
    for value in values:
        producer.send(topic, value, key=b"post", headers=[("ce_id", value)])
    producer.flush(30)
    producer.close()


def consume(stack: Stack, topic: str, count: int, group: str | None = None) -> list[bytes]:
    consumer = KafkaConsumer(bootstrap_servers=stack.kafka.address, group_id=group, enable_auto_commit=False)
    consumer.assign([TopicPartition(topic, 0), TopicPartition(topic, 1)])
    consumer.seek_to_beginning()
    got: list[bytes] = []
    end = time.monotonic() + 30
    while len(got) < count and time.monotonic() < end:
        got += [record.value for records in consumer.poll(timeout_ms=500).values() for record in records]
    if group:
        consumer.commit()
    consumer.close()
    return got


def test_kafka_carries_records_and_tells_the_lag(stack: Stack) -> None:
    topic = f"carried-{time.time_ns()}"
    make_topic(stack, topic)
    values = [f"aduan {n}".encode() for n in range(50)]
    produce(stack, topic, values)
    assert consume(stack, topic, 50, group=topic) == values, "one key, one partition, one order"
    produce(stack, topic, [b"one more", b"two more"])
    lag = {row.topic: row for row in stack.status().lag if row.group == topic}
    assert lag[topic].lag == 2
    assert lag[topic].committed == 50


def test_no_topic_is_made_by_writing_to_it(stack: Stack) -> None:
    admin = KafkaAdminClient(bootstrap_servers=stack.kafka.address)
    producer = KafkaProducer(bootstrap_servers=stack.kafka.address, max_block_ms=2_000)
    try:
        with pytest.raises(Exception, match=r"(?i)topic|metadata|timeout"):
            producer.send("never-declared", b"x").get(5)
        assert "never-declared" not in admin.list_topics()
    finally:
        producer.close(timeout=1)
        admin.close()


def test_all_parts_are_healthy_and_say_so(stack: Stack) -> None:
    now = stack.status()
    assert now.healthy
    assert {part.name: part.health for part in now.parts} == dict.fromkeys(
        ("kafka", "elasticsearch", "airflow"), "healthy"
    )
    for part in now.parts:
        assert (part.rss_bytes or 0) > 50_000_000
        assert all(Path(one.log).exists() for one in part.processes)
    assert json.loads(json.dumps(now.as_json()))["healthy"] is True


def test_a_second_up_changes_nothing(stack: Stack) -> None:
    before = {name: stack.instance.process(name) for part in stack.parts.values() for name in part.processes}
    stack.up()
    assert {name: stack.instance.process(name) for name in before} == before


@pytest.fixture(scope="module")
def second(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A small second instance beside the first, brought up by the command as a person would."""
    state = tmp_path_factory.mktemp("second") / "state"
    command = [sys.executable, "-c", CLI, "up", "kafka", "elasticsearch", "--small", "--json", "--state", str(state)]
    # Output is captured: this returns only if no server holds our pipe open.
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False)
    other = Stack(Instance(state), SMALL)
    try:
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["healthy"] is True
        yield other
    finally:
        other.down(purge=True)


def test_two_instances_share_nothing(stack: Stack, second: Stack) -> None:
    assert second.environment().keys() == stack.environment().keys()
    assert not set(second.environment().values()) & set(stack.environment().values())
    topic = f"second-{time.time_ns()}"
    make_topic(second, topic)
    admin = KafkaAdminClient(bootstrap_servers=stack.kafka.address)
    assert topic not in admin.list_topics()
    admin.close()
    assert stack.status().healthy
    assert second.status().healthy, "Airflow was not asked for here"


def test_a_killed_broker_comes_back_with_its_records(second: Stack) -> None:
    topic = f"survives-{time.time_ns()}"
    make_topic(second, topic)
    produce(second, topic, [b"kept"])
    elasticsearch = second.instance.process("elasticsearch")
    killed = second.kafka.living()["kafka"]
    killed.kill()
    killed.wait()
    assert second.status().part("kafka").health == "unhealthy"
    second.up(("kafka", "elasticsearch"))
    assert second.kafka.living()["kafka"].pid != killed.pid
    assert second.instance.process("elasticsearch") == elasticsearch, "what was healthy is left alone"
    assert consume(second, topic, 1) == [b"kept"]


def test_ports_that_someone_took_meanwhile_are_chosen_again(second: Stack) -> None:
    import socket

    old = second.instance.port("kafka")
    second.kafka.stop()
    with socket.socket() as someone:
        someone.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        someone.bind((ports.HOST, old))
        someone.listen()
        second.up(("kafka",))
        assert second.instance.port("kafka") != old
        assert second.kafka.healthy()


def test_down_purge_leaves_no_process_and_no_file(second: Stack) -> None:
    processes = [second.instance.process(name) for name in ("kafka", "elasticsearch")]
    instance_id, state = second.instance.id, second.instance.state_dir
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        second.instance.remember("airflow-triggerer", ProcessRecord(stranger.pid, 1.0))  # a stale pid, reused
        command = [sys.executable, "-c", CLI, "down", "--purge", "--state", str(state)]
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
    assert [record for record in processes if record and record.find()] == []
    assert process.marked(instance_id) == []
    assert not state.exists()
    assert list(state.parent.iterdir()) == []


DAG = """
from airflow.sdk import dag, task


@dag(schedule=None)
def tiny():
    @task
    def look():
        import os, sys

        return {"preloaded": "great_expectations" in sys.modules, "kafka": os.environ["DENGAR_KAFKA_BOOTSTRAP"]}

    @task
    def sleep():
        import time

        time.sleep(600)

    look() >> sleep()


tiny()
"""


@pytest.mark.long
def test_airflow_runs_tasks_and_a_killed_scheduler_leaves_nothing(tmp_path: Path) -> None:
    import httpx

    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "tiny.py").write_text(DAG)
    stack = Stack(Instance(tmp_path / "state"), SMALL, tmp_path / "dags")
    try:
        stack.up()
        instance_id = stack.instance.id
        with httpx.Client(base_url=stack.airflow.address, trust_env=False, timeout=120) as client:
            token = client.get("/auth/token").json()["access_token"]
            client.headers["Authorization"] = f"Bearer {token}"
            _wait_until(lambda: client.get("/api/v2/dags/tiny").status_code == 200)
            run = client.post("/api/v2/dags/tiny/dagRuns", json={"logical_date": None}).json()["dag_run_id"]
            tasks = f"/api/v2/dags/tiny/dagRuns/{run}/taskInstances"
            _wait_until(lambda: client.get(f"{tasks}/sleep").json().get("state") == "running")
            value = client.get(f"{tasks}/look/xcomEntries/return_value").json()["value"]
        assert "True" in str(value)
        assert stack.kafka.address in str(value)

        scheduler = stack.airflow.living()["airflow-scheduler"]
        scheduler.kill()
        scheduler.wait()
        assert process.marked(instance_id, "airflow"), "the task and the workers live on"
        stack.down(purge=True)
        assert process.marked(instance_id) == []
        assert not (tmp_path / "state").exists()
    finally:
        stack.down(purge=True)


def _wait_until(holds: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.2)
