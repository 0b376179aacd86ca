"""signed_request, as Meta signs it: HMAC-SHA256 over the payload as sent, both parts base64url without padding."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime


def signed_request(app_secret: str, user_id: str, now: datetime) -> str:
    """`SIG.PAYLOAD` for an app-scoped user id at an aware UTC moment."""
    body = {"algorithm": "HMAC-SHA256", "issued_at": int(now.timestamp()), "user_id": user_id}
    payload = _unpadded(json.dumps(body).encode())
    return _unpadded(hmac.new(app_secret.encode(), payload.encode(), hashlib.sha256).digest()) + "." + payload


def _unpadded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
