"""Make the broker's topics those of topics.yaml: create what is missing, repair settings, say what it will not do by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError, TopicAlreadyExistsError

from dengar.log import LogError
from dengar.log.kafka import MAX_RECORD_BYTES, connection
from dengar.settings import Settings
from dengar.topics import Topic

_FOR_EVER_MS = 100 * 365 * 86_400_000  # Kafka writes "never" as the largest 64-bit number


def apply_topics(settings: Settings, topics: Mapping[str, Topic]) -> list[str]:
    """Bring the broker in line; returns a sentence per change, none where nothing had to be done. Raises LogError.

    Partition counts are never changed here: that would move posts to other partitions and break their order.
    """
    try:
        admin = KafkaAdminClient(**connection(settings))
        try:
            return _apply(admin, topics, int(settings.kafka_replication))
        finally:
            admin.close()
    except KafkaError as error:
        raise LogError(
            f"The topics on {settings.kafka_bootstrap} could not be applied ({error!r}): is Kafka up?"
        ) from error


def _apply(admin: KafkaAdminClient, topics: Mapping[str, Topic], replication: int) -> list[str]:
    present = set(admin.list_topics())
    missing = {name: topic for name, topic in topics.items() if name not in present}
    changes = [f"created {name} with {topic.partitions} partitions" for name, topic in missing.items()]
    if missing:
        wanted = {
            name: {
                "num_partitions": topic.partitions,
                "replication_factor": replication,
                "configs": _configuration(topic),
            }
            for name, topic in missing.items()
        }
        try:
            admin.create_topics(wanted)
        except TopicAlreadyExistsError:
            return _apply(admin, topics, replication)  # someone else created one of them in between
        admin.wait_for_topics(list(missing))
    return changes + _repair(admin, {name: topic for name, topic in topics.items() if name in present})


def _configuration(topic: Topic) -> dict[str, str]:
    return {**topic.config(), "max.message.bytes": str(MAX_RECORD_BYTES)}


def _repair(admin: KafkaAdminClient, topics: Mapping[str, Topic]) -> list[str]:
    if not topics:
        return []
    changes = []
    resources = [
        ConfigResource(ConfigResourceType.TOPIC, name, dict.fromkeys(_configuration(topics[name]))) for name in topics
    ]
    held = admin.describe_configs(resources, config_filter="all")
    rows = {name: entries for by_name in held.values() for name, entries in by_name.items()}
    altered = []
    for name, topic in topics.items():
        drift = {
            key: value
            for key, value in _configuration(topic).items()
            if str(rows.get(name, {}).get(key, {}).get("value")) != value
        }
        if drift:
            altered.append(ConfigResource(ConfigResourceType.TOPIC, name, drift))
            changes.append(f"set {', '.join(f'{key}={value}' for key, value in drift.items())} on {name}")
    if altered:
        admin.alter_configs(altered)
    for row in admin.describe_topics(list(topics)):
        wanted = topics[row["name"]].partitions
        if len(row["partitions"]) != wanted:
            changes.append(
                f"{row['name']} has {len(row['partitions'])} partitions, topics.yaml says {wanted}: "
                "changing that moves posts between partitions; do it by hand while nothing is produced"
            )
    return changes


def longest_kept(settings: Settings, names: Sequence[str]) -> dict[str, timedelta]:
    """topic → the longest that a record can lie there: as the broker has it, not as topics.yaml wants it. Raises LogError.

    Of a topic that deletes: retention, and a segment's life, for a segment goes when its youngest record may. Of one that compacts: until
    a value that was replaced must have been compacted away. Topics without such an end are absent.
    """
    wanted = ("cleanup.policy", "retention.ms", "segment.ms", "max.compaction.lag.ms", "file.delete.delay.ms")
    resources = [ConfigResource(ConfigResourceType.TOPIC, name, dict.fromkeys(wanted)) for name in names]
    try:
        admin = KafkaAdminClient(**connection(settings))
        try:
            held = admin.describe_configs(resources, config_filter="all")
        finally:
            admin.close()
    except KafkaError as error:
        raise LogError(
            f"The topics of {settings.kafka_bootstrap} could not be asked for ({error!r}): is Kafka up?"
        ) from error
    rows = {name: entries for by_name in held.values() for name, entries in by_name.items()}
    kept = {}
    for name, entries in rows.items():
        if "retention.ms" not in entries:
            raise LogError(f"The broker does not tell how long {name} keeps its records: Authorization is lacking.")
        values = {key: str(entries.get(key, {}).get("value")) for key in wanted}
        compacts = "compact" in values["cleanup.policy"]
        ends = int(values["max.compaction.lag.ms"] if compacts else values["retention.ms"])
        rest = int(values["file.delete.delay.ms"]) + (0 if compacts else int(values["segment.ms"]))
        if 0 <= ends < _FOR_EVER_MS:
            kept[name] = timedelta(milliseconds=ends + rest)
    return kept
