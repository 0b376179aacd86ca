"""Loss of a linear-chain CRF and its gradient, for a batch of texts at once (Lafferty et al. 2001; Rabiner's scaling)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
NEVER = -30.0


def forbidden(labels: Sequence[str]) -> Floats:
    """[from, to] what is added to a step: NEVER into an I- label but from its own B- or I-, else 0."""
    found = np.zeros((len(labels), len(labels)), np.float32)
    for column, label in enumerate(labels):
        if label.startswith("I-"):
            found[[other[2:] != label[2:] for other in labels], column] = NEVER
    return found


def loss(scores: Floats, steps: Floats, gold: Ints, lengths: Ints, starts_with: Floats) -> tuple[float, Floats, Floats]:
    """(negative log likelihood in nats, its gradient by `scores`, and by `steps`).

    `scores` [word, label] of all texts, one after the other; `steps` [from, to]; `gold` the label of each word; `lengths` of the texts,
    none empty; `starts_with` [label] is 0 for a label no text starts with, else 1.
    """
    order = np.argsort(-lengths, kind="stable")
    begins = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    first, length = begins[order], lengths[order]
    # The longest texts first: at each step the texts that go on are a prefix.
    active = [int(np.searchsorted(-length, -step, side="left")) for step in range(int(length[0]))]
    through = np.exp(steps)
    highest = scores.max(axis=1, keepdims=True)
    chance = np.exp(scores - highest)
    ahead, scale = np.zeros_like(scores), np.zeros(len(scores), np.float32)
    for step, count in enumerate(active):
        at = first[:count] + step
        reached = chance[at] * starts_with if step == 0 else (ahead[at - 1] @ through) * chance[at]
        scale[at] = reached.sum(axis=1)
        ahead[at] = reached / scale[at][:, None]
    behind = np.zeros_like(scores)
    behind[first + length - 1] = 1
    by_steps = np.zeros_like(steps)
    for step in range(len(active) - 2, -1, -1):
        at = first[: active[step + 1]] + step
        to_come = behind[at + 1] * chance[at + 1] / scale[at + 1][:, None]
        behind[at] = to_come @ through.T
        by_steps += ahead[at].T @ to_come
    by_steps *= through
    by_scores = ahead * behind
    by_scores /= by_scores.sum(axis=1, keepdims=True)
    inner = np.ones(len(scores), np.bool_)
    inner[begins] = False
    to = np.flatnonzero(inner)
    words = np.arange(len(scores))
    right = float(scores[words, gold].sum()) + float(steps[gold[to - 1], gold[to]].sum())
    total = float(np.log(scale).sum()) + float(highest.sum())
    by_scores[words, gold] -= 1
    np.add.at(by_steps, (gold[to - 1], gold[to]), -1)
    return total - right, by_scores, by_steps
