"""A cap on requests per remote address: a token bucket each, the quiet ones forgotten."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse

PER_SECOND = 2_000.0
BURST = 6_000.0
ADDRESSES = 10_000


class Rate:
    """`allows(address)` takes one token. Far above what a platform sends; a flood is answered 429 before its body is read."""

    def __init__(
        self, per_second: float = PER_SECOND, burst: float = BURST, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._burst, self._clock = per_second, burst, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # address → (tokens, at)

    def allows(self, address: str) -> bool:
        """Whether a request of this address is served now."""
        now = self._clock()
        tokens, at = self._buckets.pop(address, (self._burst, now))
        tokens = min(self._burst, tokens + (now - at) * self._rate)
        served = tokens >= 1
        self._buckets[address] = (tokens - served, now)
        if len(self._buckets) > ADDRESSES:
            self._buckets.popitem(last=False)
        return served

    def refusal(self, request: Request) -> Response | None:
        """The answer to a request whose address is over the cap, None where it is served."""
        if self.allows(request.client.host if request.client else ""):
            return None
        return PlainTextResponse("too many requests", 429, {"Retry-After": "1"})
