"""Where records go."""

import pytest

from dengar.index.names import index_of


def test_a_mention_goes_by_platform_and_month_of_publication_in_utc():
    mention = {"kind": "comment", "platform": "youtube", "published_at": "2026-11-01T02:00:00+07:00"}
    assert index_of("mention", mention) == "mentions-v1-youtube-2026.10"


def test_a_direct_message_lies_apart():
    message = {"kind": "dm", "platform": "instagram", "published_at": "2026-11-01T00:00:00Z"}
    assert index_of("mention", message) == "messages-v1-instagram-2026.11"


def test_the_others():
    assert index_of("metrics", {"observed_at": "2026-01-31T23:59:59.999Z"}) == "metrics-v1-2026.01"
    assert index_of("account", {}) == "accounts-v1"
    assert index_of("deletion", {}) == "tombstones-v1"


@pytest.mark.parametrize(
    ("record_type", "record"),
    [
        ("mention", {"kind": "comment", "platform": "../x", "published_at": "2026-11-01T00:00:00Z"}),
        ("mention", {"kind": "comment", "platform": "youtube", "published_at": "2026-11-01T00:00:00"}),
        ("mention", {"kind": "comment", "platform": "youtube", "published_at": "kemarin"}),
        ("quarantine", {}),
    ],
)
def test_a_record_without_a_place_is_refused(record_type, record):
    with pytest.raises(ValueError, match=r".+"):
        index_of(record_type, record)
