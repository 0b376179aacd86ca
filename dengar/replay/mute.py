"""Who must not alert: records that a replay published, and mentions that were read from history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dengar.events import Event
from dengar.stages.publish import REPLAY


def mute(event: Event, record: Mapping[str, Any]) -> bool:
    """Whether a record of topic `mentions` must raise no alert: it is not news. `event` is its envelope, `record` its value."""
    return REPLAY in event.extensions or bool((record.get("collected") or {}).get("backfill"))
