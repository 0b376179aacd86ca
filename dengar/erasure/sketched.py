"""Cells of engaged reach hold hashes of pseudonyms: the person's are taken out of every period's set, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from elasticsearch import Elasticsearch

from dengar.attribution.cells import Cell
from dengar.attribution.store import every_cell, write_cells
from dengar.erasure.person import Person
from dengar.erasure.requests import Request
from dengar.erasure.stores import Found, How


class Sketches:
    """Index `sketches-v1`. A sampled set holds some of its accounts only; of the others there is nothing in it to find.

    Counts of acts, and figures, name nobody; the next full run makes them anew of what is left.
    """

    name, how = "index sketches (who acted on partners' posts)", How.REWRITE

    def __init__(self, client: Elasticsearch, now: Callable[[], datetime]) -> None:
        self._client, self._now = client, now
        self._hits: list[Cell] = []

    def find(self, person: Person) -> Found:
        """Cells whose set holds one of the person's pseudonyms."""
        found = Found()
        self._hits = []
        for cell in every_cell(self._client):
            found.searched += 1
            if cell.platform == person.platform and cell.audience.holds_any(person.names):
                found.found += 1
                self._hits.append(replace(cell, audience=cell.audience.without(person.names)))
        return found

    def remove(self, person: Person, request: Request) -> int:
        """Write them without the person, as newer than what stood there."""
        newer = timedelta(milliseconds=1)
        write_cells(
            self._client, [replace(one, computed_at=max(self._now(), one.computed_at + newer)) for one in self._hits]
        )
        return len(self._hits)
