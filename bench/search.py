"""Search at size: seven questions over synthetic mentions of thirty days, on an Elasticsearch of its own, two shards, no request cache.

Example: python -m bench.search --mentions 1000000
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from elasticsearch import Elasticsearch

from bench.results import table, write_section
from dengar.enrich.normalise.lexicon import words
from dengar.index import client, search
from dengar.local.instance import Instance
from dengar.local.stack import Stack
from dengar.local.verbs import preparation
from dengar.policy import load_policy
from dengar.records import pack_version, timestamp
from dengar.settings import Settings

NOW = datetime(2026, 11, 30, tzinfo=UTC)
DAYS = 29
BULK = 2_000
# Rounds of all questions before the first that counts: the server compiles its hot paths only after hundreds.
WARMING = 100
AUTHORS = 60_000
TOPICS = ("bansos", "pkh", "sembako", "lansia", "banjir", "bantuan", "kartu", "petugas", "data", "sekolah")
DOINGS = ("cair", "belum cair", "dipotong", "ditolak", "hilang", "terlambat", "diterima", "dicek")
INDICES = ("mentions-v1-youtube-2026.11", "mentions-v1-instagram-2026.11")


def mentions(count: int, seed: int = 11) -> Iterator[dict[str, Any]]:
    """Mentions whose words follow the counts of the vocabulary, half of them about one of ten topics; two platforms, one month."""
    chance = np.random.default_rng(seed)
    vocabulary = list(words())
    weights = np.array([2.0**weight for weight in words().values()])
    weights /= weights.sum()
    stream = _drawn(chance, vocabulary, weights)
    pick = random.Random(seed)
    for number in range(count):
        text = " ".join(next(stream) for _ in range(pick.randrange(4, 26)))
        if pick.random() < 0.5:
            text = f"{pick.choice(TOPICS)} {pick.choice(DOINGS)} {text}"
        yield _mention(number, text, pick)


def _drawn(chance: np.random.Generator, vocabulary: list[str], weights: np.ndarray) -> Iterator[str]:
    while True:
        yield from (vocabulary[place] for place in chance.choice(len(vocabulary), 100_000, p=weights))


def _mention(number: int, text: str, pick: random.Random) -> dict[str, Any]:
    youtube = pick.random() < 0.6
    platform, prefix = ("youtube", "yt") if youtube else ("instagram", "ig")
    published = NOW - timedelta(seconds=pick.randrange(DAYS * 86_400))
    post = f"{prefix}:{'video' if youtube else 'media'}:{pick.randrange(4_000)}"
    judged = {"score": round(pick.random(), 3), "uncertain": pick.random() < 0.2, "origin": "model"}
    return {
        "id": f"{prefix}:comment:{number}",
        "platform": platform,
        "kind": "comment",
        "post_id": post,
        "conversation_id": f"{prefix}:comment:{number - number % 5}",
        "parent_id": post,
        "permalink": f"https://contoh.id/{number}",
        "title": None,
        "text": text,
        "text_normalised": text,
        "text_truncated": False,
        "language": {"code": "id", "confidence": 0.97, "mixed": 0.0},
        "hashtags": [f"tagar{int(pick.paretovariate(1))}"] if pick.random() < 0.3 else [],
        "pii": {},
        "signature": f"{pick.getrandbits(64):016x}",
        "author": {
            "key": f"k{min(AUTHORS, int(pick.paretovariate(0.6)))}",
            "role": "public",
            "handle": None,
            "name": None,
        },
        "sentiment": {"label": pick.choice(("positive", "neutral", "negative")), **judged},
        "intent": {"label": pick.choice(("complaint", "question", "praise", "other")), **judged},
        "actionable": pick.random() < 0.4,
        "engagement": {"likes": int(pick.paretovariate(1)), "replies": None},
        "published_at": timestamp(published),
        "observed_at": timestamp(published),
        "expires_at": timestamp(published + timedelta(days=30)),
        "content_version": f"{number:x}",
        "version": pack_version(published),
        "deleted": False,
        "trace_id": f"{pick.getrandbits(128):032x}",
        "collected": {"via": f"{platform}.comments", "ownership": "owned", "backfill": False},
        "provenance": {"raw": f"raw.{platform}/0/{number}", "formulas": {}},
    }


def fill(elasticsearch: Elasticsearch, count: int) -> float:
    """Make the two indices and write the mentions; returns bytes on disk a mention, once merges have ended."""
    for index in INDICES:
        elasticsearch.indices.create(index=index, settings={"index.requests.cache.enable": False})
    lines: list[bytes] = []
    for mention in mentions(count):
        index = f"mentions-v1-{mention['platform']}-2026.11"
        lines += [orjson.dumps({"index": {"_index": index, "_id": mention["id"]}}), orjson.dumps(mention)]
        if len(lines) >= 2 * BULK:
            elasticsearch.options(request_timeout=120).bulk(operations=lines)  # type: ignore[arg-type]
            lines = []
    if lines:
        elasticsearch.bulk(operations=lines)  # type: ignore[arg-type]
    elasticsearch.indices.refresh(index="mentions")
    elasticsearch.options(request_timeout=300).indices.flush(index="mentions")
    while elasticsearch.indices.stats(index="mentions", metric="merge")["_all"]["primaries"]["merges"]["current"]:
        time.sleep(1)  # what is measured is a search, not the end of a bulk load
    elasticsearch.indices.refresh(index="mentions")
    # Files of merged segments go with a commit.
    elasticsearch.options(request_timeout=300).indices.flush(index="mentions", force=True)
    total = elasticsearch.indices.stats(index="mentions", metric="store,docs")["_all"]["primaries"]
    assert total["docs"]["count"] == count, total
    return float(total["store"]["size_in_bytes"]) / count


def questions(elasticsearch: Elasticsearch) -> dict[str, tuple[int, Callable[[random.Random], object]]]:
    """Name → target of p95 in ms, and how it is asked with words drawn anew."""
    policy = load_policy("sandbox")
    common = [word for word, weight in words().items() if weight >= 8 and len(word) > 4]
    week = NOW - timedelta(days=7)

    def ask(query: str, **options: Any) -> object:
        page = search(elasticsearch, query, policy=policy, now=NOW, **options)
        assert page.complete
        return page

    def significant(pick: random.Random) -> object:
        return elasticsearch.search(
            index="mentions",
            size=0,
            query={"match": {"text": pick.choice(TOPICS)}},
            aggregations={
                "sample": {
                    "sampler": {"shard_size": 1_000},
                    "aggregations": {
                        "words": {"significant_text": {"field": "text_normalised", "filter_duplicate_text": True}}
                    },
                }
            },
        )

    return {
        "two words, platform, 7 days": (
            50,
            lambda pick: ask(
                f"{pick.choice(TOPICS)} {pick.choice(common)}", filters={"platform": "youtube"}, since=week
            ),
        ),
        "phrase": (50, lambda pick: ask(f'"{pick.choice(TOPICS)} {pick.choice(DOINGS)}"')),
        "author": (50, lambda pick: ask(f"author:k{pick.randrange(1, 2_000)}", sort="newest")),
        "NEAR/5": (50, lambda pick: ask(f"{pick.choice(TOPICS)} NEAR/5 {pick.choice(common)}")),
        "top authors of a topic": (50, lambda pick: ask(pick.choice(TOPICS), size=0, facets=["author"])),
        "histogram by the hour, 30 days": (
            150,
            lambda pick: ask(pick.choice(TOPICS), size=0, timeline="hour", since=NOW - timedelta(days=30), until=NOW),
        ),
        "significant_text, sampler of 2,000": (300, significant),
    }


def measure(elasticsearch: Elasticsearch, rounds: int) -> list[list[object]]:
    """Rows of the table: wall clock of the client, one at a time, on a server that has warmed up."""
    rows: list[list[object]] = []
    asking = questions(elasticsearch)
    warming = random.Random(4)
    for _ in range(WARMING):
        for _target, asked in asking.values():
            asked(warming)
    for name, (target, asked) in asking.items():
        pick = random.Random(5)
        times = []
        for _ in range(rounds):
            begun = time.perf_counter()
            asked(pick)
            times.append(1_000 * (time.perf_counter() - begun))
        p50, p95 = np.percentile(times, [50, 95])
        rows.append([name, f"{p50:.0f}", f"{p95:.0f}", target])
        print(rows[-1], flush=True)
    return rows


def main() -> None:
    """Fill, measure, write the section."""
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__)
    parser.add_argument("--mentions", type=int, default=1_000_000, help="how many")
    parser.add_argument("--rounds", type=int, default=60, help="times a question is asked")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dengar-bench-") as folder:
        stack = Stack(Instance(Path(folder) / "state"))
        try:
            stack.up(("elasticsearch",), **preparation(stack))
            elasticsearch = client(Settings.from_environment(stack.environment()))
            begun = time.monotonic()
            size = fill(elasticsearch, arguments.mentions)
            print(f"filled in {time.monotonic() - begun:.0f} s, {size:.0f} bytes a mention", flush=True)
            rows = measure(elasticsearch, arguments.rounds)
        finally:
            stack.down(purge=True)
    lines = [
        f"{arguments.mentions:,} mentions, {arguments.rounds} questions each with words drawn anew; {size:.0f} bytes of index a mention.",
        f"Milliseconds at the client, after merges ended and {WARMING} rounds of other words; hits come with their marks.",
        "",
        *table(["question", "p50 ms", "p95 ms", "target p95"], rows),
    ]
    write_section("Search: latency at size", f"python -m bench.search --mentions {arguments.mentions}", lines)


if __name__ == "__main__":
    main()
