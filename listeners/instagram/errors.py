"""What the Graph API refuses, and what follows: code and subcode decide (platforms.md section 2.6)."""

from __future__ import annotations

from typing import Any

from listeners.source import SourceError

RATE = {4, 17, 32, 613, 80002}
TRANSIENT = {1, 2}
TOKEN = {102, 104, 190}
GONE_SUBCODE = 33
BEFORE_BUSINESS = 2108006
HASHTAGS_SPENT = 18


class InstagramError(SourceError):
    """An answer that is no data. `code` and `subcode` are Meta's own (0: none)."""

    def __init__(self, message: str, code: int = 0, subcode: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.subcode = subcode


class TransientError(InstagramError):
    """Worth another try, after a pause."""


class TooMuchDataError(InstagramError):
    """Meta asks to reduce the amount of data: the same page with a smaller limit."""


class RateLimitedError(InstagramError):
    """No further call before the limit eases; `minutes` is Meta's own estimate, or None. `ours`: said by us, not asked of Meta."""

    minutes: float | None = None
    ours = False


class TokenError(InstagramError):
    """The token is no longer good: nothing of this account can be read before it is connected again."""

    def again(self) -> TokenError:
        """The same refusal, without the traceback of the first."""
        return TokenError(str(self), self.code, self.subcode)


class GoneError(InstagramError):
    """The object does not exist, or is not visible to this account."""


class PermissionMissingError(InstagramError):
    """A permission is missing for this stream."""


class NotEnoughViewersError(InstagramError):
    """Insights are withheld for a small audience: unavailable, not zero."""


class HashtagBudgetError(InstagramError):
    """Meta counts more different hashtags in its rolling window than it allows."""


class RequestError(InstagramError):
    """(#100) A field, metric or range that does not fit the object: asking again changes nothing."""


def error_of(status: int, body: Any, what: str) -> InstagramError:
    """The error of an answer. The message never quotes the URL or the answer: they can carry the token."""
    nested = body.get("error") if isinstance(body, dict) else None
    # The OAuth endpoints answer flat: error_type, code, error_message.
    error = nested if isinstance(nested, dict) else body if isinstance(body, dict) else {}
    code, subcode = _whole(error.get("code")), _whole(error.get("error_subcode"))
    text = str(error.get("message", ""))
    said = f"Instagram answered {what} with {status}, code {code}" + (f"/{subcode}" if subcode else "")
    if code in RATE or status == 429:
        return RateLimitedError(f"{said}: the rate limit is reached; the listener waits.", code, subcode)
    if code in TOKEN:
        return TokenError(
            f"{said}: the access token is not valid; connect the account again (DENGAR_INSTAGRAM_TOKEN).", code, subcode
        )
    if code in TRANSIENT and "reduce the amount of data" in text.lower():
        return TooMuchDataError(f"{said}: less data a page.", code, subcode)
    if code in TRANSIENT or error.get("is_transient") or status >= 500:
        return TransientError(f"{said}: try again later.", code, subcode)
    if code == HASHTAGS_SPENT:
        return HashtagBudgetError(f"{said}: the budget of hashtags is spent.", code, subcode)
    if code == 10 and "viewers" in text.lower():
        return NotEnoughViewersError(f"{said}: too few viewers for insights.", code, subcode)
    if code == 10 or 200 <= code <= 299:
        return PermissionMissingError(f"{said}: a permission is missing; grant it to the app.", code, subcode)
    if (code, subcode) == (100, GONE_SUBCODE) or code in (24, 110):
        return GoneError(f"{said}: not there, or not visible.", code, subcode)
    return RequestError(f"{said}: a field or metric does not fit.", code, subcode)


def _whole(value: Any) -> int:
    return value if isinstance(value, int) else 0
