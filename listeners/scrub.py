"""Keep credentials out of logs: both SDKs put them into URLs, and URLs into exceptions.

Our own messages never quote a URL; this is the net under them, for what a library logs or raises by itself.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
from collections.abc import Callable, Iterable
from types import TracebackType

from dengar.settings import Settings, variables

MASK = "***"
SHORTEST = 6  # a shorter secret (the sandbox's) would blank ordinary words
_PARAMETER = re.compile(
    r"(?i)\b(access_token|input_token|fb_exchange_token|appsecret_proof|client_secret|key|hub\.secret|hub\.verify_token|signed_request)"
    r"(=|%3D|[\"']\s*:\s*[\"'])([^&\s\"'<>]+)"
)
_SIGNATURE = re.compile(r"(?i)\b(sha(?:1|256|384|512))=[0-9a-f]{16,}")


class Scrubber:
    """Replaces every value of a secret setting, and whatever stands where a credential would, by ***."""

    def __init__(self, values: Iterable[str]) -> None:
        longest_first = sorted({value for value in values if len(value) >= SHORTEST}, key=len, reverse=True)
        self._values = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    @classmethod
    def of(cls, settings: Settings) -> Scrubber:
        """For all secrets of the settings; those given as a list count one by one."""
        secret = [name for name, told in variables().items() if told["secret"]]
        held = [str(getattr(settings, name.removeprefix("DENGAR_").lower())) for name in secret]
        return cls([part.strip() for value in held for part in (value, *value.split(","))])

    def __call__(self, text: str) -> str:
        """The text without credentials."""
        if self._values is not None:
            text = self._values.sub(MASK, text)
        return _SIGNATURE.sub(r"\1=" + MASK, _PARAMETER.sub(r"\1\2" + MASK, text))


class ScrubbingFormatter(logging.Formatter):
    """Formats as `inner` does, then scrubs: message, arguments, traceback and all."""

    def __init__(self, inner: logging.Formatter, scrub: Callable[[str], str]) -> None:
        super().__init__()
        self._inner, self._scrub = inner, scrub

    def format(self, record: logging.LogRecord) -> str:
        """The line without credentials."""
        return self._scrub(self._inner.format(record))


def install(settings: Settings) -> Scrubber:
    """Scrub every handler of the root logger, and what an uncaught exception prints, in any thread."""
    scrub = Scrubber.of(settings)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(ScrubbingFormatter(handler.formatter or logging.Formatter(), scrub))

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.stderr.write(scrub(_trace(kind, error, trace)))

    def uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            uncaught(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    sys.excepthook, threading.excepthook = uncaught, uncaught_in_thread
    return scrub


def _trace(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    import traceback

    return "".join(traceback.format_exception(kind, error, trace))
