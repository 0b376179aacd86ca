"""Push source `instagram.webhook`: comments, live comments, mentions, messages and story insights, signed by the app's secret."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence

from listeners.bounds import read_json
from listeners.instagram import webhook
from listeners.item import RawItem
from listeners.receiver.configuration import Configuration
from listeners.receiver.signature import signed_by_meta
from listeners.source import Request


class InstagramWebhook:
    """See listeners.source.PushSource. Several app secrets while they rotate."""

    name = "instagram.webhook"
    path = "/instagram/webhook"
    refusal = 403

    def __init__(self, app_secrets: Sequence[str], verify_token: str) -> None:
        self._secrets, self._token = tuple(app_secrets), verify_token

    def handshake(self, query: Mapping[str, str]) -> tuple[int, str]:
        """Echo the challenge for our verify token only."""
        given = query.get("hub.verify_token", "").encode()
        wanted = bool(self._token) and hmac.compare_digest(given, self._token.encode())
        if query.get("hub.mode") != "subscribe" or not wanted:
            return 403, "forbidden"
        return 200, query.get("hub.challenge", "")

    def signed(self, request: Request) -> bool:
        """X-Hub-Signature-256 over the bytes as they came."""
        return signed_by_meta(request.body, request.headers.get("x-hub-signature-256"), self._secrets)

    def receive(self, request: Request) -> Sequence[RawItem]:
        """One item a change or message, in both envelopes."""
        return webhook.split(read_json(request.body))


def build(configuration: Configuration) -> InstagramWebhook | None:
    """The source, None where no app secret is set."""
    secrets = configuration.app_secrets
    return InstagramWebhook(secrets, configuration.settings.instagram_verify_token) if secrets else None
