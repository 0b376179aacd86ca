"""The explorer over an archive in memory: invented mentions, the shipped policy and catalogues, a clock that stands still."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient

from dengar.index.fields import BY_NAME
from dengar.index.results import Count, Facet, Hit, QueryError, SearchPage
from dengar.index.shown import Shown
from dengar.labels import LabelError
from dengar.labels.decisions import decide, withdraw
from dengar.labels.session import NoMentionError
from dengar.policy import Policy, load_policy
from dengar.records import JAKARTA, timestamp
from dengar.registers import Registers
from dengar.registers.rows import Account, Campaign, Partner
from dengar.web.access import Access
from dengar.web.app import create_app
from dengar.web.collection import Fares, Source
from dengar.web.desk import Desk, Told
from dengar.web.question import Question

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # Tuesday 09:00 WIB
TOKEN = "kunci-uji"


def mention(identity: str, **changes: Any) -> dict[str, Any]:
    """A comment of yesterday evening, as the index holds it."""
    platform = "youtube" if identity.startswith("yt:") else "instagram"
    judged = {"score": 0.9, "uncertain": False, "origin": "model"}
    record: dict[str, Any] = {
        "id": identity,
        "platform": platform,
        "kind": "comment",
        "post_id": "yt:video:a" if platform == "youtube" else "ig:media:a",
        "conversation_id": identity,
        "parent_id": "yt:video:a" if platform == "youtube" else "ig:media:a",
        "permalink": None,
        "title": None,
        "text": "bansos saya belum cair",
        "text_normalised": "bansos saya belum cair",
        "language": {"code": "id", "confidence": 0.99, "mixed": 0.0},
        "hashtags": ["bansos"],
        "mentions": [],
        "pii": {},
        "campaigns": [],
        "partners": [],
        "sentiment": {"label": "negative", "probabilities": {}, **judged},
        "intent": {"label": "complaint", **judged},
        "actionable": True,
        "category": {"label": "pkh", **judged},
        "urgency": {"label": "none", "reasons": [], "origin": "model"},
        "author": {"key": "k7q2w9", "role": "public", "handle": None, "name": None},
        "engagement": {"likes": 3, "replies": None},
        "published_at": timestamp(NOW - timedelta(hours=12)),
        "observed_at": timestamp(NOW - timedelta(hours=11)),
        "expires_at": timestamp(NOW + timedelta(days=30)),
        "content_version": "v1",
        "version": 1,
        "enrichment_revision": 3,
        "label_revision": 0,
        "deleted": False,
        "model_version": "2026.11.1",
        "provenance": {"formulas": {}},
        "collected": {"via": f"{platform}.comments", "ownership": "owned", "backfill": False},
    }
    return {**record, **changes}


def _value(document: Mapping[str, Any], path: str) -> list[Any]:
    found: Any = document
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found if isinstance(found, list) else [] if found is None else [found]


_COMPARED = {"gte": operator.ge, "gt": operator.gt, "lte": operator.le, "lt": operator.lt}


def _edge(edge: Any) -> Any:
    """An edge of a range; Elasticsearch's arithmetic with dates (`now-4h`, `now+1d/d`) from NOW, days of Jakarta."""
    told = re.fullmatch(r"now(?:([+-]\d+)([hd]))?(/d)?", edge) if isinstance(edge, str) else None
    if told is None:
        return edge
    unit = timedelta(days=1) if told[2] == "d" else timedelta(hours=1)
    at = (NOW + int(told[1] or 0) * unit).astimezone(JAKARTA)
    return timestamp(at.replace(hour=0, minute=0, second=0, microsecond=0) if told[3] else at)


def _matches(document: Mapping[str, Any], query: Any) -> bool:
    ((kind, body),) = query.items()
    if kind == "bool":
        enough = not body.get("should") or any(_matches(document, one) for one in body["should"])
        required = [*body.get("filter", ()), *body.get("must", ())]
        return (
            enough
            and all(_matches(document, one) for one in required)
            and not any(_matches(document, one) for one in body.get("must_not", ()))
        )
    if kind == "match_all":
        return True
    ((path, wanted),) = body.items()
    if kind == "exists":
        return bool(_value(document, wanted))
    values = _value(document, path)
    if kind == "term":
        return wanted in values
    if kind == "terms":
        return any(value in wanted for value in values)
    if kind == "range":
        edges = [(name, _edge(wanted[name])) for name in ("gte", "gt", "lte", "lt") if name in wanted]
        return any(all(_COMPARED[name](value, edge) for name, edge in edges) for value in values)
    raise NotImplementedError(kind)


