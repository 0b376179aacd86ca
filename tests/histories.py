"""Histories of items on the platforms, and random ways in which their raw records may reach the pipeline.

A form is one history: created, edited, deleted in one of the ways that the platforms have. Every copy of a form has ids and words of its
own and lives through the same moments; only the order and the number of its deliveries differ. So all copies must end in one state.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import fromstring

from dengar.events import read_event
from dengar.log import OffsetRange
from dengar.records import deletion_version, milliseconds, timestamp
from dengar.topics import MENTION_TOPICS, RAW_TOPICS
from listeners.context import Context
from listeners.instagram import split as graph
from listeners.instagram import webhook
from listeners.item import RawItem
from listeners.youtube import atom
from listeners.youtube import gone as tube_gone
from listeners.youtube import split as tube
from tests.stages_run import Stages

BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
OWN = "17841400000000001"
MOST_REPLAYED = 300
LETTERS = "bcdfgklmnprst"


def at(moment: int) -> datetime:
    """The observation number `moment`: an hour lies between two."""
    return BEGAN + timedelta(hours=moment)


def word(form: str, copy: int, version: int) -> str:
    """A word of letters alone that stands in one version of one copy's text."""
    number, letters = copy, ""
    for _ in range(4):
        number, rest = divmod(number, len(LETTERS))
        letters += LETTERS[rest] + "aeiou"[rest % 5]
    return f"{form}{letters}{'xzqvw'[version]}"


def text(form: str, copy: int, version: int) -> str:
    return f"bansos di desa kami {word(form, copy, version)}"


@dataclass(frozen=True)
class Form:
    """`steps`: what is read at each moment, a version of the text (a number) or how it is gone (a word). `late`: whether a read may be
    delivered after a newer one for the first time; not where a text comes back, for a duplicate leaves no trace to tell by.
    """

    name: str
    steps: Sequence[int | str]
    build: Callable[[str, int, int | str], RawItem]
    late: bool = True

    @property
    def last(self) -> int | str:
        return self.steps[-1]


def tube_comment(form: str, copy: int, step: int | str) -> RawItem:
    identity, context = f"{form}{copy}", Context("youtube/comments.list", "youtube.comments")
    post, thread = f"yt:video:{form}post{copy % 50}", f"yt:comment:{form}{copy}"
    context = context.within(post_id=post, conversation_id=thread)
    if isinstance(step, str):
        return tube_gone.gone("comment", identity, context)
    snippet = {
        "textOriginal": text(form, copy, step),
        "authorDisplayName": "@warga",
        "authorChannelId": {"value": f"UC{form}{copy}"},
        "likeCount": 0,
        "publishedAt": timestamp(at(0)),
        "updatedAt": timestamp(at(0) + timedelta(minutes=step)),
    }
    return tube.comment({"kind": "youtube#comment", "id": identity, "snippet": snippet}, context)


def tube_video(form: str, copy: int, step: int | str) -> RawItem:
    identity, context = f"{form}{copy}", Context("youtube/videos.list", "youtube.videos")
    if step == "platform_deleted":
        entry = (
            '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">'
            f'<at:deleted-entry ref="yt:video:{identity}" when="{timestamp(at(0))}"/></feed>'
        )
        return atom.split(fromstring(entry), context)[0]
    status = {"privacyStatus": "private" if step == "hidden" else "public"}
    version = step if isinstance(step, int) else 0
    snippet = {"title": "Bansos", "description": text(form, copy, version), "publishedAt": timestamp(at(0))}
    return tube.split({"kind": "youtube#video", "id": identity, "snippet": snippet, "status": status}, context)[0]


def tube_chat(form: str, copy: int, step: int | str) -> RawItem:
    post = f"yt:video:{form}live{copy % 50}"
    context = Context("youtube/liveChatMessages.list", "youtube.chat").within(post_id=post)
    identity, subject = f"{form}{copy}", f"yt:chat:{form}{copy}"
    snippet: dict[str, Any] = {"publishedAt": timestamp(at(0)), "authorChannelId": f"UC{form}{copy}"}
    if isinstance(step, str):
        snippet |= {"type": "messageDeletedEvent", "messageDeletedDetails": {"deletedMessageId": identity}}
        identity, subject = f"{identity}-deleted", f"yt:chat:{identity}-deleted"
    else:
        snippet |= {"type": "textMessageEvent", "textMessageDetails": {"messageText": text(form, copy, step)}}
    row = {"kind": "youtube#liveChatMessage", "id": identity, "snippet": snippet}
    return context.item("youtube", "chat_message", subject, None, row)


def graph_comment(form: str, copy: int, step: int | str) -> RawItem:
    medium = f"{form}media{copy % 50}"
    context = Context("instagram/comments", "instagram.comments", "owned", OWN).within(post_id=f"ig:media:{medium}")
    if step == "not_found":
        return graph.gone("comment", f"{form}{copy}", context.within(conversation_id=f"ig:comment:{form}{copy}"))
    version = step if isinstance(step, int) else 0
    row = {
        "id": f"{form}{copy}",
        "text": text(form, copy, version),
        "timestamp": timestamp(at(0)),
        "username": f"warga{copy}",
        "hidden": step == "hidden",
    }
    return graph.comment(row, context)[0]


def direct_message(form: str, copy: int, step: int | str) -> RawItem:
    body: dict[str, Any] = {"mid": f"{form}{copy}"}
    body |= {"is_deleted": True} if isinstance(step, str) else {"text": text(form, copy, step)}
    row = {
        "sender": {"id": f"61{copy:08d}"},
        "recipient": {"id": OWN},
        "timestamp": milliseconds(at(0)),
        "message": body,
    }
    return webhook.split({"object": "instagram", "entry": [{"id": OWN, "time": 1, "messaging": [row]}]})[0]


