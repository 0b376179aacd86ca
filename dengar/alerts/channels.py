"""Channels: names of rules → addresses of apprise, and the message as people read it.

DENGAR_ALERT_CHANNELS holds `name=address` pairs, separated by blanks or new lines; addresses are apprise's (mailto, tgram, slack, whatsapp
gateways, json for webhooks …) and are secrets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from dengar.alerts.outbox import DeliveryError
from dengar.alerts.plan import Delivery

KEY_HEADER = "Idempotency-Key"
_WEBHOOKS = ("json://", "jsons://", "form://", "forms://")
_STATES = {"first": "", "escalation": "[eskalasi] "}


class ChannelsError(ValueError):
    """DENGAR_ALERT_CHANNELS cannot be read; the message says what to repair and quotes no address."""


def channels(text: str) -> dict[str, str]:
    """Name → address. Raises ChannelsError."""
    found: dict[str, str] = {}
    for number, pair in enumerate(text.split(), 1):
        name, equals, address = pair.partition("=")
        if not equals or not name.isidentifier() or "://" not in address:
            raise ChannelsError(
                f"Channel {number} of DENGAR_ALERT_CHANNELS is not of the form name=address, such as piket=mailto://…."
            )
        found[name] = address
    return found


def message(alert: Mapping[str, Any], occasion: str, repeat: bool = False) -> tuple[str, str]:
    """(title, body) of a delivery, Indonesian."""
    mark = "[ulang] " if repeat else ""
    title = f"{mark}{_STATES.get(occasion, '[kembali] ')}{alert['title']['id']}"
    body = [alert["text"]["id"]] if alert["text"] else []
    body += [f"Alasan: {', '.join(alert['reasons'])}"] if alert["reasons"] else []
    body.append(f"Lihat: dengar brief {alert['subject']} · tanggapi: dengar alerts ack {alert['id']}")
    return title, "\n".join(body)


class Sender:
    """Sends deliveries by apprise."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self._addresses = addresses

    def __call__(self, one: Delivery, repeat: bool) -> None:
        """Send a delivery. Raises DeliveryError where the channel is unknown or does not take it."""
        import apprise

        address = self._addresses.get(one.channel)
        if address is None:
            raise DeliveryError(f"channel {one.channel} has no address: add {one.channel}=… to DENGAR_ALERT_CHANNELS")
        webhook = address.startswith(_WEBHOOKS)
        if webhook:
            address += f"{'&' if '?' in address else '?'}+{KEY_HEADER}={quote(one.key, safe='')}"
        service = apprise.Apprise()
        if not service.add(address):
            raise DeliveryError(f"the address of channel {one.channel} is none that apprise knows")
        title, body = message(one.alert, one.occasion, repeat and not webhook)
        if not service.notify(title=title, body=body):
            raise DeliveryError(f"channel {one.channel} did not take the message")
