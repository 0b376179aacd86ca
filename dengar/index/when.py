"""Times as people type them: 7d, 24h, 2026-11-24, 2026-11-24T09:00+07:00. A date alone is a day in Jakarta."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from dengar.records import JAKARTA

_AGO = re.compile(r"(\d{1,5})\s*([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_CLOCK = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")


def moment(text: str, now: datetime, *, end_of_day: bool = False) -> datetime:
    """Aware UTC time of `text`; a span counts back from `now`. `end_of_day`: a date means the end of that day, not its start.

    A time without a zone is Jakarta's. Raises ValueError with a sentence that shows the forms.
    """
    asked = text.strip()
    try:
        if ago := _AGO.fullmatch(asked):
            return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        if _DATE.fullmatch(asked):
            day = datetime.fromisoformat(asked).replace(tzinfo=JAKARTA)
            return (day + timedelta(days=1) if end_of_day else day).astimezone(UTC)
        if not _CLOCK.match(asked):
            raise ValueError("neither a span nor a date")
        time = datetime.fromisoformat(asked)
        return (time if time.tzinfo else time.replace(tzinfo=JAKARTA)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is not a time: write 7d, 24h, 2026-11-24 or 2026-11-24T09:00+07:00.") from error
