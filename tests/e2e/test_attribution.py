"""Attribution on the real stack: the DAG writes index and topic, a repeat says nothing new, deletion and erasure reach the sets."""

from __future__ import annotations

import copy
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from dengar.attribution import store
from dengar.attribution.cells import cell_id
from dengar.attribution.spans import day_at, of_day
from dengar.enrich.pseudonym import KeyRing, pseudonym
from dengar.erasure.person import Person
from dengar.erasure.requests import new
from dengar.erasure.sketched import Sketches
from dengar.index import client as open_client
from dengar.index import newest_versions
from dengar.log import OffsetRange
from dengar.log.kafka import KafkaLog
from dengar.records import JAKARTA, deletion_version, pack_version, timestamp
from dengar.registers import load_registers
from dengar.schemas import load, validator
from dengar.settings import Settings
from dengar.stages.publish import append_record
from tests.command_line import dengar, environment_of, json_lines
from tests.dag_run import succeeded

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

RUN = f"Attr{time.time_ns() % 1_000_000_000}"
PARTNER, CAMPAIGN = "bang_togar", "bansos_tepat_sasaran"
# A day that no other test of a shared stack speaks on.
DAY = day_at(datetime.now(UTC)) - timedelta(days=11)
NOON = datetime.combine(DAY, datetime.min.time(), JAKARTA) + timedelta(hours=12)
KEYS = KeyRing.read(b"a key of this test alone")
PERSON = "UCwargaujiatribusi00001"
POST = f"yt:video:{RUN}"


def record(identity: str, at: datetime, **changes: Any) -> dict[str, Any]:
    """A comment of the shipped examples, below our post."""
    body = copy.deepcopy(load("mention")["examples"][1])
    observed = datetime.now(UTC).replace(microsecond=0)
    body |= {
        "id": identity, "post_id": POST, "conversation_id": identity, "parent_id": POST, "published_at": timestamp(at),
        "observed_at": timestamp(observed), "expires_at": timestamp(observed + timedelta(days=30)), "version": pack_version(observed),
        "campaigns": [], "partners": [], "spam": {"label": "none", "score": 0.01, "origin": "model"},
    }  # fmt: skip
    return body | changes


def post() -> dict[str, Any]:
    """The partner's video, of the campaign."""
    account = next(one for one in load_registers().accounts if one.partner == PARTNER and one.platform == "youtube")
    author = {"key": account.key, "role": account.role, "handle": account.handle, "name": account.name}
    return record(
        POST, NOON, kind="post", post_format="video", conversation_id=POST, parent_id=None, author=author, campaigns=[CAMPAIGN],
        intent=None, actionable=None, category=None, complaint=None, urgency=None,
    )  # fmt: skip


def comment(number: int, who: str) -> dict[str, Any]:
    key = pseudonym(KEYS.stable, "youtube", who, None)
    author = {"key": key, "role": "public", "handle": None, "name": None}
    return record(f"yt:comment:{RUN}{number}", NOON + timedelta(minutes=number), author=author)


def counted(comments: int) -> dict[str, Any]:
    observed = datetime.now(UTC).replace(microsecond=0)
    body = copy.deepcopy(load("metrics")["examples"][0])
    return body | {
        "id": f"{POST}@{int(observed.timestamp() * 1000)}", "object_id": POST, "post_id": POST, "observed_at": timestamp(observed),
        "expires_at": timestamp(observed + timedelta(days=30)), "version": pack_version(observed),
        "values": {"views": 900, "comments": comments}, "unavailable": {},
    }  # fmt: skip


