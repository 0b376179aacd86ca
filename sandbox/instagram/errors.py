"""Errors in the shape of the Graph API."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any


class GraphError(Exception):
    """An answer other than success. `status` is HTTP's, `code` and `subcode` are Meta's."""

    def __init__(
        self, code: int, message: str, *, status: int = 400, subcode: int | None = None, transient: bool = False
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.status, self.subcode, self.transient = code, message, status, subcode, transient

    def body(self) -> dict[str, Any]:
        """The JSON body."""
        kind = "OAuthException" if self.code not in (1, 2) else "GraphMethodException"
        error: dict[str, Any] = {"message": self.message, "type": kind, "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.transient:
            error["is_transient"] = True
        error["fbtrace_id"] = "A" + blake2b(f"{self.code}{self.message}".encode(), digest_size=8).hexdigest()
        return {"error": error}


def invalid(message: str) -> GraphError:
    return GraphError(100, f"(#100) {message}")


def gone(identity: str) -> GraphError:
    """What Meta says of an object that is deleted, foreign or unknown: it does not tell which."""
    return GraphError(
        100,
        f"Unsupported get request. Object with ID '{identity}' does not exist, cannot be loaded due to missing "
        "permissions, or does not support this operation",
        subcode=33,
    )


def forbidden(message: str = "Application does not have permission for this action") -> GraphError:
    return GraphError(10, f"(#10) {message}")
