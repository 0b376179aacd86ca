"""What a check finds: one rule of the schema policy broken at one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """`where` is the schema (`mention/current.yaml`), `field` a path (`author.name`, `entities[].type`) or "" for the whole schema.

    `rule` is a code that scripts may match; `detail` completes the sentence.
    """

    where: str
    field: str
    rule: str
    detail: str

    def __str__(self) -> str:
        place = f"{self.where}, field {self.field}" if self.field else self.where
        return f"{place}: {self.detail} (rule {self.rule})."
