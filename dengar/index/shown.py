"""What of a mention policy lets be shown: a field that is off is taken out, and said to be."""

from __future__ import annotations

from typing import Any

from dengar.policy import Policy, Verdict
from dengar.policy.rules import PLATFORMS

_PREFIX = "mention."


class Shown:
    """Takes hidden fields out of mentions. `off`: platform → field → verdict, for the platforms met."""

    def __init__(self, policy: Policy) -> None:
        self.off: dict[str, dict[str, Verdict]] = {}
        self._hidden = {
            platform: {
                name.removeprefix(_PREFIX): verdict
                for name in policy.rules[platform]
                if name.startswith(_PREFIX) and not (verdict := policy.verdict("show", platform, name))
            }
            for platform in PLATFORMS
        }

    def hidden(self, platform: str) -> dict[str, Verdict]:
        """Field → verdict, of all that is off on a platform."""
        return self._hidden[platform]

    def of(self, mention: dict[str, Any]) -> dict[str, Any]:
        """The mention without the fields that are off on its platform."""
        platform = mention["platform"]
        hidden = self._hidden[platform]
        if not hidden:
            return mention
        self.off[platform] = hidden
        return {name: value for name, value in mention.items() if name not in hidden}
