"""The desk's run claims no further than the index has come, and all of what people decided."""

from dengar.log.memory import MemoryLog
from dengar.responses import ACTIONS, TRACK_GROUP, TRACKED
from dengar.stages.claim import claim
from dengar.topics import INDEX_GROUP

MENTIONS = "mentions"


def claimed(log: MemoryLog) -> dict[str, int]:
    spans = [span for chunk in claim(log, TRACK_GROUP, TRACKED, behind=INDEX_GROUP) for span in chunk]
    found = dict.fromkeys((MENTIONS, ACTIONS), 0)
    for span in spans:
        found[span["topic"]] += span["end"] - span["start"]
    return found


def test_a_run_stays_behind_the_index() -> None:
    log = MemoryLog()
    for number in range(40):
        log.append(MENTIONS, f"yt:comment:{number}", b"{}", [])
    log.append(ACTIONS, "yt:comment:1", b"{}", [])
    log.flush()
    ends = log.ends([MENTIONS])
    log.commit(INDEX_GROUP, {partition: end // 2 for partition, end in ends.items()})
    assert claimed(log) == {MENTIONS: sum(end // 2 for end in ends.values()), ACTIONS: 1}
    log.commit(INDEX_GROUP, ends)
    assert claimed(log) == {MENTIONS: 40, ACTIONS: 1}
    log.commit(TRACK_GROUP, ends)
    assert claimed(log) == {MENTIONS: 0, ACTIONS: 1}


def test_an_index_that_lost_its_place_claims_nothing_twice() -> None:
    log = MemoryLog()
    log.append(MENTIONS, "yt:comment:1", b"{}", [])
    log.flush()
    ends = log.ends([MENTIONS])
    log.commit(TRACK_GROUP, ends)
    log.commit(INDEX_GROUP, dict.fromkeys(ends, 0))
    assert claimed(log)[MENTIONS] == 0
