"""A person who commented, was answered, wrote a direct message, and is named elsewhere: the log in memory around the real stages."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import orjson
from upath import UPath

from dengar.enrich import Context
from dengar.enrich.pseudonym import KeyRing
from dengar.erasure.clocked import ClockedTopic
from dengar.erasure.compacted import CompactedTopic, MentionsTopic
from dengar.erasure.files import Files, Journal, StageFiles
from dengar.erasure.run import Work
from dengar.events import Event
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.records import milliseconds, timestamp
from dengar.registers import Registers
from dengar.stages.claim import claim
from dengar.stages.enrich import enrich
from dengar.stages.publish import publish, quarantine
from dengar.topics import ENRICH_GROUP, INDEX_GROUP, MENTION_TOPICS, RAW_TOPICS

KEY = b"a key of at least sixteen bytes"
ACCOUNT, HANDLE, OTHER = "UCtercatat0001", "warga.tercatat", "UClainnya00002"
PERSON = "17890000000000077"
KEPT = {name: timedelta(seconds=60) for name in (*RAW_TOPICS, "quarantine", "metrics", *MENTION_TOPICS)}
NOW = datetime.now(UTC)


def comment(number, author=ACCOUNT, handle=HANDLE, text="bansos belum cair", said=NOW - timedelta(hours=1), seen=None):
    """A raw comment as the listener publishes it."""
    seen = seen or NOW - timedelta(minutes=30)
    item = {
        "kind": "youtube#comment",
        "id": f"Ug{number}",
        "snippet": {
            "videoId": "video000001",
            "textDisplay": text,
            "textOriginal": text,
            "authorDisplayName": f"@{handle}",
            "authorChannelId": {"value": author},
            "likeCount": 0,
            "publishedAt": timestamp(said),
            "updatedAt": timestamp(said),
        },
    }
    return _raw("comment", "youtube", f"yt:comment:Ug{number}", item, "yt:video:video000001", seen)


def message(number, text="nama saya ada di daftar?", echo=False):
    """A raw direct message of (or, as an echo, to) the person."""
    own, person = {"id": "17841400000000100"}, {"id": PERSON}
    sent = {"mid": f"m{number}", "text": text} | ({"is_echo": True} if echo else {})
    item = {
        "sender": own if echo else person,
        "recipient": person if echo else own,
        "timestamp": milliseconds(NOW - timedelta(hours=1)),
        "message": sent,
    }
    thread = f"ig:thread:{own['id']}~{PERSON}"
    return _raw("message", "instagram", f"ig:message:m{number}", item, thread, NOW - timedelta(minutes=30))


def _raw(kind, platform, subject, item, post, seen):
    return Event(
        id=f"{subject}@{milliseconds(seen)}",
        source=f"{platform}/{kind}",
        type=f"dengar.raw.{platform}.{kind}",
        time=seen,
        data=orjson.dumps(item),
        subject=subject,
        dataschema="/raw/1.0.0",
        extensions={"via": "uji", "ownership": "public", "postid": post, "conversationid": post},
    )


class World:
    """`index` stands in for Elasticsearch: what tombstones were written to it."""

    def __init__(self, folder, key=KEY):
        self.log, self.stage = MemoryLog(), UPath(folder)
        self.context = Context(Registers(), key, "sandbox")
        self.index = {}

    def collect(self, *events):
        for event in events:
            topic = "raw.messages" if event.type.endswith("message") else f"raw.{event.type.split('.')[2]}"
            self.log.append(topic, event.extensions["postid"], event.data, event.headers())
        self.log.flush()

    def enrich(self, replay=False):
        """Work off the backlog, or everything again; the rows."""
        spans = [OffsetRange(**span) for chunk in claim(self.log, ENRICH_GROUP, RAW_TOPICS) for span in chunk]
        if replay:
            spans = [OffsetRange(*partition, 0, end) for partition, end in self.log.ends(RAW_TOPICS).items()]
        rows = enrich(self.log, spans, self.context, lambda ids: {}, index_group=INDEX_GROUP)
        publish(self.log, rows, spans, group=ENRICH_GROUP, journal=self.stage / "journal", run="uji")
        return rows

    def quarantine(self, topic):
        (record, *_) = [r for p, end in self.log.ends([topic]).items() for r in self.log.read(OffsetRange(*p, 0, end))]
        quarantine(self.log, record, "map", "uji", "for the test")
        self.log.flush()

    def work(self, stage_patience=timedelta(0), compacted=("accounts", "labels", "listener-state", "responses")):
        stores = [
            *(ClockedTopic(self.log, name, KEPT) for name in RAW_TOPICS),
            *(MentionsTopic(self.log, name, self._bury, KEPT, lambda: datetime.now(UTC)) for name in MENTION_TOPICS),
            *(ClockedTopic(self.log, name, KEPT) for name in ("quarantine", "metrics")),
            *(CompactedTopic(self.log, name, {}) for name in compacted),
            StageFiles(self.stage / "runs", stage_patience),
            Journal(self.stage / "journal"),
            Files("files", [self.stage], skip=("runs", "journal", "erasures")),
        ]
        return Work(self.log, KeyRing.read(KEY), stores, self.stage / "erasures", patience=0)

    def _bury(self, deletions):
        self.index |= {one["id"]: one for one in deletions}

    def live(self, topic="mentions"):
        """key → value that compaction would leave."""
        self.log.compact(topic)
        records = [r for p, end in self.log.ends([topic]).items() for r in self.log.read(OffsetRange(*p, 0, end))]
        return {record.key.decode(): record.value for record in records if record.value is not None}

    def bytes_of(self, *topics):
        """Everything that these topics would still hold after compaction, the quarantine's insides too."""
        held = b""
        for topic in topics:
            for key, value in self.live(topic).items():
                held += key.encode() + value
                if topic == "quarantine":
                    held += base64.b64decode(orjson.loads(value)["value"])
        return held
