"""The saved searches over one indexed batch: asked, and what is new appended to topic `alerts`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from elasticsearch import Elasticsearch

from dengar.alerts.record import append_alert
from dengar.log import Log
from dengar.policy import Policy
from dengar.searches.matching import found_by, raised, unheard
from dengar.searches.saved import saved


def watch(
    log: Log, client: Elasticsearch, ids: Sequence[str], policy: Policy, now: datetime, *, mute: bool
) -> dict[str, Any]:
    """Append the alerts of the mentions `ids`, which a search can see already; returns what of it belongs in a run's note.

    A search that cannot be used, or that the index refuses, is counted and holds nothing up. Raises IndexUnavailable, LogError.
    """
    searches, wrong = saved()
    found, refused = found_by(client, searches, ids, policy, now)
    alerts = unheard(client, raised(searches, found, now, mute=mute))
    for one in alerts:
        append_alert(log, one)
    told: dict[str, Any] = {"alerts": len(alerts)} if alerts else {}
    return told | ({"searches_failed": len(wrong) + len(refused)} if wrong or refused else {})
