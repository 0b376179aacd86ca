"""State that outlives a process: the last write of a key wins, whoever wrote it; known items are bounded and shared."""

from __future__ import annotations

from typing import Any

from dengar.log.memory import MemoryLog
from listeners.item import RawItem
from listeners.known import KnownItems
from listeners.publish import Publisher
from listeners.state import ListenerState


def item(identity: str, kind: str = "comment", **changes: Any) -> RawItem:
    given: dict[str, Any] = {"post_id": "yt:video:v1", "account": "UC1", "version": "1"} | changes
    return RawItem("youtube", kind, f"yt:comment:{identity}", {"id": identity}, "youtube/x", "youtube.toy", **given)


def test_two_workers_share_what_they_know() -> None:
    log = MemoryLog()
    ours, theirs = ListenerState(log), ListenerState(log)
    ours.put("cursor/a", {"page": 1})
    ours.flush()
    assert theirs.get("cursor/a") is None
    assert theirs.refresh() == 1
    assert theirs.get("cursor/a") == {"page": 1}
    theirs.put("cursor/a", None)
    theirs.flush()
    ours.refresh()
    assert (ours.get("cursor/a"), list(ours.items("cursor/"))) == (None, [])


def test_only_its_prefixes_are_kept() -> None:
    log = MemoryLog()
    writer, reader = ListenerState(log), ListenerState(log, ("quota/",))
    writer.put("cursor/a", 1)
    writer.put("quota/b", 2)
    writer.flush()
    reader.refresh()
    assert dict(reader.items("")) == {"quota/b": 2}


def test_known_items_survive_a_restart() -> None:
    log = MemoryLog()
    first = ListenerState(log)
    publisher = Publisher(log, KnownItems(first, platform="yt:"))
    publisher.publish([item("1"), item("2")])
    publisher.publish([item("2", "gone")])
    first.flush()

    second = ListenerState(log)
    known = KnownItems(second, platform="yt:")
    second.refresh()
    again = Publisher(log, known)
    assert again.publish([item("1")]).unchanged == 1
    assert known.under("yt:video:v1", "yt:comment") == known.under("UC1", "yt:comment") == ["yt:comment:1"]
    deleted = known.get("yt:comment:2")
    assert deleted is not None
    assert deleted.gone
    assert (known.holds("yt:comment:1"), known.holds("yt:comment:2")) == (True, False)
    assert again.publish([item("2")]).collected == 1, "what comes back after its deletion is new"


def test_what_is_forgotten_is_forgotten_by_all() -> None:
    log = MemoryLog()
    state = ListenerState(log)
    publisher = Publisher(log, KnownItems(state, limit=2, platform="yt:"))
    publisher.publish([item("1"), item("2"), item("3")])
    state.flush()
    other = ListenerState(log)
    known = KnownItems(other, platform="yt:")
    other.refresh()
    assert known.under("yt:video:v1", "yt:comment") == ["yt:comment:2", "yt:comment:3"]


def test_an_item_that_moves_hangs_under_its_new_place_only() -> None:
    known = KnownItems()
    known.remember([item("1")])
    known.remember([item("1", post_id="yt:video:v2", version="2")])
    assert known.under("yt:video:v1", "yt:comment") == []
    assert known.under("yt:video:v2", "yt:comment") == ["yt:comment:1"]
