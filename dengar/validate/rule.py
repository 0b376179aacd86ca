"""A rule: an expectation, and what dengar says when it does not hold. Rules are written in `infra/expectations/<record type>.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dengar.validate import CRITICAL


@dataclass(frozen=True)
class Rule:
    """One entry of an expectations file.

    `type` and `kwargs` are Great Expectations' own words. `where` (column → values) limits the rows that are looked at. A rule of severity
    `stop` speaks of the batch: it is not asked of fewer than `from_rows` rows. `place` is `file:line`, for messages.
    """

    reason: str
    severity: str
    type: str
    kwargs: Mapping[str, Any]
    detail: str
    where: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    from_rows: int = 0
    place: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the frame that the expectation reads."""
        names = [self.kwargs[name] for name in ("column", "column_A", "column_B") if name in self.kwargs]
        return tuple(names) + tuple(self.kwargs.get("column_list", ()))

    @property
    def names_rows(self) -> bool:
        """Whether rows are told apart: not so for a rule that stops the batch."""
        return self.severity in (CRITICAL, "warning")
