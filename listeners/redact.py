"""Keep credentials out of what people and logs see: both SDKs put them into URLs and exceptions."""

from __future__ import annotations

import re

_PARAMETER = re.compile(r"(?i)\b(key|access_token|appsecret_proof|client_secret|hub\.secret)=[^&\s\"'>]+")


def redact(text: str, *secrets: str) -> str:
    """`text` with credential parameters and the literal `secrets` replaced by ***."""
    cleaned = _PARAMETER.sub(r"\1=***", text)
    for secret in secrets:
        if len(secret) >= 4:
            cleaned = cleaned.replace(secret, "***")
    return cleaned
