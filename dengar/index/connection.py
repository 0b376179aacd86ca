"""The connection to Elasticsearch, and the one error for an index that does not answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from elastic_transport import ConnectionError as TransportConnectionError
from elastic_transport import Transport, TransportError
from elasticsearch import ApiError, Elasticsearch
from elasticsearch.serializer import OrjsonSerializer
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    retry_if_result,
    stop_after_delay,
    wait_random_exponential,
)

from dengar.settings import Settings

REQUEST_TIMEOUT_S = 30.0
PATIENCE_S = 5.0


class IndexUnavailable(RuntimeError):
    """Elasticsearch does not answer, or stayed too busy: nothing is lost, the work can be repeated. The message says what to do."""


def client(settings: Settings, *, transport: type[Transport] = Transport) -> Elasticsearch:
    """A client for `settings.elasticsearch_url`. Raises SettingsError if that is not set; connects at the first request.

    orjson writes 64-bit versions exactly and refuses what a strict reader could not read back.
    """
    settings.require("elasticsearch_url")
    options: dict[str, Any] = {}
    if settings.elasticsearch_username:
        options["basic_auth"] = (settings.elasticsearch_username, settings.elasticsearch_password)
    if settings.elasticsearch_ca:
        options["ca_certs"] = settings.elasticsearch_ca
    return Elasticsearch(
        settings.elasticsearch_url,
        serializer=OrjsonSerializer(),
        request_timeout=REQUEST_TIMEOUT_S,
        transport_class=transport,
        **options,
    )


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn what the transport raises, and a refusal for lack of room or rights, into IndexUnavailable."""
    try:
        yield
    except TransportConnectionError as error:
        raise IndexUnavailable(
            "Elasticsearch does not answer: start the stack with `dengar up`, or see `dengar status`."
        ) from error
    except TransportError as error:
        raise IndexUnavailable(
            f"Elasticsearch did not answer in time ({type(error).__name__}): see `dengar status`."
        ) from error
    except ApiError as error:
        if error.meta.status in (401, 403):
            raise IndexUnavailable(
                "Elasticsearch refuses these credentials: check DENGAR_ELASTICSEARCH_USERNAME and DENGAR_ELASTICSEARCH_PASSWORD."
            ) from error
        if error.meta.status in (429, 502, 503, 504):
            raise IndexUnavailable(
                f"Elasticsearch is too busy (status {error.meta.status}): try again in a minute."
            ) from error
        raise


def _busy(error: BaseException) -> bool:
    return isinstance(error, ApiError) and error.meta.status == 503


def _lacks_parts(answer: Any) -> bool:
    return bool(answer["_shards"]["failed"])


def _as_it_is(state: RetryCallState) -> Any:
    return state.outcome.result() if state.outcome else None


PATIENTLY = Retrying(
    retry=retry_if_exception(_busy) | retry_if_result(_lacks_parts),
    wait=wait_random_exponential(0.1, max=1),
    stop=stop_after_delay(PATIENCE_S),
    retry_error_callback=_as_it_is,
)
"""Asks again for PATIENCE_S seconds while parts of an index are on their way, as they are when it was just made or took another's place:
`PATIENTLY(client.search, …)`; what is told after that is returned, or raised, as it is."""
