"""The schema a mapped record must meet, as fixtures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from dengar.enrich import Context, enrich_account, enrich_mentions
from dengar.events import Event
from dengar.mapping import Mapped, map_event
from dengar.records import Outcome
from dengar.registers import Registers
from dengar.schemas import validator

OBSERVED = datetime(2026, 11, 20, 3, 0, 0, tzinfo=UTC)
Mapper = Callable[..., Mapped]


def event(kind: str, item: Any, subject: str = "yt:comment:c1", **extensions: str) -> Event:
    """A raw event of `kind` (`youtube.comment`) as the listeners build it; bytes are taken as they are."""
    return Event(
        id=f"{subject}@1",
        source="youtube/commentThreads.list?videoId=v1",
        type=f"dengar.raw.{kind}",
        time=OBSERVED,
        data=item if isinstance(item, bytes) else orjson.dumps(item),
        subject=subject,
        extensions={"via": "youtube.comments", "ownership": "public"} | extensions,
    )


@pytest.fixture(scope="session")
def mapped() -> Mapper:
    """map_event of such an event; what comes out, once enriched, must meet its schema."""
    context = Context(Registers(), b"k" * 32, "sandbox")

    def run(kind: str, item: Any, **extensions: str) -> Mapped:
        result = map_event(event(kind, item, **extensions), "raw.youtube/0/7")
        if result.outcome is Outcome.MENTION and result.record:
            validator("mention").validate(enrich_mentions([result.record], context)[0])
        elif result.outcome is Outcome.ACCOUNT and result.record:
            validator("account").validate(enrich_account(result.record, context))
        elif result.record:
            validator(result.outcome.value).validate(result.record)
        for record_type, record in result.fan_out:
            validator(record_type).validate(record)
        return result

    return run
