"""Meta's signed_request: `SIG.PAYLOAD`, both base64url without padding, SIG = HMAC-SHA256(app secret, PAYLOAD as received)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

import orjson

MOST_CHARACTERS = 4_096


class SignedRequestError(ValueError):
    """Not a signed_request by one of our secrets."""


def user_of(signed_request: str, app_secrets: Sequence[str]) -> str:
    """The app-scoped user id. The signature is checked before the payload is decoded. Raises SignedRequestError."""
    signature, dot, payload = signed_request.partition(".")
    if not dot or len(signed_request) > MOST_CHARACTERS or not signed_request.isascii():
        raise SignedRequestError("not a signed_request")
    given = _decoded(signature)
    made = [hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest() for secret in app_secrets if secret]
    if not any(hmac.compare_digest(given, one) for one in made):
        raise SignedRequestError("not signed by this app")
    try:
        body = orjson.loads(_decoded(payload))
    except orjson.JSONDecodeError:
        raise SignedRequestError("the payload is not JSON") from None
    if not isinstance(body, dict) or str(body.get("algorithm", "")).upper() != "HMAC-SHA256":
        raise SignedRequestError("the algorithm is not HMAC-SHA256")
    user = body.get("user_id")
    if not isinstance(user, str | int) or not str(user).isalnum() or len(str(user)) > 64:
        raise SignedRequestError("the payload names no user")
    return str(user)


def _decoded(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise SignedRequestError("not base64url") from None
