"""Signatures over the raw bytes of a body, compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

WEBSUB_ALGORITHMS = ("sha1", "sha256", "sha384", "sha512")


def signed_by_meta(body: bytes, header: str | None, secrets: Sequence[str]) -> bool:
    """X-Hub-Signature-256 by one of the app secrets (several while they rotate). No secret, no signature: False."""
    matches = [
        hmac.compare_digest(
            f"sha256={_digest('sha256', secret, body)}".encode(), (header or "").strip().lower().encode()
        )
        for secret in secrets
        if secret
    ]
    return any(matches)


def signed_by_hub(body: bytes, header: str | None, secret: str) -> bool:
    """X-Hub-Signature `<algorithm>=<hex>` of WebSub, the algorithm one of sha1, 256, 384, 512."""
    algorithm, _, given = (header or "").strip().partition("=")
    algorithm = algorithm.lower()
    if not secret or algorithm not in WEBSUB_ALGORITHMS:
        return False
    return hmac.compare_digest(_digest(algorithm, secret, body).encode(), given.strip().lower().encode())


def _digest(algorithm: str, secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, getattr(hashlib, algorithm)).hexdigest()
