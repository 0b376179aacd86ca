"""Forgetting on the whole stack: by command, and by a callback through the DAG. The long drill is tests/drills/test_erasure.py."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest
from upath import UPath

from bench.freshness import drain
from dengar.access.indices import apply_roles, roles
from dengar.access.kafka import apply_acls
from dengar.access.rights import grants
from dengar.erasure import requests
from dengar.erasure.receipt import load
from dengar.index import client as open_client
from dengar.index import known_versions, refresh
from dengar.log.kafka import KafkaLog
from dengar.settings import Settings
from listeners.receiver.erasures import Erasures, fulfilled_at
from tests.command_line import dengar, environment_of
from tests.dag_run import succeeded
from tests.unit.erasure.story import comment

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

SEED = time.time_ns() % 1_000_000_000
ACCOUNT, HANDLE, PERSON = f"UClupakan{SEED:09d}", f"lupakan.{SEED}", f"1789{SEED:09d}99"


@pytest.fixture(scope="module")
def settings(stack):
    return Settings.from_environment(stack.environment())


@pytest.fixture(scope="module")
def log(settings):
    log = KafkaLog(settings)
    yield log
    log.close()


def held(settings, names):
    """Which of the mentions the index still has, as text."""
    elasticsearch = open_client(settings)
    refresh(elasticsearch)
    known = known_versions(elasticsearch, names)
    elasticsearch.close()
    return {identity for identity, one in known.items() if not one.deleted}


def test_a_person_is_forgotten_by_command(stack, settings, log):
    own = [comment(f"lupa{SEED}{n}", author=ACCOUNT, handle=HANDLE, text=f"lupakan saya {n}") for n in range(3)]
    other = comment(f"lupa{SEED}lain", author=f"UClain{SEED}", handle="orang.lain", text=f"@{HANDLE} setuju")
    for event in (*own, other):
        log.append("raw.youtube", event.extensions["postid"], event.data, event.headers())
    log.append("listener-state", f"known/yt:channel:{ACCOUNT}", b'{"v":{"channel":"1"}}', [])
    log.flush()
    drain(log, patience=420)
    names = sorted(event.subject for event in (*own, other))
    assert held(settings, names) == set(names)
    receipt = json.loads(
        dengar(environment_of(stack), "erase", "--platform", "youtube", "--account", ACCOUNT, "--json")
    )
    lines = {line["store"]: line for line in receipt["lines"]}
    assert (receipt["state"], receipt["left"], receipt["caught_up"]) == ("done", 0, True)
    assert (lines["topic raw.youtube"]["found"], lines["topic raw.youtube"]["how"]) == (4, "clock")
    assert datetime.fromisoformat(lines["topic raw.youtube"]["gone_by"]) > datetime.now(UTC)
    assert held(settings, names) == {other.subject}
    assert f"{ACCOUNT}" not in (UPath(settings.stage) / "erasures" / f"{receipt['id']}.json").read_text()
    assert f"youtube:{ACCOUNT}" not in requests.standing(log)
    assert lines["topic listener-state"]["removed"] == 1


def test_a_callback_is_worked_off_by_the_dag_and_its_code_tells(settings, log):
    code = Erasures(log, ("rahasia",)).request(PERSON, "data_deletion")
    assert fulfilled_at(log, code) is None
    succeeded(settings, "erase_accounts", {})
    assert fulfilled_at(log, code) is not None
    assert load(code, UPath(settings.stage) / "erasures").reason == "data_deletion"
    assert PERSON.encode() not in b"".join(
        path.read_bytes() for path in (UPath(settings.stage) / "erasures").glob("*.json")
    )


def test_the_embedded_servers_have_no_security_and_say_so(settings):
    elasticsearch = open_client(settings)
    assert apply_roles(elasticsearch, roles()) is None
    elasticsearch.close()
    assert apply_acls(settings, grants()) is None
