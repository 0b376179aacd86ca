"""The stores of a deployment, in the order in which they are searched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from upath import UPath

from dengar.enrich.pseudonym import KeyRing
from dengar.erasure import TOPIC, ErasureError
from dengar.erasure.clocked import ClockedTopic
from dengar.erasure.compacted import CompactedTopic, Deletion, MentionsTopic
from dengar.erasure.files import Files, Journal, StageFiles
from dengar.erasure.indexed import MentionsIndex, OtherIndices
from dengar.erasure.registered import RegisterFiles
from dengar.erasure.run import Work
from dengar.erasure.sketched import Sketches
from dengar.erasure.stores import Store
from dengar.index import client as open_client
from dengar.index import write_records
from dengar.log.admin import longest_kept
from dengar.log.kafka import KafkaLog
from dengar.registers import load_registers
from dengar.settings import Settings
from dengar.topics import MENTION_TOPICS, topics

STAGE_PATIENCE = timedelta(days=1)
"""What a failed run left is kept so long (dengar/airflow/run.py)."""
RECEIPTS = "erasures"


@dataclass
class Opened:
    """An erasure's work, and what its subscribers are known by."""

    work: Work
    settings: Settings

    def groups(self) -> list[str]:
        """Consumer groups that the broker knows. Raises LogError."""
        from kafka import KafkaAdminClient
        from kafka.errors import KafkaError

        from dengar.log import LogError
        from dengar.log.kafka import connection

        try:
            admin = KafkaAdminClient(**connection(self.settings))
            try:
                return [str(row["group_id"]) for row in admin.list_groups()]
            finally:
                admin.close()
        except KafkaError as error:
            raise LogError(f"Kafka did not tell its consumer groups ({error!r}): is it up? `dengar status`") from error


def receipts_folder(settings: Settings) -> UPath:
    """Where the receipts lie. Raises SettingsError."""
    settings.require("stage")
    return UPath(settings.stage) / RECEIPTS


@contextmanager
def opened(
    settings: Settings,
    exports: Sequence[Path] = (),
    *,
    patience: float = 60.0,
    stage_patience: timedelta = STAGE_PATIENCE,
) -> Iterator[Opened]:
    """Raises SettingsError where a service, the stage folder or the pseudonym key is not named, and ErasureError for a key that is none."""
    settings.require("kafka_bootstrap", "elasticsearch_url", "stage", "pseudonym_key")
    try:
        keys = KeyRing.read(settings.pseudonym_key.encode())
    except ValueError as error:
        raise ErasureError(str(error)) from error
    log, client, stage = KafkaLog(settings), open_client(settings), UPath(settings.stage)
    try:
        kept = longest_kept(settings, list(topics()))

        def now() -> datetime:
            return datetime.now(UTC)

        def bury(deletions: Sequence[Deletion]) -> object:
            return write_records(client, (("deletion", one) for one in deletions))

        clocked = [
            name for name, topic in topics().items() if topic.cleanup == "delete" and topic.record_class != "control"
        ]
        compacted = [
            name
            for name, topic in topics().items()
            if "compact" in topic.cleanup and name not in (*MENTION_TOPICS, TOPIC)
        ]
        raw_first = sorted(clocked, key=lambda name: (not name.startswith("raw."), name))
        registers = load_registers(Path(settings.registers) if settings.registers else None)
        stores: list[Store] = [
            RegisterFiles(registers),
            *(ClockedTopic(log, name, kept) for name in raw_first if name.startswith("raw.")),
            *(MentionsTopic(log, name, bury, kept, now) for name in MENTION_TOPICS),
            MentionsIndex(client),
            *(ClockedTopic(log, name, kept) for name in raw_first if not name.startswith("raw.")),
            *(CompactedTopic(log, name, kept) for name in compacted),
            OtherIndices(client),
            Sketches(client, now),
            StageFiles(stage / "runs", stage_patience),
            Journal(stage / "journal"),
            Files("files results, reports, replays, docs", [stage], skip=("runs", "journal", RECEIPTS)),
            *_logs(settings),
            *([Files("files of exports", [UPath(path) for path in exports])] if exports else []),
        ]
        yield Opened(Work(log, keys, stores, stage / RECEIPTS, patience, now), settings)
    finally:
        log.close()
        client.close()


def _logs(settings: Settings) -> list[Store]:
    """Logs of the embedded stack. Elsewhere they are with whoever runs the containers, and are no store that we can reach."""
    if not settings.state:
        return []
    state = UPath(settings.state)
    return [Files("files logs", [state / "logs", state / "airflow" / "logs"])]