def _aggregate(documents: Sequence[Mapping[str, Any]], body: Mapping[str, Any]) -> dict[str, Any]:
    inner = body.get("aggs", {})

    def bucket(some: Sequence[Mapping[str, Any]], **more: Any) -> dict[str, Any]:
        return {**more, "doc_count": len(some), **{name: _aggregate(some, one) for name, one in inner.items()}}

    if "filter" in body:
        return bucket([one for one in documents if _matches(one, body["filter"])])
    if "filters" in body:
        return {
            "buckets": {
                name: bucket([one for one in documents if _matches(one, query)])
                for name, query in body["filters"]["filters"].items()
            }
        }
    if "terms" in body:
        values = sorted({value for one in documents for value in _value(one, body["terms"]["field"])}, key=str)
        return {
            "buckets": [
                bucket([one for one in documents if value in _value(one, body["terms"]["field"])], key=value)
                for value in values
            ]
        }
    if "date_histogram" in body and body["date_histogram"].get("fixed_interval") == "1h":
        path = body["date_histogram"]["field"]
        hours = sorted({_value(one, path)[0][:13] for one in documents})
        return {
            "buckets": [
                bucket(
                    [one for one in documents if _value(one, path)[0].startswith(hour)],
                    key=int(datetime.fromisoformat(f"{hour}:00:00+00:00").timestamp() * 1000),
                    key_as_string=hour,
                )
                for hour in hours
            ]
        }
    if "date_histogram" in body:
        path = body["date_histogram"]["field"]
        days = sorted({_value(one, path)[0][:10] for one in documents})
        return {
            "buckets": [
                bucket([one for one in documents if _value(one, path)[0].startswith(day)], key=day, key_as_string=day)
                for day in days
            ]
        }
    ((kind, of),) = body.items()
    values = [value for one in documents for value in _value(one, of["field"])]
    if kind == "cardinality":
        return {"value": len(set(values))}
    times = [datetime.fromisoformat(value).timestamp() * 1000 for value in values]
    return {"value": None if not times else min(times) if kind == "min" else max(times)}


