"""Push source `youtube.websub`: Atom entries of the channels that we asked the hub for, and deleted entries."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from listeners.bounds import read_xml
from listeners.context import Context
from listeners.item import RawItem
from listeners.receiver.configuration import Configuration
from listeners.receiver.signature import signed_by_hub
from listeners.receiver.websub import Subscriptions
from listeners.source import Request
from listeners.youtube import atom


class YouTubeWebSub:
    """See listeners.source.PushSource. `own_channels`: YouTube ids of our own.

    WebSub, section 8: a mismatch is answered with success and discarded, so that a prober learns nothing.
    """

    name = "youtube.websub"
    path = "/youtube/websub"
    refusal = 202

    def __init__(self, secret: str, subscriptions: Subscriptions, own_channels: Collection[str] = ()) -> None:
        self._secret, self.subscriptions, self._own = secret, subscriptions, frozenset(own_channels)

    def handshake(self, query: Mapping[str, str]) -> tuple[int, str]:
        """The hub verifies intent: yes only to a subscription that we asked for."""
        mode, topic = query.get("hub.mode", ""), query.get("hub.topic", "")
        if mode == "denied":
            self.subscriptions.denied(topic)
            return 200, "ok"
        if not self.subscriptions.confirm(mode, topic, query.get("hub.lease_seconds", "")):
            return 404, "not found"
        return 200, query.get("hub.challenge", "")

    def signed(self, request: Request) -> bool:
        """X-Hub-Signature, the algorithm taken from its prefix."""
        return signed_by_hub(request.body, request.headers.get("x-hub-signature"), self._secret)

    def receive(self, request: Request) -> Sequence[RawItem]:
        """One item an entry."""
        items = atom.split(read_xml(request.body), Context("youtube/websub", self.name))
        return [replace(item, ownership="owned") if item.account in self._own else item for item in items]


def build(configuration: Configuration) -> YouTubeWebSub | None:
    """The source, None where DENGAR_RECEIVER_URL (where the hub can call), DENGAR_WEBSUB_SECRET or channels are missing."""
    subscriptions, settings = configuration.subscriptions(), configuration.settings
    if subscriptions is None:
        return None
    own = [account.id for account in configuration.registers.own("youtube")]
    return YouTubeWebSub(settings.websub_secret, subscriptions, own)
