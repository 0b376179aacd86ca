"""The tasks of refresh_platform_data."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import task

from dengar.airflow.run import Run, noted_failure


@task
def ask_again() -> dict[str, int]:
    """Ask the listeners to look again at what is due; how many records by platform."""
    from dengar.index import client
    from dengar.log.kafka import KafkaLog
    from dengar.policy.clocks import load_clocks
    from dengar.retention.due import ask_again as ask
    from dengar.retention.due import due

    run, now = Run(), datetime.now(UTC)
    log, elasticsearch = KafkaLog(run.settings), client(run.settings)
    with noted_failure(run, "ask_again"):
        try:
            return {
                platform: ask(log, due(elasticsearch, platform, clock, now))
                for platform, clock in load_clocks().items()
            }
        finally:
            log.close()
            elasticsearch.close()


@task
def sweep(_asked: dict[str, int]) -> dict[str, int]:
    """Remove what its clock runs out for: from the index, the topics and DENGAR_STAGE; counts by kind."""
    from upath import UPath

    from dengar.index import client
    from dengar.log.kafka import KafkaLog
    from dengar.policy.clocks import load_clocks
    from dengar.retention.files import sweep_files
    from dengar.retention.sweep import sweep as sweep_records

    run, now = Run(), datetime.now(UTC)
    log, elasticsearch = KafkaLog(run.settings), client(run.settings)
    with noted_failure(run, "sweep"):
        try:
            removed = sweep_records(elasticsearch, log, load_clocks(), now)
            return removed | sweep_files(UPath(run.settings.stage), now)
        finally:
            log.close()
            elasticsearch.close()


@task(retries=1)
def tell_age(asked: dict[str, int], removed: dict[str, int]) -> str:
    """Leave the age of the oldest record by platform for /metrics and `dengar status`, and the run's note.

    A clock that is about to run out is an error in the log and the metric `dengar.retention_alert` (tag platform).
    """
    import logging

    from airflow.sdk.observability import stats

    from dengar.index import client
    from dengar.log.kafka import KafkaLog
    from dengar.policy.clocks import load_clocks
    from dengar.retention.age import ages, tell

    run = Run()
    log, elasticsearch = KafkaLog(run.settings), client(run.settings)
    try:
        found = ages(elasticsearch, load_clocks(), datetime.now(UTC))
        tell(log, found)
    finally:
        log.close()
        elasticsearch.close()
    for age in found:
        if age.level != "ok":
            logging.getLogger(__name__).error("%s", age.sentence)
            stats.incr("dengar.retention_alert", tags={"platform": age.platform})
    asked_for = " ".join(f"asked_{platform}={count}" for platform, count in asked.items())
    counts = " ".join(f"{what}={count}" for what, count in removed.items() if count) or "nothing to remove"
    text = " · ".join([f"{asked_for} {counts}".strip(), *(age.sentence for age in found)])
    run.note(text[:1000])
    return text
