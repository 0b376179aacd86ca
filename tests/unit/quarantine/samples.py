"""Comments on a log in memory, some of which a defect in the mapping refuses, and the pipeline around them."""

from __future__ import annotations

from typing import Any

from upath import UPath

from dengar.enrich import Context
from dengar.index.known import Known
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.records import moment
from dengar.registers import Registers
from dengar.stages.breaker import watch
from dengar.stages.enrich import enrich
from dengar.stages.publish import publish
from dengar.stages.validate import validate
from listeners.item import RawItem

CONTEXT = Context(Registers(), b"a key of at least sixteen bytes", "sandbox")
OBSERVED = 1_795_143_600_000


def item(number: int, published: Any = "2026-11-20T02:00:00Z", **more: Any) -> RawItem:
    """A comment; `published` may be what no platform sends."""
    payload = {
        "kind": "youtube#comment",
        "id": f"c{number}",
        "snippet": {"textOriginal": f"bansos belum cair {number}", "publishedAt": published, "updatedAt": published},
    }
    return RawItem(
        "youtube", "comment", f"yt:comment:c{number}", payload, "youtube/comments.list", "youtube.comments",
        post_id="yt:video:v", **more,
    )  # fmt: skip


class Pipeline:
    """The stages of enrich_mentions over a log in memory; `index` holds the newest version by id, as Elasticsearch would."""

    def __init__(self, folder: Any) -> None:
        self.log, self.journal = MemoryLog(), UPath(folder) / "journal"
        self.index: dict[str, dict[str, Any]] = {}

    def collect(self, *items: RawItem) -> None:
        for one in items:
            event = one.event(moment(OBSERVED))
            self.log.append(one.topic, one.key, event.data, event.headers())
        self.log.flush()

    def backlog(self) -> list[OffsetRange]:
        committed = self.log.committed("g", ["raw.youtube"])
        ends = self.log.ends(["raw.youtube"]).items()
        return [OffsetRange(*p, committed.get(p, 0), end) for p, end in ends if end > committed.get(p, 0)]

    def run(self, name: str, spans: Any = None, *, breaker: bool = False, **options: Any) -> dict[str, Any]:
        """One run over the backlog, or a replay of `spans`, under the breaker where asked; then everything is indexed."""
        work = self.backlog() if spans is None else spans
        known = {
            key: Known(row["version"], row.get("content_version"), row["deleted"]) for key, row in self.index.items()
        }
        rows = enrich(self.log, work, CONTEXT, lambda ids: known, index_group="i")
        if breaker:
            watch("enrich", rows)
        validate(rows, limit=None if breaker else 1.0)
        done = publish(self.log, rows, work, group="g", journal=self.journal, run=name, commit=spans is None, **options)
        self.index_all()
        return done

    def index_all(self) -> None:
        import orjson

        for record in self.records("mentions"):
            body = orjson.loads(record.value or b"")
            if body["id"] not in self.index or body["version"] > self.index[body["id"]]["version"]:
                self.index[body["id"]] = body
        self.log.commit("i", self.log.ends(["mentions"]))

    def records(self, topic: str) -> list[Any]:
        ends = self.log.ends([topic]).items()
        return [record for p, end in ends for record in self.log.read(OffsetRange(*p, 0, end))]
