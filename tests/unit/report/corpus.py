"""A small corpus of documents of our own, and a `Source` that answers from memory as Elasticsearch does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from dengar.records import pack_version, timestamp
from dengar.report.source import HOUR, WEEK, Cell, Cube, Seen, Span, Where
from dengar.report.week import Week

WEEK_TOLD = Week.parse("2026-W47")
NOW = datetime(2026, 11, 24, 3, 0, 0, 123_456, tzinfo=UTC)

COMPLAINTS = {
    "bansos_not_received": [
        "sudah tiga bulan bansos untuk ibu saya di Sukamaju belum cair juga, min",
        "blm turun bantuan di desa kami sejak agustus",
    ],
    "pkh": [
        "PKH adik saya hilang dari daftar padahal masih sekolah, tolong dicek",
        "pendamping pkh tidak pernah datang ke kampung kami sejak lebaran",
    ],
    "app_system": [
        "aplikasinya error terus dari pagi, tidak bisa masuk sama sekali",
        "kode otp tidak pernah sampai, sudah lima kali coba hari ini",
    ],
    "fraud_levy": [
        "tiap pencairan dipotong seratus ribu oleh ketua kelompok di Tanjungasri",
        "kartu kks ditahan, katanya harus bayar dulu",
    ],
    "dtsen_data": [
        "kenapa desil saya tujuh padahal rumah ngontrak dan kerja serabutan",
        "nama bapak dicoret dari data tanpa pemberitahuan sejak september",
    ],
}
OTHERS = {
    "question": ["kapan tahap empat cair ya min", "syarat daftar bantuan lansia apa saja"],
    "request": ["tolong data ibu saya dimasukkan pak, kami di Lembahrawa sejak 2024"],
    "report": ["ada oknum yang minta uang pendaftaran di kampung sebelah sejak minggu lalu"],
    "praise": ["terima kasih, ibu saya sudah terima, pendampingnya sabar sekali"],
    "hoax": ["SEBARKAN pemerintah bagi lima juta untuk semua pemilik KTP lewat tautan ini"],
    "suggestion": ["sebaiknya daftar penerima ditempel di balai desa"],
    "other": ["hadir menyimak dari Tanjungasri"],
}
FEELS = {
    "question": "neutral",
    "request": "neutral",
    "praise": "positive",
    "hoax": "negative",
    "suggestion": "neutral",
    "other": "neutral",
}
JUDGEMENTS = ("sentiment", "intent", "actionable", "category", "complaint", "urgency", "spam", "purpose")
ASKS = ("complaint", "question", "request", "report")


def mention(identity: str, platform: str, at: datetime, **changes: Any) -> dict[str, Any]:
    """A public comment that starts its own thread, as the index holds it."""
    kept = {
        "id": identity,
        "platform": platform,
        "kind": "comment",
        "post_format": None,
        "post_id": f"{identity.split(':')[0]}:post:1",
        "conversation_id": identity,
        "parent_id": None,
        "permalink": f"https://contoh.example/{identity[-8:]}",
        "title": None,
        "text": "halo",
        "author": {"key": f"{platform}~{identity}", "role": "public", "handle": None, "name": None},
        "campaigns": [],
        "engagement": {"likes": 0, "replies": 0},
        "published_at": timestamp(at),
        "observed_at": timestamp(at + timedelta(minutes=5)),
        "version": pack_version(at + timedelta(minutes=5)),
        "deleted": False,
        "collected": {"via": f"{platform}.comments", "ownership": "owned", "backfill": False},
        "signature": None,
    }  # fmt: skip
    return {**kept, **dict.fromkeys(JUDGEMENTS), **changes}


def judged(
    intent: str, category: str | None = None, *, unsure: bool = False, feels: str | None = None
) -> dict[str, Any]:
    """The judgements of a mention."""
    asks = intent in ASKS
    label = {"score": 0.9, "uncertain": unsure, "origin": "model"}
    return {
        "intent": {"label": intent, **label},
        "sentiment": {"label": feels or FEELS.get(intent, "negative"), **label},
        "actionable": asks,
        "category": {"label": category or "other", **label} if asks else None,
        "complaint": {"who": None, "where": None, "since": None, "complete": False} if asks else None,
        "spam": {"label": "none", "score": 0.01, "origin": "model"},
    }


def corpus(
    *,
    weeks: int = 13,
    seed: int = 1,
    per_day: int = 9,
    crisis: bool = False,
    blind: Iterable[str] = (),
    week: Week = WEEK_TOLD,
) -> list[dict[str, Any]]:
    """Weeks of talk up to `week`, on both platforms, with posts of our own and answers. `blind`: platforms without judgements."""
    random, rows, number = Random(seed), [], 0
    for back in range(weeks - 1, -1, -1):
        start = week.back(back).since
        for platform, prefix in (("instagram", "ig"), ("youtube", "yt")):
            rows += _posts(random, platform, prefix, start, back)
            for day in range(7):
                hours = [random.triangular(6, 23, 14) for _ in range(per_day + random.randint(-2, 2))]
                loud = crisis and back == 0 and day == 2
                hours += [random.triangular(8, 20, 10) for _ in range(120 if loud else 0)]
                for at, hour in enumerate(hours):
                    number += 1
                    when = start + timedelta(days=day, hours=hour)
                    rows += _thread(random, f"{prefix}:comment:{number:06d}", platform, when, loud and at >= per_day)
    silenced = set(blind)
    return [_unjudged(row) if row["platform"] in silenced else row for row in rows]


def _unjudged(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, **dict.fromkeys(JUDGEMENTS)}


def _thread(random: Random, identity: str, platform: str, at: datetime, angry: bool) -> list[dict[str, Any]]:
    intents = (
        ["complaint"] * 34
        + ["question"] * 24
        + ["praise"] * 18
        + ["other"] * 12
        + ["request"] * 5
        + ["report"] * 3
        + ["hoax"] * 2
        + ["suggestion"] * 2
    )
    intent = "complaint" if angry else random.choice(intents)
    category = None
    if intent == "complaint":
        category = "app_system" if angry else random.choice(list(COMPLAINTS))
        text = random.choice(COMPLAINTS[category])
    else:
        text = random.choice(OTHERS[intent])
        category = random.choice(list(COMPLAINTS)) if intent in ASKS else None
    told = judged(intent, category, unsure=random.random() < 0.18)
    author = {"key": f"{platform}~{random.randint(1, 900)}", "role": "public", "handle": None, "name": None}
    first = mention(identity, platform, at, text=text, author=author, signature=f"{hash_of(text):016x}", **told)
    if not told["actionable"] or random.random() > 0.72:
        return [first]
    hours = random.expovariate(1 / 7)
    official = {
        "key": f"{platform}:resmi",
        "role": "official",
        "handle": "kemensos_sandbox",
        "name": "Kemensos Sandbox",
    }
    reply = mention(
        f"{identity}-r", platform, at + timedelta(hours=0.2 + hours), kind="reply", conversation_id=identity,
        text="Terima kasih, silakan cek lewat menu data penerima.", author=official,
    )  # fmt: skip
    return [first, reply]


def hash_of(text: str) -> int:
    """A stable number of a text."""
    return int.from_bytes(text.encode()[:7], "big")


def _posts(random: Random, platform: str, prefix: str, start: datetime, back: int) -> list[dict[str, Any]]:
    forms = ["carousel", "image", "reel"] if platform == "instagram" else ["video", "live"]
    purposes = ["education", "announcement", "clarification"]
    official = {
        "key": f"{platform}:resmi",
        "role": "official",
        "handle": "kemensos_sandbox",
        "name": "Kemensos Sandbox",
    }
    return [
        mention(
            f"{prefix}:post:{back:02d}-{number:02d}",
            platform,
            start + timedelta(hours=10 + 15 * number),
            kind="post",
            post_format=random.choice(forms),
            title="Cara mengecek data penerima" if platform == "youtube" else None,
            text="Panduan mengecek data penerima, tanpa biaya. #bansos",
            author=official,
            campaigns=["kemensos_peduli"] if number % 2 else [],
            purpose={"label": random.choice(purposes), "score": 0.9, "uncertain": False, "origin": "model"},
            engagement={"likes": random.randint(200, 2400), "replies": random.randint(10, 160)},
            collected={"via": f"{platform}.posts", "ownership": "owned", "backfill": False},
        )
        for number in range(10)
    ]


class MemorySource:
    """`Source` over a list of documents."""

    def __init__(
        self,
        rows: Iterable[dict[str, Any]],
        counters: Mapping[str, Mapping[str, int | None]] | None = None,
        trends: Sequence[dict[str, Any]] | None = None,
    ) -> None:
        self.rows = {row["id"]: row for row in rows}
        self.counted, self.risen = counters or {}, trends
        self.deleted: Counter[str] = Counter()
        self.attributed: list[dict[str, Any]] = []

    def delete(self, *ids: str) -> None:
        """As when the platform deleted them."""
        for identity in ids:
            self.deleted[self.rows.pop(identity)["platform"]] += 1

    def cube(self, keys: Sequence[str], span: Span, where: Where) -> Cube:
        return Counter(tuple(_key(row, key) for key in keys) for row in self._found(span, where))

    def distinct(self, keys: Sequence[str], span: Span, where: Where) -> Mapping[Cell, int]:
        found: dict[Cell, set[str]] = {}
        for row in self._found(span, where):
            people = found.setdefault(tuple(_key(row, key) for key in keys), set())
            if row["author"]["key"]:
                people.add(row["author"]["key"])
        return {key: len(people) for key, people in found.items()}

    def mentions(self, span: Span, where: Where, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
        tops = {field.split(".")[0] for field in fields}
        for row in sorted(self._found(span, where), key=lambda one: (one["published_at"], one["id"])):
            yield {name: value for name, value in row.items() if name in tops and value is not None}

    def counters(self, posts: Iterable[str]) -> Mapping[str, Mapping[str, int | None]]:
        return {post: self.counted[post] for post in posts if post in self.counted}

    def texts(self, ids: Sequence[str]) -> Mapping[str, dict[str, Any]]:
        return {identity: self.rows[identity] for identity in ids if identity in self.rows}

    def sources(self, span: Span) -> Sequence[Seen]:
        seen: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in self.rows.values():
            seen.setdefault((row["platform"], row["collected"]["via"]), []).append(row)
        return [
            Seen(
                platform,
                via,
                sum(_within(row, span) for row in rows),
                max(datetime.fromisoformat(row["observed_at"]) for row in rows),
            )
            for (platform, via), rows in sorted(seen.items())
        ]

    def trends(self, span: Span) -> Sequence[dict[str, Any]] | None:
        return self.risen

    def conversations(self, span: Span) -> Sequence[Mapping[str, Any]]:
        return []

    def attribution(self, span: Span, campaign: str | None) -> Sequence[dict[str, Any]]:
        since, until = timestamp(span.since), timestamp(span.until)
        return [
            one
            for one in self.attributed
            if one["campaign"] == campaign and one["period"]["start"] < until and one["period"]["end"] > since
        ]

    def deletions(self, since: datetime) -> Mapping[str, int]:
        return self.deleted

    def _found(self, span: Span, where: Where) -> Iterator[dict[str, Any]]:
        return (row for row in self.rows.values() if _within(row, span) and _matches(row, where))


def _within(row: dict[str, Any], span: Span) -> bool:
    return span.since <= datetime.fromisoformat(row["published_at"]) < span.until


def _matches(row: dict[str, Any], where: Where) -> bool:
    if where.campaign is not None and where.campaign not in row["campaigns"] and row["post_id"] not in where.posts:
        return False
    if any(_at(row, field) in values for field, values in where.lacking.items()):
        return False
    return all(_any_in(_at(row, field), values) for field, values in where.having.items())


def _any_in(value: Any, values: Sequence[Any]) -> bool:
    return any(one in values for one in value) if isinstance(value, list) else value in values


def _at(row: Any, path: str) -> Any:
    for name in path.split("."):
        row = None if row is None else row.get(name)
    return row


def _key(row: dict[str, Any], key: str) -> Any:
    at = datetime.fromisoformat(row["published_at"])
    if key == WEEK:
        return Week.of(at).name
    if key == HOUR:
        return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0).isoformat()
    return _at(row, key)
