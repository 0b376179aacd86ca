"""The log on Kafka, with kafka-python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, OffsetAndMetadata, OffsetSpec, TopicPartition
from kafka.errors import KafkaError, UnknownTopicOrPartitionError
from kafka.partitioner.default import murmur2
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from dengar.log import LogError, OffsetRange, Partition, RangeGoneError, Record
from dengar.settings import Settings

MAX_RECORD_BYTES = 6 * 1024 * 1024
READ_PATIENCE = 30.0
REQUEST_TIMEOUT_MS = 15_000
# A coordinator that is being elected, or a leader that moves, is there again in a moment.
PASSING = Retrying(
    retry=retry_if_exception(lambda error: isinstance(error, KafkaError) and bool(getattr(error, "retriable", False))),
    stop=stop_after_delay(20),
    wait=wait_random_exponential(multiplier=0.1, max=2),
    reraise=True,
)


def connection(settings: Settings) -> dict[str, Any]:
    """Arguments that every kafka-python client of dengar shares. Raises SettingsError where no broker is named."""
    settings.require("kafka_bootstrap")
    options: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap.split(","),
        "security_protocol": settings.kafka_security_protocol,
        "request_timeout_ms": REQUEST_TIMEOUT_MS,
        "bootstrap_timeout_ms": REQUEST_TIMEOUT_MS,
    }
    if settings.kafka_username:
        options["sasl_mechanism"] = "SCRAM-SHA-512"
        options["sasl_plain_username"] = settings.kafka_username
        options["sasl_plain_password"] = settings.kafka_password
    if settings.kafka_ca:
        options["ssl_cafile"] = settings.kafka_ca
    return options


@lru_cache(maxsize=100_000)
def partition_number(key: str, partitions: int) -> int:
    """The partition that Kafka's own clients give a key: murmur2, sign bit cleared, modulo."""
    number: int = (murmur2(key.encode()) & 0x7FFFFFFF) % partitions
    return number


