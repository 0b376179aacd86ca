"""Run the demo: stack up → scenario through the listeners → everything searchable → the account."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from upath import UPath

from dengar.demo.account import Settlement, backlog, live_documents, settle
from dengar.demo.play import forget_listeners, play
from dengar.demo.players import DemoError, Players
from dengar.demo.quality import agreement
from dengar.demo.story import Story
from dengar.demo.truth import Sandbox, obtainable_ids
from dengar.demo.worked import work_days
from dengar.freshness import FreshnessProbe
from dengar.index import client as open_client
from dengar.log import Partition
from dengar.log.kafka import KafkaLog
from dengar.records import JAKARTA
from dengar.settings import Settings
from dengar.topics import ENRICH_GROUP, ENRICHED_TOPICS, INDEX_GROUP, RAW_TOPICS


@dataclass
class Result:
    """The demo's figures, as its last line prints them."""

    collected: int
    outcomes: dict[str, int]
    lost: int
    indexed: int
    freshness_p50_s: float | None
    freshness_p95_s: float | None
    seconds: float
    content: str
    seed: int
    labels: dict[str, Any] = field(default_factory=dict)
    lost_ids: list[str] = field(default_factory=list)


def run_demo(
    players: Players, settings: Settings, seed: int, step: timedelta, story: Story, *, patience: float
) -> Result:
    """Play, settle, and have told what rose and who carried the campaigns.

    Raises DemoError when the pipeline does not finish within `patience` seconds of the last step, DagRunError when a run fails.
    """
    began = time.monotonic()
    # The probe follows the topics in a thread of its own, so it needs a log of its own.
    log, probe_log, elasticsearch = KafkaLog(settings), KafkaLog(settings), open_client(settings)
    try:
        first = log.ends(RAW_TOPICS)
        forget_listeners(log)
        players.start()
        sandbox = Sandbox(players.sandbox)
        with FreshnessProbe(probe_log, elasticsearch, RAW_TOPICS) as probe:
            with story.playing() as tell:

                def told(now: datetime, number: int, steps: int) -> None:
                    moment = now.astimezone(JAKARTA).strftime("%a %d %b %H:%M WIB")
                    tell(moment, number, steps, sum(log.ends(RAW_TOPICS).values()) - sum(first.values()))

                moments = play(
                    sandbox, players, log, step, told, lambda: backlog(log, ENRICH_GROUP, RAW_TOPICS), patience=patience
                )
                obtainable, truth = obtainable_ids(sandbox.obtainable(), moments), sandbox.truth()
            players.last_walk(patience)
            with story.waiting() as wait:
                settlement, last = _finish(log, settings, first, obtainable, wait, players, patience)
            _drain(probe)
        story.say("Telling what rose, and who carried the campaigns.")
        work_days(settings, moments[0], moments[-1], patience)
        elasticsearch.indices.refresh(index="mentions,messages", allow_no_indices=True, ignore_unavailable=True)
        indexed, content = live_documents(elasticsearch)
        lost = sorted(obtainable - settlement.ids)
        percentiles = probe.percentiles()
        return Result(
            collected=sum(last.values()) - sum(first.values()),
            outcomes=settlement.outcomes,
            lost=len(lost),
            indexed=indexed,
            freshness_p50_s=percentiles["p50"],
            freshness_p95_s=percentiles["p95"],
            seconds=round(time.monotonic() - began, 1),
            content=content,
            seed=seed,
            labels=agreement(elasticsearch, truth),
            lost_ids=lost[:20],
        )
    finally:
        log.close()
        probe_log.close()
        elasticsearch.close()


def _finish(
    log: KafkaLog,
    settings: Settings,
    first: dict[Partition, int],
    obtainable: set[str],
    wait: Any,
    players: Players,
    patience: float,
) -> tuple[Settlement, dict[Partition, int]]:
    """Wait until both groups have no backlog and no obtainable id lacks an outcome, or nothing has moved for `patience` seconds."""
    journal = UPath(settings.stage) / "journal"
    moved, before = time.monotonic(), None
    while True:
        players.check()
        ends = log.ends(RAW_TOPICS)
        behind = (backlog(log, ENRICH_GROUP, RAW_TOPICS), backlog(log, INDEX_GROUP, ENRICHED_TOPICS))
        wait(*behind)
        if behind == (0, 0):
            settlement = settle(journal, first, ends)
            # The hydrator may still be reading what a notice pointed to: wait for its ids too.
            if obtainable <= settlement.ids and log.ends(RAW_TOPICS) == ends:
                return settlement, ends
        if (now := (sum(ends.values()), behind)) != before:
            moved, before = time.monotonic(), now
        elif time.monotonic() - moved > patience:
            if behind == (0, 0):
                return settle(journal, first, ends), ends
            raise DemoError(
                f"Nothing has moved for {patience:.0f} s with {behind[0]} records to enrich and {behind[1]} to index: "
                "`dengar logs airflow-scheduler` and the runs' notes in Airflow say why."
            )
        time.sleep(0.5)


def _drain(probe: FreshnessProbe, seconds: float = 3.0) -> None:
    """Give the probe time to see the last documents: until it has found nothing more for so long. Raises DemoError if it broke.

    What a later observation overtook on its way stays pending for ever.
    """
    moved, before = time.monotonic(), probe.pending
    while probe.pending and time.monotonic() - moved < seconds:
        if probe.pending != before:
            moved, before = time.monotonic(), probe.pending
        time.sleep(0.2)
    if probe.failure is not None and not probe.seconds:
        raise DemoError(f"Freshness could not be measured: {probe.failure}.")


def searches() -> Sequence[tuple[str, str]]:
    """The three searches of the story: (what it asks in words, query)."""
    return (
        ("Who says the aid has not come?", 'bansos AND "belum cair"'),
        ("What is said under the campaign?", "hashtags:kemensospeduli"),
        ("Is the registration hoax about?", "hoaks OR (link AND daftar AND bansos)"),
    )


def first_day(text: str | None, scenario: str | None) -> date | None:
    """The day to begin on, in Jakarta; None: as the scenario file says. The week that comes with dengar ends yesterday.

    Raises DemoError.
    """
    if text is None:
        return None if scenario is not None else datetime.now(JAKARTA).date() - timedelta(days=7)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DemoError(f"{text} is no day: give --start as YYYY-MM-DD, such as 2026-11-16.") from None


def scenario_path(text: str | None) -> Path | None:
    """The scenario file, checked. Raises DemoError."""
    if text is None:
        return None
    path = Path(text)
    if not path.is_file():
        raise DemoError(
            f"There is no scenario file {path}: give the path of a YAML file like sandbox/scenarios/kemensos_week.yaml."
        )
    return path.absolute()
