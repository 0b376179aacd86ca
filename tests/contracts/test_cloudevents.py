"""Our codec of CloudEvents in Kafka's binary mode against the cloudevents package."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event, to_binary_event
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from dengar.events import Event, read_event

EVENT = Event(
    id="yt:comment:c1@1795143600000",
    source="youtube/commentThreads.list?videoId=v1",
    type="dengar.raw.youtube.comment_thread",
    time=datetime(2026, 11, 20, 3, 0, 0, 123000, tzinfo=UTC),
    data=b'{"id":"c1","text":"cair\xc3\xa9"}',
    subject="yt:comment:c1",
    dataschema="/raw/1.0.0",
    extensions={"via": "youtube.comments", "ownership": "public", "postid": "yt:video:v1"},
)


def test_the_package_reads_what_we_write() -> None:
    message = KafkaMessage(headers=dict(EVENT.headers()), key=None, value=EVENT.data)
    read = from_binary_event(message, JSONFormat())
    attributes = read.get_attributes()
    assert attributes["id"] == EVENT.id
    assert attributes["time"] == EVENT.time
    assert attributes["subject"] == EVENT.subject
    assert attributes["postid"] == "yt:video:v1"
    assert read.get_data() == {"id": "c1", "text": "cairé"}


def test_we_read_what_the_package_writes() -> None:
    attributes = {
        "id": "e1",
        "source": "youtube/videos.list?id=v1",
        "type": EVENT.type,
        "specversion": "1.0",
        "time": EVENT.time,
        "subject": "yt:video:v1",
        "datacontenttype": "application/json",
        "via": "youtube.videos",
        "ownership": "owned",
    }
    message = to_binary_event(CloudEvent(attributes, {"id": "v1"}), JSONFormat())
    read = read_event(list(message.headers.items()), message.value)
    assert (read.id, read.time, read.subject) == ("e1", EVENT.time, "yt:video:v1")
    assert read.extensions == {"via": "youtube.videos", "ownership": "owned"}
    assert read.content_type == "application/json"


# The distributed tracing extension: attributes traceparent and tracestate. The example of the specification.
TRACED = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b9c7c989f97918e1-01", "tracestate": "congo=ucfJifl5GOE"}


def test_the_package_reads_our_trace_and_the_plain_headers_say_the_same() -> None:
    headers = dict(replace(EVENT, extensions=TRACED).headers())
    read = from_binary_event(KafkaMessage(headers=headers, key=None, value=EVENT.data), JSONFormat())
    assert {name: read.get_attributes()[name] for name in TRACED} == TRACED
    assert {name: headers[name].decode() for name in TRACED} == TRACED


def test_we_read_the_trace_that_the_package_writes() -> None:
    attributes = {"id": "e1", "source": "s", "type": "t", "specversion": "1.0", "time": EVENT.time} | TRACED
    message = to_binary_event(CloudEvent(attributes, {"id": "v1"}), JSONFormat())
    assert read_event(list(message.headers.items()), message.value).extensions == TRACED


def test_a_trace_of_the_plain_headers_alone_counts_and_never_overrules_the_attribute() -> None:
    plain = [(name, value.encode()) for name, value in TRACED.items()]
    assert read_event([*EVENT.headers(), *plain], b"{}").extensions == {**EVENT.extensions, **TRACED}
    other = {"traceparent": TRACED["traceparent"].replace("0af7", "1bf8")}
    both = [(name, raw) for name, raw in replace(EVENT, extensions=other).headers() if name != "traceparent"]
    assert read_event([*both, *plain], b"{}").extensions == other