class KafkaLog:
    """See dengar.log.Log. Connections are opened when first needed; not safe to share between threads, except `append` and `flush`."""

    def __init__(self, settings: Settings) -> None:
        self._options = connection(settings)
        self._brokers = settings.kafka_bootstrap
        self._admin_client: KafkaAdminClient | None = None
        self._consumer_client: KafkaConsumer | None = None
        self._producer_client: KafkaProducer | None = None
        self._counts: dict[str, int] = {}
        self._sent: list[Any] = []

    def beginnings(self, topics: Sequence[str]) -> dict[Partition, int]:
        """See Log."""
        return self._offsets(topics, OffsetSpec.EARLIEST)

    def ends(self, topics: Sequence[str]) -> dict[Partition, int]:
        """See Log."""
        return self._offsets(topics, OffsetSpec.LATEST)

    def at(self, topics: Sequence[str], timestamp: int) -> dict[Partition, int]:
        """See Log. A broker answers −1 where no record is that young."""
        ends = self.ends(topics)
        return {key: ends[key] if offset < 0 else offset for key, offset in self._offsets(topics, timestamp).items()}

    def committed(self, group: str, topics: Sequence[str]) -> dict[Partition, int]:
        """See Log."""
        wanted = [TopicPartition(*partition) for partition in self._partitions(topics)]
        found = self._ask(lambda: PASSING(lambda: self._admin().list_group_offsets({group: wanted})))[group]
        return {Partition(*key): value.offset for key, value in found.items() if value.offset >= 0}

    def read(self, span: OffsetRange) -> Iterator[Record]:
        """See Log. Ends at `span.end` also where the last offsets were compacted away."""
        if not len(span):
            return
        first = self.beginnings([span.topic])[Partition(span.topic, span.partition)]
        if span.start < first:
            raise RangeGoneError(
                f"{span.topic}/{span.partition} keeps offsets from {first} on: {span.start} is gone, start at {first}."
            )
        consumer, source = self._consumer(), TopicPartition(span.topic, span.partition)
        consumer.assign([source])
        consumer.seek(source, span.start)
        idle = 0.0
        while consumer.position(source) < span.end:
            batch = self._ask(lambda: consumer.poll(timeout_ms=1_000, max_records=2_000)).get(source, ())
            idle = 0.0 if batch else idle + 1.0
            if idle > READ_PATIENCE:
                raise LogError(
                    f"Kafka at {self._brokers} did not deliver {span} within {READ_PATIENCE:.0f} s: is it up?"
                )
            for message in batch:
                if message.offset >= span.end:
                    return
                yield Record(
                    message.topic, message.partition, message.offset, message.timestamp, message.key, message.value,
                    tuple(message.headers),
                )  # fmt: skip

    def append(
        self,
        topic: str,
        key: str,
        value: bytes | None,
        headers: Iterable[tuple[str, bytes]],
        *,
        partition_by: str | None = None,
    ) -> None:
        """See Log."""
        number = partition_number(partition_by or key, self._count(topic))
        sent = self._ask(
            lambda: self._producer().send(topic, value, key.encode(), headers=list(headers), partition=number)
        )
        self._sent.append(sent)

    def flush(self) -> None:
        """See Log."""
        sent, self._sent = self._sent, []
        if self._producer_client is None:
            return
        self._ask(lambda: self._producer().flush(timeout=60))
        for future in sent:
            self._ask(lambda future=future: future.get(timeout=30))

    def commit(self, group: str, offsets: Mapping[Partition, int]) -> None:
        """See Log."""
        held = self.committed(group, sorted({partition.topic for partition in offsets}))
        ahead = {
            TopicPartition(*partition): OffsetAndMetadata(offset, "", -1)
            for partition, offset in offsets.items()
            if offset > held.get(partition, -1)
        }
        if not ahead:
            return
        answers = self._ask(lambda: PASSING(lambda: self._admin().alter_group_offsets(group, ahead)))
        refused = {key: error.__name__ for key, error in answers.items() if getattr(error, "errno", 0) != 0}
        if refused:
            raise LogError(f"Kafka refused the commit of group {group}: {refused}. Does a consumer use the same group?")

    def close(self) -> None:
        """See Log."""
        for client in (self._producer_client, self._consumer_client, self._admin_client):
            if client is not None:
                client.close()
        self._producer_client = self._consumer_client = self._admin_client = None

    def _ask(self, request: Any) -> Any:
        try:
            return request()
        except KafkaError as error:
            raise LogError(
                f"Kafka at {self._brokers} did not answer as it should ({error!r}): is it up? `dengar status`"
            ) from error

    def _offsets(self, topics: Sequence[str], spec: Any) -> dict[Partition, int]:
        wanted = {TopicPartition(*partition): spec for partition in self._partitions(topics)}
        found = self._ask(lambda: PASSING(lambda: self._admin().list_partition_offsets(wanted))) if wanted else {}
        return {Partition(*key): value.offset for key, value in found.items()}

    def _partitions(self, topics: Sequence[str]) -> list[Partition]:
        return [Partition(topic, number) for topic in topics for number in range(self._count(topic))]

    def _count(self, topic: str) -> int:
        """Partitions of a topic, remembered: topics.yaml changes them by hand only, and readers are short-lived."""
        if topic not in self._counts:
            rows = self._ask(lambda: PASSING(lambda: self._admin().describe_topics([topic])))
            if not rows or rows[0]["error_code"] == UnknownTopicOrPartitionError.errno or not rows[0]["partitions"]:
                raise LogError(f"There is no topic {topic} on {self._brokers}: run `dengar topics apply`.")
            self._counts[topic] = len(rows[0]["partitions"])
        return self._counts[topic]

    def _admin(self) -> KafkaAdminClient:
        if self._admin_client is None:
            self._admin_client = KafkaAdminClient(**self._options)
        return self._admin_client

    def _consumer(self) -> KafkaConsumer:
        if self._consumer_client is None:
            self._consumer_client = KafkaConsumer(
                **self._options,
                group_id=None,
                enable_auto_commit=False,
                auto_offset_reset="none",
                max_partition_fetch_bytes=4 * MAX_RECORD_BYTES,
                fetch_max_wait_ms=100,
                metrics_enabled=False,
            )
        return self._consumer_client

    def _producer(self) -> KafkaProducer:
        if self._producer_client is None:
            self._producer_client = KafkaProducer(
                **self._options,
                acks="all",
                enable_idempotence=True,
                compression_type="lz4",
                linger_ms=10,
                batch_size=256 * 1024,
                max_request_size=MAX_RECORD_BYTES,
                allow_auto_create_topics=False,
                metrics_enabled=False,
            )
        return self._producer_client
