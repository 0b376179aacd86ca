"""The cursor of a search: an opaque string that holds a point in time of the index and the place reached in it.

It goes through the addresses of web pages, so what comes back is not trusted: it must be of our form and of the same search.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Any

import orjson

from dengar.index.results import QueryError

KEEP_ALIVE = "5m"
MAX_LENGTH = 32_768
_FORM = "The cursor is not one of this search: begin again from its first page."

Place = list[str | float | int | bool | None]


@dataclass(frozen=True, slots=True)
class Cursor:
    """`pit` is Elasticsearch's point in time, `after` the sort values of the last hit, `of` the digest of the request."""

    pit: str
    after: Place
    of: str

    def text(self) -> str:
        """As it is handed out: letters, digits, - and _."""
        return base64.urlsafe_b64encode(orjson.dumps([self.pit, self.after, self.of])).decode().rstrip("=")


def digest(request: dict[str, Any]) -> str:
    """What ties a cursor to its request."""
    return hashlib.blake2b(orjson.dumps(request, option=orjson.OPT_SORT_KEYS), digest_size=12).hexdigest()


def read_cursor(text: str, of: str) -> Cursor:
    """The cursor of a request with digest `of`. Raises QueryError for anything else."""
    if len(text) > MAX_LENGTH:
        raise QueryError(_FORM)
    try:
        body = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise QueryError(_FORM) from error
    match body:
        case [str(pit), list(after), str(told)] if told == of and all(
            isinstance(value, str | int | float | None) for value in after
        ):
            return Cursor(pit, after, told)
    raise QueryError(_FORM)
