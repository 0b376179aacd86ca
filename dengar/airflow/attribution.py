"""The task of attribute_reach, and the asset that wakes it between its hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import Asset, AssetWatcher, task

from dengar.airflow.run import Run, noted_failure
from dengar.airflow.trigger import KafkaLagTrigger
from dengar.attribution import ATTRIBUTE_GROUP
from dengar.log.kafka import KafkaLog

# Figures are of days: a run an hour will do, and one sooner only where much was said at once.
ACTED = Asset(
    name="acted",
    uri="kafka://dengar/acted",
    watchers=[
        AssetWatcher(
            name=f"{ATTRIBUTE_GROUP}-lag",
            trigger=KafkaLagTrigger(
                ["mentions"],
                ATTRIBUTE_GROUP,
                min_messages=50_000,
                max_wait=3_600.0,
                poll_interval=15.0,
                refire_after=900.0,
            ),
        )
    ],
)


@task(execution_timeout=timedelta(minutes=30))
def attribute() -> dict[str, Any]:
    """Tell the figures of what was said since the last run, of everything once a day, or of `conf["start"]`–`conf["end"]` again."""
    from upath import UPath

    from dengar.attribution.constants import load_constants
    from dengar.index import client
    from dengar.policy import load_policy
    from dengar.registers import load_registers
    from dengar.stages.attribution import attribute as stage

    run = Run()
    log = KafkaLog(run.settings)
    try:
        with noted_failure(run, "attribute"):
            heard = log.ends(["mentions"])
            summary = stage(
                log,
                client(run.settings),
                UPath(run.settings.stage) / "attribution",
                load_registers(Path(run.settings.registers) if run.settings.registers else None),
                load_policy(run.settings.policy_profile),
                load_constants(),
                now=datetime.now(UTC),
                start=run.moment("start"),
                end=run.moment("end"),
                full=bool(run.conf.get("full")),
            )
            log.commit(ATTRIBUTE_GROUP, heard)  # what it woke for is read; offsets decide nothing else here
            return summary
    finally:
        log.close()
