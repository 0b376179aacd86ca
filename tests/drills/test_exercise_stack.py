"""On a real Elasticsearch: an exercise has indices of its own, its brief and clocks come out of them, and nothing real is touched."""

from __future__ import annotations

import time

import pytest
from upath import UPath

from dengar.alerts import store as alert_store
from dengar.alerts.outbox import Outbox
from dengar.alerts.rules import load_rules
from dengar.exercise.indexed import indexed
from dengar.exercise.indices import PREFIX, clear, separate
from dengar.exercise.rehearsal import rehearse
from dengar.exercise.script import SCENARIO, play
from dengar.index import client as open_client
from dengar.index import write_records
from dengar.local.stack import Stack
from dengar.log.kafka import KafkaLog
from dengar.policy import load_policy
from dengar.schemas import load
from dengar.settings import Settings
from dengar.trends.brief import forward, page
from dengar.trends.protocol import MOMENTS

pytestmark = [pytest.mark.stack, pytest.mark.long, pytest.mark.timeout(900)]


def test_an_exercise_is_apart_and_its_clocks_equal_the_scripts(stack: Stack, tmp_path, tell) -> None:
    settings = Settings.from_environment(stack.environment())
    log, real = KafkaLog(settings), open_client(settings)
    script, mentions = play(SCENARIO, 7)
    write_records(real, [("mention", mentions[0])])
    alert_store.write(real, [load("alert")["examples"][0] | {"muted": True}])  # other tests of this stack deliver
    ends = log.ends(["alerts", "trends", "mentions"])

    def held() -> dict[str, tuple[str, str]]:
        rows = real.cat.indices(format="json", h="index,docs.count,uuid", expand_wildcards="all")
        real.indices.refresh(index="*")
        return {row["index"]: (row["docs.count"], row["uuid"]) for row in rows if not row["index"].startswith(PREFIX)}  # type: ignore[index, union-attr]

    held()
    before = held()
    at = time.monotonic()
    found = rehearse(mentions, script, load_policy("sandbox"), load_rules(), Outbox(UPath(tmp_path / "outbox")))
    apart = separate(settings)
    facts = indexed(found, apart)
    tell(
        f"a rehearsal of {len(found.mentions)} mentions in {time.monotonic() - at:.1f} s, {len(found.told)} messages kept back"
    )
    assert {name: getattr(facts.clocks, name) for name in MOMENTS} == {
        name: getattr(script.clocks, name) for name in MOMENTS
    }
    assert script.statement[:40] in page(facts)
    assert len(forward(facts)) <= 700
    assert held() == before, "real indices have what they had"
    assert log.ends(["alerts", "trends", "mentions"]) == ends, "no topic learnt of it"
    assert real.count(index=f"{PREFIX}mentions")["count"] == len(found.mentions)

    again = indexed(found, apart)
    assert again.clocks == facts.clocks
    assert clear(apart) > 0
    assert not [name for name in real.indices.get(index="*") if name.startswith(PREFIX)]
    assert held() == before
    log.close()
