"""Requests: topic `erasures`, what waits there, and who was erased.

While a request waits it names the account. Once it is fulfilled, the account's key gets a hard tombstone, and the same request stands
there under the account's stable pseudonyms (`id_scope: pseudonym`): enough to recognise the person's old texts when they are collected
again, and nothing that names anybody to who has not the key.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from dengar.enrich.pseudonym import KeyRing, pseudonym
from dengar.erasure import TOPIC
from dengar.log import Log, OffsetRange
from dengar.records import milliseconds, timestamp
from dengar.schemas import validator
from dengar.schemas.event import record_event

log_ = logging.getLogger(__name__)

PSEUDONYM = "pseudonym"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it stands. `account` is the platform's id, or a pseudonym where `fulfilled_at` is set (aware UTC)."""

    id: str
    platform: str
    account: str
    id_scope: str
    reason: str
    requested_at: datetime
    fulfilled_at: datetime | None = None

    @property
    def key(self) -> str:
        """Key of the record: `<platform>:<account>`."""
        return f"{self.platform}:{self.account}"


def new(platform: str, account: str, now: datetime) -> Request:
    """A request by an operator; its id carries its date, and nothing of the account."""
    return Request(f"op-{milliseconds(now):x}-{secrets.token_hex(8)}", platform, account, "platform", "operator", now)


def standing(log: Log) -> dict[str, Request]:
    """account key → the request that stands under it, those that wait and those that are fulfilled. Raises LogError."""
    found: dict[str, Request] = {}
    for key, body in _records(log):
        if body is None:
            found.pop(key, None)
        elif validator("erasure").is_valid(body):
            found[key] = _request(body)
        else:
            log_.warning("topic %s holds a record that is no request, under a key of %s characters", TOPIC, len(key))
    return found


def waiting(log: Log) -> list[Request]:
    """Requests that are not fulfilled yet, the oldest first."""
    return sorted(
        (request for request in standing(log).values() if request.fulfilled_at is None),
        key=lambda request: request.requested_at,
    )


def append(log: Log, request: Request) -> None:
    """Append a request, and wait for the acknowledgement. Raises LogError."""
    _put(log, request)
    log.flush()


def close(log: Log, request: Request, names: Iterable[str], now: datetime) -> None:
    """Replace a request by the stable pseudonyms `names` of its account; a repeat changes nothing. Raises LogError."""
    for name in sorted(names):
        done = Request(
            request.id, request.platform, name, PSEUDONYM, request.reason, request.requested_at, request.fulfilled_at or now
        )  # fmt: skip
        _put(log, done)
    log.flush()  # whoever is killed here finds the request waiting, and closes it again
    if request.id_scope != PSEUDONYM:
        log.append(TOPIC, request.key, None, [])
        log.flush()


class Erased:
    """Who is not to come back: asked for each author by enrichment. Empty for most deployments, and then free."""

    def __init__(self, requests: Mapping[str, Request], keys: KeyRing) -> None:
        self._requests, self._keys = requests, keys

    @classmethod
    def of(cls, log: Log, keys: KeyRing) -> Erased:
        """As topic `erasures` stands. Raises LogError."""
        return cls(standing(log), keys)

    def by(self, record: dict[str, Any]) -> Request | None:
        """The erasure that a draft mention or draft account falls under, None for most.

        What somebody says after the request is new: whoever speaks to the office again is heard again. Counters of an account are of no
        moment of its own: they stay away as long as the request is remembered.
        """
        if not self._requests:
            return None
        said = record.get("published_at")
        for name in self._names(record):
            request = self._requests.get(f"{record['platform']}:{name}")
            if request and (said is None or datetime.fromisoformat(said) <= request.requested_at):
                return request
        return None

    def _names(self, record: dict[str, Any]) -> Iterator[str]:
        author, platform = record.get("author") or record.get("account") or {}, record["platform"]
        for account_id, handle in ((author.get("id"), None), (None, author.get("handle"))):
            if name := pseudonym(self._keys.stable, platform, account_id, handle):
                yield name
        if author.get("id"):
            yield author["id"]
        thread = str(record.get("conversation_id") or "")
        if record.get("kind") == "dm" and "~" in thread:  # our answers to somebody are about them
            other = thread.partition("~")[2]
            yield from (other, pseudonym(self._keys.stable, platform, other, None) or "")


def _put(log: Log, request: Request) -> None:
    body = {
        "id": request.id,
        "platform": request.platform,
        "account_key": request.key,
        "id_scope": request.id_scope,
        "reason": request.reason,
        "requested_at": timestamp(request.requested_at),
        "fulfilled_at": None if request.fulfilled_at is None else timestamp(request.fulfilled_at),
    }
    event = record_event(
        "erasure",
        body,
        id=request.id if request.fulfilled_at is None else f"{request.id}@fulfilled",
        source="/dengar/erase",
        time=request.fulfilled_at or request.requested_at,
        about=None,
    )
    log.append(TOPIC, request.key, event.data, event.headers())


def _records(log: Log) -> Iterator[tuple[str, dict[str, Any] | None]]:
    beginnings = log.beginnings([TOPIC])
    for partition, end in log.ends([TOPIC]).items():
        for record in log.read(OffsetRange(*partition, beginnings[partition], end)):
            yield (record.key or b"").decode(errors="replace"), orjson.loads(record.value) if record.value else None


def _request(body: dict[str, Any]) -> Request:
    done = body.get("fulfilled_at")
    return Request(
        body["id"],
        body["platform"],
        body["account_key"].partition(":")[2],
        body["id_scope"],
        body["reason"],
        datetime.fromisoformat(body["requested_at"]).astimezone(UTC),
        None if done is None else datetime.fromisoformat(done).astimezone(UTC),
    )
