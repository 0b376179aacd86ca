"""One round of a source, as the runner makes it: fetch, publish, keep the cursor, until there is no more."""

from __future__ import annotations

from listeners.item import RawItem
from listeners.source import Gap, Source
from listeners.station import Station


def round_of(source: Source, station: Station) -> list[RawItem]:
    """The items of one round; they are published and the cursor is kept."""
    return [item for page in pages_of(source, station) for item in page]


def pages_of(source: Source, station: Station, most: int = 1_000) -> list[list[RawItem]]:
    """The items page by page, at most `most` pages: a round that is broken off goes on at the next call."""
    key, found = station.cursor_key(source.name), []
    for _ in range(most):
        page = source.fetch(station.state.get(key))
        station.publisher.publish(page.items)
        station.state.put(key, dict(page.cursor) if page.cursor is not None else None)
        found.append(list(page.items))
        if not page.more:
            break
    return found


def gaps_of(source: Source, station: Station) -> list[Gap]:
    """The gaps of one round."""
    key, found = station.cursor_key(source.name), list[Gap]()
    for _ in range(1_000):
        page = source.fetch(station.state.get(key))
        station.publisher.publish(page.items)
        station.state.put(key, dict(page.cursor) if page.cursor is not None else None)
        found += page.gaps
        if not page.more:
            break
    return found
