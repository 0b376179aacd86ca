"""Replay: work on records again that were worked on before – after a fix, with a newer model, or to rebuild what was lost.

A replay is a plan (offset ranges), cut into slices that are done one after the other and remembered when they are done, so that it can
be throttled, interrupted and taken up again. What it publishes carries the mark `ce_replay`: alerts stay mute (dengar.replay.mute).
"""

from __future__ import annotations


class ReplayError(RuntimeError):
    """A replay cannot go on; the message says why and how to take it up again."""


class PlanError(ValueError):
    """What is to be replayed cannot be told from what was asked; the message says what to give."""
