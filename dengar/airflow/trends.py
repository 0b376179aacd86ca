"""The tasks of detect_trends and deliver_alerts, and the assets that wake them."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset, AssetWatcher, task

from dengar.airflow.run import Run, noted_failure
from dengar.airflow.trigger import KafkaLagTrigger
from dengar.alerts import DELIVER_GROUP
from dengar.alerts import TOPIC as ALERTS_TOPIC
from dengar.log import OffsetRange
from dengar.log.kafka import KafkaLog
from dengar.trends import DETECT_GROUP

if TYPE_CHECKING:
    from dengar.trends.planned import Plan

log_ = logging.getLogger(__name__)

# Bins are five minutes long: waking it more often than each minute would find nothing more.
TALK = Asset(
    name="talk",
    uri="kafka://dengar/talk",
    watchers=[
        AssetWatcher(
            name=f"{DETECT_GROUP}-lag",
            trigger=KafkaLagTrigger(
                ["mentions"], DETECT_GROUP, min_messages=20_000, max_wait=60.0, poll_interval=5.0, refire_after=60.0
            ),
        )
    ],
)

# An alert waits for nobody.
RAISED = Asset(
    name="raised",
    uri="kafka://dengar/raised",
    watchers=[
        AssetWatcher(
            name=f"{DELIVER_GROUP}-lag",
            trigger=KafkaLagTrigger([ALERTS_TOPIC], DELIVER_GROUP, min_messages=100, max_wait=1.0, poll_interval=1.0),
        )
    ],
)


def _plans() -> tuple[Plan, ...]:
    """The calendar; without it where it cannot be read: what rises is worth more than what was planned."""
    from dengar.trends.planned import CalendarError, read_plans

    try:
        return read_plans()
    except CalendarError as error:
        log_.warning("The calendar is left out of this run, payouts too. %s `dengar calendar list` checks it.", error)
        return ()


@task
def detect() -> dict[str, Any]:
    """Find what rose since the last run, or in `conf["start"]`–`conf["end"]` again; publish trends and alerts.

    `conf["anew"]`: in the last fortnight, as if for the first time.
    """
    from upath import UPath

    from dengar.alerts.rules import load_rules
    from dengar.index import client
    from dengar.paths import INFRA
    from dengar.policy import load_policy
    from dengar.stages.trends import detect as stage
    from dengar.trends.claims import read_claims

    run = Run()
    log = KafkaLog(run.settings)
    try:
        with noted_failure(run, "detect"):
            heard = log.ends(["mentions"])
            file = (Path(run.settings.registers) if run.settings.registers else INFRA / "registers") / "claims.csv"
            summary = stage(
                log,
                client(run.settings),
                UPath(run.settings.stage) / "trends",
                load_policy(run.settings.policy_profile),
                load_rules(),
                read_claims(file) if file.exists() else (),
                plans=_plans(),
                now=datetime.now(UTC),
                start=run.moment("start"),
                end=run.moment("end"),
                anew=bool(run.conf.get("anew")),
            )
            log.commit(DETECT_GROUP, heard)  # what it woke for is heard; offsets decide nothing else here
            return summary
    finally:
        log.close()


@task
def take_up(claimed: list[list[dict[str, Any]]], group: str) -> dict[str, Any]:
    """Write the claimed alerts to their index, then commit; a run over explicit offsets commits nothing."""
    from dengar.index import client
    from dengar.stages.trends import take_up as stage

    run = Run()
    log = KafkaLog(run.settings)
    try:
        with noted_failure(run, "take_up"):
            ranges = [OffsetRange(**span) for chunk in claimed for span in chunk]
            return stage(log, ranges, client(run.settings), group=group, commit=not run.replays, run=run.run_id)
    finally:
        log.close()


@task
def deliver(taken_up: dict[str, Any]) -> list[dict[str, Any]]:
    """Send what is due; what a channel refuses is tried again by the sweep. A run over explicit offsets sends nothing."""
    from upath import UPath

    from dengar.alerts.channels import Sender, channels
    from dengar.alerts.outbox import Outbox
    from dengar.alerts.rules import load_rules
    from dengar.index import client
    from dengar.stages.trends import deliver as stage

    run = Run()
    with noted_failure(run, "deliver"):
        if run.replays:
            return [taken_up]
        outbox = Outbox(UPath(run.settings.stage) / "alerts" / "outbox")
        sender = Sender(channels(run.settings.alert_channels))
        return [taken_up, stage(client(run.settings), outbox, load_rules(), sender, datetime.now(UTC))]