class MemoryArchive:
    """dengar.web.archive.Archive over a list. A query matches where each of its words is in the text."""

    def __init__(self, documents: Sequence[dict[str, Any]], policy: Policy) -> None:
        self.stored, self.policy = list(documents), policy
        self.others: dict[str, list[dict[str, Any]]] = {}
        self.broken: Exception | None = None

    def _live(self, index: str, query: Any = None) -> list[dict[str, Any]]:
        if self.broken is not None:
            raise self.broken
        kinds = {"mentions": lambda one: one["kind"] != "dm", "messages": lambda one: one["kind"] == "dm"}
        if index in self.others:
            return [one for one in self.others[index] if query is None or _matches(one, query)]
        return [
            one
            for one in self.stored
            if any(kinds[name](one) for name in index.split(",") if name in kinds)
            and (query is None or _matches(one, query))
        ]

    def _asked(self, documents: Sequence[dict[str, Any]], question: Question) -> list[dict[str, Any]]:
        words = [] if question.text == "*" else question.text.lower().split()
        found = []
        for one in documents:
            filtered = all(
                value in map(str, _value(one, BY_NAME[name].path)) for name, value in question.filters.items()
            )
            allowed = all(
                self.policy.allows("show", one["platform"], BY_NAME[name].policy_name)
                for name in question.filters
                if BY_NAME[name].policy_name in self.policy.rules["youtube"]
            )
            if not one["deleted"] and filtered and allowed and all(word in one["text"].lower() for word in words):
                found.append(one)
        return found

    def find(self, question: Question, *, cursor: str | None, size: int, facets: Sequence[str]) -> SearchPage:
        if question.text == '"':
            raise QueryError('The query has a quote that is not closed: add ".', 0)
        found = self._asked(
            self._live("mentions,messages" if question.messages else "mentions", {"term": {"deleted": False}}), question
        )
        start = int(cursor or 0)
        shown = Shown(self.policy)
        return SearchPage(
            len(found),
            [Hit(1.0, shown.of(one), {}) for one in found[start : start + size]],
            3,
            facets={name: self._facet(name, found) for name in facets},
            cursor=str(start + size) if len(found) > start + size else None,
            off=shown.off,
        )

    def _facet(self, name: str, found: Sequence[dict[str, Any]]) -> Facet:
        field = BY_NAME[name]
        governed = field.policy_name in self.policy.rules["youtube"]
        off = {
            p: v
            for p in ("youtube", "instagram")
            if governed and not (v := self.policy.verdict("show", p, field.policy_name))
        }
        told: dict[str, dict[str, int]] = {}
        for one in found:
            for value in _value(one, field.path) if one["platform"] not in off else ():
                of = told.setdefault(str(value).lower() if isinstance(value, bool) else str(value), {})
                of[one["platform"]] = of.get(one["platform"], 0) + 1
        mixed = {
            value: not governed or bool(self.policy.mixes(set(of), field.policy_name)) for value, of in told.items()
        }
        return Facet(
            name, [Count(value, sum(of.values()) if mixed[value] else None, of) for value, of in told.items()], off
        )

    def aggregate(self, index: str, body: Mapping[str, Any], question: Question | None = None) -> dict[str, Any]:
        documents = self._live(index, body.get("query"))
        if question is not None:
            documents = self._asked(documents, question)
        return {"aggregations": {name: _aggregate(documents, one) for name, one in body["aggs"].items()}}

    def documents(self, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        return {one["id"]: one for one in self._live("mentions,messages") if one["id"] in ids}

    def listed(self, index: str, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        if index in self.others:
            return [one for one in self.others[index] if _matches(one, body["query"])]
        found = self._live(index, body["query"])
        newest = isinstance(body["sort"][0], dict)
        return sorted(found, key=lambda one: one["published_at"], reverse=newest)[: body["size"]]

    def exists(self, index: str) -> bool:
        if self.broken is not None:
            raise self.broken
        return index in ("mentions", "messages", *self.others)


class MemoryLabels:
    """Stands for dengar.labels.session.Session: the same decisions, in memory."""

    def __init__(self, archive: MemoryArchive) -> None:
        self._archive, self.labels, self.notes = archive, dict[str, Any](), list[str | None]()
        self.by = ""

    def mention(self, identity: str) -> dict[str, Any]:
        found = self._archive.documents([identity]).get(identity)
        if found is None or found["deleted"]:
            raise NoMentionError(f"There is no mention {identity}.")
        return found

    def label_of(self, identity: str) -> dict[str, Any] | None:
        return self.labels.get(identity)

    def set(self, mention: dict[str, Any], labels: Mapping[str, str], *, note: str | None = None) -> dict[str, Any]:
        told = self._archive.policy.verdict("derive", mention["platform"], "hand.label")
        if not told and set(labels) - {"language"}:
            raise LabelError(f"{mention['id']} may not be judged here, {told.reason}.")
        self.notes.append(note)
        label = decide(self.labels.get(mention["id"]), mention, labels, by=self.by, now=NOW, note=note)
        self.labels[mention["id"]] = label
        return label

    def withdraw(self, mention: dict[str, Any], fields: Sequence[str]) -> dict[str, Any]:
        label = withdraw(self.labels[mention["id"]], mention, fields, by=self.by, now=NOW)
        self.labels[mention["id"]] = label
        return label


class StillCollection:
    """A state of collection that a test gives."""

    def __init__(self, fares: Fares | Exception) -> None:
        self.fares = fares

    def state(self) -> Fares:
        if isinstance(self.fares, Exception):
            raise self.fares
        return self.fares


OFFICIAL = {"key": "instagram:178", "role": "official", "handle": "kemensos.contoh", "name": "Kemensos Contoh"}
CORPUS = (
    mention(
        "yt:comment:1",
        text="PKH ibu saya belum cair pak",
        urgency={"label": "attention", "reasons": ["long_wait"], "origin": "model"},
        permalink="https://www.youtube.com/watch?v=a&lc=1",
    ),
    mention(
        "yt:comment:2",
        text="terima kasih bansos",
        actionable=False,
        intent={"label": "praise", "score": 0.8, "uncertain": True, "origin": "model"},
    ),
    mention(
        "ig:comment:3",
        text="bansos kapan cair min",
        campaigns=["peduli"],
        urgency={"label": "urgent", "reasons": [], "origin": "model"},
    ),
    mention(
        "ig:comment:4",
        kind="reply",
        conversation_id="ig:comment:3",
        text="Silakan kirim lewat pesan",
        author=OFFICIAL,
        actionable=False,
        published_at=timestamp(NOW - timedelta(hours=1)),
    ),
    mention(
        "ig:media:a",
        kind="post",
        post_format="reel",
        text="Cara cek bansos #bansos",
        author=OFFICIAL,
        actionable=False,
        post_id="ig:media:a",
        purpose={"label": "education", "score": 0.9, "uncertain": False, "origin": "model"},
    ),
    mention("ig:comment:5", text="kok bansos belum turun, tiga bulan", published_at=timestamp(NOW - timedelta(days=8))),
    mention("ig:message:6", kind="dm", text="pesan rahasia saya", conversation_id="ig:thread:9"),
    {
        "id": "yt:comment:gone",
        "platform": "youtube",
        "kind": "comment",
        "deleted": True,
        "version": 9,
        "post_id": "yt:video:a",
        "conversation_id": "yt:comment:gone",
        "published_at": timestamp(NOW),
    },
)
REGISTERS = Registers(
    (Account("instagram", "178", "kemensos.contoh", "Kemensos Contoh", "official"),),
    (Campaign("peduli", "Kemensos Peduli", ("peduli",), (), None, None, "campaign"),),
    (Partner("mitra", "Mitra Contoh", "ngo", "A"),),
)
HEARD = Fares(
    (
        Source("youtube.comments", NOW - timedelta(minutes=4), 0, None, 120, {}),
        Source("instagram.stories", NOW - timedelta(hours=5), 0, None, 8, {"story_expired": 3}),
        Source("instagram.comments", None, 2, "token <expired>", 0, {}),
    ),
    {"enrich_mentions": 0, "index_mentions": 12},
    {"bad_time": 2},
)


class Explorer:
    """A client of the explorer, and what lies behind it."""

    def __init__(self, profile: str, documents: Sequence[dict[str, Any]] = CORPUS, **options: Any) -> None:
        policy = load_policy(profile)
        self.archive = MemoryArchive(documents, policy)
        self.labels = MemoryLabels(self.archive)
        self.collection = StillCollection(HEARD)

        @contextmanager
        def labeller(nickname: str) -> Iterator[MemoryLabels]:
            self.labels.by = nickname
            yield self.labels

        told = Told("yt:comment:1", True, ["2026-11-24 09:00:00 WIB: collected; <b>raw</b>."])
        given = {
            "access": Access(TOKEN),
            "collection": self.collection,
            "why": lambda _asked: told,
            "labeller": labeller,
            **options,
        }
        self.desk = Desk(self.archive, policy, REGISTERS, **{"now": lambda: NOW, **given})
        self.client = TestClient(create_app(self.desk, hosts=("testserver",)), follow_redirects=False)

    def get(self, address: str, status: int = 200) -> str:
        """A page's HTML."""
        answer = self.client.get(address)
        assert answer.status_code == status, answer.text[-2000:]
        return answer.text

    def sign_in(self, nickname: str = "sari") -> str:
        """Open a session; the secret of its forms."""
        answer = self.client.post("/sign-in", data={"token": TOKEN, "nickname": nickname, "then": "/"})
        assert answer.status_code == 303
        session = self.desk.access.session(self.client.cookies["dengar_session"])
        assert session is not None
        return session.secret
