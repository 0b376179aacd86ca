"""Import saved objects through Kibana's API (POST /api/saved_objects/_import)."""

from __future__ import annotations

from typing import Any

import httpx

TIMEOUT_S = 60.0


class DeliveryError(RuntimeError):
    """Kibana did not take the objects; the message says why and what to do."""


def deliver(
    objects: bytes,
    kibana: str,
    username: str,
    password: str,
    space: str = "",
    transport: httpx.BaseTransport | None = None,
) -> dict[str, Any]:
    """Import, overwriting objects of the same id; Kibana's answer. No password: no authentication. Raises DeliveryError."""
    path = f"{kibana.rstrip('/')}{f'/s/{space}' if space else ''}/api/saved_objects/_import"
    auth = (username, password) if password else None
    try:
        with httpx.Client(timeout=TIMEOUT_S, auth=auth, transport=transport) as client:
            answer = client.post(
                path,
                params={"overwrite": "true"},
                headers={"kbn-xsrf": "true"},
                files={"file": ("dengar.ndjson", objects, "application/ndjson")},
            )
    except httpx.HTTPError as error:
        raise DeliveryError(
            f"Kibana at {kibana} does not answer ({type(error).__name__}): is it up, and is that its address?"
        ) from error
    if answer.status_code in (401, 403):
        raise DeliveryError(
            "Kibana refuses these credentials: give --username, and its password in DENGAR_ELASTICSEARCH_PASSWORD."
        )
    try:
        body: dict[str, Any] = answer.json()
    except ValueError as error:
        raise DeliveryError(
            f"Kibana at {kibana} answered with status {answer.status_code} and no JSON: is that Kibana?"
        ) from error
    if not body.get("success"):
        first = (body.get("errors") or [{}])[0]
        why = first.get("error", {}).get("type") or body.get("message") or "no reason told"
        raise DeliveryError(f"Kibana refused {first.get('id') or 'the file'}: {why}.")
    return body
