"""Hostile raw records: what a broken platform, proxy, producer or person can put on a raw topic, and where each must end.

hypothesis draws them, so a failing one is found again by its seed. Ids are filled in afterwards: no two records are the same item, or a
duplicate would hide what became of one. Texts are made up.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from dengar.records import timestamp

PLACE = "HOSTILE-ID"
KEY = "yt:video:hostile"
MENTION = "mention"
"""The outcome of a record that is odd but sound."""

_TEXT = "Bansos kami belum cair, tolong dicek"
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
Headers = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class Hostile:
    """One raw record; `expected` holds the reasons it may be quarantined for, or `mention`."""

    family: str
    value: bytes | None
    headers: Headers
    expected: frozenset[str]
    key: str = KEY

    def numbered(self, number: int) -> Hostile:
        """The same record as an item of its own."""
        own = f"h{number}".encode()
        value = None if self.value is None else self.value.replace(PLACE.encode(), own)
        headers = tuple((name, raw.replace(PLACE.encode(), own)) for name, raw in self.headers)
        return Hostile(self.family, value, headers, self.expected, self.key)


def hostile_records(count: int, *, seed: int) -> list[Hostile]:
    """`count` records, the families in equal parts and mixed; the same seed draws the same ones.

    A family that has fewer forms than its part comes again under other ids.
    """
    part = -(-count // len(FAMILIES))
    found: list[Hostile] = []
    for number, family in enumerate(FAMILIES):
        forms = _drawn(family(), part, 1_000 * seed + number)
        found += [forms[place % len(forms)] for place in range(part)]
    random.Random(seed).shuffle(found)
    return [record.numbered(number) for number, record in enumerate(found[:count])]


def _drawn(forms: st.SearchStrategy[Hostile], count: int, number: int) -> list[Hostile]:
    found: list[Hostile] = []

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(forms)
    def draw(record: Hostile) -> None:
        found.append(record)

    draw()
    return found


def _headers(**changes: str | bytes | None) -> Headers:
    now = datetime.now(UTC)
    told: dict[str, str | bytes | None] = {
        "ce_specversion": "1.0",
        "ce_id": f"yt:comment:{PLACE}@1",
        "ce_source": "youtube/comments.list",
        "ce_type": "dengar.raw.youtube.comment",
        "ce_time": timestamp(now),
        "ce_subject": f"yt:comment:{PLACE}",
        "ce_via": "hostile",
        "ce_ownership": "public",
        "ce_postid": KEY,
        "ce_expiresat": timestamp(now + timedelta(days=30)),
        "content-type": "application/json",
        **changes,
    }
    return tuple(
        (name, value.encode() if isinstance(value, str) else value) for name, value in told.items() if value is not None
    )


def _comment(**snippet: Any) -> dict[str, Any]:
    published = timestamp(datetime.now(UTC) - timedelta(hours=1))
    told = {
        "videoId": "hostile",
        "textOriginal": _TEXT,
        "authorDisplayName": "@warga",
        "authorChannelId": {"value": "UChostile"},
        "likeCount": 3,
        "publishedAt": published,
        "updatedAt": published,
        **snippet,
    }
    return {"kind": "youtube#comment", "id": PLACE, "snippet": told}


def _record(family: str, value: Any, *expected: str, headers: Headers | None = None) -> Hostile:
    data = value if isinstance(value, bytes) or value is None else json.dumps(value).encode()
    return Hostile(family, data, _headers() if headers is None else headers, frozenset(expected))


def wrong_types() -> st.SearchStrategy[Hostile]:
    """A field holds another JSON type than the platform documents."""
    texts: st.SearchStrategy[Any] = st.integers() | st.booleans() | st.lists(st.integers(), max_size=2) | st.just({})
    fields = {
        "textOriginal": (texts, "bad_shape"),
        "authorDisplayName": (texts, "bad_shape"),
        "authorChannelId": (st.text(min_size=1, max_size=5) | st.lists(st.none(), min_size=1, max_size=2), "bad_shape"),
        "videoId": (st.lists(st.none(), max_size=2) | st.just({"a": 1}) | st.booleans() | st.just("a b"), "bad_id"),
        "likeCount": (st.lists(st.none(), max_size=2) | st.booleans() | st.just("many") | st.just(-1), "bad_count"),
        "publishedAt": (st.lists(st.none(), max_size=2) | st.booleans() | st.just({}) | st.just("kemarin"), "bad_time"),
    }
    return st.sampled_from(sorted(fields)).flatmap(
        lambda name: fields[name][0].map(
            lambda value: _record("wrong types", _comment(**{name: value}), fields[name][1])
        )
    )


def whole_values() -> st.SearchStrategy[Hostile]:
    """JSON that is no comment at all."""
    return _JSON.map(
        lambda value: _record(
            "any JSON",
            json.dumps(value).encode(),
            *(("bad_id", "bad_shape", "no_time") if isinstance(value, dict) else ("not_an_object",)),
        )
    )


def huge_strings() -> st.SearchStrategy[Hostile]:
    """Texts of up to two million characters: cut at the limit of a text, refused above that of a record."""
    return st.tuples(st.text(min_size=1, max_size=8), st.integers(2_000, 400_000)).map(
        lambda drawn: (lambda value: _record("huge strings", value, "too_large" if len(value) > 1 << 20 else MENTION))(
            json.dumps(_comment(textOriginal=drawn[0] * drawn[1])).encode()
        )
    )


def odd_texts() -> st.SearchStrategy[Hostile]:
    """Any Unicode: right to left, joiners, variation selectors, combining marks, private use, half an emoji, NUL."""
    marks = st.sampled_from(
        [
            "\u200d",
            "\u202e",
            "\u2067",
            "\ufe0f",
            "\u0301" * 40,
            "👨\u200d👩\u200d👧",
            "مساعدة",
            "\U000e0067",
            "\ufeff",
            "\x00",
            "\ud83d",
            "\udc00",
        ]
    )
    words = st.lists(
        st.text(max_size=12) | marks | st.just("bansos") | st.just("#Kem\u200densos"), min_size=1, max_size=12
    )
    return words.map(lambda parts: _record("odd texts", _comment(textOriginal=" ".join(parts)), MENTION))


def personal_data() -> st.SearchStrategy[Hostile]:
    """What must be masked, written in ways that look for a gap."""
    digits = st.text("0123456789", min_size=16, max_size=16)
    pieces = st.sampled_from(["{0}", "NIK {0}", "nik:{0}.", "\u200b{0}\u200b", "({0})", "a@b.co {0} rina@contoh.id"])
    return st.tuples(digits, pieces, st.sampled_from(["", "\u202e", "👍"])).map(
        lambda drawn: _record(
            "personal data", _comment(textOriginal=drawn[2] + drawn[1].format(drawn[0])), MENTION, "unmasked_pii"
        )
    )


def not_json() -> st.SearchStrategy[Hostile]:
    """NaN, infinities, halves of documents, raw control characters, numbers nobody can hold."""
    sound = json.dumps(_comment())
    endless = sound.replace('"likeCount": 3', '"likeCount": ' + "9" * 5_000)
    constants = [sound.replace('"likeCount": 3', f'"likeCount": {name}') for name in ("NaN", "Infinity", "-Infinity")]
    raw = [sound.replace("Bansos", "Ban\x00sos"), sound.replace("Bansos", "Ban\nsos"), endless, "nul", "{'a': 1}"]
    halves = st.integers(1, len(sound) - 1).map(lambda length: sound[:length])
    return (st.sampled_from([*constants, *raw]) | halves).map(
        lambda text: _record("not JSON", text.encode(), "malformed_json")
    )


def big_numbers() -> st.SearchStrategy[Hostile]:
    """Integers of thirty digits where a counter or a time is wanted, and where nobody looks."""
    number = st.integers(10**29, 10**30 - 1)
    where = st.sampled_from([("likeCount", "bad_count"), ("publishedAt", "implausible_time"), ("unheardOf", MENTION)])
    return st.tuples(number, where).map(
        lambda drawn: _record("big numbers", _comment(**{drawn[1][0]: drawn[0]}), drawn[1][1])
    )


def duplicate_keys() -> st.SearchStrategy[Hostile]:
    """A key twice, at any level."""
    sound = json.dumps(_comment())
    twice = [
        sound.replace('"videoId"', '"textOriginal": "lain", "videoId"'),
        sound.replace('{"kind"', '{"id": "x", "kind"'),
        sound.replace('{"value"', '{"value": "UCother", "value"'),
    ]
    return st.sampled_from(twice).map(lambda text: _record("duplicate keys", text.encode(), "duplicate_key"))


def deep_nesting() -> st.SearchStrategy[Hostile]:
    """65 to 2,000 levels and more, of lists and objects."""

    def nested(drawn: tuple[int, bool]) -> Hostile:
        depth, lists = drawn
        inner = "[" * depth + "]" * depth if lists else '{"a":' * depth + "1" + "}" * depth
        return _record("deep nesting", json.dumps(_comment()).replace("3", inner, 1).encode(), "too_deep")

    return st.tuples(st.integers(65, 2_500), st.booleans()).map(nested)


def bad_bytes() -> st.SearchStrategy[Hostile]:
    """Bytes that are not UTF-8: halves of characters, Latin-1, UTF-16, noise."""
    sound = json.dumps(_comment()).encode()
    return st.sampled_from([b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"caf\xe9", b"\x80" * 9]).map(
        lambda noise: _record("bad UTF-8", sound.replace(b"Bansos", b"Ban" + noise + b"sos"), "bad_encoding")
    )


def nothing() -> st.SearchStrategy[Hostile]:
    """No value, or blanks."""
    return st.sampled_from([None, b"", b" ", b"\n\t "]).map(lambda value: _record("no value", value, "empty"))


def odd_times() -> st.SearchStrategy[Hostile]:
    """Year 9999, 1970, a leap second, no zone; and observations that lie ahead of every clock."""
    values: list[tuple[str, str]] = [
        ("9999-12-31T23:59:59Z", "implausible_time"),
        ("1970-01-01T00:00:00Z", "implausible_time"),
        ("2016-12-31T23:59:60Z", "bad_time"),
        ("2026-11-01T10:00:00", "bad_time"),
        ("0000-00-00T00:00:00Z", "bad_time"),
        ("", "no_time"),
    ]
    published = st.sampled_from(values).map(
        lambda value: _record("odd times", _comment(publishedAt=value[0], updatedAt=None), value[1])
    )

    def ahead(days: int) -> Hostile:
        now = datetime.now(UTC) + timedelta(days=days)
        headers = _headers(ce_time=timestamp(now), ce_expiresat=timestamp(now + timedelta(days=30)))
        return _record("odd times", _comment(), "observed_at.future", headers=headers)

    return published | st.integers(2, 10_000).map(ahead)


def odd_headers() -> st.SearchStrategy[Hostile]:
    """An envelope that is not ours."""
    changes: list[tuple[dict[str, str | bytes | None], str]] = [
        ({"ce_id": None}, "not_an_event"),
        ({"ce_time": "soon"}, "not_an_event"),
        ({"ce_specversion": "0.3"}, "not_an_event"),
        ({"ce_source": b"\xff"}, "not_an_event"),
        ({"ce_type": "dengar.raw.youtube.wonder"}, "unknown_kind"),
        ({"ce_subject": None}, "bad_envelope"),
        ({"ce_ownership": "mine"}, "bad_envelope"),
        ({"ce_postid": "ig:media:1"}, "bad_envelope"),
        ({"ce_expiresat": "1999-01-01T00:00:00Z"}, "bad_envelope"),
    ]
    return st.sampled_from(changes).map(
        lambda change: _record("odd headers", _comment(), change[1], headers=_headers(**change[0]))
    )


FAMILIES: list[Callable[[], st.SearchStrategy[Hostile]]] = [
    wrong_types, whole_values, huge_strings, odd_texts, personal_data, not_json, big_numbers, duplicate_keys, deep_nesting,
    bad_bytes, nothing, odd_times, odd_headers,
]  # fmt: skip
