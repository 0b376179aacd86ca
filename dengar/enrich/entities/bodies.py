"""NERP leaves ministries, parties, courts and other public bodies unlabelled; the other sets call them organisations.

Before training they are labelled there by a first model of the other sets, so that one model can learn one sense of *organisation*:
a name that model takes for one in at least half of the places where NERP has no label is one in all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

MINIMUM, SHARE = 3, 0.5

Marks = list[str]


def spans(marks: Sequence[str], kind: str) -> list[tuple[int, int]]:
    """[first, last + 1) of each B-/I- run of a kind."""
    found: list[tuple[int, int]] = []
    for at, mark in enumerate(marks):
        if mark == f"B-{kind}":
            found.append((at, at + 1))
        elif mark == f"I-{kind}" and found and found[-1][1] == at:
            found[-1] = (found[-1][0], at + 1)
    return found


def add_bodies(texts: Sequence[tuple[list[str], Marks]], said: Sequence[Marks]) -> list[Marks]:
    """The marks of each (words, marks) with the bodies that another labeller has `said` where nothing is labelled."""
    free: list[list[tuple[int, int]]] = []
    taken: Counter[tuple[str, ...]] = Counter()
    for (words, marks), other in zip(texts, said, strict=True):
        found = [span for span in spans(other, "ORG") if all(mark == "O" for mark in marks[span[0] : span[1]])]
        free.append(found)
        taken.update(tuple(words[first:last]) for first, last in found)
    seen: Counter[tuple[str, ...]] = Counter()
    longest = max((len(name) for name in taken), default=0)
    for words, marks in texts:
        for first in range(len(words)):
            for last in range(first + 1, min(first + longest, len(words)) + 1):
                name = tuple(words[first:last])
                if name in taken and all(mark == "O" for mark in marks[first:last]):
                    seen[name] += 1
    names = {name for name, count in taken.items() if count >= MINIMUM and count >= SHARE * seen[name]}
    result: list[Marks] = []
    for (words, marks), found in zip(texts, free, strict=True):
        new = list(marks)
        first = 0
        own = dict(found)
        while first < len(words):
            for last in range(min(first + longest, len(words)), first, -1):
                named = own.get(first) == last or tuple(words[first:last]) in names
                if named and all(mark == "O" for mark in new[first:last]):
                    new[first:last] = ["B-ORG"] + ["I-ORG"] * (last - first - 1)
                    first = last - 1
                    break
            first += 1
        result.append(new)
    return result
