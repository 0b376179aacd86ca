"""What the YouTube Data API refuses, and what follows: the reason decides, not the status (platforms.md section 1.4)."""

from __future__ import annotations

from typing import Any

import orjson

from listeners.source import SourceError

QUOTA = {"quotaExceeded", "dailyLimitExceeded"}
RETRIED = {"rateLimitExceeded", "userRateLimitExceeded", "backendError", "internalError"}
GONE = {
    "videoNotFound", "channelNotFound", "playlistNotFound", "commentThreadNotFound", "commentNotFound", "liveChatNotFound",
    "notFound",
}  # fmt: skip
UNAVAILABLE = {"commentsDisabled", "liveChatEnded", "liveChatDisabled"}
CONFIGURATION = {"accessNotConfigured", "keyInvalid", "badRequest", "keyExpired", "ipRefererBlocked", "API_KEY_INVALID"}


class YouTubeError(SourceError):
    """An answer that is no data; `reason` is the platform's own, `status` the HTTP status (0: no answer at all)."""

    def __init__(self, message: str, reason: str, status: int) -> None:
        super().__init__(message)
        self.reason = reason
        self.status = status


class TransientError(YouTubeError):
    """Worth another try, after a pause."""


class ProcessingError(TransientError):
    """YouTube cannot work on this one request: tried three times, then the place is left for its next round."""


class CredentialsError(YouTubeError):
    """The key is refused, or lacks a right: nothing can be read before a person has looked."""

    def again(self) -> CredentialsError:
        """The same refusal, without the traceback of the first."""
        return CredentialsError(str(self), self.reason, self.status)


class ForbiddenError(CredentialsError):
    """One thing is not shown to us. Twice in a row it is the key that lacks a right."""


class TooEarlyError(YouTubeError):
    """A live chat was asked before its pause was over: no second try, it waits longer."""


class QuotaExhaustedError(YouTubeError):
    """A daily bucket is empty: no further call of that bucket before its reset."""


class GoneError(YouTubeError):
    """The object does not exist (any more), or is not visible."""


class UnavailableError(YouTubeError):
    """The object exists but this part of it is closed: unavailable, not zero."""


class InvalidTokenError(YouTubeError):
    """The page token expired: the listing starts again."""


def error_of(status: int, content: bytes, method: str) -> YouTubeError:
    """The error of an answer. The message never quotes the answer or the URL: they can carry the key."""
    reason = _reason(content)
    said = f"YouTube answered {method} with {status} {reason or 'without a reason'}"
    if reason in QUOTA:
        return QuotaExhaustedError(
            f"{said}: the daily quota is spent; the listener goes on after the reset.", reason, status
        )
    if reason == "rateLimitExceeded" and method == "liveChatMessages.list":
        return TooEarlyError(f"{said}: the chat is asked again after a longer pause.", reason, status)
    if reason == "processingFailure":
        return ProcessingError(f"{said}: it cannot be worked on now.", reason, status)
    if reason in RETRIED or status == 429 or status >= 500:
        return TransientError(f"{said}: try again later.", reason or "backendError", status)
    if reason in GONE:
        return GoneError(f"{said}.", reason, status)
    if reason in UNAVAILABLE:
        return UnavailableError(f"{said}.", reason, status)
    if reason in ("invalidPageToken", "pageTokenInvalid"):
        return InvalidTokenError(f"{said}: the listing starts again.", reason, status)
    if reason in CONFIGURATION or status in (401, 403):
        refused = ForbiddenError if (status, reason) == (403, "forbidden") else CredentialsError
        return refused(f"{said}: check DENGAR_YOUTUBE_API_KEY, its restrictions and scopes.", reason, status)
    return YouTubeError(f"{said}: the listener asked for something that the API does not take.", reason, status)


def _reason(content: bytes) -> str:
    try:
        body: Any = orjson.loads(content)
        error = body["error"]
        if isinstance(error, str):
            return error
        errors = error.get("errors") or [{}]
        return str(errors[0].get("reason") or error.get("status") or "")
    except (orjson.JSONDecodeError, KeyError, TypeError, IndexError, AttributeError):
        return ""
