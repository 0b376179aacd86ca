"""Errors in the shape of Google's APIs."""

from __future__ import annotations

from typing import Any

_STATUS = {400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 500: "INTERNAL", 503: "UNAVAILABLE"}
_DOMAIN = {
    "quotaExceeded": "youtube.quota",
    "rateLimitExceeded": "usageLimits",
    "keyInvalid": "usageLimits",
    "backendError": "global",
}


class YouTubeError(Exception):
    """An answer other than success: HTTP status, `reason` and a message."""

    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.code, self.reason, self.message = code, reason, message

    def body(self) -> dict[str, Any]:
        """The JSON body."""
        domain = _DOMAIN.get(self.reason, "youtube.api")
        detail = {"message": self.message, "domain": domain, "reason": self.reason}
        error: dict[str, Any] = {"code": self.code, "message": self.message, "errors": [detail]}
        if self.code in _STATUS:
            error["status"] = _STATUS[self.code]
        return {"error": error}


def bad(reason: str, message: str) -> YouTubeError:
    return YouTubeError(400, reason, message)


def forbidden(reason: str, message: str) -> YouTubeError:
    return YouTubeError(403, reason, message)


def missing(reason: str, message: str) -> YouTubeError:
    return YouTubeError(404, reason, message)
