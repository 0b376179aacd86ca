"""A subscriber to topic `mentions`, whole: newest version of every mention, tombstones and expiry obeyed, erasures acknowledged.

Needs Python 3.11 and `pip install "kafka-python[crc32c,lz4]"`, nothing of dengar. docs/subscriber.md explains the rules it follows.

    python subscriber.py --group sub.contoh.dasbor --store held.db                    run until stopped (Ctrl-C, SIGTERM)
    python subscriber.py --group sub.contoh.dasbor --store held.db --once             stop at the end of the topic, as it was at the start
    python subscriber.py --group … --store held.db --snapshot mentions.ndjson --once  start from `dengar topics snapshot mentions`
    python subscriber.py --store held.db --dump                                       print what is held

The broker is --bootstrap; a secured one is told by KAFKA_SECURITY_PROTOCOL, KAFKA_USERNAME, KAFKA_PASSWORD and KAFKA_CA.
"""

import argparse
import json
import os
import signal
import sqlite3
import time
from collections import Counter
from datetime import UTC, datetime

from kafka import KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition
from kafka.errors import CommitFailedError

TOPIC, ACKS = "mentions", "erasure-acks"
SWEEP_SECONDS = 3600


class Store:
    """One row an id: the highest version seen, and the mention, or null where it is deleted. In earnest, a table of your own database."""

    def __init__(self, path):
        self.database = sqlite3.connect(path)
        self.database.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten in the file
        self.database.execute(
            "CREATE TABLE IF NOT EXISTS held (id TEXT PRIMARY KEY, version INTEGER NOT NULL, expires REAL, mention TEXT)"
        )

    def get(self, identity):
        """(version, mention or None), or None for an id never seen."""
        row = self.database.execute("SELECT version, mention FROM held WHERE id = ?", [identity]).fetchone()
        return None if row is None else (row[0], None if row[1] is None else json.loads(row[1]))

    def put(self, identity, version, mention):
        text = None if mention is None else json.dumps(mention, ensure_ascii=False)
        expires = None if mention is None else datetime.fromisoformat(mention["expires_at"]).timestamp()
        self.database.execute("INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?)", [identity, version, expires, text])

    def expire(self, now):
        """Rule 4: drop what was not seen again by its `expires_at`, as it was not verified; how many. The version stays."""
        done = self.database.execute(
            "UPDATE held SET mention = NULL WHERE mention IS NOT NULL AND expires <= ?", [now.timestamp()]
        )
        return done.rowcount

    def commit(self):
        self.database.commit()

    def dump(self):
        for identity, version, mention in self.database.execute("SELECT id, version, mention FROM held ORDER BY id"):
            yield {"id": identity, "version": version, "mention": None if mention is None else json.loads(mention)}


def apply(store, record):
    """Bring the store up to one record; a word for what the record was. Rule 1: repeats; rule 2: versions; rule 3: deletions."""
    held = store.get(record["id"])
    if held is not None and record["version"] <= held[0]:
        return "repeat" if record["version"] == held[0] else "older"
    if record["deleted"]:
        # Keep the version without the text, or a late repeat of the mention brings it back.
        store.put(record["id"], record["version"], None)
        return "deletion"
    store.put(record["id"], record["version"], record)
    return "new" if held is None or held[1] is None else change(held[1], record)


def change(old, new):
    """Why a mention came again. None of this is needed to be right; it tells whom to notify."""
    if new["label_revision"] > old["label_revision"]:
        return "correction"  # a person judged
    if new["content_version"] != old["content_version"]:
        return "edit"
    if new["enrichment_revision"] > old["enrichment_revision"]:
        return "re-enrichment"  # newer models judged
    return "refresh"  # fresh counters


