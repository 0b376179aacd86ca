"""W3C trace context: one trace id from the request that brought an item to every record made of it.

dengar forwards a trace and records no spans of its own: a context that came with a request travels on unchanged, as the W3C asks of
those who only pass it on. In a CloudEvent it is attributes `traceparent` and `tracestate` (the distributed tracing extension), and the
Kafka headers of the same names, which instrumented clients read: on a single hop the two must agree.
Sources: W3C Trace Context (Recommendation, 2021); CloudEvents distributed tracing extension 1.0.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

PARENT, STATE = "traceparent", "tracestate"
MAX_LENGTH = 512


@dataclass(frozen=True, slots=True)
class Trace:
    """A valid trace context: `parent` is `00-<trace id>-<span id>-<flags>`, `state` what vendors added, None where nothing."""

    parent: str
    state: str | None = None

    @property
    def id(self) -> str:
        """The trace id, 32 hex digits."""
        return self.parent[3:35]

    def attributes(self) -> dict[str, str]:
        """As attributes of a CloudEvent."""
        return {PARENT: self.parent} | ({STATE: self.state} if self.state else {})


def start() -> Trace:
    """A new trace. Not sampled: nobody records it yet, whoever comes later may."""
    return Trace(f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-00")


def accept(parents: Sequence[str], states: Sequence[str] = ()) -> Trace:
    """The trace of an HTTP request by its headers `traceparent` and `tracestate`; a new one where they are missing, double or invalid."""
    found = _read(parents[0], ",".join(states)) if len(parents) == 1 else None
    return found or start()


def read(attributes: Mapping[str, str]) -> Trace | None:
    """The trace in an event's extensions, None where there is none or it is invalid."""
    parent = attributes.get(PARENT)
    return _read(parent, attributes.get(STATE, "")) if parent else None


def resume(trace_id: str | None, event_id: str) -> Trace | None:
    """A context for a record that kept its trace id alone; the span id is derived from `event_id`, so that a repeat carries the same."""
    if not trace_id:
        return None
    return Trace(f"00-{trace_id}-{hashlib.blake2b(event_id.encode(), digest_size=8).hexdigest()}-00")


@lru_cache(maxsize=10_000)
def _read(parent: str, state: str) -> Trace | None:
    """Checked and written again by OpenTelemetry, which Airflow brings along; the items of a page share one context, hence the cache."""
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    if len(parent) > MAX_LENGTH or len(state) > MAX_LENGTH:
        return None
    propagator, written = TraceContextTextMapPropagator(), dict[str, str]()
    propagator.inject(written, propagator.extract({PARENT: parent, STATE: state} if state else {PARENT: parent}))
    return Trace(written[PARENT], written.get(STATE) or None) if PARENT in written else None
