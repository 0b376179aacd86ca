"""The words of the pages, Indonesian or English, a catalogue each (`catalogue/<language>.yaml`); how each writes figures and times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dengar.records import JAKARTA

LANGUAGES = ("id", "en")
FOLDER = Path(__file__).parent / "catalogue"


class Words:
    """`words("search.title")` is a sentence, `words.label("intent", "complaint")` a label's name. An unknown key is a defect: KeyError."""

    def __init__(self, language: str, sentences: Mapping[str, str], labels: Mapping[str, Mapping[str, str]]) -> None:
        self.language, self._sentences, self._labels = language, sentences, labels

    def __call__(self, key: str, /, **values: Any) -> str:
        return self._sentences[key].format(**values) if values else self._sentences[key]

    def label(self, field: str, value: Any) -> str:
        """What people call a value of a field; the value itself where the catalogue has no word for it."""
        told = "true" if value is True else "false" if value is False else str(value)
        return self._labels.get(field, {}).get(told, told)

    def labels(self, field: str) -> Mapping[str, str]:
        """value → name."""
        return self._labels.get(field, {})

    def number(self, value: int | None) -> str:
        """`12.345` or `12,345`; a dash where there is no figure, which is not 0."""
        if value is None:
            return "–"
        return f"{value:,}".replace(",", "." if self.language == "id" else ",")

    def decimal(self, value: float, places: int) -> str:
        """`12.345,6` or `12,345.6`."""
        told = f"{value:,.{places}f}"
        return told.translate(str.maketrans(",.", ".,")) if self.language == "id" else told

    def share(self, value: float | None) -> str:
        """A probability or share: `87 %`."""
        return "–" if value is None else f"{value:.0%}".replace("%", " %")

    def when(self, moment: str | datetime | None) -> str:
        """`Sel 24 Nov 2026 16.05 WIB`."""
        if moment is None:
            return "–"
        local = _local(moment)
        day = self._sentences["calendar.days"].split()[local.weekday()]
        month = self._sentences["calendar.months"].split()[local.month - 1]
        clock = f"{local:%H.%M}" if self.language == "id" else f"{local:%H:%M}"
        return f"{day} {local.day} {month} {local.year} {clock} WIB"

    def span(self, span: timedelta) -> str:
        """`3 jam`, `2 hari`: the largest unit that fills."""
        seconds = int(abs(span).total_seconds())
        for name, unit in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
            if seconds >= 2 * unit or (seconds >= unit and name != "minutes"):
                return self._sentences[f"span.{name}"].format(n=self.number(seconds // unit))
        return (
            self._sentences["span.minutes"].format(n=seconds // 60) if seconds >= 60 else self._sentences["span.moment"]
        )

    def naming(self, labels: Mapping[str, Mapping[str, str]]) -> Words:
        """The same words, and names of values that no catalogue knows, such as those of the registers: field → value → name."""
        return Words(self.language, self._sentences, {**self._labels, **labels})


def _local(moment: str | datetime) -> datetime:
    return (datetime.fromisoformat(moment) if isinstance(moment, str) else moment).astimezone(JAKARTA)


@cache
def words(language: str) -> Words:
    """The catalogue of a language."""
    body = yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    return Words(language, body["sentences"], {name: dict(rows) for name, rows in body["labels"].items()})