def acknowledgement(erasure, group, place, offset, removed):
    """(key, value, headers) of a record for `erasure-acks`: everything of the partition below `offset` is applied here."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    identity = f"{erasure}/{group}/{place.topic}/{place.partition}/{offset}"
    value = {
        "id": identity,
        "erasure_id": erasure,
        "subscriber": group,
        "topic": place.topic,
        "partition": place.partition,
        "offset": offset,
        "removed": removed,
        "acknowledged_at": now,
    }
    attributes = {
        "ce_specversion": "1.0",
        "ce_id": identity,
        "ce_source": f"/{group}",
        "ce_type": "dengar.erasure-ack",
        "ce_time": now,
        "ce_subject": identity,
        "ce_dataschema": "/erasure-ack/1.0.0",
        "content-type": "application/json",
    }
    return erasure.encode(), json.dumps(value).encode(), [(name, text.encode()) for name, text in attributes.items()]


def settings(bootstrap):
    options = {"bootstrap_servers": bootstrap.split(",")}
    if protocol := os.environ.get("KAFKA_SECURITY_PROTOCOL"):
        options["security_protocol"] = protocol
    if username := os.environ.get("KAFKA_USERNAME"):
        options |= {"sasl_mechanism": "SCRAM-SHA-512", "sasl_plain_username": username}
        options["sasl_plain_password"] = os.environ["KAFKA_PASSWORD"]
    if authority := os.environ.get("KAFKA_CA"):
        options["ssl_cafile"] = authority
    return options


def load(store, path, consumer):
    """Fill the store from a snapshot and commit its offsets, so that the group goes on behind it. Raises ValueError for a file cut off."""
    with open(path, encoding="utf-8") as file:
        head, whole = json.loads(next(file))["snapshot"], False
        for line in map(json.loads, file):
            if whole := "end" in line:
                break
            apply(store, line["value"])
    if not whole or head["topic"] != TOPIC:
        raise ValueError(f"{path} is no whole snapshot of {TOPIC}: take it again")
    store.commit()
    places = {TopicPartition(TOPIC, int(number)): offset for number, offset in head["continue_from"].items()}
    consumer.assign(list(places))
    consumer.commit({place: OffsetAndMetadata(offset, "", -1) for place, offset in places.items()})
    consumer.unsubscribe()


def run(store, consumer, producer, group, once):
    """Apply batch after batch; counts by kind of record. Each batch: store, then acknowledge, then commit; a crash repeats it."""
    counts, stop, ends, swept = Counter(), [], None, time.monotonic()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.append(True))
    consumer.subscribe([TOPIC])
    while not stop:
        batch = consumer.poll(timeout_ms=500, max_records=500)
        erased = {}
        for place, messages in batch.items():
            for message in messages:
                if message.value is None:
                    continue  # a hard tombstone: compaction has cleaned up, the soft one came before it
                record = json.loads(message.value)
                held = store.get(record["id"])
                kind = apply(store, record)
                counts[kind] += 1
                if erasure := record.get("erasure_id"):
                    gone = kind == "deletion" and held is not None and held[1] is not None
                    erased[erasure, place] = erased.get((erasure, place), 0) + gone
        store.commit()
        for (erasure, place), removed in erased.items():
            offset = batch[place][-1].offset + 1
            key, value, headers = acknowledgement(erasure, group, place, offset, removed)
            producer.send(ACKS, key=key, value=value, headers=headers)
        producer.flush()
        try:
            if batch:
                consumer.commit()
        except CommitFailedError:
            continue  # the partitions went to another member: it repeats the batch, which changes nothing
        if once and consumer.assignment():
            ends = ends or consumer.end_offsets(list(consumer.assignment()))
            if all(consumer.position(place) >= end for place, end in ends.items()):
                stop.append(True)
        if stop or time.monotonic() - swept > SWEEP_SECONDS:
            swept = time.monotonic()
            counts["expired"] += store.expire(datetime.now(UTC))
            store.commit()
    return +counts


def main():
    parser = argparse.ArgumentParser(description="Subscribe to dengar's mentions.")
    parser.add_argument("--bootstrap", default="localhost:29092", help="host:port of a broker")
    parser.add_argument("--group", default="sub.contoh.dasbor", help="consumer group: sub.<organisation>.<purpose>")
    parser.add_argument("--store", required=True, help="SQLite file of what is held")
    parser.add_argument("--snapshot", help="fill the store from this file first")
    parser.add_argument("--once", action="store_true", help="stop at the end of the topic")
    parser.add_argument("--dump", action="store_true", help="print what is held and do nothing else")
    asked = parser.parse_args()
    store = Store(asked.store)
    if asked.dump:
        for row in store.dump():
            print(json.dumps(row, ensure_ascii=False))
        return
    consumer = KafkaConsumer(
        group_id=asked.group, enable_auto_commit=False, auto_offset_reset="earliest", **settings(asked.bootstrap)
    )
    producer = KafkaProducer(acks="all", **settings(asked.bootstrap))
    try:
        if asked.snapshot:
            load(store, asked.snapshot, consumer)
        print(json.dumps(run(store, consumer, producer, asked.group, asked.once)))
    finally:
        producer.close()
        consumer.close()


if __name__ == "__main__":
    main()
