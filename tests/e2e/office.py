"""The stack as responders meet it: what they type, what the desk's topics and index hold, and its index lost and made again."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from dengar.alerts import TOPIC as ALERTS
from dengar.alerts.record import read_alert
from dengar.index import client as open_client
from dengar.index.names import RESPONSE_INDICES
from dengar.log import OffsetRange
from dengar.log.kafka import KafkaLog
from dengar.records import pack_version, timestamp
from dengar.responses import RESPONSES, TRACKED, store
from dengar.responses.event import read_tracked
from dengar.schemas import load
from dengar.settings import Settings
from dengar.stages.publish import append_record
from tests.command_line import dengar, environment_of, json_lines
from tests.dag_run import succeeded

# Ids of this run's own: the stack may be shared.
RUN = f"Desk{time.time_ns() % 1_000_000_000}"


class Office:
    """The stack as a responder meets it."""

    def __init__(self, stack: Any) -> None:
        self.environment = environment_of(stack)
        self.settings = Settings.from_environment(stack.environment())
        self.log, self.index = KafkaLog(self.settings), open_client(self.settings)

    def dengar(self, *arguments: str, status: int = 0) -> list[Any]:
        """Run `dengar responses …`; the JSON lines it prints."""
        return self.run("responses", *arguments, status=status)

    def run(self, *arguments: str, status: int = 0) -> list[Any]:
        """Run the command line; what it prints where it is asked for `--json`."""
        told = dengar(self.environment, *arguments, status=status)
        return json_lines(told) if "--json" in arguments else []

    def say(self, *records: dict[str, Any]) -> None:
        for record in records:
            append_record(self.log, "deletion" if record["deleted"] else "mention", record)
        self.log.flush()

    def stands(self, identity: str, state: str) -> dict[str, Any]:
        """Wait until the index tells that state."""
        deadline = time.monotonic() + 300
        while True:
            found = store.held(self.index, [identity]).get(identity)
            if found is not None and found.response["state"] == state:
                return found.response
            assert time.monotonic() < deadline, f"{identity} is {found and found.response['state']}, not {state}"
            time.sleep(0.5)

    def rebuild(self) -> None:
        """Lose the index and run the DAG over the whole topics."""
        held = self.index.indices.get(index=RESPONSE_INDICES, ignore_unavailable=True)
        self.index.indices.delete(index=list(held))
        first = self.log.beginnings(list(TRACKED))
        offsets = [
            {"topic": topic, "partition": number, "start": first[topic, number], "end": end}
            for (topic, number), end in self.log.ends(list(TRACKED)).items()
            if end > first[topic, number]
        ]
        self.track({"offsets": offsets})

    def track(self, conf: dict[str, Any]) -> None:
        """Run the desk's DAG now instead of waiting for it to wake."""
        succeeded(self.settings, "track_responses", conf)

    def published(self, identity: str, topic: str = RESPONSES) -> list[dict[str, Any]]:
        """Every record of a topic of the desk about a conversation."""
        first = self.log.beginnings([topic])
        bodies = [
            read_tracked(raw)[1]
            for partition, end in self.log.ends([topic]).items()
            for raw in self.log.read(OffsetRange(partition.topic, partition.number, first[partition], end))
        ]
        return [body for body in bodies if body["id"] == identity]

    def alerts(self, subject: str) -> list[dict[str, Any]]:
        """Every record of topic alerts about something."""
        first = self.log.beginnings([ALERTS])
        alerts = [
            read_alert(raw)
            for partition, end in self.log.ends([ALERTS]).items()
            for raw in self.log.read(OffsetRange(partition.topic, partition.number, first[partition], end))
            if raw.value is not None
        ]
        return [one for one in alerts if one["subject"] == subject]

    def until(self, ready: Callable[[], Any], what: str, patience: float = 300) -> None:
        """Wait until something holds; `what` is said where it does not come."""
        deadline = time.monotonic() + patience
        while not ready():
            assert time.monotonic() < deadline, what
            time.sleep(0.5)


def comment(
    name: str, at: datetime, *, thread: str | None = None, role: str = "public", text: str | None = None
) -> dict[str, Any]:
    """A whole record of topic mentions; our own example with other ids and times."""
    one = copy.deepcopy(next(row for row in load("mention")["examples"] if row["kind"] == "comment"))
    identity = f"yt:comment:{RUN}{name}"
    one |= {
        "id": identity,
        "conversation_id": f"yt:comment:{RUN}{thread}" if thread else identity,
        "kind": "reply" if thread else "comment",
        "permalink": f"https://www.youtube.com/watch?v=contohVid01&lc={RUN}{name}",
        "published_at": timestamp(at),
        "edited_at": None,
        "observed_at": timestamp(at + timedelta(seconds=30)),
        "version": pack_version(at + timedelta(seconds=30)),
    }
    if role == "official":
        one["author"] = {
            "key": "youtube:UCcontoh0000000000000001",
            "role": role,
            "handle": "akun.contoh",
            "name": "Akun",
        }
        one |= dict.fromkeys(("sentiment", "intent", "actionable", "category", "complaint", "urgency", "signature"))
        one["entities"] = []
    if text is not None:
        one["text"] = one["text_normalised"] = text
    return one
