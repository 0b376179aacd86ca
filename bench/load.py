"""A load of raw YouTube comments at a given rate, written as the listeners would write them."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import orjson

from dengar.events import Event
from dengar.log import Log
from dengar.records import RAW_RETENTION, milliseconds, timestamp

OPENINGS = ("Pak, bansos", "Min, bantuan sembako", "PKH", "Kartu saya", "Data DTSEN ibu saya", "Program ini")
MIDDLES = ("belum cair", "sudah masuk", "ditolak terus", "kapan dibuka", "sangat membantu", "hilang dari daftar")
ENDINGS = (
    "sejak bulan lalu",
    "di kampung kami",
    "mohon dicek ya",
    "terima kasih",
    "#KemensosPeduli",
    "tolong dibantu 🙏",
)


def comments(seed: int) -> Iterator[tuple[str, dict[str, object]]]:
    """Endless (video id, comment resource) pairs; the same seed gives the same texts."""
    chance = random.Random(seed)
    number = 0
    while True:
        number += 1
        video = f"benchvideo{chance.randrange(40):02d}"
        text = f"{chance.choice(OPENINGS)} {chance.choice(MIDDLES)} {chance.choice(ENDINGS)} ({number})"
        published = datetime.now(UTC) - timedelta(minutes=chance.randrange(1, 600))
        yield (
            video,
            {
                "kind": "youtube#comment",
                "id": f"bench{seed}-{number}",
                "snippet": {
                    "videoId": video,
                    "textDisplay": text,
                    "textOriginal": text,
                    "authorDisplayName": f"@warga{chance.randrange(5000)}",
                    "authorChannelId": {"value": f"UCbench{chance.randrange(5000):05d}"},
                    "likeCount": chance.randrange(20),
                    "publishedAt": timestamp(published),
                    "updatedAt": timestamp(published),
                },
            },
        )


def raw_event(video: str, item: dict[str, object]) -> Event:
    """The raw record of a comment, observed now."""
    now = datetime.now(UTC)
    subject = f"yt:comment:{item['id']}"
    return Event(
        id=f"{subject}@{milliseconds(now)}",
        source=f"youtube/comments.list?videoId={video}",
        type="dengar.raw.youtube.comment",
        time=now,
        data=orjson.dumps(item),
        subject=subject,
        dataschema="/raw/1.0.0",
        extensions={
            "via": "bench",
            "ownership": "public",
            "postid": f"yt:video:{video}",
            "conversationid": subject,
            "expiresat": timestamp(now + RAW_RETENTION),
        },
    )


def produce(log: Log, *, rate: float, seconds: float, seed: int) -> int:
    """Append comments evenly at `rate` a second for `seconds`; returns how many. `rate` 0 = as fast as it goes (seconds × 1000)."""
    source = comments(seed)
    total = int(rate * seconds) if rate else int(seconds * 1000)
    began = time.monotonic()
    for number in range(total):
        if rate and (ahead := began + number / rate - time.monotonic()) > 0:
            if ahead > 0.02:
                log.flush()
            time.sleep(ahead)
        video, item = next(source)
        event = raw_event(video, item)
        log.append("raw.youtube", f"yt:video:{video}", event.data, event.headers())
    log.flush()
    return total