class Ministry:
    """The stack as an analyst meets it."""

    def __init__(self, stack: Any) -> None:
        self.environment = environment_of(stack)
        self.settings = Settings.from_environment(stack.environment())
        self.log, self.index = KafkaLog(self.settings), open_client(self.settings)

    def dengar(self, *arguments: str, status: int = 0) -> list[Any]:
        """Run `dengar attribution …`; what it prints where it is asked for `--json`."""
        told = dengar(self.environment, "attribution", *arguments, status=status)
        return json_lines(told) if "--json" in arguments else []

    def say(self, *records: tuple[str, dict[str, Any]]) -> None:
        """Publish records, and wait until the last of them is indexed."""
        for kind, body in records:
            append_record(self.log, kind, body)
        self.log.flush()
        deadline = time.monotonic() + 240
        while not all(self._indexed(kind, body) for kind, body in records):
            assert time.monotonic() < deadline, "the records are not indexed"
            time.sleep(0.5)

    def _indexed(self, kind: str, body: dict[str, Any]) -> bool:
        if kind != "metrics":
            return newest_versions(self.index, [body["id"]]).get(body["id"], 0) >= body["version"]
        found = self.index.search(index="metrics", query={"ids": {"values": [body["id"]]}}, ignore_unavailable=True)
        return bool(found["hits"]["hits"])

    def attribute(self) -> str:
        """Run the DAG over our day; its note."""
        day = of_day(DAY)
        conf = {"start": timestamp(day.start), "end": timestamp(day.end)}
        return succeeded(self.settings, "attribute_reach", conf, patience_s=400)

    def reach(self) -> dict[str, Any]:
        """The day's engaged reach of the partner in the campaign, by the command line."""
        asked = (
            "--campaign",
            CAMPAIGN,
            "--partner",
            PARTNER,
            "--platform",
            "youtube",
            "--metric",
            "engaged_reach",
            "--json",
        )
        rows = [one for one in self.dengar("figures", *asked) if one["period"] == period()]
        assert len(rows) == 1
        return dict(rows[0])

    def told(self, key: str) -> list[dict[str, Any] | None]:
        """Every record of topic attribution with that key; None for a tombstone."""
        first = self.log.beginnings([store.TOPIC])
        return [
            orjson.loads(raw.value) if raw.value else None
            for place, end in self.log.ends([store.TOPIC]).items()
            for raw in self.log.read(OffsetRange(place.topic, place.number, first[place], end))
            if (raw.key or b"").decode() == key
        ]


def period() -> dict[str, str]:
    day = of_day(DAY)
    return {"start": timestamp(day.start), "end": timestamp(day.end)}


@pytest.fixture(scope="module")
def ministry(stack):
    ministry = Ministry(stack)
    yield ministry
    ministry.log.close()
    ministry.index.close()


def test_from_comments_to_figures_and_out_of_them(ministry: Ministry) -> None:
    people = [PERSON, "UCwargaujiatribusi00002", "UCwargaujiatribusi00002", "UCwargaujiatribusi00003"]
    comments = [comment(number, who) for number, who in enumerate(people)]
    ministry.say(("mention", post()), ("metrics", counted(10)), *(("mention", one) for one in comments))
    ministry.attribute()
    low = ministry.reach()
    assert (low["value"], low["refused"], low["author_coverage"]) == (None, "coverage_below_floor", 0.4), (
        "4 of 10 can be seen"
    )

    ministry.say(("metrics", counted(5)), ("mention", comments[0] | {"version": comments[0]["version"] + 1}))
    note = ministry.attribute()
    first = ministry.reach()
    assert (first["value"], first["n"], first["author_coverage"]) == (3, 4, 0.8), note
    assert first["id"] == low["id"]
    assert list(validator("attribution").iter_errors(first)) == []
    assert ministry.told(first["id"])[-1] == first, "index and topic tell the same"
    assert {"name": "posts", "list": [POST]} in first["inputs"]
    [shown] = ministry.dengar("show", first["id"], "--json")
    assert shown == first
    ministry.dengar("show", "engaged_reach:youtube:0000000000000000", status=1)

    versions = len(ministry.told(first["id"]))
    [again] = ministry.dengar("run", "--from", DAY.isoformat(), "--to", DAY.isoformat(), "--json")
    assert again["published"] == 0, "a repeat says nothing new"
    assert ministry.reach() == first
    assert len(ministry.told(first["id"])) == versions

    gone = comments[3]
    buried = {name: gone[name] for name in ("id", "platform", "post_id", "conversation_id")} | {
        "deleted": True, "reason": "platform_deleted", "deleted_at": None, "observed_at": gone["observed_at"],
        "expires_at": timestamp(datetime.now(UTC) + timedelta(days=365)), "version": deletion_version(datetime.now(UTC)),
        "provenance": {"raw": "raw.youtube/0/1", "formulas": {}},
    }  # fmt: skip
    ministry.say(("deletion", buried))
    ministry.attribute()
    assert (ministry.reach()["value"], ministry.reach()["n"]) == (2, 3)


def test_an_erased_person_is_in_no_set_any_more(ministry: Ministry) -> None:
    person = Person("youtube", PERSON, KEYS)
    sketches = Sketches(ministry.index, lambda: datetime.now(UTC))
    before = sketches.find(person)
    assert 2 <= before.found < before.searched or before.found == before.searched >= 2, (
        "of the day, its week and the campaign"
    )
    assert sketches.remove(person, new("youtube", PERSON, datetime.now(UTC))) == before.found
    assert sketches.find(person).found == 0
    [left] = store.read_cells(ministry.index, [cell_id("youtube", CAMPAIGN, PARTNER, of_day(DAY))])
    assert left.audience.count == 1, "the other one is still there"
