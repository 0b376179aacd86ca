"""On the real stack: a crisis is opened by hand, acknowledged, spoken about and closed; topic, index and brief tell the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from dengar.alerts import TOPIC, crises
from dengar.alerts import store as alert_store
from dengar.alerts.record import read_alert
from dengar.alerts.session import ActError, AlertSession
from dengar.cli import build
from dengar.index import client as open_client
from dengar.local.stack import Stack
from dengar.log import OffsetRange
from dengar.log.kafka import KafkaLog
from dengar.settings import Settings

pytestmark = [pytest.mark.stack, pytest.mark.long, pytest.mark.timeout(600)]


def test_a_crisis_by_hand_from_opening_to_closing(stack: Stack, monkeypatch) -> None:
    settings = Settings.from_environment(stack.environment())
    log, client = KafkaLog(settings), open_client(settings)
    for name, value in stack.environment().items():
        monkeypatch.setenv(name, value)
    begun = log.ends([TOPIC])

    def verb(*words: str, status: int = 0) -> str:
        told = CliRunner().invoke(build(), [*words])
        assert told.exit_code == status, told.output
        return told.output

    opened = ["crisis", "open", "--about", "antrean di kantor pos", "--since", "2026-11-20T09:00", "--by", "sari"]
    event = verb(*opened).split()[0]
    assert "open already" in verb(*opened, status=1)
    with AlertSession(settings, "budi") as session:
        (one,) = crises.of_event(session.client, event)
        session.change(one["id"], "acknowledged", note="tanya dinas, 081234567890", stood=one["version"])
        with pytest.raises(ActError, match="look again"):
            session.change(one["id"], "closed", stood=one["version"])
        with pytest.raises(ActError, match="still to come"):
            session.state_made(one["id"], datetime.now(UTC) + timedelta(hours=1))
    assert "pernyataan pertama" in verb(
        "crisis", "statement", event, "--at", "1m", "--link", "https://example.org/pers", "--by", "sari"
    )
    listed = verb("crisis", "list", "--json")
    assert event in listed
    assert '"acknowledged":"20' in listed
    page = verb("brief", event)
    assert page.startswith("# antrean di kantor pos")
    assert "pernyataan yang dicatat petugas" in page
    verb("crisis", "close", event, "--by", "budi")
    assert "closed already" in verb("crisis", "ack", event, status=1)

    held = alert_store.get(client, one["id"])
    assert held is not None
    assert [act["what"] for act in held["history"]] == ["opened", "acknowledged", "statement", "closed"]
    assert "081234567890" not in str(held)
    assert held["clocks"]["acknowledged"] == held["history"][1]["at"]
    assert held["clocks"]["first_statement"] == held["history"][2]["at"]
    told = [
        read_alert(raw)
        for part, end in log.ends([TOPIC]).items()
        for raw in log.read(OffsetRange(part.topic, part.number, begun[part], end))
    ]
    assert [one["state"] for one in told] == ["open", "acknowledged", "acknowledged", "closed"]
    assert told[-1] == held
    log.close()
