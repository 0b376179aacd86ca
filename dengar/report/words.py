"""The words of a report, in Indonesian or English, and how each writes figures, spans and times. Labels are those of the explorer."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dengar.records import JAKARTA
from dengar.report.figure import Figure, Missing, Number
from dengar.report.scope import AUDITED
from dengar.report.week import Week
from dengar.web.words import Words
from dengar.web.words import words as explorer

FOLDER = Path(__file__).parent / "catalogue"
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


class ReportWords(Words):
    """`words("lead.none")` is a sentence, `words.figure_value(row)` a figure as people write it."""

    def has(self, key: str) -> bool:
        """Whether the catalogue has a sentence."""
        return key in self._sentences

    def value(self, unit: str, value: Number | None) -> str:
        """A value in its unit: `1.234`, `38%`, `−12,5`, `5 jam 12 menit`; a dash where there is none."""
        if value is None:
            return "–"
        if unit == "share":
            fine = 0 < value < 0.005 or 0.995 < value < 1
            return self._comma(f"{100 * value:.1f}%" if fine else f"{100 * value:.0f}%")
        if unit == "seconds":
            return self.seconds(float(value))
        if unit == "points":
            told = f"{value:+.0f}" if value == int(value) else f"{value:+.1f}"
            return self._comma(told.replace("-", "−")) if value else "0"
        whole = value == int(value)
        return self.number(int(value)) if whole else self._comma(f"{value:,.1f}", thousands=True)

    def seconds(self, seconds: float) -> str:
        """`2 hari 3 jam`, `5 jam 12 menit`, `7 menit`."""
        large, small, unit = ("days", "hours", _HOUR) if seconds >= 2 * _DAY else ("hours", "minutes", _MINUTE)
        first, second = divmod(round(seconds / unit), 24 if large == "days" else 60)
        parts = [self(f"briefly.{name}", n=self.number(n)) for name, n in ((large, first), (small, second)) if n]
        return " ".join(parts) or self("briefly.minutes", n=0)

    def change(self, unit: str, now: Number, before: Number) -> str:
        """By how much it changed: shares and points in points, counts in percent, spans as spans; signed."""
        by = now - before
        sign = "+" if by > 0 else "−"
        if unit == "share":
            return self("delta.points", by=self._comma(f"{sign}{abs(100 * by):.0f}"))
        if unit == "points":
            return self("delta.points", by=self._comma(f"{sign}{abs(by):.1f}".removesuffix(".0")))
        if unit == "seconds":
            return sign + self.seconds(abs(by))
        return f"{sign}{abs(by) / before:.0%}" if before else f"{sign}{self.value(unit, abs(by))}"

    def day(self, moment: str | date) -> str:
        """`18 November`."""
        day = datetime.fromisoformat(moment).astimezone(JAKARTA).date() if isinstance(moment, str) else moment
        return f"{day.day} {self._sentences['months'].split()[day.month - 1]}"

    def weekday(self, day: date) -> str:
        """`Senin`."""
        return self._sentences["days"].split()[day.weekday()]

    def clock(self, moment: str) -> str:
        """`18 November 09.00 WIB`."""
        local = datetime.fromisoformat(moment).astimezone(JAKARTA)
        return (
            f"{self.day(moment)} {local:%H.%M} WIB"
            if self.language == "id"
            else f"{self.day(moment)} {local:%H:%M} WIB"
        )

    def moment(self, moment: str) -> str:
        """`Rab 18 Nov 09.00`, WIB."""
        local = datetime.fromisoformat(moment).astimezone(JAKARTA)
        day = self._sentences["calendar.days"].split()[local.weekday()]
        month = self._sentences["calendar.months"].split()[local.month - 1]
        return f"{day} {local.day} {month} " + (f"{local:%H.%M}" if self.language == "id" else f"{local:%H:%M}")

    def period(self, week: Week) -> str:
        """`16–22 November 2026`, or with both months and years where they differ."""
        first, last = week.monday, week.sunday
        start = str(first.day) if first.month == last.month else self.day(first)
        return f"{start}{'–' if first.month == last.month else ' – '}{self.day(last)} {last.year}"

    def why(self, missing: Missing) -> str:
        """The reason of a figure that is not there."""
        if missing.kind == "off_by_policy":
            return self("off")
        if missing.kind == "retired":
            return self("missing.retired", clause=missing.says)
        return self(f"missing.{missing.says}")

    def apart(self, row: Figure, level: Number | None) -> str:
        """`told`, with one decimal more where a share would read as the target that it is not."""
        if row.unit != "share" or row.value is None or level is None or row.value == level:
            return self.told(row)
        alike = self.value("share", row.value) == self.value("share", level)
        return self._comma(f"{100 * row.value:.1f}%") if alike else self.told(row)

    def briefly(self, row: Figure) -> str:
        """`told`, with the reason cut to its first words, for a cell of a table."""
        return self.told(row).partition(":")[0] if row.value is None else self.told(row)

    def clause(self, missing: Missing) -> tuple[str, str]:
        """(what the clause says, how what it bars is enabled)."""
        key = f"clause.{missing.says}"
        says = self(key) if self.has(key) else missing.says
        if missing.enable is None:
            return says, self("off.never")
        if missing.enable == AUDITED:
            return says, self("off.enable", enable=self("off.audited"))
        how = self(f"{key}.enable") if self.has(f"{key}.enable") else missing.enable
        return says, self("off.enable", enable=how)

    def where(self, platform: str | None) -> str:
        """`Instagram: `, nothing for both platforms."""
        return "" if platform is None else self("lead.on", platform=self.label("platform", platform))

    def told(self, row: Figure) -> str:
        """A figure's value, or why there is none."""
        return self.why(row.missing) if row.value is None and row.missing else self.value(row.unit, row.value)

    def name(self, id: str, key: str | None) -> str:
        """What people call a figure: `Pokok: PKH`."""
        base = self(f"figure.{id}")
        field = {"intent": "intent", "category": "category", "sentiment": "sentiment", "grievance": "category"}.get(id)
        field = "category" if id == "replies_by_category" else field
        return base if key is None else f"{base}: {self.label(field, key) if field else key}"

    def _comma(self, text: str, *, thousands: bool = False) -> str:
        if self.language != "id":
            return text
        swapped = text.replace(",", "\0").replace(".", ",")
        return swapped.replace("\0", "." if thousands else ",")


@cache
def report_words(language: str) -> ReportWords:
    """The catalogue of a language, over the explorer's."""
    own: dict[str, Any] = yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))["sentences"]
    shared = explorer(language)
    return ReportWords(language, {**shared._sentences, **own}, shared._labels)
