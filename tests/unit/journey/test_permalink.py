"""What people paste, and what it asks for."""

import pytest

from dengar.journey.permalink import NotAnIdError, read

V, C = "yt:video:dQw4w9WgXcQ", "yt:comment:UgxKREWxIgDrw8w2e_Z4AaABAg"


@pytest.mark.parametrize(
    ("text", "ids", "post"),
    [
        ("yt:comment:UgxA.reply", ("yt:comment:UgxA.reply",), None),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", (V,), V),
        ("youtube.com/watch?t=3&v=dQw4w9WgXcQ#x", (V,), V),
        ("https://m.youtube.com/watch?v=dQw4w9WgXcQ&lc=UgxKREWxIgDrw8w2e_Z4AaABAg", (C,), V),
        ("https://youtu.be/dQw4w9WgXcQ?si=abc", (V,), V),
        ("https://youtu.be/dQw4w9WgXcQ?lc=UgxKREWxIgDrw8w2e_Z4AaABAg", (C,), V),
        ("https://www.youtube.com/shorts/dQw4w9WgXcQ", (V,), V),
        ("https://www.youtube.com/live/dQw4w9WgXcQ?feature=share", (V,), V),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&lc=UgxTop.8reply-_1", ("yt:comment:UgxTop.8reply-_1",), V),
    ],
)
def test_youtube(text, ids, post):
    asked = read(text)
    assert (asked.platform, asked.ids, asked.post_id, asked.shortcode) == ("youtube", ids, post, None)


@pytest.mark.parametrize(
    "text",
    [
        "https://www.instagram.com/p/C1aB-_d2E/",
        "instagram.com/reel/C1aB-_d2E",
        "https://www.instagram.com/kemensos/reel/C1aB-_d2E/?igsh=x",
        "https://www.instagram.com/tv/C1aB-_d2E/",
    ],
)
def test_an_instagram_post_is_looked_up_by_its_shortcode(text):
    asked = read(text)
    assert (asked.platform, asked.ids, asked.shortcode) == ("instagram", (), "C1aB-_d2E")


def test_an_instagram_comment_is_tried_and_said_to_be_a_guess():
    asked = read("https://www.instagram.com/p/C1aB/c/17900000000000001/")
    assert asked.ids == ("ig:comment:17900000000000001",)
    assert "cannot be computed" in asked.notes[0]
    assert read("https://www.instagram.com/p/C1aB/c/179/r/180/").ids == ("ig:comment:180",)


def test_a_story_cannot_be_found_by_its_address():
    asked = read("https://www.instagram.com/stories/kemensos/3213213213213/")
    assert asked.ids == ()
    assert "never gives" in asked.notes[0]


def test_a_raw_position():
    assert read(" raw.youtube/1/42 ").position == "raw.youtube/1/42"


@pytest.mark.parametrize(
    "text",
    ["", "bansos", "https://example.org/watch?v=dQw4w9WgXcQ", "https://www.youtube.com/", "https://youtu.be/", "youtube.com/watch",
     "https://www.youtube.com/watch?v=a%20b", "https://www.youtube.com/@kemensos", "https://www.instagram.com/kemensos/", "yt:comment:",
     "raw.youtube/1", "http://[::1", "https://www.youtube.com/watch?v=dQw4w9WgXcQ&lc=a%0Ab"],
)  # fmt: skip
def test_anything_else_is_told_the_forms(text):
    with pytest.raises(NotAnIdError, match="give a mention's id"):
        read(text)
