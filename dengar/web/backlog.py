"""What will be overdue if nobody answers, as the explorer tells it: a platform each, or both where policy lets their clocks be mixed."""

from __future__ import annotations

from datetime import datetime

from dengar.policy import Policy
from dengar.responses.breaches import Breaches, end_of_day, request, together, told
from dengar.responses.worktime import WorkingTime, working_time
from dengar.web.archive import Archive
from dengar.web.waiting import DESK

PANELS = ("desk", "backlog_age", "breaches", "first_response")


def soon(archive: Archive, policy: Policy, now: datetime, working: WorkingTime | None = None) -> list[Breaches]:
    """Up to the next close of office hours; none where nobody waits. Raises IndexUnavailable."""
    until = end_of_day(working or working_time(), now)
    answer = archive.aggregate(DESK, request(now, until))
    return together(told(answer.get("aggregations") or {}, until), policy)