FORMS = (
    Form("deleted", [0, 1, 2, "not_found"], tube_comment),
    Form("edited", [0, 1, 2, 3], tube_comment),
    Form("returned", [0, "not_found", 0], tube_comment, late=False),
    Form("withdrawn", [0, 1, "platform_deleted"], tube_video),
    Form("closed", [0, 1, "hidden"], tube_video),
    Form("chatted", [0, "platform_deleted"], tube_chat),
    Form("removed", [0, "not_found"], graph_comment),
    Form("masked", [0, "hidden"], graph_comment),
    Form("shown", [0, "hidden", 0], graph_comment, late=False),
    Form("unsent", [0, "unsent"], direct_message),
)


@dataclass
class Delivery:
    """A read on its way: which copy, and which of its form's moments."""

    form: Form
    copy: int
    moment: int

    def item(self) -> RawItem:
        return self.form.build(self.form.name, self.copy, self.form.steps[self.moment])

    @property
    def id(self) -> str:
        """Record id of the item, whatever form its deletion has."""
        return self.form.build(self.form.name, self.copy, 0).subject


def deliveries(form: Form, copy: int, chance: random.Random) -> list[Delivery]:
    """One interleaving: every read at least once; late writes, which are reads held back or brought again, anywhere behind."""
    order = [Delivery(form, copy, moment) for moment in range(len(form.steps))]
    for _ in range(chance.randrange(3)):  # held back
        if form.late:
            one = order.pop(chance.randrange(len(order)))
            order.insert(chance.randrange(len(order) + 1), one)
    for _ in range(chance.randrange(4)):  # brought again
        place = chance.randrange(len(order))
        order.insert(chance.randrange(place + 1, len(order) + 1), order[place])
    return order


@dataclass
class Played:
    """What was played: record id → (form, copy), and the raw records by topic as offsets that a replay may name."""

    ids: dict[str, tuple[Form, int]] = field(default_factory=dict)
    orders: set[tuple[str, tuple[int, ...]]] = field(default_factory=set)


def play(stages: Stages, copies: Mapping[str, int], seed: int, rounds: int = 10) -> Played:
    """Deliver `copies` of the forms, each in an order of its own, while runs are cut, broken off, late and repeated at random."""
    chance, played = random.Random(seed), Played()
    waiting: list[list[Delivery]] = []
    for form in FORMS:
        for copy in range(copies[form.name]):
            order = deliveries(form, copy, chance)
            played.ids[order[0].id] = (form, copy)
            played.orders.add((form.name, tuple(one.moment for one in order)))
            waiting.append(order)
    for number in range(rounds):
        for order in waiting:
            many = len(order) if number == rounds - 1 else chance.choice((0, 1, 1, 2))
            for one in order[:many]:
                item = one.item()
                event = item.event(at(one.moment))
                stages.log.append(item.topic, item.key, event.data, event.headers())
            del order[:many]
        stages.log.flush()
        if chance.random() < 0.3:
            stages.enrich(commit=False)  # a crash between the journal and the commit
        stages.enrich()
        if chance.random() < 0.3:
            stages.enrich(_some(stages, chance))
        if chance.random() < 0.6:
            stages.index(commit=chance.random() < 0.7)
    stages.enrich()
    stages.index()
    return played


def _some(stages: Stages, chance: random.Random) -> list[dict[str, Any]]:
    """A random range of every raw partition, as an operator would replay it."""
    found = []
    for partition, end in stages.log.ends(list(RAW_TOPICS)).items():
        if end:
            start = chance.randrange(end)
            last = min(end, start + MOST_REPLAYED)
            found.append({"topic": partition.topic, "partition": partition.number, "start": start, "end": last})
    return found


def expected(form: Form) -> dict[str, Any]:
    """The one end of a form: deleted and why, or the version of the text."""
    moment, last = len(form.steps) - 1, form.last
    if isinstance(last, str):
        return {"deleted": True, "reason": last, "version": deletion_version(at(moment))}
    return {"deleted": False, "text": last, "observed": milliseconds(at(moment))}


def end_of(form: Form, copy: int, document: dict[str, Any]) -> dict[str, Any]:
    """The end of a copy as a document of the index tells it, in the words of `expected`."""
    if document["deleted"]:
        reason = document.get("deletion_reason") or document.get("reason")
        return {"deleted": True, "reason": reason, "version": document["version"]}
    said = next((number for number in range(5) if word(form.name, copy, number) in document["text"]), None)
    return {"deleted": False, "text": said, "observed": document["version"] >> 21}


def old_words(played: Played) -> Iterator[str]:
    """Words of every text that must be nowhere any more: what was deleted, and every version before the last."""
    for form, copy in played.ids.values():
        for step in {step for step in form.steps if isinstance(step, int)} - {form.last}:
            yield word(form.name, copy, step)


def last_in_topic(stages: Stages) -> dict[str, dict[str, Any]]:
    """What the compacted topics of mentions and messages keep: id → the record that lies last."""
    import orjson

    found = {}
    for partition, end in stages.log.ends(MENTION_TOPICS).items():
        for record in stages.log.read(OffsetRange(*partition, 0, end)):
            event = read_event(record.headers, record.value)
            found[event.subject or ""] = orjson.loads(event.data)
    return found
